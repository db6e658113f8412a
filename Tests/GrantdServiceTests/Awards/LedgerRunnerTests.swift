//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdLedger
internal import GrantdMessages
internal import GrantdPolicy
internal import SwiftProtobuf
internal import Testing

@testable internal import GrantdService

/// How calls share steps, and what becomes of them where the book fails.
@Suite
struct LedgerRunnerTests {
    /// A book in memory that counts its steps, and fails where it is told to.
    private final class Book: AwardStore {
        let inner = MemoryAwardStore { 1_780_000_000_000 }
        var steps = 0
        var commits = 0
        var beginFails = false
        var commitFails = false
        var readFails = false
        var fault = LedgerFault(isTransient: true, message: "the file is locked")

        func begin(_ needs: StepNeeds) throws(LedgerFault) -> StepView {
            if self.beginFails { throw self.fault }
            self.steps += 1
            return self.inner.begin(needs)
        }

        func commit(_ entries: [LedgerEntry]) throws(LedgerFault) {
            if self.commitFails { throw self.fault }
            self.commits += 1
            self.inner.commit(entries)
        }

        func abandon() {}

        func read(_ needs: StepNeeds) throws(LedgerFault) -> StepView {
            if self.readFails { throw self.fault }
            return self.inner.read(needs)
        }

        func list(_ query: AwardQuery) throws(LedgerFault) -> AwardPage { self.inner.list(query) }
        func close() {}
    }

    private let book = Book()
    private let bench: LedgerBench

    init() throws {
        self.bench = try LedgerBench(self.book)
    }

    private static func award(_ subject: String, investment: Int64 = 1_000) throws -> [UInt8] {
        try AwardSamples.award(AwardSamples.platform(subject, investmentFen: investment)).serializedBytes()
    }

    private static func batch(_ count: Int) throws -> [UInt8] {
        try GrantdAwardBatchRequest.with {
            $0.entries = (0..<count).map { number in
                .with { $0.application = AwardSamples.platform("B-\(number)", investmentFen: 1_000) }
            }
        }.serializedBytes()
    }

