//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import FoundationEssentials
internal import GrantdMessages
internal import NIOCore
internal import SwiftProtobuf
internal import Testing

@testable internal import GrantdClient

/// The client against servers that answer, and servers that do not, over real sockets.
struct ClientTests {
    private func application(_ id: String) -> GrantdApplication {
        var application = GrantdApplication()
        application.applicationID = id
        application.asOf = "2026-05-20"
        return application
    }

    /// The error that a call throws.
    private func failure<Value>(
        _ call: () async throws(GrantdClientError) -> Value
    ) async -> GrantdClientError? {
        do throws(GrantdClientError) {
            _ = try await call()
            return nil
        } catch {
            return error
        }
    }

    @Test("a call has its answer, and the frame says what the contract wants")
    func answers() async throws {
        var configuration = GrantdClientConfiguration.forTests
        configuration.token = "secret"
        try await withFakeServer(configuration: configuration) { call in
            guard call.meta.request.serviceName == "grantd.v1.Calculator", call.meta.request.methodName == "Evaluate",
                call.meta.authenticationData == .init("secret".utf8), (1...2_000).contains(call.meta.request.timeoutMs)
            else { return [call.refuse(1002, "\(call.meta)")] }
            return [call.assess()]
        } _: { client async throws in
            let assessment = try await client.evaluate(self.application("a"), deadline: .seconds(2))
            #expect(assessment.applicationID == "a")
            #expect(assessment.outcome == .eligible)
        }
    }

    @Test("what the daemon's log knows a request by is told where it is asked for")
    func requestHash() async throws {
        try await withFakeServer { call in
            // A daemon that logs, but for its second call.
            let fields = call.number == 1 ? [:] : ["request-hash": "hash-\(call.number)"]
            return [call.reply(GrantdAssessment.whole("a"), fields: fields)]
        } _: { client async throws in
            let (assessment, hash) = try await client.withRequestHash { try await $0.evaluate(self.application("a")) }
            #expect(assessment.applicationID == "a")
            #expect(hash == "hash-0")
            let unlogged = try await client.withRequestHash { try await $0.evaluate(self.application("a")) }
            #expect(unlogged.requestHash == nil)
            let last = try await client.withRequestHash { client in
                _ = try await client.evaluate(self.application("a"))
                return try await client.evaluate(self.application("b"))
            }
            #expect(last.requestHash == "hash-3")
            #expect(await client.statistics().connectionsMade == 1)
        }
    }

    @Test("options stand in the request, and defaults are left out")
    func options() async throws {
        try await withFakeServer { call in
            var assessment = GrantdAssessment.whole("")
            assessment.measure =
                (try? GrantdEvaluateRequest(serializedBytes: MessageBytes(call.payload)))?.textFormatString() ?? ""
            return [call.reply(assessment)]
        } _: { client async throws in
            let plain = try await client.evaluate(GrantdApplication())
            #expect(plain.measure == "application {\n}\n")
            let options = GrantdEvaluationOptions(stage: .disbursement, assumeUnsetBarsAbsent: true, explain: .full)
            let full = try await client.evaluate(GrantdApplication(), options: options)
            #expect(full.measure.contains("stage: DISBURSEMENT\nassume_unset_bars_absent: true\nexplain: FULL\n"))
        }
    }

