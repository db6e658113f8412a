//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc

/// The address space that the process may take (`ulimit -v`).
///
/// Where it ends, no thread can be started, and the runtime ends in a trap without a word. So it is looked at before.
enum AddressSpaceLimit {
    /// Why the limit does not do, and what would; nil where it does.
    static func problem(threads: Int) -> String? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur != rlim_t.max else {
            return nil
        }
        let needed = Self.needed(threads: threads)
        guard limit.rlim_cur < rlim_t(needed) else { return nil }
        return "the limit on the address space (ulimit -v) is \(limit.rlim_cur >> 20) MiB, and \(threads) threads need "
            + "\(needed >> 20): raise it, or use fewer --threads"
    }

    /// The address space that so many event loops need, in bytes.
    static func needed(threads: Int) -> Int { Self.base + threads * Self.ofThread }

    /// The program, its data, and the input and the unsent replies that an event loop may hold.
    private static let base = 1 << 30
    /// A stack of 8 MiB, and what the allocator reserves for a thread: twice 64 MiB until it has found an aligned half.
    private static let ofThread = 136 << 20
}
