//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCompression
internal import GrantdEngine
internal import GrantdHTTP
internal import GrantdService
internal import GrantdWire
internal import Logging
internal import NIOCore

/// Everything that one event loop owns: what serves its connections' calls, whose turn it is, and the owners of all else, one
/// for each: the connections, their memory, their time limits, their end, the costly calls, the counters.
///
/// Used on that event loop alone, so nothing in it is locked. Short calls are answered in the handler of the connection
/// that they came on; costly ones go to a compute thread. Long trains of frames are served in *turns*: one connection's
/// frames each, with the loop's other events between them.
final class Worker {
    let eventLoop: any EventLoop
    let limits: Limits
    let bounds: ConnectionStateMachine.Bounds
    let clock: ServerClock
    private let turnNanoseconds: Int64
    private var round: RoundBudget

    private let connections: ConnectionTable
    /// What the connections hold.
    let memory: PeerMemory
    /// Looks at the connections' time limits.
    let sweep: LimitSweep
    /// How the connections end.
    let drain: ConnectionDrain
    /// Counts and logs the calls of this loop.
    let calls: CallAccount
    private var bytesIn: UInt64 = 0
    private var bytesOut: UInt64 = 0
    private var spareBuffers = SpareBuffers()

    private let frames: FrameService
    /// What answers HTTP.
    let http: HTTPService
    /// Whether a connection is a stranger's until a call has shown a token.
    let asksForTokens: Bool
    private let costly: CostlyCalls
    private let delivery: ReplyDelivery
    /// Writes decisions down; nil where nobody does.
    private let recorder: (any DecisionRecorder)?
    private let coalescer = FlushCoalescer()
    private let flushCoalesced: @Sendable () -> Void
    private var turns: TurnQueue

    /// Makes a worker, on its event loop.
    ///
    /// - Parameters:
    ///   - contract: the policies, and what HTTP needs of them.
    ///   - lanes: where costly calls go.
    ///   - waker: what calls for its turns; none on a loop without sockets.
    init(
        eventLoop: any EventLoop,
        configuration: ServerConfiguration,
        contract: HTTPContract,
        operators: Operators = Operators(),
        lanes: ComputeLanes,
        waker: LoopWaker?,
        logger: Logger
    ) {
        let limits = configuration.limits
        self.eventLoop = eventLoop
        self.limits = limits
        self.bounds = ConnectionStateMachine.Bounds(
            limits: limits,
            quietPeriod: configuration.quietPeriod,
            linger: configuration.linger
        )
        self.clock = configuration.clock
        self.turnNanoseconds = limits.turn.nanosecondsClamped
        self.round = RoundBudget(nanoseconds: limits.turn.nanosecondsClamped)
        let recorder = configuration.decisionLog?.makeRecorder()
        self.recorder = recorder
        self.frames = FrameService(
            policies: contract.policies,
            limits: limits,
            tokens: configuration.tokens,
            readiness: configuration.readiness,
            recorder: recorder
        )
        self.http = HTTPService(
            contract,
            calls: self.frames.calls,
            configuration: configuration.http,
            limits: limits,
            tokens: configuration.tokens,
            operators: operators,
            recorder: recorder,
            keepsBook: configuration.ledger?.keepsBook ?? false
        )
        self.asksForTokens = !configuration.tokens.isEmpty
        self.turns = TurnQueue(waker: waker)
        let coalescer = NIOLoopBound(self.coalescer, eventLoop: eventLoop)
        self.flushCoalesced = { coalescer.value.flushLast() }
        let called = NIOLoopBoundBox<Worker?>.makeEmptyBox(valueType: Worker.self, eventLoop: eventLoop)
        let mailbox =
            if let waker {
                ReplyMailbox { waker.wake() }
            } else {
                ReplyMailbox { eventLoop.execute { called.value?.runTurn() } }
            }
        let clock = configuration.clock
        let calls = CallAccount(configuration, logger: logger)
        let costly = CostlyCalls(lanes: lanes, mailbox: mailbox)
        let connections = ConnectionTable(limits: limits, clock: clock, logger: logger)
        let memory = PeerMemory(connections: connections, limits: limits)
        let delivery = ReplyDelivery(of: costly, to: connections, calls: calls, clock: clock)
        let sweep = LimitSweep(
            of: connections,
            costly: costly,
            memory: memory,
            limits: limits,
            clock: clock,
            on: eventLoop
        )
        self.drain = ConnectionDrain(
            of: connections,
            costly: costly,
            delivery: delivery,
            sweep: sweep,
            clock: clock,
            on: eventLoop
        )
        self.calls = calls
        self.costly = costly
        self.connections = connections
        self.memory = memory
        self.delivery = delivery
        self.sweep = sweep
        if waker == nil { called.value = self }
    }

    // MARK: - Connections