    @Test("every other call goes to its own method")
    func methods() async throws {
        try await withFakeServer { call in
            switch "\(call.meta.request.serviceName)/\(call.meta.request.methodName)" {
            case "grantd.v1.Calculator/EvaluateBatch":
                return [call.assessBatch()]
            case "grantd.v1.Calculator/Screen":
                var response = GrantdScreenResponse()
                response.assessments = [.whole("")]
                return [call.reply(response)]
            case "grantd.v1.Catalogue/ListMeasures":
                let request = try? GrantdListMeasuresRequest(serializedBytes: MessageBytes(call.payload))
                var response = GrantdListMeasuresResponse()
                var summary = GrantdMeasureSummary()
                summary.measure = "\(request?.asOf ?? "") \(request?.hasProgramme ?? true)"
                summary.basis = .exact
                summary.policy = .init()
                response.measures = [summary]
                return [call.reply(response)]
            case "grantd.v1.Catalogue/DescribeMeasure":
                let request = try? GrantdDescribeMeasureRequest(serializedBytes: MessageBytes(call.payload))
                var description = GrantdMeasureDescription()
                description.measure = request?.measure ?? ""
                description.basis = .exact
                description.policy = .init()
                return [call.reply(description)]
            case "grantd.v1.Catalogue/ListDocuments":
                let request = try? GrantdListDocumentsRequest(serializedBytes: MessageBytes(call.payload))
                var response = GrantdListDocumentsResponse()
                var document = GrantdDocument()
                document.number = "\(request?.hasAsOf ?? true) \(request?.number ?? "")"
                response.documents = [document]
                return [call.reply(response)]
            case "grantd.v1.Catalogue/GetSchema":
                let request = try? GrantdGetSchemaRequest(serializedBytes: MessageBytes(call.payload))
                var schema = GrantdSchema()
                schema.digest = "d"
                if request?.knownDigest != "d" { schema.fileDescriptorSet = .init([1, 2, 3]) }
                return [call.reply(schema)]
            case "grpc.health.v1.Health/Check":
                var response = HealthHealthCheckResponse()
                response.status = .serving
                return [call.reply(response)]
            default:
                return [call.refuse(1002)]
            }
        } _: { client async throws in
            var batch = GrantdEvaluateBatchRequest()
            batch.applications = [self.application("x"), self.application("bad")]
            let results = try await client.evaluateBatch(batch).results
            #expect(results.map(\.assessment.applicationID) == ["x", ""])
            #expect(results.map(\.error.code) == [0, 1003])
            #expect(try await client.screen(GrantdScreenRequest()).assessments.count == 1)
            #expect(try await client.listMeasures(asOf: "2026-01-01").map(\.measure) == ["2026-01-01 false"])
            #expect(try await client.describeMeasure("a.b").measure == "a.b")
            #expect(try await client.listDocuments(number: "x").map(\.number) == ["false x"])
            #expect(try await client.schema().fileDescriptorSet.count == 3)
            #expect(try await client.schema(knownDigest: "old").fileDescriptorSet.count == 3)
            let known = try await client.schema(knownDigest: "d")
            #expect(known.digest == "d" && known.fileDescriptorSet.isEmpty)
            #expect(try await client.health() == .serving)
        }
    }

