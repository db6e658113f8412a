//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages
internal import NIOCore
internal import Testing

@testable internal import GrantdClient

/// What a scoring does next, by plain calls.
struct ScoreWindowTests {
    private let limits = ScoreLimits(batchSize: 2, batchBytes: 100, window: 2)

    private func entry(_ bytes: Int = 10, explain: GrantdExplain.Level = .none) -> ScoreEntry {
        .application(ByteBuffer(repeating: 0, count: bytes), GrantdEvaluationOptions(explain: explain))
    }

    private func batch(_ event: ScoreWindow.OnEntry) throws -> ScoreBatch {
        guard case .start(let batch) = event else { throw Unexpected(event: "\(event)") }
        return batch
    }

    private struct Unexpected: Error { let event: String }

    private func answer(_ count: Int) -> Result<[ScoreWindow.Result], GrantdClientError> {
        .success(Array(repeating: .success(GrantdAssessment()), count: count))
    }

    @Test("nothing in flight: the first entry goes at once; then batches fill; then the reader waits")
    func fills() throws {
        var window = ScoreWindow(limits: self.limits)
        let first = try self.batch(window.append(self.entry()))
        #expect(first.number == 0)
        #expect(first.known.count == 1)
        for _ in 0..<2 { guard case .gathered = window.append(self.entry()) else { return #expect(Bool(false)) } }
        let second = try self.batch(window.append(self.entry()))
        #expect(second.number == 1)
        #expect(second.known.count == 2)
        guard case .gathered = window.append(self.entry()) else { return #expect(Bool(false)) }
        guard case .wait = window.append(self.entry()) else { return #expect(Bool(false), "two batches are out") }
        guard case .wait = window.next() else { return #expect(Bool(false)) }
    }

    @Test("an answer that comes first waits for the one before it")
    func order() throws {
        var window = ScoreWindow(limits: self.limits)
        let first = try self.batch(window.append(self.entry()))
        _ = window.append(self.entry())
        _ = window.append(self.entry())
        let second = try self.batch(window.append(self.entry()))
        let due = window.finished(second, self.answer(2))
        #expect(due?.number == nil)
        #expect(!window.isReady)
        _ = window.finished(first, self.answer(1))
        #expect(window.isReady)
        guard case .results(let one, from: 0) = window.next() else { return #expect(Bool(false)) }
        #expect(one.count == 1)
        guard case .results(let two, from: 1) = window.next() else { return #expect(Bool(false)) }
        #expect(two.count == 2)
    }

    @Test("when the last call is answered, what has gathered goes next")
    func lingering() throws {
        var window = ScoreWindow(limits: self.limits)
        let first = try self.batch(window.append(self.entry()))
        _ = window.append(self.entry())
        let due = window.finished(first, self.answer(1))
        #expect(due?.number == 1)
        #expect(due?.known.count == 1)
    }

    @Test("other options, or too many bytes, begin another batch")
    func boundaries() throws {
        var window = ScoreWindow(limits: self.limits)
        _ = window.append(self.entry())
        _ = window.append(self.entry())
        let plain = try self.batch(window.append(self.entry(explain: .full)))
        #expect(plain.options?.explain == GrantdExplain.Level.none)

        var large = ScoreWindow(limits: self.limits)
        _ = large.append(self.entry())
        _ = large.append(self.entry(60))
        let one = try self.batch(large.append(self.entry(60)))
        #expect(one.known.count == 1)
    }

    @Test("the end: what has gathered goes, then the results, then the source's error")
    func end() throws {
        var window = ScoreWindow(limits: self.limits)
        let first = try self.batch(window.append(self.entry()))
        _ = window.append(self.entry())
        let failure = GrantdClientError(code: .sourceFailed, message: "")
        guard case .start(let last) = window.sourceEnded(failure) else { return #expect(Bool(false)) }
        _ = window.finished(last, self.answer(1))
        _ = window.finished(first, self.answer(1))
        guard case .results(_, from: 0) = window.next(), case .results(_, from: 1) = window.next() else {
            return #expect(Bool(false))
        }
        guard case .fail(let error) = window.next() else { return #expect(Bool(false)) }
        #expect(error.code == .sourceFailed)
        guard case .end = window.next() else { return #expect(Bool(false)) }
    }

    @Test("a call that fails as a whole ends the scoring after what came before it")
    func callFails() throws {
        var window = ScoreWindow(limits: self.limits)
        let first = try self.batch(window.append(self.entry()))
        _ = window.append(self.entry())
        _ = window.append(self.entry())
        let second = try self.batch(window.append(self.entry()))
        _ = window.finished(second, .failure(GrantdClientError(code: .connectionLost, message: "")))
        _ = window.finished(first, self.answer(1))
        guard case .results(_, from: 0) = window.next() else { return #expect(Bool(false)) }
        guard case .fail(let error) = window.next() else { return #expect(Bool(false)) }
        #expect(error.code == .connectionLost)
        guard case .end = window.next() else { return #expect(Bool(false)) }
    }
}
