//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages
internal import GrantdServer
internal import GrantdService
internal import GrantdTesting
internal import SwiftProtobuf
internal import Testing

/// `ClearAuction` over a real connection: its answers, its one exception to the size of a frame, its place beside the
/// event loop.
@Suite
struct AuctionTests {
    private static let service = "grantd.v1.RenewablesAuction"

    private static func bid(_ id: String, _ price: Int64, _ energy: Int64) -> GrantdAuctionBid {
        .with {
            $0.bidID = id
            $0.priceE4YuanPerKwh = price
            $0.energyKwh = energy
            $0.energyLimitKwh = 1_000_000
        }
    }

    private static func request(_ bids: [GrantdAuctionBid]) -> GrantdClearAuctionRequest {
        .with {
            $0.auctionID = "2026"
            $0.mechanismVolumeKwh = 1001
            $0.priceCapE4YuanPerKwh = 3598
            $0.bids = bids
        }
    }

    private static let bids = [bid("a", 3000, 400), bid("b", 3200, 500), bid("c", 3200, 700), bid("d", 3300, 9)]

    private static func clear(_ request: GrantdClearAuctionRequest) async throws -> GrantdClearAuctionResponse {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                let reply = try await peer.call(Self.service, "ClearAuction", payload: try request.serializedBytes())
                #expect(reply.code == 0, "\(reply.text)")
                return try GrantdClearAuctionResponse(serializedBytes: reply.payload)
            }
        }
    }

    @Test("the cheapest bids are taken, the dearest group is cut, results come in the order of the request")
    func cleared() async throws {
        let response = try await Self.clear(Self.request(Self.bids.reversed()))
        #expect(response.auctionID == "2026")
        #expect(response.outcome == .cleared)
        #expect(response.clearingPriceE4YuanPerKwh == 3200)
        #expect(response.allocatedKwh == 1000)
        #expect(response.unallocatedKwh == 1)
        #expect(response.results.map(\.bidID) == ["d", "c", "b", "a"])
        #expect(response.results.map(\.status) == [.notSelected, .marginal, .marginal, .selected])
        #expect(response.results.map(\.mechanismKwh) == [0, 350, 250, 400])
        #expect(response.results.allSatisfy { !$0.hasRule })
        #expect(response.policy.documentNumber == "京发改规〔2025〕5号")
        #expect(response.policy.digest.count == 64)
    }

    @Test("a bid against a rule is rejected, and the rule is named")
    func rejected() async throws {
        var request = Self.request([Self.bid("a", -2, 400), Self.bid("b", 3599, 0), Self.bid("c", 3599, 1)])
        request.priceFloorE4YuanPerKwh = -1
        let response = try await Self.clear(request)
        #expect(response.outcome == .nothingSelected)
        #expect(!response.hasClearingPriceE4YuanPerKwh)
        #expect(response.allocatedKwh == 0)
        #expect(response.unallocatedKwh == 1001)
        #expect(response.results.map(\.status) == [.rejected, .rejected, .rejected])
        #expect(response.results.map(\.rule) == ["price-below-floor", "no-energy", "price-above-cap"])
    }

    @Test("a price under 0 is a bid, and may be the one that all get")
    func negativePrice() async throws {
        let response = try await Self.clear(Self.request([Self.bid("a", -1, 400), Self.bid("b", -20, 100)]))
        #expect(response.outcome == .cleared)
        #expect(response.clearingPriceE4YuanPerKwh == -1)
        #expect(response.results.map(\.status) == [.selected, .selected])
        #expect(response.allocatedKwh == 500)
    }

    @Test("a day decides which version of the policy holds; one outside of all and one that is none are refused")
    func asOf() async throws {
        for (day, code): (String, Int32) in [
            ("2025-11-06", 0), ("9999-12-31", 0), ("2025-11-05", 1003), ("2026-02-29", 1003), ("", 1003),
        ] {
            var request = Self.request(Self.bids)
            request.asOf = day
            try await withLiveServer { [request] server in
                try await RawPeer.connect(server.port) { peer async throws in
                    let payload: [UInt8] = try request.serializedBytes()
                    let reply = try await peer.call(Self.service, "ClearAuction", payload: payload)
                    #expect(reply.code == code, "\(day)")
                    guard code == 0 else {
                        #expect(reply.field == "as_of", "\(day)")
                        return
                    }
                    #expect(try GrantdClearAuctionResponse(serializedBytes: reply.payload).outcome == .cleared)
                }
            }
        }
    }

    @Test("what is unset is listed with its place, and nothing is cleared")
    func undetermined() async throws {
        var request = Self.request(Self.bids)
        request.clearMechanismVolumeKwh()
        request.bids[2].clearPriceE4YuanPerKwh()
        let response = try await Self.clear(request)
        #expect(response.outcome == .undetermined)
        #expect(response.missing.map(\.path) == ["mechanism_volume_kwh", "bids[2].price_e4yuan_per_kwh"])
        #expect(response.results.isEmpty)
        #expect(!response.hasAllocatedKwh)
        let nobody = try await Self.clear(Self.request([]))
        #expect(nobody.missing.map(\.path) == ["bids"])
    }

    @Test("figures that cannot be and a repeated id are invalid, whatever is unset")
    func invalid() async throws {
        var request = Self.request(Self.bids)
        request.bids[3].bidID = "b"
        request.clearPriceCapE4YuanPerKwh()
        let repeated = try await Self.clear(request)
        #expect(repeated.outcome == .invalid)
        #expect(repeated.field == "bids[3].bid_id")
        #expect(repeated.results.isEmpty)
        #expect(repeated.missing.isEmpty)
        for (volume, cap, floor, field): (Int64, Int64, Int64?, String) in [
            (0, 3598, nil, "mechanism_volume_kwh"), (.min, 3598, nil, "mechanism_volume_kwh"),
            (1, 3599, nil, "price_cap_e4yuan_per_kwh"), (1, 0, nil, "price_cap_e4yuan_per_kwh"),
            (1, 3599, 3600, "price_cap_e4yuan_per_kwh"), (1, 3500, 3501, "price_floor_e4yuan_per_kwh"),
        ] {
            var request = Self.request(Self.bids)
            request.mechanismVolumeKwh = volume
            request.priceCapE4YuanPerKwh = cap
            if let floor { request.priceFloorE4YuanPerKwh = floor }
            let response = try await Self.clear(request)
            #expect(response.outcome == .invalid)
            #expect(response.field == field)
        }
    }

    @Test("100,000 bids are cleared in one call of some megabytes while the event loop serves others")
    func large() async throws {
        let request = Self.request(
            (0..<100_000).map { Self.bid("project-\($0)-of-very-many-with-a-long-name", 3000, 1) }
        )
        let payload: [UInt8] = try request.serializedBytes()
        #expect(payload.count > 5 << 20)
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                try await peer.send(try RawPeer.frame(Self.service, "ClearAuction", id: 1, payload: payload))
                try await RawPeer.connect(server.port) { other async throws in
                    #expect(try await other.call("grantd.v1.Catalogue", "ListMeasures").code == 0)
                }
                let reply = try await peer.reply()
                #expect(reply.code == 0, "\(reply.text)")
                let response = try GrantdClearAuctionResponse(serializedBytes: reply.payload)
                #expect(response.results.count == 100_000)
                #expect(response.outcome == .nothingSelected)
                // The connection serves on.
                #expect(try await peer.call("grantd.v1.Catalogue", "ListMeasures").code == 0)
            }
        }
    }

    @Test("one bid more than 100,000 is refused with the field")
    func tooMany() async throws {
        let request = Self.request(Array(repeating: GrantdAuctionBid(), count: 100_001))
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                let reply = try await peer.call(Self.service, "ClearAuction", payload: try request.serializedBytes())
                #expect(reply.code != 0)
                #expect(reply.field == "bids")
            }
        }
    }

    @Test("only an auction may be larger than 4 MiB, and none larger than 16 MiB")
    func frameLimit() async throws {
        let five = [UInt8](repeating: 0, count: 5 << 20)
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                let evaluate = try await peer.call("grantd.v1.Calculator", "Evaluate", id: 1, payload: five)
                #expect(evaluate.code == 2004)
                // Taken, and found to be no request.
                let auction = try await peer.call(Self.service, "ClearAuction", id: 2, payload: five)
                #expect(auction.code == 1003)
                let seventeen = [UInt8](repeating: 0, count: 17 << 20)
                let larger = try await peer.call(Self.service, "ClearAuction", id: 3, payload: seventeen)
                #expect(larger.code == 2004)
                #expect(larger.meta.correlationID == 3)
            }
        }
    }

    @Test("a connection that goes away leaves its auction unanswered and the daemon well")
    func closed() async throws {
        let request = Self.request((0..<50_000).map { Self.bid("\($0)", 3000, 1) })
        let frame = try RawPeer.frame(Self.service, "ClearAuction", payload: try request.serializedBytes())
        try await withLiveServer { server in
            for _ in 0..<3 {
                try await RawPeer.connect(server.port) { peer async throws in try await peer.send(frame) }
            }
            try await RawPeer.connect(server.port) { peer async throws in
                #expect(try await peer.call("grpc.health.v1.Health", "Check").code == 0)
            }
        }
    }

    @Test("one connection leaves places for the auctions of others")
    func places() async throws {
        var limits = Limits.defaults
        // What comes in one piece is served in one turn: no answer comes between.
        limits.turn = .seconds(10)
        let payload: [UInt8] = try Self.request([Self.bid("a", 3000, 1)]).serializedBytes()
        try await withLiveServer(limits: limits) { server in
            try await RawPeer.connect(server.port) { peer async throws in
                var frames: [UInt8] = []
                for id in 1...3 {
                    frames += try RawPeer.frame(Self.service, "ClearAuction", id: Int64(id), payload: payload)
                }
                try await peer.send(frames)
                var codes: [Int64: Int32] = [:]
                for _ in 1...3 {
                    let reply = try await peer.reply()
                    codes[reply.meta.correlationID] = reply.code
                }
                #expect(codes == [1: 0, 2: 0, 3: 2004])
                #expect(try await peer.call(Self.service, "ClearAuction", id: 4, payload: payload).code == 0)
            }
        }
    }

    @Test("more auctions at a time than are taken are refused, and each is answered once")
    func busy() async throws {
        let request = Self.request((0..<20_000).map { Self.bid("\($0)", 3000, 1) })
        let payload: [UInt8] = try request.serializedBytes()
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                var frames: [UInt8] = []
                for id in 1...12 {
                    frames += try RawPeer.frame(Self.service, "ClearAuction", id: Int64(id), payload: payload)
                }
                try await peer.send(frames)
                var answered: Set<Int64> = []
                for _ in 1...12 {
                    let reply = try await peer.reply()
                    #expect(reply.code == 0 || reply.code == 2004)
                    #expect(answered.insert(reply.meta.correlationID).inserted)
                }
                #expect(answered == Set(1...12))
            }
        }
    }
}
