//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdSchema
internal import GrantdTesting
internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

/// The auction's clearing: worked examples, then what holds for every auction.
struct RenewablesAuctionTests {
    typealias Auction = RenewablesAuction

    /// An auction with what it must come to. Bids are `(price, energy, limit)`, results `S`, `M`, `N` or a rule's name
    /// with the energy.
    struct Example: Sendable, CustomTestStringConvertible {
        let name: String
        var volume: Int64 = 1_000
        var priceCap: Int64 = 3_598
        var priceFloor: Int64?
        let bids: [(price: Int64, energy: Int64, limit: Int64)]
        let results: [(mark: String, energy: Int64)]
        let price: Int64?

        var testDescription: String { self.name }
    }

    private static let large: Int64 = 1_000_000_000_000

    static let examples: [Example] = [
        Example(
            name: "the margin is cut pro rata, the odd kilowatt-hour stays",
            volume: 1_001,
            bids: [(3_000, 400, large), (3_200, 500, large), (3_200, 700, large), (3_300, 9, large)],
            results: [("S", 400), ("M", 250), ("M", 350), ("N", 0)],
            price: 3_200
        ),
        Example(name: "no bid", bids: [], results: [], price: nil),
        Example(name: "one bid that fits", bids: [(3_000, 999, large)], results: [("S", 999)], price: 3_000),
        Example(name: "one bid that just fits", bids: [(3_000, 1_000, large)], results: [("S", 1_000)], price: 3_000),
        Example(
            name: "one bid that does not fit",
            bids: [(3_000, 1_001, large)],
            results: [("M", 1_000)],
            price: 3_000
        ),
        Example(
            name: "a group that uses the volume up sets the price, not the next",
            bids: [(3_100, 1, large), (3_000, 600, large), (3_000, 400, large)],
            results: [("N", 0), ("S", 600), ("S", 400)],
            price: 3_000
        ),
        Example(
            name: "dearer bids that would fit do not get what a cut leaves",
            volume: 10,
            bids: [(100, 7, large), (100, 7, large), (100, 7, large), (101, 1, large)],
            results: [("M", 3), ("M", 3), ("M", 3), ("N", 0)],
            price: 100
        ),
        Example(
            name: "a share under 1 is none",
            volume: 10,
            bids: [(100, 1, large), (100, 99, large)],
            results: [("N", 0), ("M", 9)],
            price: 100
        ),
        Example(
            name: "every share under 1: the price is the cheaper group's",
            volume: 11,
            bids: [(100, 10, large), (200, 5, large), (200, 5, large), (300, 1, large)],
            results: [("S", 10), ("N", 0), ("N", 0), ("N", 0)],
            price: 100
        ),
        Example(
            name: "every share under 1, nothing cheaper: nothing is selected",
            volume: 1,
            bids: [(200, 5, large), (200, 5, large), (300, 1, large)],
            results: [("N", 0), ("N", 0), ("N", 0)],
            price: nil
        ),
        Example(
            name: "each rule",
            priceCap: 3_000,
            priceFloor: 1_500,
            bids: [
                (3_000, 0, large), (3_000, -1, large), (1_499, 5, large), (3_001, 5, large), (3_000, 6, 5),
                (3_000, 5, 5), (1_500, 5, 5), (3_000, 5, 0), (3_000, 5, -1),
            ],
            results: [
                ("no-energy", 0), ("no-energy", 0), ("price-below-floor", 0), ("price-above-cap", 0),
                ("energy-above-limit", 0), ("S", 5), ("S", 5), ("energy-above-limit", 0), ("energy-above-limit", 0),
            ],
            price: 3_000
        ),
        Example(
            name: "the first rule that holds",
            priceCap: 3_000,
            priceFloor: 0,
            bids: [(-1, 0, -1), (3_001, 0, -1), (-1, 5, 4), (3_001, 5, 4)],
            results: [("no-energy", 0), ("no-energy", 0), ("price-below-floor", 0), ("price-above-cap", 0)],
            price: nil
        ),
        Example(
            name: "without a floor a price under 0 is the cheapest",
            bids: [(0, 600, large), (-1, 300, large), (-3_598, 200, large)],
            results: [("M", 500), ("S", 300), ("S", 200)],
            price: 0
        ),
        Example(
            name: "a price under 0 clears",
            bids: [(-1, 10, large), (-7, 10, large)],
            results: [("S", 10), ("S", 10)],
            price: -1
        ),
        Example(
            name: "a floor under 0",
            priceFloor: -5,
            bids: [(-6, 10, large), (-5, 10, large)],
            results: [("price-below-floor", 0), ("S", 10)],
            price: -5
        ),
        Example(
            name: "a floor that is the cap leaves one price",
            priceCap: 3_000,
            priceFloor: 3_000,
            bids: [(2_999, 10, large), (3_000, 10, large), (3_001, 10, large)],
            results: [("price-below-floor", 0), ("S", 10), ("price-above-cap", 0)],
            price: 3_000
        ),
        Example(
            name: "a rejected bid sets no price and uses no volume",
            priceCap: 3_000,
            bids: [(3_001, 1_000, large), (2_999, 2_000, 1_999), (2_000, 10, large)],
            results: [("price-above-cap", 0), ("energy-above-limit", 0), ("S", 10)],
            price: 2_000
        ),
        Example(
            name: "a price of 0 clears",
            bids: [(0, 10, 10), (0, 20, 20)],
            results: [("S", 10), ("S", 20)],
            price: 0
        ),
        Example(
            name: "the product passes 64 bits",
            volume: 10_000_000_000,
            bids: [(100, 9_999_999_999, large), (100, 9_999_999_999, large), (100, 2, large)],
            // 10^10 × 9,999,999,999 / (2 × 10^10) = 4,999,999,999.5; of the 2 kWh exactly 1.
            results: [("M", 4_999_999_999), ("M", 4_999_999_999), ("M", 1)],
            price: 100
        ),
        Example(
            name: "the group's sum passes 64 bits",
            volume: .max,
            bids: [(100, .max, .max), (100, .max, .max), (100, .max, .max)],
            // A third of 2^63 - 1 is 3,074,457,345,618,258,602 and a third: 1 kWh stays.
            results: [("M", .max / 3), ("M", .max / 3), ("M", .max / 3)],
            price: 100
        ),
        Example(
            name: "the largest bid fits the largest volume",
            volume: .max,
            bids: [(100, .max, .max), (101, .max, .max)],
            results: [("S", .max), ("N", 0)],
            price: 100
        ),
        Example(
            name: "the ends of 64 bits are refused, not trapped on",
            volume: .max,
            bids: [
                (.min, .min, .min), (.max, .max, .min), (.min, .max, .max - 1), (.max, .min, .max),
                (1, .max, .max - 1), (1, 1, .max),
            ],
            results: [
                ("no-energy", 0), ("price-above-cap", 0), ("energy-above-limit", 0), ("no-energy", 0),
                ("energy-above-limit", 0), ("S", 1),
            ],
            price: 1
        ),
        Example(
            name: "the least price of 64 bits is a bid",
            volume: .max,
            bids: [(.min, .max - 1, .max), (3_598, .max, .max)],
            results: [("S", .max - 1), ("M", 1)],
            price: 3_598
        ),
    ]

