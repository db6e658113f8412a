//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import CMalloc

/// What the C library does with memory that was given back.
enum FreedMemory {
    /// So much of it is kept for each thread's next buffers, in bytes: a few replies to batches of some thousand applications.
    private static let kept: CInt = 4 << 20

    /// Keeps a few buffers' memory. Without it that of each large reply goes back to the system with the reply, and the next one
    /// pays for every page anew (7 % of what a batch costs).
    static func keepForNextBuffers() {
        mallopt(M_MMAP_THRESHOLD, Self.kept)
        mallopt(M_TRIM_THRESHOLD, Self.kept)
    }
}
