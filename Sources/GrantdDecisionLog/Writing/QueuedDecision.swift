//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import GrantdService

/// A call as it waits in memory: what is known of it, then its hash where that is salted, its id, its request, its reply.
struct QueuedDecision: BitwiseCopyable {
    static let size = MemoryLayout<QueuedDecision>.stride

    /// Of all of it.
    var totalBytes: UInt32
    /// As the log counts the policies that it was decided by.
    var policies: UInt32
    /// In milliseconds since 1970.
    var time: Int64
    var requestBytes: UInt32
    var caller: Caller.Number
    var idBytes: UInt16
    var transport: UInt8
    var method: UInt8
    var isSalted: Bool

    /// What the wall's clock shows, in milliseconds since 1970, to a few milliseconds: reading it costs next to nothing.
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME_COARSE, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
