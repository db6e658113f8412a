//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService

/// The memory that an event loop has for replies that its connections do not read.
struct SendBudget {
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

    /// Whether more is taken than there is: the slowest are closed.
    var isExceeded: Bool { self.bytes > self.total }

    /// What is to be given back then, in bytes: so much that it is not the next reply that exceeds it again.
    var excess: Int { self.bytes - self.total / 4 * 3 }

    /// Whether half of it is taken.
    var isCrowded: Bool { self.bytes > self.total / 2 }

    /// At how much memory of its unsent replies reading from a connection is held.
    var limitOfConnection: Int { self.isCrowded ? self.ofConnectionInCrowd : self.ofConnection }

    /// How many bytes a peer that is not read from has to take in ``Limits/stall``, to be read from again.
    var leastProgress: Int { self.isCrowded ? self.ofConnectionInCrowd : 1 }
}
