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

/// Scoring over real sockets: order, errors beside their applications, bounded memory.
struct ScoreTests {
    private func application(_ id: String) -> GrantdApplication {
        var application = GrantdApplication()
        application.applicationID = id
        return application
    }

    private func stream(_ ids: some Sequence<String>) -> AsyncStream<GrantdApplication> {
        AsyncStream { continuation in
            for id in ids { continuation.yield(self.application(id)) }
            continuation.finish()
        }
    }

    @Test("every application has its result, in order", arguments: [1, 2, 7, 64, 5_000])
    func order(batchSize: Int) async throws {
        let count = batchSize == 1 ? 300 : 3_000
        var configuration = GrantdClientConfiguration.forTests
        configuration.connections = 2
        try await withFakeServer(configuration: configuration) {
            [$0.assessBatch()]
        } _: { client async throws in
            var next = 0
            for try await score in client.score(self.stream((0..<count).map(String.init)), batchSize: batchSize) {
                #expect(score.index == next)
                #expect(score.assessment?.applicationID == "\(next)")
                next += 1
            }
            #expect(next == count)
        }
    }

    @Test("no application, no result, no call")
    func empty() async throws {
        try await withFakeServer {
            [$0.assessBatch()]
        } _: { client async throws in
            for try await _ in client.score(self.stream([])) { Issue.record("a result of nothing") }
            #expect(await client.statistics().connectionsMade == 0)
        }
    }

    @Test("an application's error is a value beside the others")
    func errors() async throws {
        try await withFakeServer {
            [$0.assessBatch()]
        } _: { client async throws in
            var results: [String] = []
            for try await score in client.score(self.stream(["a", "bad", "c"])) {
                results.append(score.assessment?.applicationID ?? "\(score.error?.field ?? "")")
            }
            #expect(results == ["a", "as_of", "c"])
        }
    }

    @Test("entries may differ in their options, and errors that are known take their place without a call")
    func entries() async throws {
        let entries = AsyncStream<Int> { continuation in
            for entry in 0..<40 { continuation.yield(entry) }
            continuation.finish()
        }
        try await withFakeServer {
            [$0.assessBatch()]
        } _: { client async throws in
            let scores = client.score(entries: entries, mostPerCall: 16, batchesInFlight: 2) { entry in
                guard entry % 10 != 9 else {
                    return .failed(GrantdClientError(code: .invalidRequest, message: "\(entry)"))
                }
                let id: [UInt8] = (try? self.application("\(entry)").serializedBytes()) ?? []
                return .application(ByteBuffer(bytes: id), .init(stage: entry < 15 ? .application : .disbursement))
            }
            var next = 0
            for try await score in scores {
                switch score.result {
                case .success(let assessment):
                    #expect(assessment.applicationID == "\(next)")
                    #expect(assessment.measure == (next < 15 ? "0" : "1"))
                case .failure(let error):
                    #expect(next % 10 == 9)
                    #expect(error.message == "\(next)")
                }
                next += 1
            }
            #expect(next == 40)
        }
    }

    @Test("a slow source has each answer before it gives the next application")
    func slowSource() async throws {
        try await withFakeServer {
            [$0.assessBatch()]
        } _: { client async throws in
            let (source, give) = AsyncStream.makeStream(of: GrantdApplication.self)
            give.yield(self.application("0"))
            var seen = 0
            for try await score in client.score(source) {
                #expect(score.assessment?.applicationID == "\(seen)")
                seen += 1
                if seen == 20 { give.finish() } else { give.yield(self.application("\(seen)")) }
            }
            #expect(seen == 20)
        }
    }

