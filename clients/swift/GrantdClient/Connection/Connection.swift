//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Logging
internal import NIOCore
internal import Synchronization

/// One connection of the pool, on one event loop: it connects when a call needs it, and again when it was lost.
///
/// The actor runs on its channel's event loop, so between a caller and the socket there is one hop and no lock. It is
/// the thin half: what to do is ``ConnectionStateMachine``'s to say.
actor Connection {
    /// A call under way.
    private struct Call {
        let request: Request
        let deadline: NIODeadline
        let continuation: CheckedContinuation<Result<Answered, GrantdClientError>, Never>
    }

    /// What one connection has seen.
    struct Counters: Sendable {
        var connects = 0
        var lateReplies = 0
        var unknownReplies = 0
    }

    nonisolated let eventLoop: any EventLoop
    /// Open calls, for the pool's choice between connections; heavy while the daemon cannot be reached.
    nonisolated let load = Atomic<Int>(0)
    private let connector: Connector
    private let encoder: RequestEncoder
    private let maximumReplyBytes: Int
    private let logger: Logger
    private var machine: ConnectionStateMachine
    private var calls: [CallID: Call] = [:]
    private var channel: (any Channel)?
    private var deadlineTimer: (deadline: NIODeadline, task: Scheduled<Void>)?
    private var backoffTimer: Scheduled<Void>?
    private var silence: SilenceWatch
    private var silenceTimer: (look: NIODeadline, task: Scheduled<Void>)?
    private var isFlushScheduled = false
    private(set) var counters = Counters()

    nonisolated var unownedExecutor: UnownedSerialExecutor { self.eventLoop.executor.asUnownedSerialExecutor() }

    init(eventLoop: any EventLoop, connector: Connector, configuration: GrantdClientConfiguration) {
        self.eventLoop = eventLoop
        self.connector = connector
        self.encoder = RequestEncoder(token: configuration.token)
        self.maximumReplyBytes = configuration.maximumReplyBytes
        self.logger = configuration.logger
        self.silence = SilenceWatch(timeout: configuration.silenceTimeout)
        self.machine = ConnectionStateMachine(
            maximumCallsInFlight: configuration.maximumCallsInFlight,
            retry: configuration.retry
        )
    }

    deinit {
        // A client that was let go of without `shutdown()` must not leave its sockets open.
        self.deadlineTimer?.task.cancel()
        self.backoffTimer?.cancel()
        self.silenceTimer?.task.cancel()
        self.channel?.close(promise: nil)
    }

    // MARK: - Callers

    /// Makes one attempt at a call.
    ///
    /// - Parameters:
    ///   - request: What to send.
    ///   - deadline: When to give up, on this connection's loop.
    /// - Returns: The answer.
    func call(_ request: Request, deadline: NIODeadline) async -> Result<Answered, GrantdClientError> {
        guard !Task.isCancelled else { return .failure(.cancelled()) }
        let onCall = self.machine.called(deadline: deadline)
        let id: CallID
        switch onCall {
        case .send(let call, _), .connect(let call), .wait(let call): id = call
        case .refuse: return .failure(.shutDown())
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                self.calls[id] = Call(request: request, deadline: deadline, continuation: continuation)
                self.load.add(1, ordering: .relaxed)
                switch onCall {
                case .send(_, let calls): self.send(calls)
                case .connect: self.connect()
                case .wait, .refuse: break
                }
                self.scheduleDeadline()
            }
        } onCancel: {
            // Runs wherever the task was cancelled. The loop is busy with the lines above until the call is noted.
            self.eventLoop.execute { self.assumeIsolated { $0.cancelled(id) } }
        }
    }

    /// Closes the connection for good; calls under way fail.
    func shutdown() async {
        self.deadlineTimer?.task.cancel()
        self.backoffTimer?.cancel()
        self.silenceTimer?.task.cancel()
        switch self.machine.shutdown() {
        case .fail(let calls):
            self.fail(calls, .shutDown())
        case .close(let calls):
            self.fail(calls, .shutDown())
            let closed = self.channel?.closeFuture
            self.channel?.close(promise: nil)
            try? await closed?.get()
        }
    }

    private func cancelled(_ id: CallID) {
        guard let next = self.machine.cancelled(id) else { return }
        self.fail([id], .cancelled())
        self.follow(next)
    }

    // MARK: - Events of the channel

    private func connect() {
        self.logger.trace("connecting")
        let maximumReplyBytes = self.maximumReplyBytes
        self.connector
            .connect(self.eventLoop) { [weak self] channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = ReplyHandler(connection: self, maximumReplyBytes: maximumReplyBytes)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .hop(to: self.eventLoop)
            .whenComplete { [weak self] result in
                guard let self else {
                    if case .success(let channel) = result { channel.close(promise: nil) }
                    return
                }
                self.assumeIsolated { $0.connectEnded(result) }
            }
    }

    private func connectEnded(_ result: Result<any Channel, any Error>) {
        switch result {
        case .success(let channel):
            switch self.machine.connected() {
            case .send(let calls):
                self.logger.debug("connected")
                self.counters.connects += 1
                self.channel = channel
                self.send(calls)
                // It may have ended before this was told.
                if !channel.isActive { self.channelClosed() }
            case .close:
                channel.close(promise: nil)
            }
        case .failure(let error):
            switch self.machine.connectFailed(random: .random(in: .min ... .max)) {
            case .fail(let calls, let pause):
                self.logger.debug("no connection could be made", metadata: ["error": "\(error)"])
                self.fail(calls, .connectionFailed(error))
                self.backOff(pause)
            case .ignore:
                break
            }
        }
    }

    /// A reply came in.
    func received(_ reply: Reply, now: NIODeadline) {
        switch self.machine.replied(reply.correlationID, isStopping: reply.isStopping) {
        case .answer(let next):
            self.silence.replied(wasOwed: true, isOwed: self.machine.isOwed, now: now)
            self.finish(reply.correlationID, reply.result)
            self.follow(next)
        case .dropLate(let wasOwed):
            self.silence.replied(wasOwed: wasOwed, isOwed: self.machine.isOwed, now: now)
            self.counters.lateReplies += 1
        case .dropUnknown:
            self.silence.replied(wasOwed: false, isOwed: self.machine.isOwed, now: now)
            self.counters.unknownReplies += 1
            self.logger.debug("a reply to a call that was never made")
        }
    }

    /// The beginning of a reply came in.
    ///
    /// - Parameter bytes: As many of its bytes as are there.
    func receivedPart(bytes: Int, now: NIODeadline) { self.silence.receivedPart(bytes: bytes, now: now) }

    /// What came in is no reply.
    func receivedInvalid(_ error: GrantdClientError) {
        self.logger.debug("what came is no reply", metadata: ["error": "\(error)"])
        self.leave(error)
    }

    /// Closes a channel that is of no use any more; what was in flight fails.
    private func leave(_ error: GrantdClientError) {
        self.silence.reset()
        switch self.machine.leave() {
        case .close(let calls):
            self.fail(calls, error)
            if let channel = self.channel { GrantdTLS.closeAtOnce(channel) }
        case .ignore:
            break
        }
    }

    /// The channel has ended.
    func channelClosed() {
        guard self.channel != nil else { return }
        self.channel = nil
        self.silence.reset()
        let lost = GrantdClientError(code: .connectionLost, message: "the connection ended before the answer came")
        switch self.machine.closed(random: .random(in: .min ... .max)) {
        case .fail(let calls):
            self.fail(calls, lost)
        case .backOff(let calls, let pause):
            self.logger.debug("connection lost")
            self.fail(calls, lost)
            self.backOff(pause)
        }
    }

    // MARK: - Actions

    private func follow(_ next: ConnectionStateMachine.OnRoom) {
        switch next {
        case .send(let calls): self.send(calls)
        case .close: self.channel?.close(promise: nil)
        }
    }

    private func send(_ ids: [CallID]) {
        guard let channel = self.channel, !ids.isEmpty else { return }
        let now = self.eventLoop.now
        var bytes = 0
        for id in ids {
            guard let call = self.calls[id] else { continue }
            do throws(GrantdClientError) {
                let frame = try self.encoder.frame(
                    call.request,
                    correlationID: id,
                    timeLeft: call.deadline - now,
                    allocator: channel.allocator
                )
                bytes += frame.readableBytes
                channel.write(frame, promise: nil)
            } catch {
                // A call that cannot be sent is over like one that was cancelled; others take its room.
                if let next = self.machine.notSent(id) {
                    self.finish(id, .failure(error))
                    self.follow(next)
                }
            }
        }
        guard bytes > 0 else { return }
        self.silence.sent(bytes: bytes, now: now)
        guard !self.isFlushScheduled else { return }
        self.isFlushScheduled = true
        // At the end of this turn of the loop: calls made by many tasks in one turn share a system call.
        self.eventLoop.execute { [weak self] in
            self?.assumeIsolated {
                $0.isFlushScheduled = false
                $0.channel?.flush()
                $0.lookAtSending()
                $0.scheduleSilence()
            }
        }
    }

    private func fail(_ ids: [CallID], _ error: GrantdClientError) {
        for id in ids { self.finish(id, .failure(error)) }
    }

    private func finish(_ id: CallID, _ result: Result<Answered, GrantdClientError>) {
        guard let call = self.calls.removeValue(forKey: id) else { return }
        self.load.subtract(1, ordering: .relaxed)
        call.continuation.resume(returning: result)
    }

    private func backOff(_ pause: TimeAmount) {
        // Others of the pool go first while this one cannot connect.
        self.load.add(Self.backoffLoad, ordering: .relaxed)
        self.backoffTimer = self.eventLoop.scheduleTask(in: pause) { [weak self] in
            self?.assumeIsolated {
                $0.load.subtract(Self.backoffLoad, ordering: .relaxed)
                if $0.machine.backoffEnded() { $0.connect() }
            }
        }
    }

    private static let backoffLoad = 1_000_000

    /// Keeps one timer for the nearest deadline. It is only ever moved forward in time when it fires, so that the usual
    /// call, answered long before its deadline, moves nothing.
    private func scheduleDeadline() {
        guard let next = self.machine.nextDeadline else { return }
        if let timer = self.deadlineTimer {
            guard next < timer.deadline else { return }
            timer.task.cancel()
        }
        let task = self.eventLoop.scheduleTask(deadline: next) { [weak self] () -> Void in
            self?.assumeIsolated { $0.deadlineReached() }
        }
        self.deadlineTimer = (next, task)
    }

    /// Tells the silence what the peer has taken.
    private func lookAtSending() {
        guard let channel = self.channel else { return }
        // A channel that is closed has no options any more, and nothing to send.
        let unsent = (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        self.silence.looked(unsentBytes: unsent, now: self.eventLoop.now)
    }

    /// Keeps one timer for the silence of a channel that owes a reply; like the one for deadlines it is moved forward in time
    /// only when it fires.
    private func scheduleSilence() {
        guard let next = self.silence.nextLook else { return }
        if let timer = self.silenceTimer {
            guard next < timer.look else { return }
            timer.task.cancel()
        }
        let task = self.eventLoop.scheduleTask(deadline: next) { [weak self] () -> Void in
            self?.assumeIsolated { $0.silenceReached() }
        }
        self.silenceTimer = (next, task)
    }

    private func silenceReached() {
        self.silenceTimer = nil
        self.lookAtSending()
        guard let deadline = self.silence.deadline, deadline <= self.eventLoop.now else {
            return self.scheduleSilence()
        }
        self.logger.debug("left a connection that owed an answer and was silent")
        self.leave(.silent())
    }

    private func deadlineReached() {
        self.deadlineTimer = nil
        let (expired, next) = self.machine.deadlineReached(now: self.eventLoop.now)
        self.fail(expired, .deadlineExceeded())
        self.follow(next)
        self.scheduleDeadline()
    }
}
