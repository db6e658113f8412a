//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdMessages
internal import GrantdPolicy
internal import GrantdService
internal import GrantdTesting
internal import SwiftProtobuf
internal import Synchronization
internal import Testing

/// How calls are answered for a transport whose calls are tasks.
@Suite
struct CallExecutorTests {
    private static func with<Result>(
        _ limits: Limits = .defaults,
        _ body: (CallExecutor) async throws -> Result
    ) async throws -> Result {
        let ledger = AwardLedger(limits: limits)
        defer { ledger.close() }
        let calls = CallExecutor(
            limits: limits,
            tokens: TokenSet(),
            clock: .system,
            threads: 1,
            ledger: ledger,
            policies: CompiledPolicies(try PolicySet.builtIn())
        )
        defer { calls.close() }
        return try await body(calls)
    }

    private static func call(
        _ method: Method,
        _ request: [UInt8],
        deadline: MonotonicTime? = nil,
        isAbandoned: @escaping @Sendable () -> Bool = { false }
    ) -> UnaryCall {
        UnaryCall(
            method: method,
            request: request,
            client: ClientID(1),
            arrival: .now(),
            deadline: deadline,
            isAbandoned: isAbandoned
        )
    }

    private static func code(_ calls: CallExecutor, _ call: UnaryCall) async -> Int32? {
        do throws(CallError) {
            _ = try await calls.answer(call)
            return nil
        } catch {
            return error.code
        }
    }

    @Test("a unary call is answered")
    func evaluate() async throws {
        try await Self.with { calls in
            let reply = try await calls.answer(Self.call(.evaluate, try Samples.evaluate("x")))
            #expect(try GrantdAssessment(serializedBytes: reply.message).applicationID == "x")
        }
    }

    @Test("a batch is answered in order, whatever else is asked meanwhile")
    func batch() async throws {
        try await Self.with { calls in
            async let large = calls.answer(Self.call(.evaluateBatch, try Samples.batch(count: 2000)))
            for _ in 0..<10 { _ = try await calls.answer(Self.call(.evaluate, try Samples.evaluate())) }
            let response = try GrantdEvaluateBatchResponse(serializedBytes: try await large.message)
            #expect(response.results.map(\.assessment.applicationID) == (0..<2000).map { "\($0)" })
        }
    }

    @Test("batches wait for their turn, and too many bytes of them are refused")
    func waitingBatches() async throws {
        let request = try Samples.batch(count: 500)
        var limits = Limits.defaults
        limits.waitingCallBytes = 4 * (request.count + 512)
        try await Self.with(limits) { calls in
            let codes = await withTaskGroup(of: Int32?.self) { tasks in
                for _ in 0..<10 { tasks.addTask { await Self.code(calls, Self.call(.evaluateBatch, request)) } }
                return await tasks.reduce(into: [Int32?]()) { $0.append($1) }
            }
            #expect(codes.allSatisfy { $0 == nil || $0 == 2004 })
            #expect(codes.count { $0 == nil } >= 4)
            // Every place was given back.
            #expect(await Self.code(calls, Self.call(.evaluateBatch, request)) == nil)
        }
    }

    @Test("an auction is cleared on a thread of its own")
    func auction() async throws {
        try await Self.with { calls in
            let request = try GrantdClearAuctionRequest.with { $0.auctionID = "2026" }.serializedBytes() as [UInt8]
            let reply = try await calls.answer(Self.call(.clearAuction, request))
            #expect(try GrantdClearAuctionResponse(serializedBytes: reply.message).outcome == .undetermined)
        }
    }

    @Test("the caller's time is kept: before the call, and between two slices of a batch")
    func deadline() async throws {
        try await Self.with { calls in
            let past = Self.call(.evaluate, try Samples.evaluate(), deadline: .now())
            #expect(await Self.code(calls, past) == 1008)
            let soon = MonotonicTime.now().advanced(byNanoseconds: 2_000_000)
            let long = Self.call(.evaluateBatch, try Samples.batch(count: 4096), deadline: soon)
            #expect(await Self.code(calls, long) == 1008)
            let gone = Self.call(.evaluateBatch, try Samples.batch(count: 10), isAbandoned: { true })
            #expect(await Self.code(calls, gone) == 1008)
        }
    }

