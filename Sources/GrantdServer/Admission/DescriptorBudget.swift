//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService

/// How many connections the process may have open before its descriptors run out.
struct DescriptorBudget {
    private let most: Int
    private let countOpen: () -> Int?
    private var others: Int
    private var countedAt: MonotonicTime?

    /// Left free for what is opened now and then: policy files, the archive, a connection that is accepted to be closed.
    static let reserve = 16

    /// - Parameters:
    ///   - most: the descriptors that the process may have.
    ///   - countOpen: counts those that it has.
    init(most: Int = OpenFileLimit.most, countOpen: @escaping () -> Int? = { OpenFileLimit.open }) {
        self.most = most
        self.countOpen = countOpen
        self.others = 0
    }

    /// The connections there may be.
    ///
    /// What else is open is counted again each second: it is little, and changes seldom.
    ///
    /// - Parameter connections: those that are open now.
    mutating func places(beside connections: Int, now: MonotonicTime) -> Int {
        if self.countedAt.map({ now.nanoseconds(since: $0) >= 1_000_000_000 }) ?? true {
            self.countedAt = now
            if let open = self.countOpen() { self.others = max(0, open - connections) }
        }
        return max(0, self.most - Self.reserve - self.others)
    }
}
