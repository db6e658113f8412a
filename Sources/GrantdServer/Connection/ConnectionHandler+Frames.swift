//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdHTTP
internal import GrantdService
internal import NIOCore

/// Frames out of bytes, and their calls served.
extension ConnectionHandler {
    /// Serves the whole frames of `bytes` and moves its reader index behind them.
    func process(_ bytes: inout ByteBuffer, now: MonotonicTime) {
        if self.output.capacity == 0 { self.output = self.worker.takeBuffer() }
        let outcome = bytes.withUnsafeReadableBytes { self.serveFrames($0, now: now) }
        bytes.moveReaderIndex(forwardBy: outcome.consumed)
        if outcome.isMalformed || outcome.isUnauthorised {
            if outcome.isMalformed, let http = self.http ?? self.detectProtocol(of: bytes, outcome) {
                return self.processHTTP(&bytes, http, now: now)
            }
            bytes.moveReaderIndex(to: bytes.writerIndex)
            self.flush(now: now)
            if self.isUnchecked { self.checkUnsent(now: now) }
            self.follow(self.machine.inputBroke(outcome.isUnauthorised ? .unauthorised : .malformed, now: now))
            return
        }
        let settled = self.machine.inputProcessed(
            finishedFrames: outcome.finishedFrames,
            isUnfinished: bytes.readableBytes > 0 || self.frames.isSkipping,
            isDeferred: outcome.isDeferred,
            now: now
        )
        if outcome.isDeferred { self.worker.deferInput(of: self) }
        if case .close(let reason) = settled {
            self.flush(now: now)
            self.close(reason)
        }
    }

    /// Looks whether the first bytes of the connection, which are no frame, begin a request of HTTP.
    private func detectProtocol(of bytes: ByteBuffer, _ outcome: ServeOutcome) -> HTTPExchange? {
        guard outcome.consumed == 0, self.output.readableBytes == 0, !self.machine.hasAnswered,
            self.machine.idleSince != nil
        else { return nil }
        switch DetectedProtocol(bytes.readableBytesView) {
        case .http:
            let exchange = HTTPExchange(self.worker.http)
            self.http = exchange
            self.frames.end()
            return exchange
        case .tls:
            self.close(.tls)
            return nil
        case .unknown:
            return nil
        }
    }

    private struct ServeOutcome {
        var consumed = 0
        var finishedFrames = false
        var isDeferred = false
        var isMalformed = false
        /// A large call of somebody who may not call; its body is not read past.
        var isUnauthorised = false
    }

    private func serveFrames(_ bytes: UnsafeRawBufferPointer, now: MonotonicTime) -> ServeOutcome {
        var outcome = ServeOutcome()
        let endOfTurn = self.worker.endOfTurn(begun: self.train.began)
        var time = now
        // Out of the properties for as long as the calls last: each access of them is checked for exclusivity.
        var output = self.output
        self.output = ByteBuffer()
        var frames = self.frames
        let arrival = self.arrival
        defer {
            self.output = output
            self.frames = frames
        }
        let held = self.unsent.heldBytes
        let memory = self.worker.memory
        var untimed = UntimedCalls()
        // Reads the clock for the calls since the last time: a reading costs a tenth of an assessment.
        func readClock() {
            time = self.worker.clock.now()
            if untimed.answered > 0 {
                self.worker.calls.answered(
                    untimed.answered,
                    of: untimed.subject,
                    afterNanoseconds: time.nanoseconds(since: arrival),
                    now: time,
                    RequestID(metaBytes: UnsafeRawBufferPointer(rebasing: bytes[untimed.lastMeta])),
                    by: self
                )
            }
            untimed = UntimedCalls()
        }
        defer {
            if untimed.answered > 0 { readClock() }
            self.train.readEnds(now: time)
            self.worker.servingTook(time.nanoseconds(since: now))
        }
        while true {
            let next = frames.next(in: bytes, from: &outcome.consumed) { meta, isLarge in
                self.worker.admits(metaBytes: meta, isLarge: isLarge)
            }
            switch next {
            case .needMoreBytes:
                return outcome
            case .malformed:
                outcome.isMalformed = true
                return outcome
            case .oversized(let meta):
                outcome.finishedFrames = true
                let refused = self.worker.refuse(
                    metaBytes: UnsafeRawBufferPointer(rebasing: bytes[meta]),
                    arrival: arrival,
                    now: time,
                    connection: self,
                    into: &output
                )
                if untimed.areOthers(than: refused.subject) { readClock() }
                untimed.add(bytes: meta.count, answered: refused.subject, meta: meta)
                if refused.isStranger {
                    outcome.isUnauthorised = true
                    return outcome
                }
            case .frame(let meta, let rest):
                outcome.finishedFrames = true
                var subject: CallSubject?
                if let load = self.load(now: time) {
                    subject = self.worker.serve(
                        metaBytes: UnsafeRawBufferPointer(rebasing: bytes[meta]),
                        rest: UnsafeRawBufferPointer(rebasing: bytes[rest]),
                        arrival: arrival,
                        now: time,
                        load: load,
                        connection: self,
                        into: &output
                    )
                }
                if let subject, untimed.areOthers(than: subject) { readClock() }
                untimed.add(bytes: rest.upperBound - meta.lowerBound, answered: subject, meta: meta)
            }
            if outcome.consumed == bytes.count { return outcome }
            if untimed.areMany { readClock() }
            if time >= endOfTurn || output.readableBytes &+ held >= memory.sendBudget.limitOfConnection {
                outcome.isDeferred = true
                return outcome
            }
        }
    }

    /// Calls since the clock was last read. Those of them that were answered are counted by the same.
    private struct UntimedCalls {
        private(set) var answered = 0
        private(set) var subject = CallSubject(.frames, nil)
        /// Where the meta stands of the last that was answered.
        private(set) var lastMeta = 0..<0
        private var calls = 0
        private var bytes = 0

        /// - Parameter subject: what the call is counted by, where it was answered.
        mutating func add(bytes: Int, answered subject: CallSubject?, meta: Range<Int>) {
            self.calls += 1
            self.bytes += bytes
            guard let subject else { return }
            self.subject = subject
            self.lastMeta = meta
            self.answered += 1
        }

        /// Whether calls were answered that are counted by something else.
        func areOthers(than subject: CallSubject) -> Bool { self.answered > 0 && self.subject != subject }

        /// They may have taken so long that the turn is over.
        var areMany: Bool { self.calls >= 4 || self.bytes >= 1024 }
    }
}
