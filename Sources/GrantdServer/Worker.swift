//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdSchema
internal import GrantdWire
internal import Logging
internal import NIOCore

/// Everything that one event loop owns: its engine, its buffers, its connections, its turns and its counters.
///
/// Used on that event loop alone, so nothing in it is locked. Connections whose work does not fit into one go,
/// batches and long trains of frames, are served in *turns*: one slice of a batch and one connection's frames each,
/// with the loop's other events between them.
final class Worker {
    let eventLoop: any EventLoop
    let limits: Limits
    let bounds: ConnectionStateMachine.Bounds
    let clock: ServerClock
    let logger: Logger
    let turnNanoseconds: Int64

    var statistics = ServerStatistics()
    /// What the channels of this loop could not send.
    var unsent: UnsentMemory
    /// Bytes of input that this loop holds and could not serve.
    var unfinishedBytes = 0

    private(set) var dispatcher: Dispatcher
    private let tokens: TokenSet
    /// Whether a connection is a stranger's until a call has shown a token.
    let asksForTokens: Bool
    private var connections: [ObjectIdentifier: ConnectionHandler] = [:]
    private var spareBuffers: [ByteBuffer] = []
    private let replies = WaitingReplies()
    private let sendReplies: @Sendable () -> Void
    private let metaWriter: ByteWriter
    private let replyWriter: ByteWriter
    private var mayRunInline = true

    private var batches = BatchQueue()
    private var auctions = 0
    private var auctionAnswer: AuctionAnswer
    private let background: Background
    private var deferred = CircularBuffer<ConnectionHandler>()
    /// What calls for turns; without one, as on a loop without sockets, a timer does.
    var bell: TurnBell?
    private var turns: TurnTimer?
    private var isTurnScheduled = false

    private var throttle: LogThrottle
    private var sweep: RepeatedTask?
    private var isStopping = false
    private var drained: [EventLoopPromise<Void>] = []

    init(
        eventLoop: any EventLoop,
        configuration: ServerConfiguration,
        policies: CompiledPolicies,
        logger: Logger,
        background: Background = .inline
    ) {
        let limits = configuration.limits
        self.eventLoop = eventLoop
        self.limits = limits
        self.unsent = UnsentMemory(limits: limits)
        self.bounds = ConnectionStateMachine.Bounds(
            limits: limits,
            quietPeriod: configuration.quietPeriod,
            linger: configuration.linger
        )
        self.clock = configuration.clock
        self.logger = logger
        self.turnNanoseconds = limits.turn.nanosecondsClamped
        self.tokens = configuration.tokens
        self.asksForTokens = !configuration.tokens.isEmpty
        self.dispatcher = Dispatcher(
            engine: Engine(policies, limits: limits.engine),
            tokens: configuration.tokens
        )
        self.auctionAnswer = policies.auctions
        self.background = background
        self.metaWriter = ByteWriter(limit: limits.metaBytes)
        self.replyWriter = ByteWriter(limit: limits.replyBytes)
        self.throttle = LogThrottle(linesPerSecond: limits.peerLogLines)
        let replies = NIOLoopBound(self.replies, eventLoop: eventLoop)
        self.sendReplies = { replies.value.sendLast() }
    }

    // MARK: - Connections

    func add(_ connection: ConnectionHandler) {
        let before = self.connections.updateValue(connection, forKey: ObjectIdentifier(connection))
        guard before == nil else { return }
        self.statistics.connectionsOpen &+= 1
        self.statistics.connectionsAccepted &+= 1
        if self.isStopping { connection.quiesce(now: self.clock.now()) }
    }

    /// Forgets a connection and the calls that waited on it.
    func remove(_ connection: ConnectionHandler, reason: ConnectionStateMachine.CloseReason) {
        guard self.connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        self.statistics.connectionsOpen &-= 1
        self.statistics.connectionClosed(reason)
        self.batches.drop(connection)
        for call in connection.auctions { call.settle() }
        connection.auctions = []
        self.logClose(of: connection, reason: reason)
        self.succeedIfDrained()
    }

    private func logClose(of connection: ConnectionHandler, reason: ConnectionStateMachine.CloseReason) {
        switch reason {
        case .peer, .idle, .stopping:
            self.logger.debug("connection closed", metadata: ["reason": "\(reason.rawValue)"])
        case .unfinishedFrame, .stalled, .malformed, .memory:
            guard let suppressed = self.throttle.admit(now: self.clock.now()) else { return }
            self.logger.warning(
                "connection closed on account of its peer",
                metadata: [
                    "reason": "\(reason.rawValue)",
                    "peer": "\(connection.peer)",
                    "suppressed": "\(suppressed)",
                ]
            )
        }
    }