    @Test("a call that is worked on is given up once nobody waits for it")
    func cancelled() async throws {
        try await Self.with { calls in
            let long = try Samples.longEvaluate()
            #expect(await Self.code(calls, Self.call(.evaluate, long)) == nil)
            // The first question comes before the work begins.
            let questions = Questions()
            let gone = Self.call(.evaluate, long, isAbandoned: { questions.next() > 0 })
            #expect(await Self.code(calls, gone) == 1008)
        }
    }

    @Test("a short call that costs much is answered by a compute thread as any other")
    func shortButCostly() async throws {
        let call = Self.call(.evaluate, try Samples.shortButCostly())
        let expected = try await Self.with { calls in try await calls.answer(call).message }
        var limits = Limits.defaults
        limits.stepsOnLoop = 1_000
        let message = try await Self.with(limits) { calls in try await calls.answer(call).message }
        #expect(message == expected)
        // Where these take nothing more it finds no room; what is answered at once needs none.
        limits.waitingCallBytes = 0
        for (steps, code) in [(1_000, 2004), (Int.max, nil)] as [(Int, Int32?)] {
            limits.stepsOnLoop = steps
            #expect(try await Self.with(limits) { calls in await Self.code(calls, call) } == code)
        }
    }

    @Test("a request over the limit is refused, but an auction may be larger")
    func largestRequest() async throws {
        var limits = Limits.defaults
        limits.requestBytes = 10
        try await Self.with(limits) { calls in
            let evaluate = Self.call(.evaluate, try Samples.evaluate())
            #expect(await Self.code(calls, evaluate) == 2004)
            let auction = GrantdClearAuctionRequest.with { $0.auctionID = "a name of some length" }
            let clear = Self.call(.clearAuction, try auction.serializedBytes())
            #expect(await Self.code(calls, clear) == nil)
        }
    }

    @Test("what is wrong is told with its field")
    func field() async throws {
        try await Self.with { calls in
            let request = GrantdEvaluateRequest.with {
                $0.application = Samples.application()
                $0.application.asOf = "yesterday"
            }
            let call = Self.call(.evaluate, try request.serializedBytes())
            let error = await #expect(throws: CallError.self) { _ = try await calls.answer(call) }
            #expect(error?.code == 1003)
            #expect(error?.field == "as_of")
        }
    }

    @Test("a stopping daemon refuses all but the question after its health")
    func stopping() async throws {
        try await Self.with { calls in
            calls.stop()
            let evaluate = Self.call(.evaluate, try Samples.evaluate())
            #expect(await Self.code(calls, evaluate) == 2003)
            let reply = try await calls.answer(Self.call(.healthCheck, []))
            #expect(try HealthHealthCheckResponse(serializedBytes: reply.message).status == .notServing)
        }
    }

    @Test("other policies are served from the next call on, and calls are counted")
    func policiesAndCounters() async throws {
        try await Self.with { calls in
            let list = Self.call(.listMeasures, [])
            let before = try GrantdListMeasuresResponse(serializedBytes: try await calls.answer(list).message)
            #expect(!before.measures.isEmpty)
            calls.replacePolicies(CompiledPolicies(try PolicyLoader.load(files: []).get()))
            let after = try GrantdListMeasuresResponse(serializedBytes: try await calls.answer(list).message)
            #expect(after.measures.isEmpty)
            _ = await Self.code(calls, Self.call(.evaluate, [0xFF]))
            let statistics = await calls.statistics()
            #expect(statistics.calls == 3)
            #expect(statistics.errors(code: 1003) == 1)
        }
    }
}

/// How often something was asked.
private final class Questions: Sendable {
    private let count = Atomic(0)

    /// The number of those before this one.
    func next() -> Int { self.count.add(1, ordering: .relaxed).oldValue }
}