    /// A connection is open.
    func add(_ connection: ConnectionHandler) {
        guard self.connections.add(connection) else { return }
        self.drain.connectionAdded(connection)
    }

    /// A connection is closed: nobody waits for its calls.
    func remove(_ connection: ConnectionHandler, reason: ConnectionStateMachine.CloseReason) {
        guard self.connections.remove(connection, reason: reason) else { return }
        self.costly.end(connection.id, Refusal.timedOut)
        self.drain.connectionRemoved()
    }

    /// Bytes of a connection came in.
    func bytesCame(_ count: Int) { self.bytesIn &+= UInt64(count) }

    /// A connection has unread replies enough.
    func connectionHeld(_ connection: ConnectionHandler) {
        self.costly.hold(connection.id)
    }

    /// A connection's unsent replies went down: what was put off may go on.
    func connectionResumed(_ connection: ConnectionHandler) {
        self.costly.resume(connection.id)
        self.deferInput(of: connection)
    }

    // MARK: - Calls

    /// Serves one call and appends its reply to `output`, unless it is a costly one.
    ///
    /// - Parameters:
    ///   - rest: what follows the meta in the frame.
    ///   - arrival: when its last byte came in.
    ///   - now: the time.
    /// - Returns: what it is counted by, where it was answered.
    func serve(
        metaBytes: UnsafeRawBufferPointer,
        rest: UnsafeRawBufferPointer,
        arrival: MonotonicTime,
        now: MonotonicTime,
        load: CallDispatcher.Load,
        connection: ConnectionHandler,
        into output: inout ByteBuffer
    ) -> CallSubject? {
        let served = self.frames.serve(
            metaBytes: metaBytes,
            rest: rest,
            arrival: arrival,
            now: now,
            load: load,
            into: &output
        )
        switch served {
        case .answered(let subject):
            // Who asks whether the daemon is well may be a stranger all the same.
            if self.asksForTokens, subject.caller != .stranger { connection.callAdmitted() }
            self.calls.answeredAtOnce(
                subject,
                arrival: arrival,
                now: now,
                RequestID(metaBytes: metaBytes),
                of: connection
            )
            return subject
        case .failed(let subject, let error):
            self.calls.failed(
                subject,
                error,
                arrival: arrival,
                now: now,
                RequestID(metaBytes: metaBytes),
                of: connection
            )
            return subject
        case .pending(let call):
            if self.asksForTokens { connection.callAdmitted() }
            if call.wasPreempted { connection.callTookLong(now: now) }
            let id = RequestID(metaBytes: metaBytes)
            return self.take(call, id, arrival: arrival, of: connection, into: &output) ? nil : call.subject
        }
    }

    /// Takes a costly call.
    ///
    /// - Returns: false where there was no room for it, and the error is written.
    private func take(
        _ call: FrameDispatcher.CostlyCall,
        _ id: RequestID,
        arrival: MonotonicTime,
        of connection: ConnectionHandler,
        into output: inout ByteBuffer
    ) -> Bool {
        do throws(CallError) {
            try self.costly.add(
                call.compression?.work(on: call.method, self.limits) ?? .answer(call.method),
                kind: call.kind,
                request: call.payload,
                subject: call.subject,
                id: id,
                client: connection.id,
                caller: call.caller,
                policies: self.frames.policies,
                arrival: arrival,
                deadline: call.deadline,
                recording: self.recorder.map { DecisionRecording($0, .frames, id: id) }
            ) { [correlationID = call.correlationID, compression = call.compression] in
                FrameService.frame($0, correlationID: correlationID, id, compression: compression)
            }
            connection.callPends()
            return true
        } catch {
            self.frames.fail(error, correlationID: call.correlationID, id, to: &output)
            let now = self.clock.now()
            self.calls.failed(call.subject, error.kind, arrival: arrival, now: now, id, of: connection)
            return false
        }
    }

    /// Refuses a call of which only the meta is known.
    ///
    /// - Returns: what it is counted by, and whether it came from somebody who may not call at all.
    func refuse(
        metaBytes: UnsafeRawBufferPointer,
        arrival: MonotonicTime,
        now: MonotonicTime,
        connection: ConnectionHandler,
        into output: inout ByteBuffer
    ) -> (subject: CallSubject, isStranger: Bool) {
        let subject = CallSubject(.frames, nil)
        let error = self.frames.refuse(metaBytes: metaBytes, into: &output)
        self.calls.failed(subject, error, arrival: arrival, now: now, RequestID(metaBytes: metaBytes), of: connection)
        return (subject, error.code == Refusal.unauthorised.code)
    }

    /// Whether the rest of a frame is waited for.
    func admits(metaBytes: UnsafeRawBufferPointer, isLarge: Bool) -> Bool {
        self.frames.admits(metaBytes: metaBytes, isLarge: isLarge)
    }

