//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages
internal import NIOCore
internal import SwiftProtobuf
internal import Synchronization

/// Where the reader of a source, its calls and the taker of results meet.
///
/// One lock over one ``ScoreWindow``; whoever waits is woken after the lock is let go.
final class ScoreExchange: Sendable {
    private struct State {
        var window: ScoreWindow
        var isStarted = false
        var isCancelled = false
        /// The reader, waiting for room.
        var reader: CheckedContinuation<Void, Never>?
        /// Who takes results, waiting for one; usually one taker.
        var takers: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>
    private let client: GrantdClient
    /// Reads the source and gives each entry to its argument, which returns when the next one may come.
    private let read: @Sendable (@Sendable (ScoreEntry) async -> Void) async -> GrantdClientError?

    init(
        client: GrantdClient,
        limits: ScoreLimits,
        read: @escaping @Sendable (@Sendable (ScoreEntry) async -> Void) async -> GrantdClientError?
    ) {
        self.client = client
        self.state = Mutex(State(window: ScoreWindow(limits: limits)))
        self.read = read
    }

    // MARK: - The reader and the calls

    /// Reads the source to its end and makes the calls; returns when all are answered.
    func run() async {
        let isFirst = self.state.withLock { state in
            defer { state.isStarted = true }
            return !state.isStarted
        }
        guard isFirst else { return }
        let (calls, caller) = AsyncStream.makeStream(of: ScoreBatch.self)
        await withDiscardingTaskGroup { group in
            group.addTask {
                let failure = await self.read { await self.offer($0, to: caller) }
                await self.end(failure, caller)
                caller.finish()
            }
            for await batch in calls { group.addTask { await self.call(batch) } }
        }
    }

    /// Ends a scoring that nobody reads any more.
    func cancel() {
        let waiting = self.state.withLock { state in
            state.isCancelled = true
            defer { (state.reader, state.takers) = (nil, []) }
            return state.takers + (state.reader.map { [$0] } ?? [])
        }
        for continuation in waiting { continuation.resume() }
    }

    private func offer(_ entry: ScoreEntry, to caller: AsyncStream<ScoreBatch>.Continuation) async {
        while true {
            let event = self.state.withLock { $0.isCancelled ? .gathered : $0.window.append(entry) }
            switch event {
            case .gathered:
                return
            case .start(let batch):
                caller.yield(batch)
                return
            case .wait:
                await self.waitForRoom()
            }
        }
    }

    private func end(_ failure: GrantdClientError?, _ caller: AsyncStream<ScoreBatch>.Continuation) async {
        while true {
            let event = self.state.withLock { $0.isCancelled ? .done : $0.window.sourceEnded(failure) }
            switch event {
            case .start(let batch):
                caller.yield(batch)
                return
            case .done:
                self.wakeTakers()
                return
            case .wait:
                await self.waitForRoom()
            }
        }
    }

    private func waitForRoom() async {
        await withCheckedContinuation { continuation in
            let isRoom = self.state.withLock { state in
                guard !state.window.hasRoom, !state.isCancelled else { return true }
                state.reader = continuation
                return false
            }
            if isRoom { continuation.resume() }
        }
    }

    /// Makes a call, and those that become due when it is answered.
    private func call(_ batch: ScoreBatch) async {
        var due: ScoreBatch? = batch
        while let batch = due {
            let results = await self.results(of: batch)
            due = self.state.withLock { $0.window.finished(batch, results) }
            self.wakeTakers()
        }
    }

    private func wakeTakers() {
        let takers = self.state.withLock { state in
            defer { state.takers = [] }
            return state.takers
        }
        for taker in takers { taker.resume() }
    }

    private func results(of batch: ScoreBatch) async -> Result<[ScoreWindow.Result], GrantdClientError> {
        do throws(GrantdClientError) {
            return .success(try await self.client.results(of: batch))
        } catch {
            return .failure(error)
        }
    }

    // MARK: - The taker

    /// The next batch's results in order and the index of the first; `nil` after the last.
    func next() async throws(GrantdClientError) -> (results: [ScoreWindow.Result], first: Int)? {
        while true {
            guard !Task.isCancelled else { throw .cancelled() }
            let event = self.state.withLock { $0.isCancelled ? .end : $0.window.next() }
            self.wakeReader()
            switch event {
            case .results(let results, let first): return (results, first)
            case .start(let batch): await self.call(batch)
            case .wait: await self.waitForResult()
            case .end: return nil
            case .fail(let error):
                self.cancel()
                throw error
            }
        }
    }

    /// Lets the reader go on where there is room again.
    private func wakeReader() {
        let reader = self.state.withLock { state in
            guard state.window.hasRoom else { return nil as CheckedContinuation<Void, Never>? }
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }

    private func waitForResult() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = self.state.withLock { state in
                    guard !state.isCancelled, !Task.isCancelled, !state.window.isReady else { return true }
                    state.takers.append(continuation)
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            self.wakeTakers()
        }
    }
}

/// A scoring under way; its end is the end of its task.
final class ScoreRun: Sendable {
    let exchange: ScoreExchange
    private let task: Task<Void, Never>

    init(exchange: ScoreExchange) {
        self.exchange = exchange
        self.task = Task { await exchange.run() }
    }

    deinit {
        self.task.cancel()
        self.exchange.cancel()
    }
}
