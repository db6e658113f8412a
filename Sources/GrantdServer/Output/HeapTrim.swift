//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import CMalloc

/// When the heap is trimmed: of the memory that an event loop's peers hold no more the C library would keep most for itself.
struct HeapTrim {
    /// The most that was held since memory was last given back, in bytes.
    private var most = 0
    /// So many bytes are worth the tens of milliseconds that looking for them may take.
    private static let worthwhile = 32 << 20

    /// So many bytes are held.
    mutating func hold(_ bytes: Int) { self.most = max(self.most, bytes) }

    /// Whether enough was freed to be given back to the system. Asked from time to time.
    mutating func isWorthwhile(held: Int) -> Bool {
        guard self.most - held >= Self.worthwhile else { return false }
        self.most = held
        return true
    }

    /// Gives what is free back to the system. Not for an event loop: it may take long.
    static func trim() { _ = malloc_trim(0) }
}