    @Test("what waits is decided in one step and committed once, also what one client has sent without waiting")
    func group() throws {
        let calls = try (0..<40).map { number in
            try self.bench.add(.award, Self.award("S", investment: 1_000_000_000), client: UInt64(number % 4))
        }
        self.bench.step()
        let amounts = try calls.map {
            try GrantdAwardResponse(serializedBytes: try #require($0.result).get()).award.amountFen
        }
        // 300,000,000 each of 5,000,000,000, in the order of their turns.
        #expect(amounts.reduce(0, +) == 5_000_000_000)
        #expect(amounts.count { $0 == 300_000_000 } == 16)
        #expect(self.book.commits == 1)
    }

    @Test("a large batch is done in several steps, and others have their turns between them")
    func turns() throws {
        let large = try self.bench.add(.awardBatch, Self.batch(2_000), client: 1)
        let small = try self.bench.add(.award, Self.award("X"), client: 2)
        self.bench.step()
        #expect(large.result == nil)
        #expect(small.result != nil)
        while self.bench.step() {}
        let results = try GrantdAwardBatchResponse(serializedBytes: try #require(large.result).get()).results
        #expect(results.count == 2_000)
        #expect(results.allSatisfy { $0.award.award.amountFen == 300 })
        #expect(self.book.commits == 4)
    }

    @Test("where the book cannot be written nothing is awarded, nor anything behind it, and each entry is told so")
    func commitFails() throws {
        self.book.commitFails = true
        let single = try self.bench.add(.award, Self.award("X"), client: 1)
        let batch = try self.bench.add(.awardBatch, Self.batch(600), client: 2)
        self.bench.step()
        guard case .failure(let error)? = single.result else { throw LedgerBench.NotAnswered() }
        #expect(error.code == 2003)
        #expect(error.status == .unavailable)
        self.book.commitFails = false
        while self.bench.step() {}
        let results = try GrantdAwardBatchResponse(serializedBytes: try #require(batch.result).get()).results
        #expect(results.count == 600)
        #expect(results.allSatisfy { $0.error.status == "UNAVAILABLE" })
        #expect(self.book.inner.count == 0)
    }

    @Test("the book counts as up where it could be written when that was last tried, and read when that was")
    func isUp() throws {
        func award() throws -> Bool {
            _ = try self.bench.call(.award, Self.award("S"))
            return self.bench.statistics.isUp
        }
        func read() throws -> Bool {
            _ = try self.bench.call(.listEnvelopes, [])
            return self.bench.statistics.isUp
        }
        #expect(self.bench.statistics.isUp)
        self.book.commitFails = true
        #expect(try !award())
        // What is read says nothing of what can be written, nor does a step that adds nothing.
        #expect(try !read())
        self.book.commitFails = false
        let settle = GrantdSettleRequest.with {
            $0.awardID = "none"
            $0.action = .cancel
        }
        _ = try self.bench.call(.settle, settle)
        #expect(!self.bench.statistics.isUp)
        #expect(try award())
        self.book.readFails = true
        #expect(try !read())
        self.book.readFails = false
        #expect(try read())
        self.book.beginFails = true
        #expect(try !award())
        #expect(try !read())
        self.book.beginFails = false
        #expect(try award())
        let statistics = self.bench.statistics
        #expect(statistics.transientFailures == 3)
        #expect(statistics.commits == 2)
    }

    @Test("where no step can begin a batch ends with an error for each entry")
    func beginFails() throws {
        self.book.beginFails = true
        let batch = try self.bench.add(.awardBatch, Self.batch(600), client: 2)
        while self.bench.step() {}
        let results = try GrantdAwardBatchResponse(serializedBytes: try #require(batch.result).get()).results
        #expect(results.count == 600)
        #expect(results.allSatisfy { $0.error.status == "UNAVAILABLE" })
    }

    /// Explained, so that an answer is longer than an error.
    private static func explainedBatch(_ count: Int) -> GrantdAwardBatchRequest {
        .with {
            $0.explain = .full
            $0.entries = (0..<count).map { number in
                .with {
                    $0.application = AwardSamples.platform("B-\(number)", investmentFen: 1_000)
                    $0.idempotencyKey = "k-\(number)"
                }
            }
        }
    }

    @Test("what a batch has awarded is told, whatever a reply may have: where it is full nothing more is awarded")
    func fullReply() throws {
        let request = Self.explainedBatch(20)
        var seen: Set<Int> = []
        for most in stride(from: 500, through: 120_000, by: 1_951) {
            var limits = Limits.defaults
            limits.replyBytes = most
            let store = MemoryAwardStore { 1_780_000_000_000 }
            let bench = try LedgerBench(store, limits: limits)
            for isAgain in [false, true] {
                let before = store.count
                guard case .success(let bytes) = try bench.call(.awardBatch, request) else {
                    #expect(store.count == 0, "\(most)")
                    continue
                }
                #expect(bytes.count <= most)
                let results = try GrantdAwardBatchResponse(serializedBytes: bytes).results
                #expect(results.count == 20)
                let told = results.prefix { $0.award.hasAward }
                let rest = results.dropFirst(told.count)
                #expect(rest.allSatisfy { $0.error.code == 2004 })
                #expect(rest.allSatisfy { $0.error.message.contains("the reply is at its limit") })
                if isAgain {
                    #expect(store.count == before)
                    #expect(told.allSatisfy { $0.award.replayed })
                } else {
                    #expect(store.count == told.count, "\(most)")
                    seen.insert(told.count)
                }
            }
        }
        // None, all, and what lies between.
        #expect(seen.contains(0) && seen.contains(20) && seen.count > 5)
    }

    @Test("errors that are too long for a batch's reply are cut, so that each entry has one")
    func longErrors() throws {
        var limits = Limits.defaults
        limits.replyBytes = 20_000
        self.book.commitFails = true
        self.book.fault = LedgerFault(isTransient: true, message: String(repeating: "锁", count: 700))
        let bench = try LedgerBench(self.book, limits: limits)
        let reply = try bench.answer(.awardBatch, Self.explainedBatch(20), as: GrantdAwardBatchResponse.self)
        #expect(reply.results.count == 20)
        #expect(reply.results.allSatisfy { $0.error.status == "UNAVAILABLE" })
        #expect(reply.results[0].error.message.utf8.count > 2_000)
        let last = try #require(reply.results.last).error.message
        #expect(last.hasPrefix("the book of awards: 锁") && last.hasSuffix("锁…"))
    }

    @Test("a single award that no reply has room for is not awarded")
    func largeAward() throws {
        var request = AwardSamples.award(AwardSamples.platform("X", investmentFen: 1_000))
        request.idempotencyKey = "k"
        let bytes = try self.bench.call(.award, request).get()
        // While it is written an assessment has room for the most that it may come to.
        for (most, isAwarded) in [(bytes.count + 1, false), (bytes.count + 4096, true)] {
            var limits = Limits.defaults
            limits.replyBytes = most
            let store = MemoryAwardStore { 1_780_000_000_000 }
            let bench = try LedgerBench(store, limits: limits)
            let error = try bench.error(.award, request)
            #expect(error?.code == (isAwarded ? nil : 2004))
            #expect(store.count == (isAwarded ? 1 : 0))
            // With room for that it is given again.
            if isAwarded { #expect(try bench.call(.award, request).get().suffix(2) == [0x18, 1]) }
        }
    }

    @Test("a call whose caller has waited long enough is not begun, and a batch goes no further")
    func deadlines() throws {
        let deadline = MonotonicTime(nanoseconds: 10)
        let batch = try self.bench.add(.awardBatch, Self.batch(600), deadline: deadline)
        self.bench.step()
        self.bench.setTime(nanoseconds: 10)
        let late = try self.bench.add(.award, Self.award("X"), client: 2, deadline: deadline)
        while self.bench.step() {}
        for call in [batch, late] {
            guard case .failure(let error)? = call.result else { throw LedgerBench.NotAnswered() }
            #expect(error.code == 1008)
        }
        #expect(self.book.inner.count == 512)
    }

    private static func screen() throws -> [UInt8] {
        try GrantdScreenRequest.with {
            $0.asOf = "2026-05-20"
            $0.applicant.unifiedSocialCreditCode = AwardSamples.code(1)
            $0.useLedger = true
        }.serializedBytes()
    }

    @Test("what only reads is answered beside awards for which no step can begin, or that cannot be written")
    func readsBesideFailures() throws {
        _ = try self.bench.call(.award, Self.award("X")).get()
        let evaluate: [UInt8] = try GrantdEvaluateRequest.with {
            $0.application = AwardSamples.platform("X", investmentFen: 1_000)
            $0.useLedger = true
        }.serializedBytes()
        let failures: [ReferenceWritableKeyPath<Book, Bool>] = [\.beginFails, \.commitFails]
        for fails in failures {
            self.book[keyPath: fails] = true
            let award = try self.bench.add(.award, Self.award("Y"), client: 1)
            let assessment = try self.bench.add(.evaluate, evaluate, client: 2)
            let reads = [
                try self.bench.add(.screen, Self.screen(), client: 3),
                try self.bench.add(.listEnvelopes, [], client: 4),
                try self.bench.add(.listAwards, [], client: 5),
            ]
            self.bench.step()
            guard case .failure(let error)? = award.result else { throw LedgerBench.NotAnswered() }
            #expect(error.code == 2003)
            let told = try GrantdAssessment(serializedBytes: try #require(assessment.result).get())
            #expect(told.ledgerAwards.count == 1)
            for read in reads { _ = try #require(read.result).get() }
            self.book[keyPath: fails] = false
        }
        #expect(self.book.inner.count == 1)
    }

    @Test("calls that only read count against a step's bound, and begin no step of the book's")
    func readsAreBounded() throws {
        let calls = try (0..<100).map { try self.bench.add(.screen, Self.screen(), client: UInt64($0)) }
        self.bench.step()
        #expect(calls.count { $0.result != nil } == 64)
        while self.bench.step() {}
        for call in calls { _ = try #require(call.result).get() }
        #expect(self.book.steps == 0)
    }

    @Test("bytes that are no request are refused, and the next call is answered")
    func malformed() throws {
        for method in [Method.award, .awardBatch, .settle, .listAwards, .putEnvelope, .listEnvelopes] {
            guard case .failure(let error) = try self.bench.call(method, [0xFF, 0xFF]) else {
                throw LedgerBench.NotAnswered()
            }
            #expect(error.code == 1003)
            // A field that the contract does not have.
            guard case .failure(let unknown) = try self.bench.call(method, [0xF8, 0x07, 1]) else {
                throw LedgerBench.NotAnswered()
            }
            #expect(unknown.code == 1003)
        }
        #expect(try self.bench.call(.award, Self.award("X")).get().isEmpty == false)
    }

    @Test("many clients at once on one envelope come to its limit and to no fen more, on a thread of its own")
    func manyClients() async throws {
        let limit: Int64 = 123_457
        let folder = try BookFolder()
        let ledger = AwardLedger(store: try SQLiteAwardStore(path: folder.path("book")))
        defer { ledger.close() }
        let calls = CallExecutor(
            limits: .defaults,
            tokens: TokenSet(),
            clock: .system,
            threads: 2,
            ledger: ledger,
            policies: try LedgerBench.builtIn.get()
        )
        defer { calls.close() }
        func call(_ method: Method, _ request: [UInt8], client: UInt64) async throws(CallError) -> [UInt8] {
            try await calls.answer(
                UnaryCall(method: method, request: request, client: ClientID(client), arrival: .now())
            ).message
        }
        let put = GrantdPutEnvelopeRequest.with {
            $0.envelope.envelopeID = "e"
            $0.envelope.limitFen = limit
        }
        _ = try await call(.putEnvelope, put.serializedBytes(), client: 0)
        let sum = try await withThrowingTaskGroup(of: Int64.self) { tasks in
            for client in 1...32 {
                tasks.addTask {
                    var sum: Int64 = 0
                    for number in 0..<20 {
                        let application = AwardSamples.platform(
                            "P\(number)",
                            investmentFen: 1_000,
                            code: AwardSamples.code(client)
                        )
                        let request: [UInt8] = try AwardSamples.award(application).serializedBytes()
                        let reply = try await call(.award, request, client: UInt64(client))
                        sum += try GrantdAwardResponse(serializedBytes: reply).award.amountFen
                    }
                    return sum
                }
            }
            return try await tasks.reduce(0, +)
        }
        // 640 calls of 300 each would come to 192,000.
        #expect(sum == limit)
        let list = try GrantdListEnvelopesResponse(
            serializedBytes: try await call(.listEnvelopes, [], client: 0)
        )
        #expect(list.envelopes.map(\.usedFen) == [limit])
        #expect(list.envelopes.map(\.remainingFen) == [0])
    }
}