    /// Closes connections until the input that could not be served has room: those first whose claim is the weakest.
    func shedInput() {
        while self.unfinishedBytes > self.limits.unfinishedBytes {
            let before = self.unfinishedBytes
            let holders = self.connections.values.lazy.filter { $0.countedInput > 0 }
            holders.min { $0.inputClaim < $1.inputClaim }?.close(.memory)
            guard self.unfinishedBytes < before else { return }
        }
    }

    /// A connection's unsent replies went down: what was put off may go on.
    func connectionResumed(_ connection: ConnectionHandler) {
        self.deferInput(of: connection)
        if self.batches.enqueue(connection) { self.scheduleTurn() }
    }

    // MARK: - Calls

    /// A connection begins to serve frames: one batch may run at once if it is small.
    func beginTurn() {
        self.mayRunInline = true
    }

    /// Serves one call and appends its reply to `output`, unless it is a batch that has to wait.
    ///
    /// - Parameters:
    ///   - rest: what follows the meta in the frame.
    ///   - arrival: when its last byte came in.
    ///   - now: the time.
    /// - Returns: whether it was answered.
    func serve(
        metaBytes: UnsafeRawBufferPointer,
        rest: UnsafeRawBufferPointer,
        arrival: MonotonicTime,
        now: MonotonicTime,
        admission: ConnectionStateMachine.Admission,
        connection: ConnectionHandler,
        into output: inout ByteBuffer
    ) -> Bool {
        if admission == .ignore { return false }
        let load: Dispatcher.Load =
            if admission == .refuseStopping {
                .stopping
            } else if admission == .refuseBusy {
                .busy
            } else {
                self.unsent.isFlooded ? .flooded : .normal
            }
        let answer = self.dispatcher.dispatch(
            metaBytes: metaBytes,
            rest: rest,
            arrival: arrival,
            now: now,
            load: load,
            into: self.replyWriter
        )
        switch answer {
        case .reply(let correlationID):
            if self.asksForTokens { connection.tokenShown() }
            self.appendReply(correlationID: correlationID, payload: self.replyWriter, to: &output)
        case .error(let correlationID, let error):
            self.appendError(error, correlationID: correlationID, to: &output)
        case .batch(let correlationID, let payload, let deadline):
            if self.asksForTokens { connection.tokenShown() }
            return self.takeBatch(
                payload,
                correlationID: correlationID,
                arrival: arrival,
                deadline: deadline,
                connection: connection,
                into: &output
            )
        case .auction(let correlationID, let payload, let deadline):
            if self.asksForTokens { connection.tokenShown() }
            let call = AuctionCall(
                correlationID: correlationID,
                arrival: arrival,
                deadline: deadline,
                connection: connection
            )
            return self.takeAuction(call, payload, into: &output)
        }
        return true
    }

    /// Refuses a call of which only the meta is known.
    func refuse(
        metaBytes: UnsafeRawBufferPointer,
        into output: inout ByteBuffer
    ) {
        let (correlationID, error) = self.dispatcher.refusal(metaBytes: metaBytes)
        self.appendError(error, correlationID: correlationID, to: &output)
    }

    private func appendReply(correlationID: Int64, payload: ByteWriter, to output: inout ByteBuffer) {
        self.metaWriter.reset()
        ReplyMeta.write(correlationID: correlationID, into: self.metaWriter)
        self.appendFrame(payload: payload.bytes, to: &output)
    }

    private func appendError(_ error: CallError, correlationID: Int64, to output: inout ByteBuffer) {
        self.statistics.callFailed(code: error.code)
        self.metaWriter.reset()
        ReplyMeta.write(
            correlationID: correlationID,
            code: error.code,
            text: error.message,
            status: error.status,
            field: error.field,
            into: self.metaWriter
        )
        self.appendFrame(payload: UnsafeRawBufferPointer(start: nil, count: 0), to: &output)
    }