    /// Puts other policies in place of the present ones; calls that are in flight end under those they began with.
    func replacePolicies(_ contract: HTTPContract) {
        self.frames.replacePolicies(contract.policies)
        self.http.replace(contract, calls: self.frames.calls)
    }

    /// Takes a request of HTTP that is worked on elsewhere.
    ///
    /// - Returns: the answer where there was no room for it; nil where it comes in a later turn.
    func take(
        _ request: HTTPService.CostlyRequest,
        _ id: RequestID,
        arrival: MonotonicTime,
        of connection: ConnectionHandler
    ) -> ByteBuffer? {
        do throws(CallError) {
            try request.request.withReadableBytes { bytes throws(CallError) in
                try self.costly.add(
                    request.work,
                    kind: request.kind,
                    request: bytes,
                    subject: request.subject,
                    id: id,
                    client: connection.id,
                    caller: request.caller,
                    policies: self.frames.policies,
                    arrival: arrival,
                    deadline: request.deadline,
                    recording: self.recorder.map { DecisionRecording($0, .http, id: id) },
                    encode: request.encode
                )
            }
            return nil
        } catch {
            if let subject = request.subject {
                let now = self.clock.now()
                self.calls.ended(subject, error.kind, arrival: arrival, now: now, id, of: connection)
            }
            return request.encode(.failure(error))
        }
    }

    /// Takes a request whose reply is gathered from other threads, and comes in a later turn.
    func take(
        _ gather: @escaping @Sendable (LaneClient) async -> ByteBuffer,
        arrival: MonotonicTime,
        of connection: ConnectionHandler
    ) {
        let give = self.costly.makeReturn(client: connection.id, arrival: arrival)
        let client = self.costly.makeClient(connection.id)
        Task { give(await gather(client)) }
    }

    /// What was done so far.
    var statistics: ServerStatistics {
        var statistics = self.connections.statistics
        statistics.calls = self.calls.statistics
        statistics.bytesIn = self.bytesIn
        statistics.bytesOut = self.bytesOut
        return statistics
    }

    /// What was done so far, and what is held at this moment.
    func currentStatistics() -> ServerStatistics {
        var statistics = self.statistics
        statistics.unsentBytes = self.memory.sendBudget.bytes
        statistics.unfinishedBytes = self.memory.unfinishedBytes
        statistics.callsWaiting = self.costly.waiting
        return statistics
    }

    // MARK: - Turns

    /// Puts off what a connection has in its input to a later turn.
    func deferInput(of connection: ConnectionHandler) {
        self.turns.append(connection)
        self.turns.callForTurn(of: self)
    }

    /// When the turn is over of a connection whose calls have been served since.
    func endOfTurn(begun: MonotonicTime) -> MonotonicTime {
        self.round.isSpent ? begun : begun.advanced(byNanoseconds: self.turnNanoseconds)
    }

    /// A connection's calls took so long, in nanoseconds.
    func servingTook(_ nanoseconds: Int64) {
        guard self.round.spend(nanoseconds) else { return }
        let worker = NIOLoopBound(self, eventLoop: self.eventLoop)
        // Behind all that is ready in this round.
        self.eventLoop.execute { worker.value.round.end() }
    }

    /// Hands out replies that came back, and serves one connection's frames that were put off.
    func runTurn() {
        self.turns.turnBegins()
        let now = self.clock.now()
        self.memory.shedUnsent(now: now)
        self.delivery.deliver(until: now.advanced(byNanoseconds: self.turnNanoseconds))
        // Whose turn it is has it whole, whatever others have taken in this round.
        self.round.end()
        self.turns.popFirst()?.processDeferred(now: self.clock.now())
        if !self.turns.isEmpty || self.costly.hasReplies { self.turns.callForTurn(of: self) }
    }

    // MARK: - Output

    /// A buffer for replies.
    func takeBuffer() -> ByteBuffer { self.spareBuffers.take() }

    /// Takes it back.
    func giveBack(_ buffer: ByteBuffer) { self.spareBuffers.giveBack(buffer) }

    /// Bytes of replies go out.
    func bytesGo(_ count: Int) { self.bytesOut &+= UInt64(count) }

    /// Sends a connection's replies with those of the connections that the loop serves next.
    func flushSoon(_ connection: ConnectionHandler) {
        // Alone it has nobody to wait for.
        guard self.connections.count > 1 else { return connection.send() }
        switch self.coalescer.add(connection) {
        case .wait: break
        case .callAtEndOfRound: self.eventLoop.execute(self.flushCoalesced)
        }
    }

    /// A connection's unsent replies take more or less memory than before.
    func unsentMemoryChanged(by change: Int) {
        self.memory.unsentChanged(by: change)
        // In a turn of its own: the connection that is being served may be among the slowest.
        if self.memory.sendBudget.isExceeded { self.turns.callForTurn(of: self) }
    }
}