    private func bids(_ example: Example) -> [Auction.Bid] {
        example.bids.map { Auction.Bid(price: $0.price, energy: $0.energy, limit: $0.limit) }
    }

    private func mark(_ result: Auction.Result) -> String {
        switch result.status {
        case .selected: "S"
        case .marginal: "M"
        case .notSelected: "N"
        case .rejected: result.rule?.rawValue ?? "?"
        }
    }

    @Test("worked examples", arguments: examples)
    func example(_ example: Example) {
        let auction = Auction(volume: example.volume, priceCap: example.priceCap, priceFloor: example.priceFloor)
        let clearing = auction.clear(self.bids(example))
        #expect(clearing.outcome == (example.price == nil ? .nothingSelected : .cleared))
        #expect(clearing.price == example.price)
        #expect(clearing.results.map(self.mark) == example.results.map(\.mark))
        #expect(clearing.results.map(\.energy) == example.results.map(\.energy))
        #expect(clearing.allocated == example.results.reduce(0) { $0 + $1.energy })
        #expect(clearing.allocated + clearing.unallocated == example.volume)
    }

    @Test(
        "figures that make no auction",
        arguments: [
            (0, 3_598, .volumeNotPositive), (-1, 3_598, .volumeNotPositive), (.min, 0, .volumeNotPositive),
            (1, 0, .priceCapNotPositive), (1, -1, .priceCapNotPositive), (.max, .min, .priceCapNotPositive),
            (1, 3_599, .priceCapTooHigh), (.max, .max, .priceCapTooHigh),
            (nil, 3_599, .priceCapTooHigh), (nil, 0, .priceCapNotPositive), (0, nil, .volumeNotPositive),
            (1, 1, nil), (.max, 3_598, nil), (nil, 3_598, nil), (1, nil, nil), (nil, nil, nil),
        ] as [(Int64?, Int64?, Auction.Fault?)]
    )
    func fault(volume: Int64?, priceCap: Int64?, expected: Auction.Fault?) {
        #expect(Auction.fault(volume: volume, priceCap: priceCap, highestPriceCap: 3_598) == expected)
        let withoutLimit = expected == .priceCapTooHigh ? nil : expected
        #expect(Auction.fault(volume: volume, priceCap: priceCap) == withoutLimit)
        guard let volume, let priceCap, withoutLimit != nil else { return }
        self.isInvalid(Auction(volume: volume, priceCap: priceCap))
    }