    private func appendFrame(payload: UnsafeRawBufferPointer, to output: inout ByteBuffer) {
        let meta = self.metaWriter.bytes
        // The limits on a reply keep the sum far below what 32 bits hold.
        let header = FrameHeader(bodySize: meta.count + payload.count, metaSize: meta.count)
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: header.frameSize) { bytes in
            guard let start = bytes.baseAddress else { return 0 }
            header.write(into: start)
            UnsafeMutableRawBufferPointer(rebasing: bytes[FrameHeader.size...]).copyMemory(from: meta)
            let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[(FrameHeader.size + meta.count)...])
            rest.copyMemory(from: payload)
            return header.frameSize
        }
    }

    // MARK: - Batches

    /// Takes a batch: a small one is answered at once when nothing waits before it, any other waits for its turns.
    ///
    /// - Returns: whether it was answered.
    private func takeBatch(
        _ payload: UnsafeRawBufferPointer,
        correlationID: Int64,
        arrival: MonotonicTime,
        deadline: MonotonicTime?,
        connection: ConnectionHandler,
        into output: inout ByteBuffer
    ) -> Bool {
        guard self.batches.waitingBytes &+ payload.count <= self.limits.waitingBatchBytes else {
            self.appendError(Refusal.waitingBatches, correlationID: correlationID, to: &output)
            return true
        }
        let isInline = self.mayRunInline && self.batches.isEmpty
        let batch = Batch(
            correlationID: correlationID,
            arrival: arrival,
            deadline: deadline,
            connection: connection,
            // What runs at once needs no copy here: the job makes its own.
            request: isInline ? [] : Array(payload)
        )
        if isInline {
            self.mayRunInline = false
            switch self.advance(batch, request: payload) {
            case .failed(let error):
                self.appendError(error, correlationID: correlationID, to: &output)
                self.settle(batch)
                return true
            case .finished(let reply):
                self.appendReply(correlationID: correlationID, payload: reply, to: &output)
                self.settle(batch)
                return true
            case .unfinished:
                self.batches.addAtWork(batch, connection)
            }
        } else {
            self.batches.add(batch, connection)
        }
        connection.callWaits()
        self.scheduleTurn()
        return false
    }

    private enum Advance {
        case unfinished
        case finished(ByteWriter)
        case failed(CallError)
    }

    /// Works on a batch for one slice.
    private func advance(_ batch: Batch, request: UnsafeRawBufferPointer?) -> Advance {
        if batch.isOverdue(at: self.clock.now()) { return .failed(Refusal.timedOut) }
        do throws(CallError) {
            if batch.job == nil {
                // Batches have large replies: while half of the memory is taken, no further one is begun.
                guard !self.unsent.isCrowded else { return .failed(Refusal.unsentReplies) }
                let job = try self.beginBatch(batch, request: request)
                batch.begin(job, reply: self.batches.takeWriter(limit: self.limits.replyBytes))
            }
            guard !self.unsent.isFlooded else { return .failed(Refusal.unsentReplies) }
            guard let job = batch.job, let reply = batch.reply else { return .failed(.fault("a batch without work")) }
            return try self.step(job, into: reply) ? .finished(reply) : .unfinished
        } catch {
            return .failed(error)
        }
    }

    /// Assesses the next applications of a batch until a slice is done or the time of a turn is over: an application with
    /// thousands of entries costs as much as thousands without.
    ///
    /// - Returns: whether the batch is finished.
    private func step(_ job: BatchJob, into reply: ByteWriter) throws(CallError) -> Bool {
        let end = self.clock.now().advanced(byNanoseconds: self.turnNanoseconds)
        var left = self.limits.batchSlice
        repeat {
            if try job.step(maximum: min(left, Self.applicationsBetweenClocks), into: reply) { return true }
            left -= Self.applicationsBetweenClocks
        } while left > 0 && self.clock.now() < end
        return false
    }

    /// Few enough to end a slice in time, many enough that reading the clock costs next to nothing.
    private static let applicationsBetweenClocks = 4

    private func beginBatch(_ batch: Batch, request: UnsafeRawBufferPointer?) throws(CallError) -> BatchJob {
        if let request { return try self.dispatcher.beginBatch(request) }
        return try batch.request.withUnsafeBufferPointer { bytes throws(CallError) in
            try self.dispatcher.beginBatch(UnsafeRawBufferPointer(bytes))
        }
    }

    private func settle(_ batch: Batch) {
        if let writer = batch.takeReply() { self.batches.giveBack(writer) }
        batch.settle()
    }

    /// Works on the next batch for one slice, and answers it when it is done.
    private func runSlice() {
        self.batches.fill(upTo: self.limits.batchesAtWork)
        guard let batch = self.batches.next(), let connection = batch.connection else { return }
        let result = self.advance(batch, request: nil)
        if case .unfinished = result { return }
        self.batches.finish(batch, connection)
        self.answer(batch, on: connection, result)
    }

    private func answer(_ batch: Batch, on connection: ConnectionHandler, _ result: Advance) {
        let now = self.clock.now()
        connection.answerWaitingCall(now: now) { output in
            switch result {
            case .finished(let reply):
                self.appendReply(correlationID: batch.correlationID, payload: reply, to: &output)
            case .failed(let error):
                self.appendError(error, correlationID: batch.correlationID, to: &output)
            case .unfinished:
                break
            }
        }
        self.settle(batch)
        self.statistics.callsAnswered(1, afterNanoseconds: now.nanoseconds(since: batch.arrival))
    }

    /// Answers the batches and auctions of a connection that wait beyond their deadline.
    func expireWaitingCalls(of connection: ConnectionHandler, now: MonotonicTime) {
        while let batch = self.batches.removeOverdue(connection, now: now) {
            self.answer(batch, on: connection, .failed(Refusal.timedOut))
        }
        for call in connection.auctions where call.isOverdue(at: now) {
            connection.auctions.removeAll { $0 === call }
            self.answer(call, on: connection, .failure(Refusal.timedOut), now: now)
        }
    }

    // MARK: - Auctions

    /// Whether the rest of a frame is waited for.
    func admits(metaBytes: UnsafeRawBufferPointer, isLarge: Bool) -> Bool {
        self.dispatcher.admits(metaBytes: metaBytes, isLarge: isLarge)
    }

    /// Takes an auction, to be cleared beside the event loop.
    ///
    /// - Returns: whether it was answered.
    private func takeAuction(
        _ call: AuctionCall,
        _ payload: UnsafeRawBufferPointer,
        into output: inout ByteBuffer
    ) -> Bool {
        let connection = call.connection
        let ofConnection = connection?.auctionPlaces ?? 0
        guard self.auctions < self.limits.auctions, ofConnection < self.limits.auctionsOfConnection else {
            self.appendError(Refusal.waitingAuctions, correlationID: call.correlationID, to: &output)
            return true
        }
        // As a batch.
        guard !self.unsent.isCrowded else {
            self.appendError(Refusal.unsentReplies, correlationID: call.correlationID, to: &output)
            return true
        }
        self.auctions += 1
        connection?.auctionPlaces += 1
        connection?.auctions.append(call)
        connection?.callWaits()
        let request = Array(payload)
        let answer = self.auctionAnswer
        let limit = self.limits.replyBytes
        let eventLoop = self.eventLoop
        let bound = NIOLoopBound((worker: self, call: call, connection: connection), eventLoop: eventLoop)
        self.background.run {
            let result: Result<[UInt8], CallError>
            do throws(CallError) {
                result = .success(
                    try request.withUnsafeBufferPointer { bytes throws(CallError) in
                        try answer.answer(UnsafeRawBufferPointer(bytes), limit: limit)
                    }
                )
            } catch {
                result = .failure(error)
            }
            eventLoop.execute {
                bound.value.connection?.auctionPlaces -= 1
                bound.value.worker.finish(bound.value.call, result)
            }
        }
        return false
    }

    /// Answers an auction that was cleared, if anybody still waits for it.
    private func finish(_ call: AuctionCall, _ result: Result<[UInt8], CallError>) {
        self.auctions -= 1
        guard let connection = call.connection else { return }
        connection.auctions.removeAll { $0 === call }
        let now = self.clock.now()
        self.answer(call, on: connection, call.isOverdue(at: now) ? .failure(Refusal.timedOut) : result, now: now)
    }

    private func answer(
        _ call: AuctionCall,
        on connection: ConnectionHandler,
        _ result: Result<[UInt8], CallError>,
        now: MonotonicTime
    ) {
        call.settle()
        connection.answerWaitingCall(now: now) { output in
            switch result {
            case .success(let payload):
                self.metaWriter.reset()
                ReplyMeta.write(correlationID: call.correlationID, into: self.metaWriter)
                payload.withUnsafeBytes { self.appendFrame(payload: $0, to: &output) }
            case .failure(let error):
                self.appendError(error, correlationID: call.correlationID, to: &output)
            }
        }
        self.statistics.callsAnswered(1, afterNanoseconds: now.nanoseconds(since: call.arrival))
    }

    // MARK: - Turns

    /// Puts off what a connection has in its input to a later turn.
    func deferInput(of connection: ConnectionHandler) {
        guard !connection.isInDeferredQueue else { return }
        connection.isInDeferredQueue = true
        self.deferred.append(connection)
        self.scheduleTurn()
    }

    private func scheduleTurn() {
        guard !self.isTurnScheduled else { return }
        self.isTurnScheduled = true
        if let bell = self.bell {
            bell.ring()
            return
        }
        let turns = self.turns ?? TurnTimer(self)
        self.turns = turns
        // It fails only when the loop has ended, and the connections with it.
        _ = try? self.eventLoop.scheduleCallback(at: self.eventLoop.now + .microseconds(50), handler: turns)
    }

    /// Works on one slice of a batch, and serves one connection's frames that were put off.
    func runTurn() {
        self.isTurnScheduled = false
        self.runSlice()
        if let connection = self.deferred.popFirst() {
            connection.isInDeferredQueue = false
            connection.processDeferred(now: self.clock.now())
        }
        if !self.deferred.isEmpty || self.batches.hasWork { self.scheduleTurn() }
    }

    // MARK: - Buffers

    /// An empty buffer for replies, used again where nobody else holds it any more.
    func takeSpareBuffer() -> ByteBuffer {
        guard var buffer = self.spareBuffers.popLast() else {
            return ByteBufferAllocator().buffer(capacity: Self.spareCapacity)
        }
        buffer.clear()
        return buffer
    }

    func returnSpareBuffer(_ buffer: ByteBuffer) {
        // One large buffer is kept, for those who ask for much at a time, and a few small ones.
        let most = self.spareBuffers.isEmpty ? Self.retainedCapacity : 2 * Self.spareCapacity
        guard buffer.capacity <= most, self.spareBuffers.count < WaitingReplies.most else { return }
        self.spareBuffers.append(buffer)
    }

    private static let spareCapacity = 16 << 10
    private static let retainedCapacity = 512 << 10

    /// Sends a connection's replies with those of the connections that the loop serves next.
    func sendSoon(_ connection: ConnectionHandler) {
        // Alone it has nobody to wait for.
        guard self.connections.count > 1 else { return connection.send() }
        switch self.replies.add(connection) {
        case .wait: break
        case .callAtEndOfRound: self.eventLoop.execute(self.sendReplies)
        }
    }

    // MARK: - Time and the end

    /// Begins to look after time limits.
    func start() {
        let shortest =
            [
                self.limits.unfinishedFrame, self.limits.stall, self.limits.idle,
            ].map(\.nanosecondsClamped).min() ?? 1_000_000_000
        self.startSweep(every: .nanoseconds(min(max(shortest / 8, 5_000_000), 1_000_000_000)))
    }

    private func startSweep(every interval: TimeAmount) {
        self.sweep?.cancel()
        let worker = NIOLoopBound(self, eventLoop: self.eventLoop)
        self.sweep = self.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            worker.value.tick()
        }
    }

    /// Looks at every connection's time limits.
    func tick() {
        let now = self.clock.now()
        for connection in self.connections.values { connection.tick(now: now) }
    }

    /// Puts other policies in place of the present ones; calls that are in flight end under those they began with.
    func replacePolicies(_ policies: CompiledPolicies) {
        self.dispatcher = Dispatcher(
            engine: Engine(policies, limits: self.limits.engine),
            tokens: self.tokens
        )
        self.auctionAnswer = policies.auctions
    }

    /// Stops: what is in flight is answered, further calls are refused.
    ///
    /// - Returns: done when the last connection is closed.
    func stop() -> EventLoopFuture<Void> {
        let promise = self.eventLoop.makePromise(of: Void.self)
        self.drained.append(promise)
        if !self.isStopping {
            self.isStopping = true
            let now = self.clock.now()
            for connection in self.connections.values { connection.quiesce(now: now) }
            self.startSweep(every: .milliseconds(10))
        }
        self.succeedIfDrained()
        return promise.futureResult
    }

    /// The grace is nearly over: refuses the batches that are still waiting and closes our side of every connection.
    func cutOff() {
        for batch in self.batches.removeAll(of: self.connections.values) {
            guard let connection = batch.connection else { continue }
            self.answer(batch, on: connection, .failed(Refusal.stopping))
        }
        let now = self.clock.now()
        for connection in self.connections.values {
            let waiting = connection.auctions
            connection.auctions = []
            for call in waiting { self.answer(call, on: connection, .failure(Refusal.stopping), now: now) }
        }
        for connection in self.connections.values { connection.cutOff(now: now) }
    }

    /// The grace is over.
    func closeAll() {
        for connection in self.connections.values { connection.close(.stopping) }
    }

    private func succeedIfDrained() {
        guard self.isStopping, self.connections.isEmpty else { return }
        self.sweep?.cancel()
        self.sweep = nil
        let promises = self.drained
        self.drained = []
        for promise in promises { promise.succeed() }
    }
}

/// Runs a worker's turns where there is no bell.
private final class TurnTimer: NIOScheduledCallbackHandler, Sendable {
    private let worker: NIOLoopBound<Worker>

    init(_ worker: Worker) {
        self.worker = NIOLoopBound(worker, eventLoop: worker.eventLoop)
    }

    func handleScheduledCallback(eventLoop: some EventLoop) {
        self.worker.value.runTurn()
    }
}
