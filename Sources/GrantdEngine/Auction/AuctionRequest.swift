//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import GrantdPolicy
internal import GrantdSchema

/// A `ClearAuctionRequest` as it came, decoded: what is unset is still to be told from what is set.
struct AuctionRequest {
    /// The most bids of an auction.
    static let mostBids = 100_000
    /// What decoding an auction may take: protobuf-c's structs for that many bids and the text of a whole request.
    private static let arenaBytes = 48 << 20

    private let layout = Layout()
    private let arena: Arena
    private let base: UnsafeRawPointer
    private let entries: UnsafeBufferPointer<UnsafeRawPointer?>

    /// Decodes a request.
    ///
    /// - Throws: A bad request or over a limit, with the field.
    init(_ bytes: UnsafeRawBufferPointer) throws(CallError) {
        self.arena = Arena(limit: Self.arenaBytes, retained: 64 << 10)
        let decoder = MessageDecoder(.clearAuctionRequest, maximumEntries: Self.mostBids)
        self.base = try RequestDecoder(decoder).decode(bytes, into: self.arena)
        self.entries = self.layout.bids.entries(self.base)
    }

    /// Where the fields lie.
    private struct Layout {
        let auctionID = MessageType.clearAuctionRequest.address("auction_id")
        let volume = MessageType.clearAuctionRequest.scalar("mechanism_volume_kwh")
        let priceCap = MessageType.clearAuctionRequest.scalar("price_cap_e4yuan_per_kwh")
        let priceFloor = MessageType.clearAuctionRequest.scalar("price_floor_e4yuan_per_kwh")
        let asOf = MessageType.clearAuctionRequest.address("as_of")
        let bids = MessageType.clearAuctionRequest.list("bids")
        let bidID = MessageType.auctionBid.address("bid_id")
        let price = MessageType.auctionBid.scalar("price_e4yuan_per_kwh")
        let energy = MessageType.auctionBid.scalar("energy_kwh")
        let limit = MessageType.auctionBid.scalar("energy_limit_kwh")
    }

    var auctionID: UnsafePointer<CChar>? { self.layout.auctionID.text(self.base) }
    var volume: Int64? { self.layout.volume.int64(self.base) }
    var priceCap: Int64? { self.layout.priceCap.int64(self.base) }
    var priceFloor: Int64? { self.layout.priceFloor.int64(self.base) }
    var bidCount: Int { self.entries.count }

    func bidID(_ index: Int) -> UnsafePointer<CChar>? {
        self.entries[index].flatMap { self.layout.bidID.text($0) }
    }

    /// The day for which the auction is cleared, in days since 1970-01-01; `nil` where none is given.
    ///
    /// - Throws: A bad request, where it is no civil date.
    func asOf() throws(CallError) -> Int64? {
        guard let text = self.layout.asOf.text(self.base) else { return nil }
        guard let (days, _) = civilDay(text) else { throw .badRequest(notADate(text), field: "as_of") }
        return days
    }

    /// The place of a figure, or of an id, that makes the auction none; `nil` where there is no such.
    ///
    /// - Parameter highestPriceCap: The most that the price cap may be.
    func invalidField(highestPriceCap: Int64?) -> String? {
        let fault = RenewablesAuction.fault(
            volume: self.volume,
            priceCap: self.priceCap,
            priceFloor: self.priceFloor,
            highestPriceCap: highestPriceCap
        )
        switch fault {
        case .volumeNotPositive?: return "mechanism_volume_kwh"
        case .priceCapNotPositive?, .priceCapTooHigh?: return "price_cap_e4yuan_per_kwh"
        case .priceFloorOverCap?: return "price_floor_e4yuan_per_kwh"
        case nil: return self.repeatedBid().map { "bids[\($0)].bid_id" }
        }
    }

    /// The first bid whose id an earlier one has already.
    private func repeatedBid() -> Int? {
        let named = (0..<self.bidCount).compactMap { index in self.bidID(index).map { (id: $0, index: index) } }
        let sorted = named.sorted { left, right in
            let order = strcmp(left.id, right.id)
            return order == 0 ? left.index < right.index : order < 0
        }
        return zip(sorted, sorted.dropFirst()).lazy.filter { strcmp($0.id, $1.id) == 0 }.map(\.1.index).min()
    }

    /// The paths of what is unset, at most so many.
    func missing(atMost most: Int) -> [String] {
        var paths: [String] = []
        if self.auctionID == nil { paths.append("auction_id") }
        if self.volume == nil { paths.append("mechanism_volume_kwh") }
        if self.priceCap == nil { paths.append("price_cap_e4yuan_per_kwh") }
        if self.entries.isEmpty { paths.append("bids") }
        for (index, entry) in self.entries.enumerated() {
            guard paths.count < most else { break }
            guard let entry else { continue }
            if self.layout.bidID.text(entry) == nil { paths.append("bids[\(index)].bid_id") }
            if self.layout.price.int64(entry) == nil { paths.append("bids[\(index)].price_e4yuan_per_kwh") }
            if self.layout.energy.int64(entry) == nil { paths.append("bids[\(index)].energy_kwh") }
            if self.layout.limit.int64(entry) == nil { paths.append("bids[\(index)].energy_limit_kwh") }
        }
        return Array(paths.prefix(most))
    }

    /// The bids, of which every figure is set.
    func bids() -> [RenewablesAuction.Bid] {
        self.entries.compactMap { entry in
            guard let entry, let price = self.layout.price.int64(entry), let energy = self.layout.energy.int64(entry),
                let limit = self.layout.limit.int64(entry)
            else { return nil }
            return RenewablesAuction.Bid(price: price, energy: energy, limit: limit)
        }
    }
}
