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
    var frames: FrameReader
    /// What reads the requests of a peer that speaks HTTP.
    var http: HTTPExchange?
    /// Replies that are not handed to the channel yet; the worker's spare buffer while it is in use here.
    var output = ByteBuffer()
    /// When the last bytes arrived: the arrival of every call that they complete.
    private(set) var arrival: MonotonicTime
    /// Reads without a pause.
    var train: ReadTrain
    var isReadWanted = false
    /// Bytes of `input` that the worker counts as this connection's.
    private(set) var countedInput = 0
    /// Replies that were handed to the channel and are not known to have left.
    var unsent = SendQueue()
    /// The memory of unsent replies that the worker counts as this connection's.
    var countedUnsent = 0
    /// Whether replies were handed to the channel since it was last asked what it holds.
    var isUnchecked = false
    /// When the last of them were.
    var uncheckedAt: MonotonicTime
    /// Bytes of the next reply that were sent already.
    var sentAhead = 0

    /// Until when its calls are taken for such as take long; nil where none has of late.
    private var cooldownEnd: MonotonicTime?

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
        self.train = ReadTrain(now: now)
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
        self.worker.bytesCame(bytes.readableBytes)
        switch self.machine.bytesArrived(now: now) {
        case .discard:
            return context.channel.discardReceived()
        case .keep:
            // The arrival stays that of the frames that wait already: a call's time limit counts from there.
            self.input.writeBuffer(&bytes)
            self.countInput()
        case .process:
            self.arrival = now
            self.train.readBegins(now: now)
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
        self.train.turnBegins(now: now)
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

    // MARK: - Time and the end

    /// Time has gone by: the worker calls this for every connection.
    func tick(now: MonotonicTime) {
        if self.unsent.heldBytes > 0 {
            self.checkUnsent(now: now)
        } else if self.isUnchecked {
            // What has left since was on its way then: a tick is nothing that the peer has done.
            self.checkUnsent(now: self.uncheckedAt)
        }
        self.beginReply(now: now)
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

    /// Whether there is room for a call; nil where nobody would read what it is told.
    func load(now: MonotonicTime) -> CallDispatcher.Load? {
        switch self.machine.admission() {
        case .serve:
            guard let end = self.cooldownEnd else { return .normal }
            if now < end { return .cooldown }
            self.cooldownEnd = nil
            return .normal
        case .refuseBusy: return .busy
        case .refuseStopping: return .stopping
        case .ignore: return nil
        }
    }

    /// A call was begun here and took too long.
    func callTookLong(now: MonotonicTime) {
        self.cooldownEnd = now.advanced(byNanoseconds: self.worker.limits.cooldown.nanosecondsClamped)
    }

    /// What speaks for keeping the input of this connection that is not served.
    var inputPriority: InputPriority {
        InputPriority(
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
        let change = count &- self.countedInput
        self.countedInput = count
        self.worker.memory.inputChanged(by: change)
    }

    /// The peer's address, for the log.
    var peer: String {
        self.context?.channel.remoteAddress.map { "\($0.ipAddress ?? "?"):\($0.port ?? 0)" } ?? "?"
    }
}
