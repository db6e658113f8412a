//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The memory that the unsent replies of one event loop take, and what a connection may do while they take that much.
struct UnsentMemory {
    /// What the channels could not send takes, in bytes.
    var bytes = 0
    private let total: Int
    private let ofConnection: Int
    private let ofConnectionInCrowd: Int

    init(limits: Limits) {
        self.total = limits.totalUnsentBytes
        self.ofConnection = limits.unsentBytes
        self.ofConnectionInCrowd = min(limits.crowdedUnsentBytes, limits.unsentBytes)
    }

    /// Whether all there is for them is taken: calls are refused.
    var isFlooded: Bool { self.bytes > self.total }

    /// Whether half of it is taken: what has large replies is not begun.
    var isCrowded: Bool { self.bytes > self.total / 2 }

    /// At how much memory of its unsent replies reading from a connection is held.
    var limitOfConnection: Int { self.isCrowded ? self.ofConnectionInCrowd : self.ofConnection }

    /// How many bytes a peer that is not read from has to take in ``Limits/stall``, to be read from again.
    var leastProgress: Int { self.isCrowded ? self.ofConnectionInCrowd : 1 }
}
