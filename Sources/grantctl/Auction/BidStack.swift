//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages

/// The bids of an auction side by side, the cheapest first: each as wide as its energy and as high as its price, or as
/// deep where that is under 0.
///
/// Rejected bids took no part and are only counted.
struct BidStack {
    /// A bid, or several of one status that would be too narrow to see.
    struct Step: Equatable {
        let status: GrantdAuctionStatus.Value
        /// The bid's id; the first one's of several.
        let bidID: String
        var bids = 1
        var energy: Int128
        let lowestPrice: Int64
        /// The price of the dearest of them, as high as the step is drawn.
        var price: Int64
    }

    /// Steps that are drawn at most; a picture has fewer dots from left to right.
    static let mostSteps = 2_000

    let steps: [Step]
    /// The energy of all of them, in kWh.
    let energy: Int128
    /// Bids, not steps.
    let counts: [GrantdAuctionStatus.Value: Int]

    /// - Parameters:
    ///   - bids: The bids of a request.
    ///   - results: Their results, in the same order.
    init(_ bids: [GrantdAuctionBid], _ results: [GrantdAuctionResult]) {
        var steps: [Step] = []
        var counts: [GrantdAuctionStatus.Value: Int] = [:]
        for (bid, result) in zip(bids, results) {
            counts[result.status, default: 0] += 1
            guard result.status != .rejected, bid.energyKwh > 0 else { continue }
            steps.append(
                Step(
                    status: result.status,
                    bidID: bid.bidID,
                    energy: Int128(bid.energyKwh),
                    lowestPrice: bid.priceE4YuanPerKwh,
                    price: bid.priceE4YuanPerKwh
                )
            )
        }
        // By status first, which is by price too, and keeps the bids of one price and one status together.
        let ranked = steps.enumerated().sorted {
            ($0.element.status.rawValue, $0.element.price, $0.offset)
                < ($1.element.status.rawValue, $1.element.price, $1.offset)
        }
        self.energy = steps.reduce(0) { $0 + $1.energy }
        self.counts = counts
        self.steps = Self.thinned(ranked.map { $0.element }, energy: self.energy)
    }

    /// Joins neighbours of one status until each step, but for the last of a status, is as wide as there is room for.
    private static func thinned(_ steps: [Step], energy: Int128) -> [Step] {
        guard steps.count > Self.mostSteps else { return steps }
        // Three statuses, so up to three narrow ones.
        let least = energy / Int128(Self.mostSteps - 3) + 1
        var joined: [Step] = []
        for step in steps {
            guard var last = joined.last, last.status == step.status, last.energy < least else {
                joined.append(step)
                continue
            }
            last.bids += step.bids
            last.energy += step.energy
            last.price = step.price
            joined[joined.count - 1] = last
        }
        return joined
    }
}
