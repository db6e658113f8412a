//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdHTTP
internal import GrantdService
internal import NIOCore

/// A connection whose peer speaks HTTP: requests in place of frames, and answers in their order. All else (what it may hold,
/// how long it may take, what is to be sent) is as with frames.
extension ConnectionHandler {
    /// How long is parsed without an answer before others have their turn, in nanoseconds.
    private static let parsing: Int64 = 200_000
    /// So many pieces are parsed without a look at the clock: most requests are two.
    private static let parsedUnchecked = 4

    /// Answers the requests of `bytes`, and takes off it what was parsed.
    func processHTTP(_ bytes: inout ByteBuffer, _ http: HTTPExchange, now: MonotonicTime) {
        let endOfTurn = self.worker.endOfTurn(begun: self.train.began)
        var time = now
        var hasAnswered = false
        // Pieces since the last answer.
        var parsed = 0
        // The rest waits in the input: reading goes on when the answer is there.
        var isDeferred = http.isAnswerAwaited
        requests: while !isDeferred {
            switch http.next(in: &bytes, arrival: self.arrival) {
            case .nothing:
                if http.takeContinue() { self.output.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n") }
                break requests
            case .parsed:
                parsed += 1
                guard parsed % Self.parsedUnchecked == 0 || now > self.train.began else { break }
                time = self.worker.clock.now()
                isDeferred = time.nanoseconds(since: now) >= Self.parsing || time >= endOfTurn
            case .item(let item):
                let isLast = self.answer(item, http, time: &time)
                hasAnswered = true
                parsed = 0
                if isLast, !http.isAnswerAwaited {
                    bytes.moveReaderIndex(to: bytes.writerIndex)
                    return self.leave(now: time)
                }
                let held = self.output.readableBytes &+ self.unsent.heldBytes
                // Where nothing is left to put off, reading goes on.
                let isTurnOver = time >= endOfTurn || held >= self.worker.memory.sendBudget.limitOfConnection
                isDeferred = http.isAnswerAwaited || isTurnOver && bytes.readableBytes > 0
            }
        }
        self.countHTTP()
        if parsed > 0 || !hasAnswered { time = self.worker.clock.now() }
        self.train.readEnds(now: time)
        self.worker.servingTook(time.nanoseconds(since: now))
        if self.machine.isClosed { return }
        let settled = self.machine.inputProcessed(
            finishedFrames: hasAnswered,
            isUnfinished: http.isUnfinished,
            isDeferred: isDeferred,
            now: time
        )
        if isDeferred, !http.isAnswerAwaited { self.worker.deferInput(of: self) }
        if case .close(let reason) = settled {
            self.flush(now: now)
            self.close(reason)
        }
    }

    /// The reply that was awaited is written: what waits behind it may go on.
    func awaitedAnswered(_ http: HTTPExchange, now: MonotonicTime) {
        if case .reply(isLast: true) = http.awaited {
            http.awaited = .nothing
            return self.leave(now: now)
        }
        http.awaited = .nothing
        self.worker.deferInput(of: self)
    }

    /// Answers what stands next.
    ///
    /// - Parameter time: the time before, and then behind it.
    /// - Returns: whether the connection is closed behind it.
    private func answer(_ item: HTTPExchange.Item, _ http: HTTPExchange, time: inout MonotonicTime) -> Bool {
        guard let load = self.load(now: time) else { return true }
        // Out of the property, so that nothing that is called meanwhile finds it in use.
        var output = self.output
        self.output = ByteBuffer()
        defer { self.output = output }
        switch item {
        case .fault(let fault):
            self.worker.http.refuse(fault, into: &output)
            return true
        case .refused(let reason, let isLast):
            guard let request = http.takeRequest() else { return true }
            let answer = self.worker.http.refuse(request, reason, isLast: isLast, into: &output)
            self.settle(answer, request, http, isLast: isLast, time: &time, &output)
            return isLast
        case .request:
            guard let request = http.takeRequest() else { return true }
            let isLast = request.head.isLast || load.isStopping
            let answer = self.worker.http.answer(request, now: time, load: load, isLast: isLast, into: &output)
            if self.worker.asksForTokens, request.showsToken { self.callAdmitted() }
            self.settle(answer, request, http, isLast: isLast, time: &time, &output)
            return isLast
        }
    }

    private func settle(
        _ answer: HTTPService.Answer,
        _ request: HTTPRequest,
        _ http: HTTPExchange,
        isLast: Bool,
        time: inout MonotonicTime,
        _ output: inout ByteBuffer
    ) {
        time = self.worker.clock.now()
        switch answer {
        case .written(let subject, let error):
            guard let subject else { return }
            self.worker.calls.ended(subject, error, arrival: request.arrival, now: time, request.id, of: self)
        case .costly(let costly):
            if costly.wasPreempted { self.callTookLong(now: time) }
            if var refusal = self.worker.take(costly, request.id, arrival: request.arrival, of: self) {
                output.writeBuffer(&refusal)
            } else {
                self.await(http, isLast: isLast)
            }
        case .eventual(let gather):
            self.worker.take(gather, arrival: request.arrival, of: self)
            self.await(http, isLast: isLast)
        }
    }

    private func `await`(_ http: HTTPExchange, isLast: Bool) {
        http.awaited = .reply(isLast: isLast)
        self.callPends()
    }

    // MARK: - The end

    /// Takes no further request, and closes the connection once what is to be answered is sent.
    private func leave(now: MonotonicTime) {
        self.http?.end()
        self.countHTTP()
        self.flush(now: now)
        if self.isUnchecked { self.checkUnsent(now: now) }
        self.follow(self.machine.inputBroke(.peer, now: now))
    }

    /// Tells the worker how much this connection's requests hold.
    func countHTTP() {
        guard let http = self.http else { return }
        let count = self.machine.isClosed ? 0 : http.heldBytes
        let change = count &- http.countedBytes
        http.countedBytes = count
        self.worker.memory.inputChanged(by: change)
    }
}
