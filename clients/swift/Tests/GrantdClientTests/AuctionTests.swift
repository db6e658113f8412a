//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages
internal import NIOCore
internal import SwiftProtobuf
internal import Testing

@testable internal import GrantdClient

/// The one call whose requests may be larger than the others'.
struct AuctionTests {
    private func request(idBytes: Int) -> GrantdClearAuctionRequest {
        .with {
            $0.auctionID = "2026"
            $0.mechanismVolumeKwh = 10
            $0.priceCapE4YuanPerKwh = 3598
            $0.bids = [
                .with {
                    $0.bidID = String(repeating: "b", count: idBytes)
                    $0.priceE4YuanPerKwh = 2500
                    $0.energyKwh = 10
                    $0.energyLimitKwh = 10
                }
            ]
        }
    }

    /// Selects every bid; says how many bytes the first id had in its place.
    private static func clear(_ call: FakeCall) -> [FakeAction] {
        guard call.meta.request.serviceName == "grantd.v1.RenewablesAuction",
            call.meta.request.methodName == "ClearAuction",
            let request = try? GrantdClearAuctionRequest(serializedBytes: MessageBytes(call.payload))
        else { return [call.refuse(1002)] }
        var response = GrantdClearAuctionResponse()
        response.auctionID = request.auctionID
        response.outcome = .cleared
        response.clearingPriceE4YuanPerKwh = 2500
        response.results = request.bids.map { bid in
            GrantdAuctionResult.with {
                $0.bidID = "\(bid.bidID.utf8.count)"
                $0.status = .selected
                $0.mechanismKwh = bid.energyKwh
            }
        }
        return [call.reply(response)]
    }

    /// The code of the error that clearing throws.
    private func code(_ client: GrantdClient, _ request: GrantdClearAuctionRequest) async -> GrantdClientError.Code? {
        do throws(GrantdClientError) {
            _ = try await client.clearAuction(request)
            return nil
        } catch {
            return error.code
        }
    }

    @Test("an auction is cleared by its own service, and each bid has its result")
    func clears() async throws {
        try await withFakeServer {
            Self.clear($0)
        } _: { client async throws in
            let response = try await client.clearAuction(self.request(idBytes: 3))
            #expect(response.auctionID == "2026")
            #expect(response.outcome == .cleared)
            #expect(response.results.map(\.bidID) == ["3"])
            #expect(response.results.map(\.status) == [.selected])
            #expect(response.results.map(\.mechanismKwh) == [10])
        }
    }

    @Test("an auction may be larger than other requests, which stay within their own limit")
    func large() async throws {
        try await withFakeServer {
            Self.clear($0)
        } _: { client async throws in
            let response = try await client.clearAuction(self.request(idBytes: 5 << 20))
            #expect(response.results.map(\.bidID) == ["\(5 << 20)"])
            do throws(GrantdClientError) {
                var application = GrantdApplication()
                application.applicationID = String(repeating: "a", count: 5 << 20)
                _ = try await client.evaluate(application)
                Issue.record("a request of 5 MiB was sent")
            } catch {
                #expect(error.code == .limitExceeded)
            }
        }
    }

    @Test("an auction over its limit is not sent, whatever the other calls' limit")
    func tooLarge() async throws {
        var configuration = GrantdClientConfiguration.forTests
        #expect(configuration.maximumAuctionRequestBytes == 16 << 20)
        configuration.maximumRequestBytes = 10_000
        configuration.maximumAuctionRequestBytes = 1_000
        try await withFakeServer(configuration: configuration) {
            Self.clear($0)
        } _: { client async throws in
            #expect(await self.code(client, self.request(idBytes: 1_000)) == .limitExceeded)
            #expect(await client.statistics().connectionsMade == 0)
            #expect(await self.code(client, self.request(idBytes: 100)) == nil)
        }
    }
}
