//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy

/// The clearing of a year's auction for wind and solar power, 京发改规〔2025〕5号 七 2(2), (4), (5).
///
/// The cheapest bids are taken first, all of one price together. The group that does not fit into what is left of the
/// volume is cut in proportion to the energy bid; each share is rounded down to a kilowatt-hour, and what remains of
/// the volume is allotted to nobody. The dearest price taken is the price of all.
///
/// Bids are taken as they come: two with one identity, and figures that are not set, are found on the request before.
/// No figure of 64 bits traps; `n` bids take `n log n` steps.
struct RenewablesAuction: Sendable, Equatable {
    /// The energy to be allotted, in kWh.
    let volume: Int64
    /// The highest price that may be bid, in 0.0001 yuan a kWh.
    let priceCap: Int64
    /// The lowest price that may be bid, where the notice sets one. The text sets none: a price may be under 0.
    var priceFloor: Int64?

    /// Why the figures of an auction make none.
    enum Fault: Sendable, Hashable {
        /// The volume is 0 or less.
        case volumeNotPositive
        /// The price cap is 0 or less.
        case priceCapNotPositive
        /// The price cap is over the most that the policy allows.
        case priceCapTooHigh
        /// The price floor is over the price cap: no price could be bid.
        case priceFloorOverCap
    }

    /// The first fault of the figures that are set; `nil` where they have none.
    ///
    /// - Parameter highestPriceCap: The highest price that an auction may be capped at; `nil` where the policy names none.
    static func fault(
        volume: Int64?,
        priceCap: Int64?,
        priceFloor: Int64? = nil,
        highestPriceCap: Int64? = nil
    ) -> Fault? {
        if let volume, volume <= 0 { return .volumeNotPositive }
        guard let priceCap else { return nil }
        if priceCap <= 0 { return .priceCapNotPositive }
        if let highestPriceCap, priceCap > highestPriceCap { return .priceCapTooHigh }
        if let priceFloor, priceFloor > priceCap { return .priceFloorOverCap }
        return nil
    }

    /// What a project, or an aggregator for its projects, offers.
    struct Bid: Sendable, Equatable {
        /// The price asked for, in 0.0001 yuan a kWh.
        var price: Int64
        /// The energy offered, in kWh.
        var energy: Int64
        /// The most energy that may be offered, in kWh.
        var limit: Int64
    }

    /// What became of a bid.
    enum Status: String, Sendable {
        /// Taken whole.
        case selected = "SELECTED"
        /// Cut to its share.
        case marginal = "MARGINAL"
        /// Dearer than what was taken, or its share is under 1 kWh.
        case notSelected = "NOT_SELECTED"
        /// Against a rule of the auction.
        case rejected = "REJECTED"
    }

    /// The rules by which a bid is rejected, in the order in which they are asked.
    enum Rule: String, Sendable, CaseIterable {
        /// The energy is 0 or less.
        case noEnergy = "no-energy"
        /// The price is under the auction's floor.
        case priceBelowFloor = "price-below-floor"
        /// The price is over the auction's cap.
        case priceAboveCap = "price-above-cap"
        /// The energy is over the bid's own limit. Such a bid is refused, not cut.
        case energyAboveLimit = "energy-above-limit"
    }

    /// One bid's part in the clearing.
    struct Result: Sendable, Equatable {
        let status: Status
        /// The energy allotted, in kWh: never more than was offered.
        let energy: Int64
        /// The first rule that the bid is against; only where it is rejected.
        let rule: Rule?

        static let notSelected = Result(status: .notSelected, energy: 0, rule: nil)
    }

    /// What became of the auction.
    enum Outcome: String, Sendable {
        /// The volume, the price cap or the price floor is none: nothing was cleared.
        case invalid = "INVALID"
        /// No bid got a kilowatt-hour.
        case nothingSelected = "NOTHING_SELECTED"
        /// At least one did.
        case cleared = "CLEARED"
    }

    /// The auction, cleared.
    struct Clearing: Sendable, Equatable {
        let outcome: Outcome
        /// The price of every bid with energy allotted, in 0.0001 yuan a kWh; only where the auction cleared.
        let price: Int64?
        /// The energy allotted to all bids, in kWh.
        let allocated: Int64
        /// The rest of the volume, in kWh; 0 where the auction is invalid.
        let unallocated: Int64
        /// One for each bid, in their order; none where the auction is invalid.
        let results: [Result]
    }

    /// Clears the auction.
    func clear(_ bids: [Bid]) -> Clearing {
        guard Self.fault(volume: self.volume, priceCap: self.priceCap, priceFloor: self.priceFloor) == nil else {
            return Clearing(outcome: .invalid, price: nil, allocated: 0, unallocated: 0, results: [])
        }
        var results = bids.map { bid in
            self.rejection(of: bid).map { Result(status: .rejected, energy: 0, rule: $0) } ?? .notSelected
        }
        // Positions, cheapest first. Bids of one price are treated alike, so their order among themselves is of no
        // account.
        let ranked = bids.indices.filter { results[$0].rule == nil }.sorted { bids[$0].price < bids[$1].price }

        var left = self.volume
        var price: Int64?
        var start = ranked.startIndex
        while left > 0, start < ranked.endIndex {
            let groupPrice = bids[ranked[start]].price
            var end = start
            // 100,000 bids of nearly 2^63 kWh are under 2^80.
            var groupEnergy: UInt128 = 0
            while end < ranked.endIndex, bids[ranked[end]].price == groupPrice {
                groupEnergy += UInt128(bids[ranked[end]].energy)
                end += 1
            }
            let before = left
            let fits = groupEnergy <= UInt128(before)
            for position in ranked[start..<end] {
                let energy = fits ? bids[position].energy : Self.share(of: before, bids[position].energy, groupEnergy)
                guard energy > 0 else { continue }
                results[position] = Result(status: fits ? .selected : .marginal, energy: energy, rule: nil)
                // The group's shares together are at most `before`.
                left -= energy
                price = groupPrice
            }
            // The cut is the last: whatever odd kilowatt-hours it leaves are for nobody dearer.
            guard fits else { break }
            start = end
        }
        return Clearing(
            outcome: price == nil ? .nothingSelected : .cleared,
            price: price,
            allocated: self.volume - left,
            unallocated: left,
            results: results
        )
    }

    /// The first rule that a bid is against.
    private func rejection(of bid: Bid) -> Rule? {
        if bid.energy <= 0 { return .noEnergy }
        if let priceFloor, bid.price < priceFloor { return .priceBelowFloor }
        if bid.price > self.priceCap { return .priceAboveCap }
        return bid.energy > bid.limit ? .energyAboveLimit : nil
    }

    /// `left` × `energy` / `groupEnergy`, rounded down. All are over 0 and `energy` is a part of `groupEnergy`, so the
    /// product is under 2^126 and the share at most `left`.
    private static func share(of left: Int64, _ energy: Int64, _ groupEnergy: UInt128) -> Int64 {
        Int64(UInt128(left) * UInt128(energy) / groupEnergy)
    }
}