    @Test("a source is read no further ahead than its window")
    func bounded() async throws {
        let source = CountingSource(limit: 100_000)
        try await withFakeServer {
            [$0.assessBatch()]
        } _: { client async throws in
            let scores = client.score(source.map(self.application), batchSize: 10, batchesInFlight: 3)
            var taken = 0
            for try await _ in scores {
                taken += 1
                // In flight or answered, three batches; one being taken, one gathered, and one entry that waits.
                #expect(source.given.value <= taken + 3 * 10 + 10 + 10 + 1)
                if taken == 500 { break }
            }
        }
    }

    @Test("a source's error ends the scoring, after the results of what came before it")
    func sourceFails() async throws {
        struct Broken: Error {}
        let source = AsyncThrowingStream<GrantdApplication, any Error> { continuation in
            continuation.yield(self.application("a"))
            continuation.finish(throwing: Broken())
        }
        try await withFakeServer {
            [$0.assessBatch()]
        } _: { client async throws in
            var seen: [String] = []
            do {
                for try await score in client.score(source) { seen.append(score.assessment?.applicationID ?? "") }
                Issue.record("no error")
            } catch let error as GrantdClientError {
                #expect(error.code == .sourceFailed)
                #expect(error.cause is Broken)
            }
            #expect(seen == ["a"])
        }
    }

    @Test("a daemon that is gone ends the scoring with an error, and nothing hangs")
    func daemonGone() async throws {
        var configuration = GrantdClientConfiguration.forTests
        configuration.scoreDeadline = .milliseconds(300)
        try await withFakeServer(configuration: configuration) {
            $0.connection == 0 && $0.number < 2 ? [$0.assessBatch()] : [.close]
        } _: { client async throws in
            var seen = 0
            do {
                for try await _ in client.score(self.stream((0..<1_000).map(String.init)), batchSize: 10) { seen += 1 }
                Issue.record("no error")
            } catch let error as GrantdClientError {
                #expect(error.code == .deadlineExceeded)
                #expect((error.cause as? GrantdClientError)?.code == .connectionLost)
            }
            #expect(seen < 1_000)
        }
    }

    @Test("a batch's answer with the wrong number of results is no answer", arguments: [0, 2])
    func wrongCount(count: Int) async throws {
        try await withFakeServer { call in
            var response = GrantdEvaluateBatchResponse()
            response.results = Array(repeating: .with { $0.assessment = .whole("a") }, count: count)
            return [call.reply(response)]
        } _: { client async throws in
            await #expect(throws: GrantdClientError(code: .invalidReply, message: "")) {
                for try await _ in client.score(self.stream(["a"])) {}
            }
        }
    }

    @Test("a cancelled taker stops at once")
    func cancelled() async throws {
        let arrived = AsyncStream.makeStream(of: Void.self)
        try await withFakeServer { _ in
            arrived.continuation.yield()
            return []
        } _: { client async throws in
            let task = Task {
                for try await _ in client.score(self.stream(["a"])) {}
            }
            for await _ in arrived.stream { break }
            task.cancel()
            await #expect(throws: GrantdClientError(code: .cancelled, message: "")) { try await task.value }
        }
    }

    @Test("an application over the limit is its own error")
    func tooLarge() async throws {
        var configuration = GrantdClientConfiguration.forTests
        configuration.maximumRequestBytes = 1_000
        try await withFakeServer(configuration: configuration) {
            [$0.assessBatch()]
        } _: { client async throws in
            var codes: [GrantdClientError.Code?] = []
            for try await score in client.score(self.stream(["a", String(repeating: "x", count: 2_000), "c"])) {
                codes.append(score.error?.code)
            }
            #expect(codes == [nil, .limitExceeded, nil])
        }
    }
}

/// Counts what has been taken of it.
private struct CountingSource: AsyncSequence, Sendable {
    typealias Element = String
    typealias Failure = Never

    let limit: Int
    let given = Counter()

    struct AsyncIterator: AsyncIteratorProtocol {
        let source: CountingSource

        mutating func next() async -> String? {
            let number = self.source.given.next()
            return number < self.source.limit ? "\(number)" : nil
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: self) }
}
