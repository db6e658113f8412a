//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdMessages
internal import GrantdServer
internal import GrantdService
internal import GrantdTesting
internal import NIOCore
internal import SwiftProtobuf
internal import Testing

@testable internal import GrantdClient

/// The vectors that every client is held against, over this one's connections.
struct ConformanceTests {
    /// A call and what must come of it.
    private struct Vector {
        let id: String
        let method: GrantdMethod
        let request: ByteBuffer
        /// nil where the call fails.
        let response: (any Message)?
        let error: (code: Int32, field: String)
    }

    private typealias Types = (request: any Message.Type, response: any Message.Type)

    private static let types: [GrantdMethod: Types] = [
        .evaluate: (GrantdEvaluateRequest.self, GrantdAssessment.self),
        .evaluateBatch: (GrantdEvaluateBatchRequest.self, GrantdEvaluateBatchResponse.self),
        GrantdMethod(service: "grantd.v1.Calculator", name: "EvaluateColumns"): (
            GrantdEvaluateColumnsRequest.self, GrantdEvaluateColumnsResponse.self
        ),
        .screen: (GrantdScreenRequest.self, GrantdScreenResponse.self),
        .listMeasures: (GrantdListMeasuresRequest.self, GrantdListMeasuresResponse.self),
        .describeMeasure: (GrantdDescribeMeasureRequest.self, GrantdMeasureDescription.self),
        .listDocuments: (GrantdListDocumentsRequest.self, GrantdListDocumentsResponse.self),
        .getSchema: (GrantdGetSchemaRequest.self, GrantdSchema.self),
        .clearAuction: (GrantdClearAuctionRequest.self, GrantdClearAuctionResponse.self),
        .award: (GrantdAwardRequest.self, GrantdAwardResponse.self),
        .awardBatch: (GrantdAwardBatchRequest.self, GrantdAwardBatchResponse.self),
        .settle: (GrantdSettleRequest.self, GrantdSettleResponse.self),
        .listAwards: (GrantdListAwardsRequest.self, GrantdListAwardsResponse.self),
        .putEnvelope: (GrantdPutEnvelopeRequest.self, GrantdEnvelope.self),
        .listEnvelopes: (GrantdListEnvelopesRequest.self, GrantdListEnvelopesResponse.self),
        .checkHealth: (HealthHealthCheckRequest.self, HealthHealthCheckResponse.self),
    ]

    /// The vectors of a file.
    private static func vectors(_ name: String) throws -> [Vector] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../clients/conformance/\(name).jsonl").standardized
        // What stands in a sequence for the name of its run.
        let text = try String(contentsOf: file, encoding: .utf8)
            .replacing("RRRRRRRRRRRR", with: UUID().uuidString.suffix(12))
        return try text.split(separator: "\n").map { line in
            let form = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            func text(_ name: String) throws -> String { try #require(form[name] as? String) }
            func message(_ name: String, _ type: (any Message.Type)?) throws -> (any Message)? {
                guard let object = form[name] else { return nil }
                return try #require(type).init(jsonUTF8Bytes: JSONSerialization.data(withJSONObject: object))
            }
            let method = GrantdMethod(service: try text("service"), name: try text("method"))
            let error = form["error"] as? [String: Any] ?? [:]
            let request =
                try message("request", self.types[method]?.request)?.serializedBytes()
                ?? [UInt8](#require(Data(base64Encoded: text("request_bytes"))))
            return Vector(
                id: try text("id"),
                method: method,
                request: ByteBuffer(bytes: request),
                response: try message("response", self.types[method]?.response),
                error: (Int32(error["code"] as? Int ?? 0), error["field"] as? String ?? "")
            )
        }
    }

    /// What the daemon's clock shows is no sequence's: as long, and the same for all.
    private static func withoutMoments(_ answer: ByteBuffer) -> [UInt8] {
        let moment = Array("0000-00-00T00:00:00.000Z".utf8)
        let isDigit = moment.map { $0 == UInt8(ascii: "0") }
        var bytes = Array(answer.readableBytesView)
        for start in bytes.indices.dropLast(moment.count - 1) {
            let isMoment = moment.indices.allSatisfy { index in
                let byte = bytes[start + index]
                return isDigit[index] ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) : byte == moment[index]
            }
            if isMoment { bytes.replaceSubrange(start..<start + moment.count, with: moment) }
        }
        return bytes
    }

    @Test(
        "every call of the vectors, and of the sequences in their order, comes out as written",
        arguments: ["vectors", "sequences"]
    )
    func conformance(_ name: String) async throws {
        let vectors = try Self.vectors(name)
        #expect(vectors.count > 10)
        let ledger = AwardLedger()
        defer { ledger.close() }
        var configuration = ServerConfiguration.defaults
        configuration.ledger = ledger
        try await withLiveServer(configuration: configuration) { server in
            var configuration = GrantdClientConfiguration.defaults
            configuration.maximumRequestBytes = 32 << 20
            await withGrantdClient(
                address: GrantdAddress(host: server.host, port: server.port),
                configuration: configuration
            ) { client in
                for vector in vectors {
                    do throws(GrantdClientError) {
                        let answer = try await client.call(
                            vector.method,
                            payload: vector.request,
                            deadline: .seconds(60)
                        )
                        Self.compare(
                            name == "sequences" ? Self.withoutMoments(answer) : Array(answer.readableBytesView),
                            vector
                        )
                    } catch {
                        #expect(vector.response == nil, "\(vector.id): \(error)")
                        #expect(error.code.number == vector.error.code, "\(vector.id): \(error)")
                        #expect(error.field == vector.error.field, "\(vector.id)")
                    }
                }
            }
        }
    }

    /// Compares an answer field by field; it may differ from what is written in the order of its bytes.
    private static func compare(_ answer: [UInt8], _ vector: Vector) {
        guard let wanted = vector.response else {
            Issue.record("\(vector.id): an answer in place of an error")
            return
        }
        let found = try? type(of: wanted).init(serializedBytes: answer)
        #expect(found?.isEqualTo(message: wanted) == true, "\(vector.id): \(String(describing: found))")
    }
}
