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

    /// A call of a client, and how far it is.
    private struct Entry {
        let call: PendingCall
        /// Whether the thread works on it.
        var isRunning = false
        /// Whether it is begun and not finished.
        var isBegun = false
        /// Bytes of the reply so far, and of the call's request where that was compressed.
        var growingBytes = 0
    }

    /// What is known of a client that has calls, or replies that it has not taken.
    private final class Client {
        let id: ClientID
        /// In the order in which they came.
        var entries: [Entry] = []
        var waitingBytes = 0
        var untakenBytes = 0
        /// Whether it has unread replies enough.
        var isHeld = false
        /// Whether it stands in the line.
        var isInLine = false
        /// How many of its calls are being worked on.
        var running = 0
        /// How many of its calls are begun and not finished.
        var begun = 0
        /// Whether a call is being worked on beside which no other of it may be.
        var runsAlone = false
        /// Whether it went away.
        var isGone = false

        init(_ id: ClientID) { self.id = id }

        /// The next call to be worked on.
        var nextIndex: Int? {
            self.running == 0
                ? (self.entries.isEmpty ? nil : 0) : self.entries.firstIndex { !$0.isRunning }
        }

        /// Whether its next call may be worked on: what is begun goes on, so that its memory is given back.
        func isReady(_ bounds: Bounds) -> Bool {
            guard self.entries.count > self.running, let next = self.nextIndex else { return false }
            if self.running > 0 {
                guard !self.runsAlone, self.running < bounds.runningOfClient, self.entries[next].call.endsAtOnce
                else { return false }
            }
            return self.entries[next].isBegun || (!self.isHeld && self.untakenBytes < bounds.untakenBytesOfClient)
        }

        /// Whether it has a call that could be taken out: any but those that are being worked on.
        var canGiveUp: Bool { self.entries.last?.isRunning == false }
    }

    private struct State {
        var clients: [ClientID: Client] = [:]
        var line: [Client] = []
        /// Clients that have a call that is begun, the oldest first.
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
            guard client.entries.count < self.bounds.callsOfClient else { throw Refusal.busy }
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
            client.entries.append(Entry(call: call))
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
            let calls = client.entries.map(\.call)
            state.waitingBytes -= client.waitingBytes
            // What is being worked on comes back to the thread by itself.
            for entry in client.entries where entry.isBegun && !entry.isRunning { state.ended.append(entry.call) }
            for index in client.entries.indices where client.entries[index].isBegun {
                self.settle(index, of: client, &state)
            }
            client.entries = []
            client.running = 0
            client.isGone = true
            if !state.ended.isEmpty { self.wake(&state) }
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
                for call in client.entries.lazy.map(\.call) {
                    if call.isOverdue(at: now) {
                        overdue.append(call)
                    } else if let deadline = call.deadline {
                        state.nextDeadline = min(state.nextDeadline ?? deadline, deadline)
                    }
                }
                // What is begun is the thread's: it finds it ended.
                client.entries.removeAll { !$0.isRunning && !$0.isBegun && $0.call.isOverdue(at: now) }
                let bytes = client.entries.reduce(0) { $0 + $1.call.cost }
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
            guard let (client, index) = self.stopRunning(call, &state) else {
                // Its client went away: the thread gives back what the call has taken.
                state.ended.append(call)
                return
            }
            if !client.entries[index].isBegun {
                client.entries[index].isBegun = true
                if client.begun == 0 { state.begun.append(client) }
                client.begun += 1
            }
            state.growingBytes += heldBytes - client.entries[index].growingBytes
            client.entries[index].growingBytes = heldBytes
            self.enqueue(client, &state)
        }
    }

    /// A call was worked on and is finished.
    ///
    /// - Parameter replyBytes: the size of its reply, which waits to be taken; 0 where there is none.
    package func finished(_ call: PendingCall, replyBytes: Int) {
        self.state.withLock { state in
            state.untakenBytes += replyBytes
            guard let (client, index) = self.stopRunning(call, &state) else { return }
            self.settle(index, of: client, &state)
            client.entries.remove(at: index)
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
            guard !client.isGone, client.isReady(self.bounds), let next = client.nextIndex else { continue }
            let call = client.entries[next].call
            if isPressed, call.method?.entry.isStepped == true, client !== state.begun.first {
                client.isInLine = true
                state.line.append(client)
                continue
            }
            client.entries[next].isRunning = true
            client.running += 1
            client.runsAlone = !call.endsAtOnce
            self.enqueue(client, &state)
            return call
        }
        return nil
    }

    /// The client that a call was worked on for, and the call's place; none where it went away meanwhile.
    private func stopRunning(_ call: PendingCall, _ state: inout State) -> (Client, Int)? {
        guard let client = state.clients[call.client],
            let index = client.entries.firstIndex(where: { $0.isRunning && $0.call === call })
        else { return nil }
        client.entries[index].isRunning = false
        client.running -= 1
        if client.running == 0 { client.runsAlone = false }
        return (client, index)
    }

    /// Takes out the newest call of a client that has one to give up.
    private func removeNewest(of client: Client, _ state: inout State) -> PendingCall {
        let index = client.entries.count - 1
        let entry = client.entries[index]
        self.settle(index, of: client, &state)
        client.entries.removeLast()
        client.waitingBytes -= entry.call.cost
        state.waitingBytes -= entry.call.cost
        if entry.isBegun { state.ended.append(entry.call) }
        return entry.call
    }

    /// A call that may have begun is at its end.
    private func settle(_ index: Int, of client: Client, _ state: inout State) {
        guard client.entries[index].isBegun else { return }
        client.entries[index].isBegun = false
        state.growingBytes -= client.entries[index].growingBytes
        client.entries[index].growingBytes = 0
        client.begun -= 1
        if client.begun == 0 { state.begun.removeAll { $0 === client } }
    }

    private func enqueue(_ client: Client, _ state: inout State) {
        guard !client.isInLine, client.isReady(self.bounds) else { return }
        client.isInLine = true
        state.line.append(client)
        self.wake(&state)
    }

    private func removeIfEmpty(_ client: Client, _ state: inout State) {
        guard client.entries.isEmpty, client.untakenBytes == 0 else { return }
        client.isGone = true
        state.clients[client.id] = nil
    }

    private func wake(_ state: inout State) {
        guard state.isIdle else { return }
        state.isIdle = false
        self.work.signal()
    }
}
