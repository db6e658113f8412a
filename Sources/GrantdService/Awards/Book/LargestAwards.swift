//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The awards with the largest sums of those that it is told, the first that was told first where they are equal.
package struct LargestAwards {
    private let most: Int
    private var list: [(fen: Int64, award: BookedAward)] = []

    /// - Parameter most: How many are kept.
    package init(most: Int) { self.most = max(1, most) }

    /// The largest first.
    package var awards: [BookedAward] { self.list.map(\.award) }

    /// Whether an award of this sum would be among them; one without a sum never is.
    package func takes(_ fen: Int64?) -> Bool {
        guard let fen else { return false }
        return self.list.count < self.most || fen > self.list.last?.fen ?? .min
    }

    package mutating func add(_ award: BookedAward) {
        guard let fen = award.amountFen, self.takes(fen) else { return }
        let place = self.list.firstIndex { $0.fen < fen } ?? self.list.count
        self.list.insert((fen, award), at: place)
        if self.list.count > self.most { self.list.removeLast() }
    }
}
