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

/// One call after the other over a real connection: what is served, and every error of the framing.
@Suite
struct CallTests {
    private static let calculator = "grantd.v1.Calculator"

    @Test("an application is assessed, by the full and by the short name of the service")
    func evaluate() async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                for service in [Self.calculator, "Calculator"] {
                    let reply = try await peer.call(service, "Evaluate", id: 7, payload: try Samples.evaluate("x"))
                    #expect(reply.code == 0)
                    #expect(reply.meta.correlationID == 7)
                    #expect(reply.meta.hasResponse)
                    let assessment = try GrantdAssessment(serializedBytes: reply.payload)
                    #expect(assessment.applicationID == "x")
                    #expect(assessment.measure == "ai-application.general-agent")
                }
            }
        }
    }

    @Test(
        "every method answers",
        arguments: [
            ("grantd.v1.Calculator", "Evaluate"), ("grantd.v1.Calculator", "EvaluateBatch"),
            ("grantd.v1.Calculator", "Screen"), ("grantd.v1.Catalogue", "ListMeasures"),
            ("grantd.v1.Catalogue", "DescribeMeasure"), ("grantd.v1.Catalogue", "ListDocuments"),
            ("grantd.v1.Catalogue", "GetSchema"),
            ("grpc.health.v1.Health", "Check"),
        ]
    )
    func methods(service: String, method: String) async throws {
        let payload: [UInt8] =
            switch method {
            case "Evaluate": try Samples.evaluate()
            case "EvaluateBatch": try Samples.batch(count: 2)
            case "Screen": try GrantdScreenRequest.with { $0.asOf = "2026-03-01" }.serializedBytes()
            case "DescribeMeasure":
                try GrantdDescribeMeasureRequest.with { $0.measure = "ai-application.general-agent" }.serializedBytes()
            default: []
            }
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                let reply = try await peer.call(service, method, payload: payload)
                #expect(reply.code == 0, "\(reply.text)")
                #expect(!reply.payload.isEmpty)
            }
        }
    }

    @Test("the documents in force on a day are listed; an unknown number is 1003 with its field")
    func documents() async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                let all = try await Self.listDocuments(peer, asOf: nil, number: nil)
                #expect(all.code == 0)
                #expect(try GrantdListDocumentsResponse(serializedBytes: all.payload).documents.count == 34)
                let last = try await Self.listDocuments(peer, asOf: "2025-11-26", number: "京司发〔2007〕24号")
                let documents = try GrantdListDocumentsResponse(serializedBytes: last.payload).documents
                #expect(documents.map(\.endedBy) == ["京司发〔2025〕30号"])
                let over = try await Self.listDocuments(peer, asOf: "2025-11-27", number: "京司发〔2007〕24号")
                #expect(over.code == 0)
                #expect(over.payload.isEmpty)

                let unknown = try await Self.listDocuments(peer, asOf: nil, number: "京司发〔2007〕99号")
                #expect(unknown.code == 1003)
                #expect(unknown.field == "number")
                let noDate = try await Self.listDocuments(peer, asOf: "2025-02-30", number: nil)
                #expect(noDate.code == 1003)
                #expect(noDate.field == "as_of")
            }
        }
    }

    private static func listDocuments(_ peer: RawPeer, asOf: String?, number: String?) async throws -> RawPeer.Reply {
        let request = GrantdListDocumentsRequest.with {
            if let asOf { $0.asOf = asOf }
            if let number { $0.number = number }
        }
        return try await peer.call("Catalogue", "ListDocuments", payload: try request.serializedBytes())
    }

    @Test("a batch is answered whole and in its order, however many slices it takes", arguments: [0, 1, 64, 65, 1000])
    func batch(count: Int) async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                let reply = try await peer.call(
                    Self.calculator,
                    "EvaluateBatch",
                    payload: try Samples.batch(count: count)
                )
                #expect(reply.code == 0)
                let results = try GrantdEvaluateBatchResponse(serializedBytes: reply.payload).results
                #expect(results.map(\.assessment.applicationID) == (0..<count).map { "\($0)" })
            }
        }
    }

    @Test("an unknown service is 1001, an unknown method 1002")
    func unknownNames() async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                for service in ["grantd.v1.Calculato", "v1.Calculator", "grantd.v2.Calculator", "calculator"] {
                    let reply = try await peer.call(service, "Evaluate")
                    #expect(reply.code == 1001)
                    #expect(reply.status == "UNIMPLEMENTED")
                    #expect(reply.text.contains("grantd.v1.Calculator"))
                }
                let reply = try await peer.call(Self.calculator, "evaluate", id: 3)
                #expect(reply.code == 1002)
                #expect(reply.status == "UNIMPLEMENTED")
                #expect(reply.meta.correlationID == 3)
            }
        }
    }

    @Test("a bad request is 1003 with its field, and spoils nothing else")
    func badRequests() async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                let undecodable = try await peer.call(Self.calculator, "Evaluate", payload: [0xFF, 0xFF])
                #expect(undecodable.code == 1003)
                #expect(undecodable.status == "INVALID_ARGUMENT")
                #expect(undecodable.field == nil)

                let withoutDate =
                    try GrantdEvaluateRequest.with {
                        $0.application = Samples.application()
                        $0.application.clearAsOf()
                    }.serializedBytes() as [UInt8]
                let unset = try await peer.call(Self.calculator, "Evaluate", payload: withoutDate)
                #expect(unset.code == 1003)
                #expect(unset.field == "as_of")

                let nul =
                    try GrantdEvaluateRequest.with {
                        $0.application = Samples.application("a\0b")
                    }.serializedBytes() as [UInt8]
                let embedded = try await peer.call(Self.calculator, "Evaluate", payload: nul)
                #expect(embedded.code == 1003)
                #expect(embedded.field == "application_id")
                #expect(!embedded.text.contains("a\0b"))

                let good = try await peer.call(Self.calculator, "Evaluate", payload: try Samples.evaluate())
                #expect(good.code == 0)
            }
        }
    }

    @Test("a meta that is none, names nothing or is text of no kind is 1003, and the connection lives on")
    func badMetas() async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                try await peer.send(RawPeer.frame(meta: [0xFF, 0xFF, 0xFF], payload: []))
                #expect(try await peer.reply().code == 1003)

                let unnamed = try await peer.call("", "Evaluate", id: 4)
                #expect(unnamed.code == 1003)
                #expect(unnamed.meta.correlationID == 4)

                let noMethod = try await peer.call(Self.calculator, "", id: 5) { $0.request.clearMethodName() }
                #expect(noMethod.code == 1003)
                #expect(noMethod.meta.correlationID == 5)

                let noRequest = try await peer.call("", "", id: 6) { $0.clearRequest() }
                #expect(noRequest.code == 1003)
                #expect(noRequest.meta.correlationID == 6)

                #expect(try await peer.call("Health", "Check").code == 0)
            }
        }
    }

    @Test("compression and content types that are not served are 1003 that says what is")
    func encodings() async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                let payload = try Samples.evaluate()
                for type in [4, -1, 99] as [Int32] {
                    let compressed = try await peer.call(Self.calculator, "Evaluate", payload: payload) {
                        $0.compressType = type
                    }
                    #expect(compressed.code == 1003)
                    #expect(compressed.text.contains("served are 0 (none), 1 (snappy), 2 (gzip) and 3 (zlib)"))
                    let typed = try await peer.call(Self.calculator, "Evaluate", payload: payload) {
                        $0.contentType = type
                    }
                    #expect(typed.code == 1003)
                    #expect(typed.text.contains("served is 0 (protobuf)"))
                }
            }
        }
    }

    @Test("an attachment is skipped; one that does not fit into the frame is 1003")
    func attachments() async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                let payload = try Samples.evaluate()
                let skipped = try await peer.call(Self.calculator, "Evaluate", payload: payload + [1, 2, 3]) {
                    $0.attachmentSize = 3
                }
                #expect(skipped.code == 0)
                for size in [-1, Int32(payload.count) + 1, .max, .min] {
                    let reply = try await peer.call(Self.calculator, "Evaluate", payload: payload) {
                        $0.attachmentSize = size
                    }
                    #expect(reply.code == 1003)
                }
            }
        }
    }

    /// How a call is late is for a clock that stands still: ``DispatcherTests``, ``ConnectionHandlerTests``.
    @Test("a timeout_ms of 0 and less is no deadline")
    func deadlines() async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                let payload = try Samples.evaluate()
                for timeout in [0, -1, .min] as [Int32] {
                    let endless = try await peer.call(Self.calculator, "Evaluate", payload: payload) {
                        $0.request.timeoutMs = timeout
                    }
                    #expect(endless.code == 0)
                    #expect(endless.status == nil)
                }
                let inTime = try await peer.call(Self.calculator, "Evaluate", payload: payload) {
                    $0.request.timeoutMs = .max
                }
                #expect(inTime.code == 0)
            }
        }
    }

    @Test("with tokens every call must carry one, whatever it asks for, but the question after the daemon's health")
    func tokens() async throws {
        var configuration = ServerConfiguration.defaults
        configuration.tokens = try TokenSet.parse(Array("the-first-token\nthe-second-token\n".utf8))
        try await withLiveServer(configuration: configuration) { server in
            try await RawPeer.connect(server.port) { peer async throws in
                for (service, method) in [(Self.calculator, "Evaluate"), ("nobody", "nothing"), ("Health", "Guess")] {
                    let without = try await peer.call(service, method)
                    #expect(without.code == 1004)
                    #expect(without.status == "UNAUTHENTICATED")
                    let wrong = try await peer.call(service, method) {
                        $0.authenticationData.append(contentsOf: Array("the-first-toke".utf8))
                    }
                    #expect(wrong.code == 1004)
                }
                #expect(try await peer.call("Health", "Check").code == 0)
                let health = try await peer.call("grpc.health.v1.Health", "Check") {
                    $0.authenticationData.append(contentsOf: Array("the-first-toke".utf8))
                }
                #expect(health.code == 0)
                let right = try await peer.call(Self.calculator, "Evaluate", payload: try Samples.evaluate()) {
                    $0.authenticationData.append(contentsOf: Array("the-second-token".utf8))
                }
                #expect(right.code == 0)
            }
        }
    }

    @Test("a request that is too large is 2004, its bytes are read past, and the next call is served")
    func tooLarge() async throws {
        var limits = Limits.defaults
        limits.requestBytes = 100_000
        try await withLiveServer(limits: limits) { server in
            try await RawPeer.connect(server.port) { peer async throws in
                let reply = try await peer.call(
                    Self.calculator,
                    "Evaluate",
                    id: 11,
                    payload: Array(repeating: 0, count: 200_000)
                )
                #expect(reply.code == 2004)
                #expect(reply.status == "RESOURCE_EXHAUSTED")
                #expect(reply.meta.correlationID == 11)
                let next = try await peer.call(Self.calculator, "Evaluate", payload: try Samples.evaluate())
                #expect(next.code == 0)
            }
        }
    }

    @Test("a reply that would be too large is 2004")
    func replyTooLarge() async throws {
        var limits = Limits.defaults
        limits.replyBytes = 2000
        try await withLiveServer(limits: limits) { server in
            try await RawPeer.connect(server.port) { peer async throws in
                let list = try await peer.call("Catalogue", "ListMeasures")
                #expect(list.code == 2004)
                let batch = try await peer.call(
                    Self.calculator,
                    "EvaluateBatch",
                    payload: try Samples.batch(count: 100)
                )
                #expect(batch.code == 2004)
                #expect(try await peer.call(Self.calculator, "Evaluate", payload: try Samples.evaluate()).code == 0)
            }
        }
    }

    @Test("what was awarded is told over HTTP, also where its text is longer than a reply may be")
    func awardedText() async throws {
        let batch = """
            {"dry_run":true,"entries":[{"application":{"as_of":"2026-05-20","subject_id":"P",
            "applicant":{"unified_social_credit_code":"91110000600037341L","registered_in_beijing":true},
            "medical_device_product_approval":{"is_medical_device":true,"undertook_national_project":true,
            "approved_for_market":true}},"amount_fen":"200000000"}]}
            """
        let answer = { @Sendable (limits: Limits) async throws -> HTTPAnswer in
            try await withLiveServer(limits: limits) { server in
                try await RawPeer.connect(server.port) { peer async throws -> HTTPAnswer in
                    try await peer.send(HTTPText.post("/grantd.v1.Awards/AwardBatch", batch))
                    return try await peer.answer()
                }
            }
        }
        let whole = try await answer(.defaults)
        #expect(whole.status == 200 && whole.text.contains("COMMITTED"), "\(whole.text)")
        var limits = Limits.defaults
        limits.replyBytes = whole.body.count - 100
        let long = try await answer(limits)
        #expect(long.status == 200)
        #expect(long.body == whole.body)
    }

    @Test("a batch over its limits is 1003 with the field")
    func batchLimits() async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                for payload in [try Samples.batch(count: 4097), try Samples.batch(count: 257, explain: true)] {
                    let reply = try await peer.call(Self.calculator, "EvaluateBatch", payload: payload)
                    #expect(reply.code == 1003 || reply.code == 2004)
                    #expect(reply.field == "applications")
                }
            }
        }
    }

    @Test("health: the daemon and its services serve; another name is unknown; text of no kind is 1003")
    func health() async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                for name in ["", "grantd.v1.Calculator", "grantd.v1.Catalogue", "grpc.health.v1.Health"] {
                    let request = HealthHealthCheckRequest.with { $0.service = name }
                    let reply = try await peer.call("Health", "Check", payload: try request.serializedBytes())
                    let response = try HealthHealthCheckResponse(serializedBytes: reply.payload)
                    #expect(response.status == .serving)
                }
                let other = HealthHealthCheckRequest.with { $0.service = "nobody" }
                let reply = try await peer.call("Health", "Check", payload: try other.serializedBytes())
                #expect(try HealthHealthCheckResponse(serializedBytes: reply.payload).status == .serviceUnknown)
                let invalid = try await peer.call("Health", "Check", payload: [0x0A, 1, 0xFF])
                #expect(invalid.code == 1003)
            }
        }
    }
}