    @Test("many calls share one connection, and replies in any order find their callers")
    func multiplexed() async throws {
        // The replies of each group of eight come in reverse.
        let group = HeldReplies(size: 8)
        var configuration = GrantdClientConfiguration.forTests
        configuration.maximumCallsInFlight = 16
        try await withFakeServer(configuration: configuration) { call in
            guard call.connection == 0 else { return [call.refuse(2001)] }
            return group.add(call.assess())
        } _: { client async throws in
            try await withThrowingTaskGroup(of: Bool.self) { tasks in
                for index in 0..<64 {
                    tasks.addTask {
                        try await client.evaluate(self.application("\(index)")).applicationID == "\(index)"
                    }
                }
                for try await isRight in tasks { #expect(isRight) }
            }
            #expect(await client.statistics().connectionsMade == 1)
        }
    }

    @Test("a refusal is an error with its code, message and field, and is not tried again")
    func refusal() async throws {
        let calls = Counter()
        try await withFakeServer { call in
            _ = calls.next()
            return [call.refuse(1003, "must be a civil date", field: "as_of")]
        } _: { client async throws in
            let error = await self.failure { () async throws(GrantdClientError) in
                try await client.evaluate(self.application("a"))
            }
            #expect(error?.code == .invalidRequest)
            #expect(error?.message == "must be a civil date")
            #expect(error?.field == "as_of")
            #expect(calls.value == 1)
        }
    }

    @Test("a daemon that is stopping: the call goes to the next connection")
    func stopping() async throws {
        try await withFakeServer { call in
            call.connection == 0 ? [call.refuse(2003, "stopping")] : [call.assess()]
        } _: { client async throws in
            let assessment = try await client.evaluate(self.application("a"))
            #expect(assessment.applicationID == "a")
            #expect(await client.statistics().connectionsMade == 2)
        }
    }

    @Test("a daemon that goes on stopping: the attempts are counted")
    func stoppingForGood() async throws {
        let calls = Counter()
        try await withFakeServer { call in
            _ = calls.next()
            return [call.refuse(2003, "stopping")]
        } _: { client async throws in
            let error = await self.failure { () async throws(GrantdClientError) in
                try await client.evaluate(self.application("a"))
            }
            #expect(error?.code == .unavailable)
            #expect(calls.value == 5)
        }
    }

    @Test("a server that accepts and drops: tried again, then an answer")
    func dropsOnce() async throws {
        try await withFakeServer { call in
            call.connection < 2 ? [.close] : [call.assess()]
        } _: { client async throws in
            #expect(try await client.evaluate(self.application("a")).applicationID == "a")
        }
    }

    @Test("a server that always drops: connection lost, after the attempts allowed")
    func dropsAlways() async throws {
        let calls = Counter()
        try await withFakeServer { _ in
            _ = calls.next()
            return [.close]
        } _: { client async throws in
            let error = await self.failure { () async throws(GrantdClientError) in
                try await client.evaluate(self.application("a"))
            }
            #expect(error?.code == .connectionLost)
            #expect(calls.value == 5)
        }
    }

    @Test("nobody listens: connection failed, with the socket's error as cause")
    func nobodyListens() async throws {
        let server = try await FakeServer.start { _ in [] }
        try await server.stop()
        let client = GrantdClient(address: server.address, configuration: .forTests)
        let error = await self.failure { () async throws(GrantdClientError) in try await client.health() }
        #expect(error?.code == .connectionFailed)
        #expect(error?.cause != nil)
        await client.shutdown()
    }

    @Test("a daemon that comes back is found again")
    func comesBack() async throws {
        let first = try await FakeServer.start { $0.number == 0 ? [$0.assess()] : [.close] }
        let port = first.address.port
        var configuration = GrantdClientConfiguration.forTests
        configuration.retry.attempts = 10_000
        let client = GrantdClient(address: first.address, configuration: configuration)
        _ = try await client.evaluate(self.application("a"))
        try await first.stop()
        async let answer = client.evaluate(self.application("b"))
        let second = try await FakeServer.start(port: port) { [$0.assess()] }
        #expect(try await answer.applicationID == "b")
        await client.shutdown()
        try await second.stop()
    }

    @Test("a server that never answers: the deadline ends the call, and a late reply reaches nobody else")
    func neverAnswers() async throws {
        // The reply to the first call is kept until the second call comes, and sent before the second's.
        let held = HeldReplies()
        let arrived = Counter()
        try await withFakeServer { call in
            let reply = call.assess()
            guard
                (try? GrantdEvaluateRequest(serializedBytes: MessageBytes(call.payload)))?.application.applicationID
                    == "slow"
            else { return held.take() + [reply] }
            _ = arrived.next()
            held.keep(reply)
            return []
        } _: { client async throws in
            let error = await self.failure { () async throws(GrantdClientError) in
                try await client.evaluate(self.application("slow"), deadline: .milliseconds(50))
            }
            #expect(error?.code == .deadlineExceeded)
            #expect(try await client.evaluate(self.application("b")).applicationID == "b")
            let statistics = await client.statistics()
            #expect(statistics.lateReplies == arrived.value)
            #expect(statistics.connectionsMade == 1)
        }
    }

    @Test("a deadline that is over already sends nothing")
    func noTime() async throws {
        let calls = Counter()
        try await withFakeServer { call in
            _ = calls.next()
            return [call.assess()]
        } _: { client async throws in
            let error = await self.failure { () async throws(GrantdClientError) in
                try await client.evaluate(self.application("a"), deadline: .zero)
            }
            #expect(error?.code == .deadlineExceeded)
            #expect(calls.value == 0)
        }
    }

    @Test("a cancelled task's call ends at once, and the connection serves on")
    func cancellation() async throws {
        let arrived = AsyncStream.makeStream(of: Void.self)
        try await withFakeServer { call in
            if call.number == 0 {
                arrived.continuation.yield()
                return []
            }
            return [call.assess()]
        } _: { client async throws in
            let task = Task {
                await self.failure { () async throws(GrantdClientError) in
                    try await client.evaluate(self.application("a"))
                }
            }
            for await _ in arrived.stream { break }
            task.cancel()
            #expect(await task.value?.code == .cancelled)
            #expect(try await client.evaluate(self.application("b")).applicationID == "b")
            #expect(await client.statistics().connectionsMade == 1)
        }
    }

    @Test("replies to ids never issued are counted and dropped", arguments: [Int64(0), -7, 99, .max, .min])
    func unknownReply(id: Int64) async throws {
        try await withFakeServer { call in
            [call.reply(GrantdAssessment(), id: id), call.assess()]
        } _: { client async throws in
            #expect(try await client.evaluate(self.application("a")).applicationID == "a")
            #expect(await client.statistics().unknownReplies == 1)
        }
    }

    @Test(
        "what is no frame ends the connection, and the call is made again on another one",
        arguments: [
            ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\n\r\n"),
            ByteBuffer(bytes: [0x50, 0x52, 0x50, 0x43, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0]),
            frame(meta: .with { $0.correlationID = 1 }, payload: []).with(metaByte: 0xFF),
        ]
    )
    func junk(bytes: ByteBuffer) async throws {
        try await withFakeServer { call in
            call.connection == 0 ? [.send(bytes)] : [call.assess()]
        } _: { client async throws in
            #expect(try await client.evaluate(self.application("a")).applicationID == "a")
            #expect(await client.statistics().connectionsMade == 2)
        }
    }

    @Test("a peer that never speaks frames: the attempts are counted, and the error says so")
    func junkForGood() async throws {
        let calls = Counter()
        try await withFakeServer { _ in
            _ = calls.next()
            return [.send(ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\n\r\n"))]
        } _: { client async throws in
            let error = await self.failure { () async throws(GrantdClientError) in
                try await client.evaluate(self.application("a"))
            }
            #expect(error?.code == .connectionLost)
            #expect(error?.message.contains("no baidu_std frame") == true)
            #expect(calls.value == 5)
        }
    }

    @Test(
        "a reply that contradicts itself spoils its own call only",
        arguments: [
            (9, 0), (-1, 0), (0, 2),
        ] as [(attachment: Int32, compression: Int32)]
    )
    func contradiction(attachment: Int32, compression: Int32) async throws {
        try await withFakeServer { call in
            guard call.number == 0 else { return [call.assess()] }
            let meta = BrpcRpcMeta.with {
                $0.response = .init()
                ($0.correlationID, $0.attachmentSize, $0.compressType) =
                    (call.meta.correlationID, attachment, compression)
            }
            return [.send(frame(meta: meta, payload: [1]))]
        } _: { client async throws in
            let error = await self.failure { () async throws(GrantdClientError) in
                try await client.evaluate(self.application("a"))
            }
            #expect(error?.code == .invalidReply)
            #expect(try await client.evaluate(self.application("b")).applicationID == "b")
            #expect(await client.statistics().connectionsMade == 1)
        }
    }

    @Test("an answer that does not decode spoils its own call only")
    func undecodableAnswer() async throws {
        try await withFakeServer { call in
            guard call.number == 0 else { return [call.assess()] }
            return [.send(frame(meta: call.answerMeta, payload: [0xFF]))]
        } _: { client async throws in
            let error = await self.failure { () async throws(GrantdClientError) in
                try await client.evaluate(self.application("a"))
            }
            #expect(error?.code == .invalidReply)
            #expect(try await client.evaluate(self.application("b")).applicationID == "b")
            #expect(await client.statistics().connectionsMade == 1)
        }
    }

    @Test("an attachment behind the answer is skipped")
    func attachment() async throws {
        try await withFakeServer { call in
            let payload: [UInt8] = (try? GrantdAssessment.whole("a").serializedBytes()) ?? []
            var meta = call.answerMeta
            meta.attachmentSize = 3
            return [.send(frame(meta: meta, payload: payload + [0xFF, 0xFF, 0xFF]))]
        } _: { client async throws in
            #expect(try await client.evaluate(self.application("a")).applicationID == "a")
        }
    }

    @Test("a reply that announces too much is refused before its bytes come")
    func hugeReply() async throws {
        try await withFakeServer { call in
            guard call.connection == 0 else { return [call.assess()] }
            return [.send(ByteBuffer(bytes: [0x50, 0x52, 0x50, 0x43, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 4]))]
        } _: { client async throws in
            let error = await self.failure { () async throws(GrantdClientError) in
                try await client.evaluate(self.application("a"))
            }
            #expect(error?.code == .replyTooLarge)
            #expect(try await client.evaluate(self.application("b")).applicationID == "b")
        }
    }

    @Test("a request over the limit is not sent")
    func hugeRequest() async throws {
        var configuration = GrantdClientConfiguration.forTests
        configuration.maximumRequestBytes = 100
        try await withFakeServer(configuration: configuration) {
            [$0.assess()]
        } _: { client async throws in
            let error = await self.failure { () async throws(GrantdClientError) in
                try await client.evaluate(self.application(String(repeating: "a", count: 100)))
            }
            #expect(error?.code == .limitExceeded)
            #expect(await client.statistics().connectionsMade == 0)
        }
    }

    @Test("after the shutdown calls are refused, and one under way ends")
    func shutdown() async throws {
        let arrived = AsyncStream.makeStream(of: Void.self)
        try await withFakeServer { _ in
            arrived.continuation.yield()
            return []
        } _: { client async throws in
            async let waiting = self.failure { () async throws(GrantdClientError) in
                try await client.evaluate(self.application("a"))
            }
            for await _ in arrived.stream { break }
            await client.shutdown()
            #expect(await waiting?.code == .shutDown)
            let later = await self.failure { () async throws(GrantdClientError) in try await client.health() }
            #expect(later?.code == .shutDown)
        }
    }

    @Test("withGrantdClient shuts its client down, and lets its body's error through")
    func scoped() async throws {
        let server = try await FakeServer.start { [$0.assess()] }
        let client = try await withGrantdClient(address: server.address, configuration: .forTests) { client in
            _ = try await client.evaluate(self.application("a"))
            return client
        }
        let error = await self.failure { () async throws(GrantdClientError) in try await client.health() }
        #expect(error?.code == .shutDown)
        await #expect(throws: CancellationError.self) {
            try await withGrantdClient(address: server.address) { _ in throw CancellationError() }
        }
        try await server.stop()
    }

    @Test("several connections share the load")
    func pool() async throws {
        var configuration = GrantdClientConfiguration.forTests
        configuration.connections = 3
        try await withFakeServer(configuration: configuration) {
            [$0.assess()]
        } _: { client async throws in
            for index in 0..<9 { _ = try await client.evaluate(self.application("\(index)")) }
            #expect(await client.statistics().connectionsMade == 3)
        }
    }
}
