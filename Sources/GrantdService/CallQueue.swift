//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdEngine
internal import Synchronization

/// The costly calls of one compute thread: each client's in the order they came, one client after the other.
///
/// A client whose call was worked on for a slice goes to the end of the line, so whoever asks for much delays whoever asks
/// for little by a slice a client at most. What the calls take of memory is bounded, and where there is no more the client
/// that holds most pays with its newest call. All threads may use it.
package final class CallQueue: Sendable {
    /// The bounds that the queue keeps.
    package struct Bounds: Sendable {
        /// Bytes of the requests that wait or are being worked on.
        package var waitingBytes: Int
        /// Calls of one client.
        package var callsOfClient: Int
        /// Bytes of replies that grow, and of their requests as far as those were compressed; beyond it the oldest of them is finished before others go on.
        package var growingBytes: Int
        /// Bytes of replies that nobody has taken yet; beyond it no call is worked on.
        package var untakenBytes: Int
        /// The same for one client, of whom no further call is begun.
        package var untakenBytesOfClient: Int
        /// Calls of one client that may be worked on beside each other, of those that end at once.
        package var runningOfClient = 1
    }

    /// What the compute thread does next.
    package enum Next {
        /// Work on this call.
        case call(PendingCall)
        /// Wait for work.
        case idle
        /// End.
        case closed
    }

    /// What is known of a client that has calls, or replies that it has not taken.
    private final class Client {
        let id: ClientID
        var calls: [PendingCall] = []
        var waitingBytes = 0
        var untakenBytes = 0
        /// Bytes of the reply to its first call so far, and of the call's request where that was compressed.
        var growingBytes = 0
        /// Whether its first call is begun and not finished.
        var isBegun = false
        /// Whether it has unread replies enough.
        var isHeld = false
        /// Whether it stands in the line.
        var isInLine = false
        /// How many of its calls are being worked on: its first ones.
        var running = 0
        /// Whether it went away.
        var isGone = false

        init(_ id: ClientID) { self.id = id }

        /// Whether it has a call that is worked on.
        var isRunning: Bool { self.running > 0 }

        /// Whether its next call may be worked on: what is begun goes on, so that its memory is given back.
        func isReady(_ bounds: Bounds) -> Bool {
            guard self.calls.count > self.running else { return false }
            if self.running > 0 {
                guard self.running < bounds.runningOfClient, self.calls[self.running].endsAtOnce,
                    self.calls[self.running - 1].endsAtOnce
                else { return false }
            }
            return self.isBegun || (!self.isHeld && self.untakenBytes < bounds.untakenBytesOfClient)
        }

        /// Whether it has a call that could be taken out: any but those that are being worked on.
        var canGiveUp: Bool { self.calls.count > self.running }
    }

    private struct State {
        var clients: [ClientID: Client] = [:]
        var line: [Client] = []
        /// Clients whose first call is begun, the oldest first.
        var begun: [Client] = []
        /// Begun calls that were ended, so that the thread gives their memory back.
        var ended: [PendingCall] = []
        var waitingBytes = 0
        var growingBytes = 0
        var untakenBytes = 0
        /// No call is overdue before it.
        var nextDeadline: MonotonicTime?
        var isIdle = false
        var isClosed = false
    }

    private let bounds: Bounds
    private let state = Mutex(State())
    private let work = Semaphore()

    package init(bounds: Bounds) {
        self.bounds = bounds
    }

    // MARK: - Callers

    /// Takes a call.
    ///
    /// - Throws: why there is no room for it.
    package func add(_ call: PendingCall) throws(CallError) {
        let refused: [PendingCall] = try self.state.withLock { state throws(CallError) in
            if state.isClosed { throw Refusal.stopping }
            let client = state.clients[call.client] ?? Client(call.client)
            guard client.calls.count < self.bounds.callsOfClient else { throw Refusal.busy }
            var refused: [PendingCall] = []
            while state.waitingBytes + call.cost > self.bounds.waitingBytes {
                let largest = state.clients.values.lazy.filter(\.canGiveUp).max { $0.waitingBytes < $1.waitingBytes }
                guard let largest, largest.waitingBytes > client.waitingBytes + call.cost else {
                    throw Refusal.waitingCalls
                }
                refused.append(self.removeNewest(of: largest, &state))
                self.removeIfEmpty(largest, &state)
            }
            state.clients[call.client] = client
            client.calls.append(call)
            client.waitingBytes += call.cost
            state.waitingBytes += call.cost
            if let deadline = call.deadline { state.nextDeadline = min(state.nextDeadline ?? deadline, deadline) }
            self.enqueue(client, &state)
            return refused
        }
        for call in refused { call.complete(.failure(Refusal.waitingCalls)) }
    }

    /// The client has unread replies enough: no further call of it is begun.
    package func hold(_ client: ClientID) {
        self.state.withLock { $0.clients[client]?.isHeld = true }
    }

    /// The client has read.
    package func resume(_ client: ClientID) {
        self.state.withLock { state in
            guard let client = state.clients[client] else { return }
            client.isHeld = false
            self.enqueue(client, &state)
        }
    }

    /// A reply of so many bytes was taken.
    package func replyTaken(_ client: ClientID, bytes: Int) {
        self.state.withLock { state in
            state.untakenBytes -= bytes
            if let client = state.clients[client] {
                client.untakenBytes -= bytes
                self.enqueue(client, &state)
                self.removeIfEmpty(client, &state)
            }
            self.wake(&state)
        }
    }

    /// Ends all calls of a client, also the one that is being worked on.
    package func end(_ client: ClientID, _ error: CallError) {
        let calls: [PendingCall] = self.state.withLock { state in
            guard let client = state.clients.removeValue(forKey: client) else { return [] }
            let calls = client.calls
            state.waitingBytes -= client.waitingBytes
            if client.isBegun {
                self.settle(client, &state)
                if !client.isRunning, let call = calls.first { state.ended.append(call) }
                self.wake(&state)
            }
            client.calls = []
            client.isGone = true
            return calls
        }
        for call in calls { call.complete(.failure(error)) }
    }

    /// Answers the calls that their callers wait for no longer.
    package func endOverdue(now: MonotonicTime) {
        let overdue: [PendingCall] = self.state.withLock { state in
            guard let next = state.nextDeadline, now >= next else { return [] }
            state.nextDeadline = nil
            var overdue: [PendingCall] = []
            for client in state.clients.values {
                for call in client.calls {
                    if call.isOverdue(at: now) {
                        overdue.append(call)
                    } else if let deadline = call.deadline {
                        state.nextDeadline = min(state.nextDeadline ?? deadline, deadline)
                    }
                }
                // What is begun is the thread's: it finds it ended.
                let kept = max(client.isBegun ? 1 : 0, client.running)
                let waiting = client.calls.dropFirst(kept).filter { !$0.isOverdue(at: now) }
                client.calls = client.calls.prefix(kept) + waiting
                let bytes = client.calls.reduce(0) { $0 + $1.cost }
                state.waitingBytes -= client.waitingBytes - bytes
                client.waitingBytes = bytes
            }
            for client in Array(state.clients.values) { self.removeIfEmpty(client, &state) }
            return overdue
        }
        for call in overdue { call.complete(.failure(Refusal.timedOut)) }
    }

    /// Takes no more calls, ends those it has, and lets the thread go.
    package func close(_ error: CallError) {
        let clients = self.state.withLock { state in
            state.isClosed = true
            return Array(state.clients.keys)
        }
        for client in clients { self.end(client, error) }
        self.state.withLock { self.wake(&$0) }
    }

    // MARK: - The compute thread

    /// The call whose turn it is.
    package func next() -> Next {
        self.state.withLock { state in
            if let call = state.ended.popLast() { return .call(call) }
            if state.isClosed { return .closed }
            if state.untakenBytes < self.bounds.untakenBytes, let call = self.take(&state) { return .call(call) }
            state.isIdle = true
            return .idle
        }
    }

    /// Waits until there may be work.
    func waitForWork() {
        self.work.wait()
    }

    /// A call was worked on and is not finished.
    ///
    /// - Parameter heldBytes: what its reply has grown to, and its request where that was made of a smaller one.
    package func yielded(_ call: PendingCall, heldBytes: Int) {
        self.state.withLock { state in
            guard let client = self.stopRunning(call, &state) else {
                // Its client went away: the thread gives back what the call has taken.
                state.ended.append(call)
                return
            }
            if !client.isBegun {
                client.isBegun = true
                state.begun.append(client)
            }
            state.growingBytes += heldBytes - client.growingBytes
            client.growingBytes = heldBytes
            self.enqueue(client, &state)
        }
    }

    /// A call was worked on and is finished.
    ///
    /// - Parameter replyBytes: the size of its reply, which waits to be taken; 0 where there is none.
    package func finished(_ call: PendingCall, replyBytes: Int) {
        self.state.withLock { state in
            state.untakenBytes += replyBytes
            guard let client = self.stopRunning(call, &state) else { return }
            if client.isBegun { self.settle(client, &state) }
            client.calls.removeFirst()
            client.waitingBytes -= call.cost
            state.waitingBytes -= call.cost
            client.untakenBytes += replyBytes
            self.enqueue(client, &state)
            self.removeIfEmpty(client, &state)
        }
    }

    // MARK: - Under the lock

    private func take(_ state: inout State) -> PendingCall? {
        let isPressed = state.growingBytes >= self.bounds.growingBytes
        for _ in 0..<state.line.count {
            let client = state.line.removeFirst()
            client.isInLine = false
            guard !client.isGone, client.isReady(self.bounds) else { continue }
            let call = client.calls[client.running]
            if isPressed, call.method?.isStepped == true, client !== state.begun.first {
                client.isInLine = true
                state.line.append(client)
                continue
            }
            client.running += 1
            self.enqueue(client, &state)
            return call
        }
        return nil
    }

    /// The client that a call was worked on for; none where it went away meanwhile.
    private func stopRunning(_ call: PendingCall, _ state: inout State) -> Client? {
        guard let client = state.clients[call.client], client.isRunning, client.calls.first === call else {
            return nil
        }
        client.running -= 1
        return client
    }

    /// Takes out the newest call of a client that has one to give up.
    private func removeNewest(of client: Client, _ state: inout State) -> PendingCall {
        let call = client.calls.removeLast()
        client.waitingBytes -= call.cost
        state.waitingBytes -= call.cost
        if client.isBegun, client.calls.isEmpty {
            self.settle(client, &state)
            state.ended.append(call)
        }
        return call
    }

    /// A begun call is at its end.
    private func settle(_ client: Client, _ state: inout State) {
        client.isBegun = false
        state.growingBytes -= client.growingBytes
        client.growingBytes = 0
        state.begun.removeAll { $0 === client }
    }

    private func enqueue(_ client: Client, _ state: inout State) {
        guard !client.isInLine, client.isReady(self.bounds) else { return }
        client.isInLine = true
        state.line.append(client)
        self.wake(&state)
    }

    private func removeIfEmpty(_ client: Client, _ state: inout State) {
        guard client.calls.isEmpty, client.untakenBytes == 0 else { return }
        client.isGone = true
        state.clients[client.id] = nil
    }

    private func wake(_ state: inout State) {
        guard state.isIdle else { return }
        state.isIdle = false
        self.work.signal()
    }
}
