//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService
internal import NIOCore

/// One connection: a thin interpreter between its channel, its state machine and the event loop's worker.
///
/// The whole path of a short call runs here, synchronously: bytes → frame → meta → method → answer → bytes. The replies
/// of one read are written and flushed as one. A costly call leaves here, and its reply comes back in a later turn.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    /// To what reads HTTP, where the peer speaks that.
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    /// What the worker and the compute threads know this connection by.
    let id = ClientID.unique()
    let worker: Worker
    private let place: ConnectionPlace?
    private let onKnown: (ConnectionPlace) -> Void
    /// Whether no call was admitted yet.
    private var isStranger = true
    var machine: ConnectionStateMachine
    private(set) var context: ChannelHandlerContext?

    /// What came in and is not served: the beginning of a frame, or frames that were put off.
    private var input = ByteBuffer()
    private(set) var frames: FrameReader
    /// What reads the requests of a peer that speaks HTTP.
    private(set) var http: HTTPExchange?
    /// Replies that are not handed to the channel yet; the worker's spare buffer while it is in use here.
    var output = ByteBuffer()
    /// When the last bytes arrived: the arrival of every call that they complete.
    private(set) var arrival: MonotonicTime
    private var isReadWanted = false
    /// Bytes of `input` that the worker counts as this connection's.
    private(set) var countedInput = 0
    /// Replies that were handed to the channel and are not known to have left.
    private(set) var unsent = SendQueue()
    /// The memory of unsent replies that the worker counts as this connection's.
    private var countedUnsent = 0
    /// Whether replies were handed to the channel since it was last asked what it holds.
    private(set) var isUnchecked = false
    /// When the last of them were.
    private var uncheckedAt: MonotonicTime

    /// Whether the worker has this connection in its queue of connections with frames that were put off.
    var isInTurnQueue = false

    /// - Parameters:
    ///   - place: the connection's place among all.
    ///   - onKnown: called with it when a call was admitted.
    init(worker: Worker, place: ConnectionPlace? = nil, onKnown: @escaping (ConnectionPlace) -> Void = { _ in }) {
        // The same moment as the place's: who is asked whether a call has come since then compares the two.
        let now = place?.admittedAt ?? worker.clock.now()
        self.worker = worker
        self.place = place
        self.onKnown = onKnown
        self.machine = ConnectionStateMachine(bounds: worker.bounds, now: now)
        self.frames = FrameReader(limits: worker.limits)
        self.arrival = now
        self.uncheckedAt = now
    }

    // MARK: - Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { self.worker.add(self) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        self.worker.add(self)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.finish(.peer)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A broken connection: there is nobody to tell.
        self.close(.peer)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = self.unwrapInboundIn(data)
        let now = self.worker.clock.now()
        self.worker.statistics.bytesIn &+= UInt64(bytes.readableBytes)
        switch self.machine.bytesArrived(now: now) {
        case .discard:
            return
        case .keep:
            // The arrival stays that of the frames that wait already: a call's time limit counts from there.
            self.input.writeBuffer(&bytes)
            self.countInput()
        case .process:
            self.arrival = now
            if self.input.readableBytes == 0 {
                self.process(&bytes, now: now)
                if bytes.readableBytes > 0 && !self.machine.isClosed { self.input.writeBuffer(&bytes) }
            } else {
                self.input.writeBuffer(&bytes)
                self.processInput(now: now)
            }
            self.countInput()
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard self.output.readableBytes > 0 else { return self.returnSpareBuffer() }
        self.worker.flushSoon(self)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.checkUnsent(now: self.worker.clock.now())
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ConnectionPlace.Inquiry { return self.tellPlace() }
        guard let event = event as? ChannelEvent, event == .inputClosed else { return }
        // Replies that wait for others' are this peer's last, and from here on none may be overlooked: what is settled is
        // closed.
        if self.output.readableBytes > 0 { self.flush(now: self.arrival) }
        if self.isUnchecked { self.checkUnsent(now: self.uncheckedAt) }
        // A frame that was not finished never will be.
        if case .close(let reason) = self.machine.inputClosed() { self.close(reason) }
    }

    func read(context: ChannelHandlerContext) {
        if self.machine.mayRead {
            context.read()
        } else {
            self.isReadWanted = true
        }
    }

    // MARK: - Input

    /// Serves frames that were put off. The worker calls this in a turn of its own.
    func processDeferred(now: MonotonicTime) {
        guard self.machine.mayProcess else { return }
        self.processInput(now: now)
        self.countInput()
        self.flush(now: now)
        self.readIfWanted()
    }

    private func processInput(now: MonotonicTime) {
        // Out of the property, so that nothing that is called meanwhile finds it in use.
        var bytes = self.input
        self.input = ByteBuffer()
        self.process(&bytes, now: now)
        if self.machine.isClosed { return }
        if bytes.readableBytes == 0 {
            // A small buffer is kept for the next half frame, a large one would be kept by every idle connection.
            if bytes.capacity <= Self.retainedInput {
                bytes.clear()
                self.input = bytes
            }
            return
        }
        let keeps = max(Self.smallInput, bytes.readableBytes * 4)
        if bytes.readerIndex > 0, bytes.capacity > keeps {
            // The beginning of a frame behind a large one: it needs no buffer of that size.
            self.input = ByteBuffer(bytes: bytes.readableBytesView)
            return
        }
        if bytes.readerIndex > bytes.readableBytes { bytes.discardReadBytes() }
        self.input = bytes
    }

    private static let retainedInput = 2048
    /// What a read may fill twice; copying out of such a buffer would cost more than it holds.
    private static let smallInput = 16 << 10

    /// Serves the whole frames of `bytes` and moves its reader index behind them.
    private func process(_ bytes: inout ByteBuffer, now: MonotonicTime) {
        if self.output.capacity == 0 { self.output = self.worker.spareBuffers.take() }
        let outcome = bytes.withUnsafeReadableBytes { self.serveFrames($0, now: now) }
        bytes.moveReaderIndex(forwardBy: outcome.consumed)
        if outcome.isMalformed || outcome.isUnauthorised {
            if outcome.isMalformed, let http = self.http ?? self.otherProtocol(of: bytes, outcome) {
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
    private func otherProtocol(of bytes: ByteBuffer, _ outcome: ServeOutcome) -> HTTPExchange? {
        guard outcome.consumed == 0, self.output.readableBytes == 0, !self.machine.hasAnswered,
            self.machine.idleSince != nil, let context = self.context
        else { return nil }
        switch OtherProtocol(bytes.readableBytesView) {
        case .http:
            guard let exchange = try? HTTPExchange.join(context, behind: self, self.worker.http) else { return nil }
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
        let endOfTurn = now.advanced(byNanoseconds: self.worker.turnNanoseconds)
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
        var untimed = UntimedCalls()
        // Reads the clock for the calls since the last time: a reading costs a tenth of an assessment.
        func readClock() {
            time = self.worker.clock.now()
            if untimed.answered > 0 {
                let nanoseconds = time.nanoseconds(since: arrival)
                self.worker.statistics.calls.callsAnswered(
                    untimed.answered,
                    of: untimed.subject,
                    afterNanoseconds: nanoseconds
                )
                if nanoseconds >= self.worker.slowNanoseconds {
                    // They waited for their turn, whatever they asked for.
                    self.worker.log(
                        CallLog.Ended(untimed.subject, nanoseconds: nanoseconds, calls: untimed.answered),
                        RequestID(metaBytes: UnsafeRawBufferPointer(rebasing: bytes[untimed.lastMeta])),
                        now: time,
                        of: self
                    )
                }
            }
            untimed = UntimedCalls()
        }
        defer { if untimed.answered > 0 { readClock() } }
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
                let subject = self.worker.serve(
                    metaBytes: UnsafeRawBufferPointer(rebasing: bytes[meta]),
                    rest: UnsafeRawBufferPointer(rebasing: bytes[rest]),
                    arrival: arrival,
                    now: time,
                    admission: self.machine.admission(),
                    connection: self,
                    into: &output
                )
                if let subject, untimed.areOthers(than: subject) { readClock() }
                untimed.add(bytes: rest.upperBound - meta.lowerBound, answered: subject, meta: meta)
            }
            if outcome.consumed == bytes.count { return outcome }
            if untimed.areMany { readClock() }
            if time >= endOfTurn || output.readableBytes &+ held >= self.worker.sendBudget.limitOfConnection {
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

    // MARK: - Output

    /// A costly call was taken: its reply will come in a later turn.
    func callPends() {
        self.machine.callPends()
    }

    /// Sends the reply to a costly call, which came back.
    func answerPendingCall(_ frame: ByteBuffer, now: MonotonicTime) {
        if self.machine.repliesWritten(bytes: frame.readableBytes) { self.write(frame, now: now) }
        if case .close(let reason) = self.machine.pendingCallAnswered(now: now) { self.close(reason) }
        if let http = self.http, !self.machine.isClosed { self.awaitedAnswered(http, now: now) }
    }

    /// Sends the replies that wait.
    func send() {
        self.flush(now: self.arrival)
    }

    /// Hands the replies to the channel, and the buffer back to the worker.
    func flush(now: MonotonicTime) {
        defer { self.returnSpareBuffer() }
        let count = self.output.readableBytes
        guard count > 0, self.machine.repliesWritten(bytes: count) else { return }
        // What waits behind other replies takes little more memory than it needs.
        let waits = self.unsent.heldBytes > 0 && self.output.capacity > 2 * count
        self.write(waits ? ByteBuffer(bytes: self.output.readableBytesView) : self.output, now: now)
    }

    /// Hands replies to the channel.
    private func write(_ replies: ByteBuffer, now: MonotonicTime) {
        guard let context = self.context else { return }
        let count = replies.readableBytes
        self.worker.statistics.bytesOut &+= UInt64(count)
        self.unsent.add(replies)
        context.writeAndFlush(self.wrapOutboundOut(replies), promise: self.promise(forReplyOf: count, context))
        // Asking costs a fifth of assessing, and most replies leave at once: a few may go by unasked. What is then not
        // counted is less than a connection may hold, and the next tick counts it.
        self.isUnchecked = true
        self.uncheckedAt = now
        if self.unsent.heldBytes == 0, self.unsent.memory < self.uncheckedLimit, !self.machine.isInputClosed { return }
        self.checkUnsent(now: now)
    }

    private var uncheckedLimit: Int { min(64 << 10, self.worker.limits.unsentBytes) }

    /// Says when a large reply has left as a whole: all its memory is held until then, and reading may be on account of it.
    private func promise(forReplyOf count: Int, _ context: ChannelHandlerContext) -> EventLoopPromise<Void>? {
        guard count >= Self.largeReply else { return nil }
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { _ in
            if self.unsent.heldBytes > 0 { self.checkUnsent(now: self.worker.clock.now()) }
        }
        return promise
    }

    private static let largeReply = 128 << 10

    private func returnSpareBuffer() {
        guard self.output.capacity > 0 else { return }
        self.worker.spareBuffers.giveBack(self.output)
        self.output = ByteBuffer()
    }

    /// Asks the channel how much it still holds, and stops or resumes reading.
    func checkUnsent(now: MonotonicTime) {
        guard let context = self.context else { return }
        self.isUnchecked = false
        self.unsent.keepLast((try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0)
        self.countUnsent(self.unsent.memory)
        let event = self.machine.unsentChanged(
            to: self.unsent.heldBytes,
            memory: self.unsent.memory,
            limit: self.worker.sendBudget.limitOfConnection,
            leastProgress: self.worker.sendBudget.leastProgress,
            now: now
        )
        switch event {
        case .proceed:
            break
        case .holdReading:
            self.worker.connectionHeld(self)
        case .resumeReading:
            self.worker.connectionResumed(self)
            self.readIfWanted()
        case .close(let reason):
            self.close(reason)
        }
    }

    /// Tells the worker what this connection's unsent replies take of memory.
    private func countUnsent(_ memory: Int) {
        let change = memory &- self.countedUnsent
        guard change != 0 else { return }
        self.countedUnsent = memory
        self.worker.unsentMemoryChanged(by: change)
    }

    /// How much this connection's unread replies weigh: what they hold, by how long the peer has taken nothing of them.
    func unreadWeight(now: MonotonicTime) -> Double {
        let sinceProgress = self.machine.nanosecondsWithoutProgress(now: now)
        return Double(self.countedUnsent) * (Double(sinceProgress) + Self.leastSinceProgress)
    }

    /// In nanoseconds: a peer that is served just now weighs by what it holds.
    private static let leastSinceProgress = 1e6

    private func readIfWanted() {
        guard self.isReadWanted, self.machine.mayRead, let context = self.context else { return }
        self.isReadWanted = false
        context.read()
    }

    // MARK: - Time and the end

    /// Time has gone by: the worker calls this for every connection.
    func tick(now: MonotonicTime) {
        if self.unsent.heldBytes > 0 {
            self.checkUnsent(now: now)
        } else if self.isUnchecked {
            // What has left since was on its way then: a tick is nothing that the peer has done.
            self.checkUnsent(now: self.uncheckedAt)
        }
        self.follow(self.machine.tick(now: now))
        self.tellPlace()
    }

    func follow(_ event: ConnectionStateMachine.OnTick) {
        switch event {
        case .proceed:
            break
        case .closeOutput:
            self.closeOutput()
        case .close(let reason):
            self.close(reason)
        }
    }

    /// Tells since when there has been no call.
    private func tellPlace() {
        guard let place = self.place else { return }
        // Where no tokens are asked for it is early enough here, and not at every call.
        if self.machine.hasAnswered, !self.worker.asksForTokens { self.callAdmitted() }
        place.tell(idleSince: self.output.readableBytes > 0 ? nil : self.machine.idleSince)
    }

    /// A call was admitted: where tokens are asked for, it has shown one.
    func callAdmitted() {
        guard self.isStranger else { return }
        self.isStranger = false
        if let place = self.place { self.onKnown(place) }
    }

    /// What speaks for keeping the input of this connection that is not served.
    var inputClaim: InputClaim {
        InputClaim(
            isStranger: self.worker.asksForTokens && self.isStranger,
            unfinishedSince: self.machine.unfinishedSince
        )
    }

    /// The server stops.
    func quiesce(now: MonotonicTime) {
        self.machine.quiesce(now: now)
    }

    /// The server can wait no longer.
    func cutOff(now: MonotonicTime) {
        if self.machine.cutOff(now: now) { self.closeOutput() }
    }

    /// Closes the connection, for that reason.
    func close(_ reason: ConnectionStateMachine.CloseReason) {
        guard let context = self.context, self.finish(reason) else { return }
        context.channel.closeAtOnce()
    }

    private func closeOutput() {
        guard let context = self.context else { return }
        context.close(mode: .output, promise: nil)
        // From here on the peer's bytes are read and thrown away, so that its stack does not take our last replies
        // back.
        self.input = ByteBuffer()
        self.countInput()
        self.readIfWanted()
    }

    /// Gives everything back.
    ///
    /// - Returns: false when that was done before.
    @discardableResult
    private func finish(_ reason: ConnectionStateMachine.CloseReason) -> Bool {
        guard let reason = self.machine.closed(reason) else { return false }
        self.input = ByteBuffer()
        self.countInput()
        self.countUnsent(0)
        self.http?.end()
        self.countHTTP()
        self.worker.remove(self, reason: reason)
        return true
    }

    /// Bytes of input that the worker counts as this connection's, those of requests of HTTP among them.
    var heldInput: Int { self.countedInput &+ (self.http?.countedBytes ?? 0) }

    /// Tells the worker how much unfinished input this connection holds.
    private func countInput() {
        let count = self.input.capacity
        guard count != self.countedInput else { return }
        self.worker.unfinishedBytes &+= count &- self.countedInput
        let hasGrown = count > self.countedInput
        self.countedInput = count
        if hasGrown { self.worker.shedInput() }
    }

    /// The peer's address, for the log.
    var peer: String {
        self.context?.channel.remoteAddress.map { "\($0.ipAddress ?? "?"):\($0.port ?? 0)" } ?? "?"
    }
}
