//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdCompression
internal import GrantdDigest
internal import GrantdEngine
internal import GrantdHTTP
internal import GrantdMessages
internal import GrantdPolicy
internal import GrantdService
internal import GrantdTesting
internal import SwiftProtobuf
internal import Synchronization
internal import Testing

@testable internal import GrantdDecisionLog
@testable internal import GrantdServer

@Suite("Calls that are logged as decisions, over connections")
struct DecisionLogTests {
    private static let calculator = "grantd.v1.Calculator"

    /// An entry of a call.
    private struct Entry: Equatable {
        let transport: CallTransport?
        let method: Method?
        let id: String
        let request: [UInt8]
        let reply: [UInt8]
        let hash: String
    }

    /// Runs with a server that logs, and gives what it has logged.
    private static func entries(
        threads: Int = 1,
        ledger: AwardLedger? = nil,
        _ change: (inout DecisionLogSettings) -> Void = { _ in },
        _ body: @Sendable (LiveServer, FileDecisionLog) async throws -> Void
    ) async throws -> [Entry] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "log-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var settings = DecisionLogSettings(directory: folder)
        change(&settings)
        let policies = CompiledPolicies(try PolicySet.builtIn())
        let log = try FileDecisionLog(settings, tokens: TokenSet(), policies: policies) { _ in }
        defer { log.close() }
        var configuration = ServerConfiguration.defaults
        configuration.threads = threads
        configuration.decisionLog = log
        configuration.ledger = ledger
        configuration.http.arePagesPublic = true
        try await withLiveServer(configuration: configuration) { try await body($0, log) }
        log.close()
        #expect(try LogVerifier(directory: folder).run().finding == nil)
        var entries: [Entry] = []
        try LogWalk([folder]).run { entry, _ in
            guard let decision = entry.decision else { return true }
            entries.append(
                Entry(
                    transport: entry.transport,
                    method: entry.method,
                    id: String(decoding: decision.id, as: UTF8.self),
                    request: [UInt8](decision.request),
                    reply: [UInt8](decision.reply),
                    hash: decision.requestHash.description
                )
            )
            return true
        }
        return entries
    }

    @Test(
        "frames: short calls, batches, screenings and auctions are logged once each, with the payload and the hash of the answer; errors, the catalogue and health are not"
    )
    func frames() async throws {
        let requests: [(method: Method, name: String, service: String, payload: [UInt8])] = [
            (.evaluate, "Evaluate", Self.calculator, try Samples.evaluate()),
            (.evaluateBatch, "EvaluateBatch", Self.calculator, try Samples.batch(count: 50)),
            (
                .screen, "Screen", Self.calculator,
                try GrantdScreenRequest.with { $0.asOf = "2026-03-01" }.serializedBytes()
            ),
            (
                .clearAuction, "ClearAuction", "grantd.v1.RenewablesAuction",
                try GrantdClearAuctionRequest.with { $0.auctionID = "x" }.serializedBytes()
            ),
        ]
        let replies = Replies()
        let entries = try await Self.entries { server, _ in
            try await RawPeer.connect(server.port) { peer async throws in
                for request in requests {
                    let reply = try await peer.call(request.service, request.name, payload: request.payload) {
                        $0.request.requestID = "id-\(request.name)"
                    }
                    #expect(reply.code == 0)
                    replies.add(reply.payload, reply.meta.userFields["request-hash"])
                }
                let wrong = try await peer.call(Self.calculator, "Evaluate", payload: [1, 2, 3])
                #expect(wrong.code == 1003 && wrong.meta.userFields["request-hash"] == nil)
                for (service, method) in [
                    ("grantd.v1.Catalogue", "ListMeasures"), ("grpc.health.v1.Health", "Check"),
                ] {
                    let reply = try await peer.call(service, method)
                    #expect(reply.code == 0 && reply.meta.userFields.isEmpty)
                }
            }
        }
        #expect(entries.map(\.method) == requests.map(\.method))
        #expect(entries.map(\.request) == requests.map(\.payload))
        #expect(entries.map(\.reply) == replies.all.map(\.payload))
        #expect(entries.map(\.hash) == replies.all.map(\.hash))
        #expect(entries.map(\.hash) == requests.map { PolicyDigest.of($0.payload) })
        #expect(entries.map(\.id) == requests.map { "id-\($0.name)" })
        #expect(entries.allSatisfy { $0.transport == .frames })
    }

    @Test(
        "frames that come compressed are logged as what came out of them, and their answers have the hash too",
        arguments: [2, 20_000]
    )
    func compressedFrames(padding: Int) async throws {
        // The larger one is answered on a compute thread.
        let request =
            try GrantdEvaluateBatchRequest.with {
                $0.applications = (0..<(padding / 200 + 1)).map { Samples.application("\($0)") }
            }.serializedBytes() as [UInt8]
        let single = try Samples.evaluate()
        let replies = Replies()
        let entries = try await Self.entries { server, _ in
            try await RawPeer.connect(server.port) { peer async throws in
                for (method, payload) in [("Evaluate", single), ("EvaluateBatch", request)] {
                    let compressed = try Compressed.pack(payload, .gzip)
                    let reply = try await peer.call(Self.calculator, method, payload: compressed) {
                        $0.compressType = 2
                    }
                    #expect(reply.code == 0)
                    replies.add(reply.payload, reply.meta.userFields["request-hash"])
                }
            }
        }
        #expect(entries.map(\.request) == [single, request])
        #expect(entries.map(\.hash) == replies.all.map(\.hash))
    }

    @Test("HTTP: what is logged of JSON is the message that was made of it; the answer's header has its hash")
    func http() async throws {
        let binary = try Samples.evaluate()
        let hashes = Replies()
        let entries = try await Self.entries { server, _ in
            try await RawPeer.connect(server.port) { peer async throws in
                for request in [
                    HTTPText.post(HTTPText.evaluate, binary, type: "application/proto", headers: ["x-request-id: one"]),
                    HTTPText.post(HTTPText.evaluate, HTTPText.application, headers: ["x-request-id: two"]),
                    HTTPText.post(
                        HTTPText.batch,
                        "{\"applications\":[{\"as_of\":\"2026-03-01\",\"ai_application_general_agent\":{}}]}",
                        headers: ["x-request-id: three"]
                    ),
                ] {
                    try await peer.send(request)
                    let answer = try await peer.answer()
                    #expect(answer.status == 200)
                    hashes.add([], answer.headers["x-request-hash"])
                }
                try await peer.send(HTTPText.get("/healthz"))
                #expect(try await peer.answer().headers["x-request-hash"] == nil)
                try await peer.send(HTTPText.post(HTTPText.evaluate, "{\"nonsense\":1}"))
                let wrong = try await peer.answer()
                #expect(wrong.status == 400 && wrong.headers["x-request-hash"] == nil)
            }
        }
        #expect(entries.map(\.id) == ["one", "two", "three"])
        #expect(entries.map(\.method) == [.evaluate, .evaluate, .evaluateBatch])
        #expect(entries.map(\.hash) == hashes.all.map(\.hash))
        #expect(entries[0].request == binary)
        #expect(
            try GrantdEvaluateRequest(serializedBytes: entries[1].request)
                == GrantdEvaluateRequest(serializedBytes: binary)
        )
        #expect(try GrantdAssessment(serializedBytes: entries[1].reply).applicationID == "a")
        #expect(entries.allSatisfy { $0.transport == .http })
    }

    /// A platform of 1,000 fen, of which 300 are awarded.
    private static func platform(_ subject: String) -> GrantdApplication {
        .with {
            $0.asOf = "2026-05-20"
            $0.subjectID = subject
            $0.applicant.unifiedSocialCreditCode = "91110000600037341L"
            $0.applicant.registeredInBeijing = true
            $0.medicalDeviceCommonPlatform.forMedicalDeviceIndustry = true
            $0.medicalDeviceCommonPlatform.commonTechnologyPlatform = true
            $0.medicalDeviceCommonPlatform.engineeringInvestmentFen = 1_000
        }
    }

    @Test("what changes the book, or is decided by it, is logged once each, also a dry run; what only lists it is not")
    func awards() async throws {
        let ledger = AwardLedger(store: MemoryAwardStore(clock: LedgerRunner.wallMilliseconds))
        defer { ledger.close() }
        let service = "grantd.v1.Awards"
        let replies = Replies()
        let entries = try await Self.entries(ledger: ledger) { server, _ in
            try await RawPeer.connect(server.port) { peer async throws in
                func call(_ service: String, _ method: String, _ request: some Message) async throws -> [UInt8] {
                    let reply = try await peer.call(service, method, payload: try request.serializedBytes())
                    #expect(reply.code == 0, "\(method): \(reply.text)")
                    replies.add(reply.payload, reply.meta.userFields["request-hash"])
                    return reply.payload
                }
                let put = GrantdPutEnvelopeRequest.with {
                    $0.envelope.envelopeID = "e"
                    $0.envelope.limitFen = 10_000
                }
                _ = try await call(service, "PutEnvelope", put)
                var award = GrantdAwardRequest.with { $0.application = Self.platform("L") }
                let awarded = try await call(service, "Award", award)
                let settle = GrantdSettleRequest.with {
                    $0.action = .cancel
                    $0.reason = "withdrawn"
                }
                let id = try GrantdAwardResponse(serializedBytes: awarded).award.awardID
                var cancel = settle
                cancel.awardID = id
                _ = try await call(service, "Settle", cancel)
                award.dryRun = true
                _ = try await call(service, "Award", award)
                let evaluate = GrantdEvaluateRequest.with {
                    $0.application = Self.platform("L")
                    $0.useLedger = true
                }
                _ = try await call(Self.calculator, "Evaluate", evaluate)
                for method in ["ListAwards", "ListEnvelopes"] {
                    let list = try await peer.call(service, method)
                    #expect(list.code == 0 && list.meta.userFields.isEmpty)
                }
                let refused = try await peer.call(service, "Settle", payload: try settle.serializedBytes())
                #expect(refused.code == 1003 && refused.meta.userFields["request-hash"] == nil)
            }
        }
        #expect(entries.map(\.method) == [.putEnvelope, .award, .settle, .award, .evaluate])
        #expect(entries.map(\.reply) == replies.all.map(\.payload))
        #expect(entries.map(\.hash) == replies.all.map(\.hash))
        #expect(entries.map(\.hash) == entries.map { PolicyDigest.of($0.request) })
        #expect(try GrantdAssessment(serializedBytes: entries[4].reply).caps.map(\.id).contains("envelope:e"))
    }

    @Test("a batch of awards that comes as JSON is logged as the message that was made of it")
    func awardsAsJSON() async throws {
        let ledger = AwardLedger(store: MemoryAwardStore(clock: LedgerRunner.wallMilliseconds))
        defer { ledger.close() }
        let hashes = Replies()
        let batch = GrantdAwardBatchRequest.with { $0.entries = [.with { $0.application = Self.platform("L") }] }
        let entries = try await Self.entries(ledger: ledger) { server, _ in
            try await RawPeer.connect(server.port) { peer async throws in
                try await peer.send(HTTPText.post("/grantd.v1.Awards/AwardBatch", try batch.jsonString()))
                let answer = try await peer.answer()
                #expect(answer.status == 200, "\(answer.text)")
                hashes.add([], answer.headers["x-request-hash"])
            }
        }
        #expect(entries.map(\.method) == [.awardBatch])
        #expect(entries.map(\.transport) == [.http])
        #expect(entries.map(\.hash) == hashes.all.map(\.hash))
        #expect(try GrantdAwardBatchRequest(serializedBytes: entries[0].request) == batch)
        let results = try GrantdAwardBatchResponse(serializedBytes: entries[0].reply).results
        #expect(results.map(\.award.award.amountFen) == [300])
    }

    @Test("what of a JSON batch does not fit is logged with the error that was told, and the rest as it was decided")
    func misfits() async throws {
        let ledger = AwardLedger(store: MemoryAwardStore(clock: LedgerRunner.wallMilliseconds))
        defer { ledger.close() }
        let good = try Self.platform("L").jsonString()
        let told = Replies()
        let entries = try await Self.entries(ledger: ledger) { server, _ in
            try await RawPeer.connect(server.port) { peer async throws in
                for (path, text) in [
                    (HTTPText.batch, #"{"applications":[\#(good),{"as_of":7}]}"#),
                    (
                        "/grantd.v1.Awards/AwardBatch",
                        #"{"entries":[{"application":{"as_of":7}},{"application":\#(good)}]}"#
                    ),
                ] {
                    try await peer.send(HTTPText.post(path, text))
                    let answer = try await peer.answer()
                    #expect(answer.status == 200, "\(answer.text)")
                    told.add(answer.body, answer.headers["x-request-hash"])
                }
            }
        }
        #expect(entries.map(\.method) == [.evaluateBatch, .awardBatch])
        #expect(entries.map(\.hash) == told.all.map(\.hash))
        let batch = try GrantdEvaluateBatchResponse(serializedBytes: entries[0].reply)
        #expect(batch == (try GrantdEvaluateBatchResponse(jsonUTF8Bytes: told.all[0].payload)))
        #expect(batch.results.map(\.error.message) == ["", "must be a string, not a number"])
        #expect(
            try GrantdEvaluateBatchRequest(serializedBytes: entries[0].request).applications
                == [Self.platform("L"), GrantdApplication()]
        )
        let round = try GrantdAwardBatchResponse(serializedBytes: entries[1].reply)
        #expect(round == (try GrantdAwardBatchResponse(jsonUTF8Bytes: told.all[1].payload)))
        #expect(round.results.map(\.error.message) == ["must be a string, not a number", ""])
        #expect(round.results.last?.award.award.amountFen == 300)
    }

    @Test("pages: the result that they show is logged like any other call, and nothing of what they try before")
    func pages() async throws {
        let entries = try await Self.entries { server, _ in
            try await RawPeer.connect(server.port) { peer async throws in
                for path in ["/", "/?kind=UNIVERSITY", "/measures/patent-conversion.institution"] {
                    try await peer.send(HTTPText.get(path))
                    #expect(try await peer.answer().status == 200)
                }
                for form in ["", "go=result"] {
                    try await peer.send(
                        HTTPText.post(
                            "/measures/ai-application.general-agent/ask?lang=en",
                            Array(form.utf8),
                            type: "application/x-www-form-urlencoded"
                        )
                    )
                    #expect(try await peer.answer().status == 200)
                }
            }
        }
        #expect(entries.count == 1)
        #expect(entries.allSatisfy { $0.method == .evaluate && $0.transport == .http && !$0.id.isEmpty })
    }

    @Test("many connections on several loops: every answer is in the log, once")
    func manyConnections() async throws {
        let hashes = Replies()
        let entries = try await Self.entries(threads: 3) { server, _ in
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for connection in 0..<24 {
                    tasks.addTask {
                        try await RawPeer.connect(server.port) { peer async throws in
                            for number in 0..<40 {
                                let reply = try await peer.call(
                                    Self.calculator,
                                    number % 10 == 9 ? "EvaluateBatch" : "Evaluate",
                                    payload: number % 10 == 9
                                        ? try Samples.batch(count: connection + number + 1)
                                        : try Samples.evaluate("\(connection).\(number)")
                                )
                                hashes.add([], reply.meta.userFields["request-hash"])
                            }
                        }
                    }
                }
                try await tasks.waitForAll()
            }
        }
        #expect(entries.count == 24 * 40)
        #expect(entries.map(\.hash).sorted() == hashes.all.map(\.hash).sorted())
    }

    @Test("while the log has no room an answer waits, though not beyond its time, and health is told; then it comes")
    func waits() async throws {
        let disk = Disk()
        let entries = try await Self.entries {
            $0.queueBytes = 16 << 10
            $0.write = disk.write
        } _: { server, log in
            try await RawPeer.connect(server.port) { peer async throws in
                disk.isFull.store(true, ordering: .sequentiallyConsistent)
                var last: Int32 = 0
                var calls = 0
                while last == 0, calls < 1_000 {
                    calls += 1
                    last = try await peer.call(Self.calculator, "Evaluate", payload: try Samples.evaluate()) {
                        $0.request.timeoutMs = 300
                    }.code
                }
                #expect(last == 1008)
                #expect(log.status.isFailing)
                #expect(try await peer.call("grpc.health.v1.Health", "Check").code == 0)
                #expect(try await peer.call("grantd.v1.Catalogue", "ListMeasures").code == 0)
                try await peer.send(
                    try RawPeer.frame(Self.calculator, "Evaluate", id: 9, payload: try Samples.evaluate("held"))
                )
                while log.status.waiting == 0 { try await Task.sleep(for: .milliseconds(5)) }
                disk.isFull.store(false, ordering: .sequentiallyConsistent)
                let held = try await peer.reply()
                #expect(held.code == 0 && held.meta.correlationID == 9)
                #expect(held.meta.userFields["request-hash"]?.count == 64)
            }
        }
        // What ran out of time was not answered, and is not there.
        #expect(entries.last.map { $0.request == (try? Samples.evaluate("held")) } == true)
    }

    @Test("without a log an answer's meta has what it always had, and no header is added")
    func off() async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                let reply = try await peer.call(Self.calculator, "Evaluate", id: 5, payload: try Samples.evaluate())
                #expect(try reply.meta.serializedBytes() as [UInt8] == [0x12, 0x02, 0x08, 0x00, 0x20, 0x05])
            }
            try await RawPeer.connect(server.port) { peer async throws in
                try await peer.send(HTTPText.post(HTTPText.evaluate, HTTPText.application))
                #expect(try await peer.answer().headers["x-request-hash"] == nil)
            }
        }
    }

    @Test("scripts of other origins may read the hash where there is one")
    func origins() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "log-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let policies = CompiledPolicies(try PolicySet.builtIn())
        let log = try FileDecisionLog(
            DecisionLogSettings(directory: folder),
            tokens: TokenSet(),
            policies: policies
        ) { _ in }
        defer { log.close() }
        var configuration = ServerConfiguration.defaults
        configuration.decisionLog = log
        configuration.http.allowedOrigins = ["https://example.org"]
        try await withLiveServer(configuration: configuration) { server in
            try await RawPeer.connect(server.port) { peer async throws in
                try await peer.send(
                    HTTPText.post(
                        HTTPText.evaluate,
                        HTTPText.application,
                        headers: ["origin: https://example.org"]
                    )
                )
                let answer = try await peer.answer()
                #expect(answer.headers["access-control-expose-headers"] == "x-request-id, x-request-hash")
            }
        }
    }

    @Test("the counters are among the daemon's")
    func metrics() async throws {
        _ = try await Self.entries { server, log in
            try await RawPeer.connect(server.port) { peer async throws in
                for _ in 0..<3 {
                    _ = try await peer.call(Self.calculator, "Evaluate", payload: try Samples.evaluate())
                }
                while log.status.written < 3 { try await Task.sleep(for: .milliseconds(5)) }
            }
            try await RawPeer.connect(server.port) { peer async throws in
                try await peer.send(HTTPText.get("/metrics"))
                let text = try await peer.answer().text
                #expect(text.contains("\ngrantd_decision_log_entries_total 3\n"))
                #expect(text.contains("\ngrantd_decision_log_dropped_total 0\n"))
                #expect(text.contains("\ngrantd_decision_log_waiting 0\n"))
                #expect(text.contains("\ngrantd_decision_log_segments 1\n"))
                #expect(text.contains("\ngrantd_decision_log_failing 0\n"))
                #expect(text.contains("\ngrantd_decision_log_sync_failures_total 0\n"))
            }
        }
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                try await peer.send(HTTPText.get("/metrics"))
                #expect(try await !peer.answer().text.contains("decision_log"))
            }
        }
    }
}

/// A disk that can be full.
private final class Disk: Sendable {
    let isFull = Atomic<Bool>(false)

    @Sendable func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        if self.isFull.load(ordering: .sequentiallyConsistent) {
            errno = ENOSPC
            return -1
        }
        return Foundation.write(descriptor, bytes.baseAddress, bytes.count)
    }
}

/// Answers as they came, from any task.
private final class Replies: @unchecked Sendable {
    // Unchecked: behind the lock.
    private let lock = NSLock()
    private var list: [(payload: [UInt8], hash: String)] = []

    var all: [(payload: [UInt8], hash: String)] { self.lock.withLock { self.list } }

    func add(_ payload: [UInt8], _ hash: String?) {
        self.lock.withLock { self.list.append((payload, hash ?? "none")) }
    }
}
