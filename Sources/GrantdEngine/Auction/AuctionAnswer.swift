//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdPolicy
internal import GrantdSchema

/// Answers `grantd.v1.RenewablesAuction/ClearAuction`: bytes of a request in, bytes of a reply out.
///
/// Unlike ``Engine`` it keeps no memory between calls and belongs to no thread: an auction of 100,000 bids takes a while,
/// and is cleared beside the event loop.
package struct AuctionAnswer: Sendable {
    /// The most missing places that are listed.
    private static let mostMissing = 1000
    /// The measure whose document and version an answer refers to, and whose fact says how high a price cap may be.
    package static let measure = "renewables-settlement.bid-limit"
    private static let priceCap = "price_cap_e4yuan_per_kwh"

    /// What the policy says of auctions.
    private struct Version {
        let inForce: DateInterval
        /// The most that the price cap of an auction may be; `nil` where the policy names none.
        let highestPriceCap: Int64?
        /// The `PolicyReference`.
        let policy: [UInt8]
    }

    /// By date; none where the programme is not served.
    private let versions: [Version]

    package init(_ policies: PolicySet) {
        let entry = policies.entry(forID: Self.measure).map { policies.entries[$0] }
        self.versions =
            entry.map { entry in
                policies.measures[entry.versions].map { measure in
                    let priceCap = measure.facts.first { $0.holder == .facts && $0.path == Self.priceCap }
                    let policy = MeasureSegments.policy(of: measure, in: policies.programmes[entry.programme])
                    return Version(
                        inForce: measure.inForce,
                        highestPriceCap: priceCap?.maximum,
                        policy: policy.bytes
                    )
                }
            } ?? []
    }

    /// The version in force on a day; the newest without one.
    private func version(on day: Int64?) throws(CallError) -> Version? {
        guard let day else { return self.versions.last }
        guard let version = self.versions.first(where: { $0.inForce.contains(day) }) else {
            throw .badRequest(
                "the policy is not in force on that day; leave as_of out for its newest version",
                field: "as_of"
            )
        }
        return version
    }

    /// Clears the auction of a request.
    ///
    /// - Parameter limit: The most bytes of a reply.
    /// - Throws: A bad request with its field, or over a limit.
    package func answer(_ request: UnsafeRawBufferPointer, limit: Int) throws(CallError) -> [UInt8] {
        let auction = try AuctionRequest(request)
        let version = try self.version(on: auction.asOf())
        let reply = ByteWriter(limit: limit)
        if let id = auction.auctionID {
            reply.write(field: ReplyField.ClearAuctionResponse.auctionID, id, count: cStringCount(id))
        }
        if let field = auction.invalidField(highestPriceCap: version?.highestPriceCap) {
            self.write(.invalid, to: reply)
            reply.write(field: ReplyField.ClearAuctionResponse.field, field)
        } else {
            let missing = auction.missing(atMost: Self.mostMissing)
            if missing.isEmpty {
                self.write(auction, to: reply)
            } else {
                self.write(.undetermined, to: reply)
                for path in missing {
                    var fact = MessageBytes()
                    fact.add(path, field: ReplyField.MissingFact.path)
                    reply.write(field: ReplyField.ClearAuctionResponse.missing, bytes: fact.bytes)
                }
            }
        }
        if let version { reply.write(field: ReplyField.ClearAuctionResponse.policy, bytes: version.policy) }
        guard !reply.isOverLimit else { throw .replyTooLarge }
        // The bytes are the writer's, and good for as long as it lives.
        return withExtendedLifetime(reply) { [UInt8](reply.bytes) }
    }

    /// The contract's outcomes.
    private enum Outcome: Int64 {
        case cleared = 1
        case nothingSelected = 2
        case undetermined = 3
        case invalid = 4
    }

    private func write(_ outcome: Outcome, to reply: ByteWriter) {
        reply.write(field: ReplyField.ClearAuctionResponse.outcome, varint: outcome.rawValue)
    }

    /// Clears an auction of which all is set and right.
    private func write(_ auction: AuctionRequest, to reply: ByteWriter) {
        let rules = RenewablesAuction(
            volume: auction.volume ?? 0,
            priceCap: auction.priceCap ?? 0,
            priceFloor: auction.priceFloor
        )
        let clearing = rules.clear(auction.bids())
        self.write(clearing.outcome == .cleared ? .cleared : .nothingSelected, to: reply)
        if let price = clearing.price {
            reply.write(field: ReplyField.ClearAuctionResponse.clearingPrice, varint: price)
        }
        reply.write(field: ReplyField.ClearAuctionResponse.allocatedKWh, varint: clearing.allocated)
        reply.write(field: ReplyField.ClearAuctionResponse.unallocatedKWh, varint: clearing.unallocated)
        for (index, result) in clearing.results.enumerated() {
            let start = reply.beginMessage(field: ReplyField.ClearAuctionResponse.results)
            if let id = auction.bidID(index) {
                reply.write(field: ReplyField.AuctionResult.bidID, id, count: cStringCount(id))
            }
            reply.write(field: ReplyField.AuctionResult.status, varint: Self.number(of: result.status))
            reply.write(field: ReplyField.AuctionResult.mechanismKWh, varint: result.energy)
            if let rule = result.rule { reply.write(field: ReplyField.AuctionResult.rule, rule.rawValue) }
            reply.endMessage(start)
        }
    }

    /// The contract's number of a status.
    private static func number(of status: RenewablesAuction.Status) -> Int64 {
        switch status {
        case .selected: 1
        case .marginal: 2
        case .notSelected: 3
        case .rejected: 4
        }
    }
}

extension ByteWriter {
    fileprivate func write(field: UInt32, bytes: [UInt8]) {
        bytes.withUnsafeBytes { self.write(field: field, $0) }
    }
}