    @Test(
        "a floor is at most the cap, whatever its sign; a fault of the cap comes first",
        arguments: [
            (3_598, 3_598, nil), (3_597, 3_598, .priceFloorOverCap), (1, 0, nil), (1, -1, nil), (1, .min, nil),
            (1, 2, .priceFloorOverCap), (1, .max, .priceFloorOverCap), (0, 1, .priceCapNotPositive),
            (3_599, 3_600, .priceCapTooHigh), (nil, .max, nil),
        ] as [(Int64?, Int64, Auction.Fault?)]
    )
    func floor(priceCap: Int64?, priceFloor: Int64, expected: Auction.Fault?) {
        let fault = Auction.fault(volume: 1, priceCap: priceCap, priceFloor: priceFloor, highestPriceCap: 3_598)
        #expect(fault == expected)
        guard let priceCap, expected == .priceFloorOverCap else { return }
        self.isInvalid(Auction(volume: 1, priceCap: priceCap, priceFloor: priceFloor))
    }

    private func isInvalid(_ auction: Auction) {
        let clearing = auction.clear([Auction.Bid(price: 1, energy: 1, limit: 1)])
        #expect(
            clearing == Auction.Clearing(outcome: .invalid, price: nil, allocated: 0, unallocated: 0, results: [])
        )
    }

    // MARK: - The policy's part

    /// The policies with an auction rule of 2027 beside that of the text: a cap of 3,000 at most.
    private func twoVersions() throws -> PolicySet {
        let file = try #require(PolicySet.builtInFiles().first { $0.name == "renewables-settlement.yaml" })
        let text = String(decoding: file.bytes, as: UTF8.self)
        let start = try #require(text.range(of: "  - id: bid-limit\n"))
        let end = try #require(text.range(of: "  - id: commissioning\n"))
        let measure = String(text[start.lowerBound..<end.lowerBound])
        let later = """
                versions:
                  - in_force: {from: 2027-01-01, until: 2027-12-31}
                    figures: {benchmark-price: 3000}

            """
        return try EditedPolicies.load("renewables-settlement", [(measure, measure + later)])
    }

    private func clear(_ request: [String: Any], _ policies: PolicySet) throws -> [String: Any] {
        let answer = AuctionAnswer(policies)
        let bytes = try JSONMessage.encode(request, as: .clearAuctionRequest)
        let reply = try bytes.withUnsafeBytes { try answer.answer($0, limit: 1 << 20) }
        return try Caller.decode(reply, as: .clearAuctionResponse)
    }

    @Test(
        "the most that a cap may be comes from the version in force on the day asked about, without one from the newest",
        arguments: [
            ("2026-12-31", 3_598, true), ("2026-12-31", 3_599, false), ("2025-11-06", 3_001, true),
            ("2027-01-01", 3_000, true), ("2027-01-01", 3_001, false), ("2027-12-31", 3_000, true),
            (nil, 3_000, true), (nil, 3_001, false),
        ] as [(String?, Int64, Bool)]
    )
    func versions(asOf: String?, priceCap: Int64, isCleared: Bool) throws {
        var request: [String: Any] = [
            "auction_id": "x", "mechanism_volume_kwh": 1, "price_cap_e4yuan_per_kwh": priceCap,
            "bids": [["bid_id": "a", "price_e4yuan_per_kwh": 1, "energy_kwh": 1, "energy_limit_kwh": 1]],
        ]
        if let asOf { request["as_of"] = asOf }
        let response = try self.clear(request, try self.twoVersions())
        #expect(response["outcome"] as? String == (isCleared ? "CLEARED" : "INVALID"))
        #expect(response["field"] as? String == (isCleared ? nil : "price_cap_e4yuan_per_kwh"))
        let policy = try #require(response["policy"] as? [String: Any])
        let isNewer = asOf.map { $0 >= "2027" } ?? true
        #expect(policy["in_force_from"] as? String == (isNewer ? "2027-01-01" : "2025-11-06"))
    }

    @Test("a day on which no version is in force is refused", arguments: ["2025-11-05", "2028-01-01"])
    func outOfForce(asOf: String) throws {
        let policies = try self.twoVersions()
        let error = #expect(throws: CallError.self) { _ = try self.clear(["as_of": asOf], policies) }
        #expect(error?.code == 1003)
        #expect(error?.field == "as_of")
    }

    // MARK: - What holds for every auction

    /// Random numbers that are the same in every run.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            self.state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = self.state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    private static let edges: [Int64] = [.min, .min + 1, -1, 0, 1, 2, 3_597, 3_598, 3_599, .max - 1, .max]

    /// A figure of one of several sizes, so that groups, cuts, refusals and the ends of 64 bits all come up.
    private func figure(_ generator: inout Generator) -> Int64 {
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: Self.edges.randomElement(using: &generator) ?? 0
        case 1: Int64.random(in: .min ... .max, using: &generator)
        case 2: Int64.random(in: 1 ... .max, using: &generator)
        case 3: Int64.random(in: 1...20_000_000_000, using: &generator)
        default: Int64.random(in: 1...50, using: &generator)
        }
    }

    private func auction(_ generator: inout Generator) -> (Auction, [Auction.Bid]) {
        let volume = max(self.figure(&generator), 1)
        let priceCap = Int64.random(in: 1...3_598, using: &generator)
        let floors: [Int64?] = [nil, nil, -20, 0, 3, .min, priceCap]
        let priceFloor = (floors.randomElement(using: &generator) ?? nil).map { min($0, priceCap) }
        let auction = Auction(volume: volume, priceCap: priceCap, priceFloor: priceFloor)
        // Few prices make large groups.
        let prices = Int64.random(in: 0...12, using: &generator)
        let bids = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
            let energy = self.figure(&generator)
            let isPlain = Int.random(in: 0..<8, using: &generator) > 0
            return Auction.Bid(
                price: isPlain ? Int64.random(in: -3...prices, using: &generator) : self.figure(&generator),
                energy: energy,
                limit: isPlain ? .max : self.figure(&generator)
            )
        }
        return (auction, bids)
    }

    private func forEachAuction(
        _ count: Int = 3_000,
        seed: UInt64,
        _ body: (Auction, [Auction.Bid], Auction.Clearing, inout Generator) -> Void
    ) {
        var generator = Generator(state: seed)
        for _ in 0..<count {
            let (auction, bids) = self.auction(&generator)
            body(auction, bids, auction.clear(bids), &generator)
        }
    }

    @Test("never more than the volume, and the two parts make the volume")
    func volume() {
        self.forEachAuction(seed: 1) { auction, bids, clearing, _ in
            // In 128 bits, so that the sum cannot hide an excess.
            let sum = clearing.results.reduce(UInt128(0)) { $0 + UInt128($1.energy) }
            #expect(sum == UInt128(clearing.allocated))
            #expect(clearing.allocated >= 0 && clearing.unallocated >= 0)
            #expect(UInt128(clearing.allocated) + UInt128(clearing.unallocated) == UInt128(auction.volume))
            #expect(clearing.results.count == bids.count)
        }
    }

    @Test("never more to a bid than it offered; statuses and energies agree")
    func offers() {
        self.forEachAuction(seed: 2) { auction, bids, clearing, _ in
            for (bid, result) in zip(bids, clearing.results) {
                let isUnderFloor = auction.priceFloor.map { bid.price < $0 } ?? false
                let refused =
                    bid.energy <= 0 || isUnderFloor || bid.price > auction.priceCap || bid.energy > bid.limit
                #expect(refused == (result.status == .rejected))
                #expect((result.rule != nil) == (result.status == .rejected))
                switch result.status {
                case .selected: #expect(result.energy == bid.energy)
                case .marginal: #expect(result.energy > 0 && result.energy < bid.energy)
                case .notSelected, .rejected: #expect(result.energy == 0)
                }
            }
        }
    }

    @Test("dearer bids never before cheaper ones")
    func merit() {
        self.forEachAuction(seed: 3) { _, bids, clearing, _ in
            let taken = zip(bids, clearing.results).filter { $0.1.energy > 0 }
            #expect(clearing.price == taken.map(\.0.price).max())
            #expect(clearing.outcome == (taken.isEmpty ? .nothingSelected : .cleared))
            guard let price = clearing.price else { return }
            for (bid, result) in zip(bids, clearing.results) where result.status != .rejected {
                // Cheaper than the margin is whole, dearer is nothing.
                if bid.price < price { #expect(result.status == .selected) }
                if bid.price > price { #expect(result.status == .notSelected) }
            }
        }
    }

    @Test("a cut uses the volume up but for fewer kilowatt-hours than it has bids")
    func remainder() {
        self.forEachAuction(seed: 4) { auction, bids, clearing, _ in
            let accepted = zip(bids, clearing.results).filter { $0.1.status != .rejected }
            let offered = accepted.reduce(UInt128(0)) { $0 + UInt128($1.0.energy) }
            if offered <= UInt128(auction.volume) {
                #expect(accepted.allSatisfy { $0.1.status == .selected })
                return
            }
            // The cheapest group that is not taken whole is the one that was cut.
            let cut = accepted.filter { $0.1.status != .selected }.map(\.0.price).min()
            #expect(clearing.unallocated < Int64(accepted.count { $0.0.price == cut }))
        }
    }

    @Test("within the cut group, shares follow the energy bid")
    func proportion() {
        self.forEachAuction(seed: 5) { auction, bids, clearing, _ in
            let accepted = zip(bids, clearing.results).filter { $0.1.status != .rejected }
            guard let price = accepted.filter({ $0.1.status != .selected }).map(\.0.price).min() else { return }
            let group = accepted.filter { $0.0.price == price }
            let whole = accepted.filter { $0.0.price < price }.reduce(UInt128(0)) { $0 + UInt128($1.0.energy) }
            let left = UInt128(auction.volume) - whole
            let energy = group.reduce(UInt128(0)) { $0 + UInt128($1.0.energy) }
            for (bid, result) in group {
                // Multiplied out: left × energy / group, less under 1.
                let exact = left.multipliedFullWidth(by: UInt128(bid.energy))
                let given = energy.multipliedFullWidth(by: UInt128(result.energy))
                let next = energy.multipliedFullWidth(by: UInt128(result.energy) + 1)
                #expect((given.high, given.low) <= (exact.high, exact.low))
                #expect((next.high, next.low) > (exact.high, exact.low))
            }
        }
    }

    @Test("the order of the bids is of no account")
    func order() {
        self.forEachAuction(1_500, seed: 6) { auction, bids, clearing, generator in
            let places = bids.indices.shuffled(using: &generator)
            let shuffled = auction.clear(places.map { bids[$0] })
            #expect(shuffled.outcome == clearing.outcome && shuffled.price == clearing.price)
            #expect(shuffled.allocated == clearing.allocated && shuffled.unallocated == clearing.unallocated)
            #expect(shuffled.results == places.map { clearing.results[$0] })
        }
    }

    @Test("a rejected bid changes nothing for the others")
    func rejected() {
        self.forEachAuction(1_500, seed: 7) { auction, bids, clearing, _ in
            let kept = bids.indices.filter { clearing.results[$0].status != .rejected }
            let again = auction.clear(kept.map { bids[$0] })
            #expect(again.results == kept.map { clearing.results[$0] })
            #expect(again.price == clearing.price && again.allocated == clearing.allocated)
        }
    }

    @Test("100,000 bids of the largest energy")
    func many() {
        let bids = (0..<100_000).map { index in
            Auction.Bid(price: Int64(index % 2), energy: .max, limit: .max)
        }
        let clearing = Auction(volume: .max, priceCap: 1).clear(bids)
        #expect(clearing.outcome == .cleared)
        #expect(clearing.price == 0)
        // The cheaper half shares the volume alike.
        #expect(clearing.allocated == Int64.max / 50_000 * 50_000)
        #expect(clearing.unallocated == Int64.max % 50_000)
        #expect(clearing.results[0].energy == Int64.max / 50_000)
        #expect(clearing.results[1] == .notSelected)
    }
}
