//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdPolicy
internal import Synchronization
internal import Testing

@testable internal import GrantdService

/// Whose turn it is, who pays where there is no room, and how calls end. By plain calls: no thread.
@Suite
struct CallQueueTests {
    /// What has become of calls, in the order in which it did.
    private final class Log: Sendable {
        private let ends = Mutex<[(name: String, code: Int32)]>([])

        func add(_ name: String, _ outcome: PendingCall.Outcome) {
            var code: Int32 = 0
            if case .failure(let error) = outcome { code = error.code }
            self.ends.withLock { $0.append((name, code)) }
        }

        /// `name` for an answer, `name:code` for an error.
        var all: [String] { self.ends.withLock { $0.map { $0.code == 0 ? $0.name : "\($0.name):\($0.code)" } } }
    }

    private static let policies = Result { CompiledPolicies(try PolicyLoader.load(files: []).get()) }

    private let log = Log()

    private static func queue(_ change: (inout CallQueue.Bounds) -> Void = { _ in }) -> CallQueue {
        var bounds = CallQueue.Bounds(
            waitingBytes: 1 << 20,
            callsOfClient: 10,
            growingBytes: 1 << 20,
            untakenBytes: 1 << 20,
            untakenBytesOfClient: 1 << 20
        )
        change(&bounds)
        return CallQueue(bounds: bounds)
    }

    /// A call of a client, named `client.number`.
    private func call(
        _ client: UInt64,
        _ number: Int,
        _ method: Method = .evaluateBatch,
        bytes: Int = 0,
        deadline: Int64? = nil
    ) throws -> PendingCall {
        let log = self.log
        return try [UInt8](repeating: 0, count: bytes).withUnsafeBytes { request in
            PendingCall(
                work: .answer(method),
                client: ClientID(client),
                policies: try Self.policies.get(),
                request: request,
                arrival: MonotonicTime(nanoseconds: 0),
                deadline: deadline.map { MonotonicTime(nanoseconds: $0) }
            ) { outcome, _ in log.add("\(client).\(number)", outcome) }
        }
    }

    /// The client whose turn it is.
    private static func next(_ queue: CallQueue) -> PendingCall? {
        guard case .call(let call) = queue.next() else { return nil }
        return call
    }

    /// Works for one slice on what comes next: nothing is finished by that.
    private static func slice(_ queue: CallQueue, replyBytes: Int = 0) -> ClientID? {
        guard let call = self.next(queue) else { return nil }
        queue.yielded(call, heldBytes: replyBytes)
        return call.client
    }

    /// Finishes what comes next.
    private static func finish(_ queue: CallQueue, replyBytes: Int = 0) -> ClientID? {
        guard let call = self.next(queue) else { return nil }
        queue.finished(call, replyBytes: replyBytes)
        call.complete(
            .success(PendingCall.Reply(payload: UnsafeRawBufferPointer(start: nil, count: 0), requestHash: nil))
        )
        return call.client
    }

    @Test("clients take turns, however many calls each has; a client's own calls keep their order")
    func turns() throws {
        let queue = Self.queue()
        for number in 1...3 { try queue.add(self.call(1, number)) }
        #expect(Self.slice(queue) == ClientID(1))
        try queue.add(self.call(2, 1))
        #expect((0..<4).map { _ in Self.slice(queue) } == [1, 2, 1, 2].map { ClientID($0) })
        #expect((0..<4).map { _ in Self.finish(queue) } == [1, 2, 1, 1].map { ClientID($0) })
        #expect(Self.next(queue) == nil)
        #expect(self.log.all == ["1.1", "2.1", "1.2", "1.3"])
    }

    @Test("calls of a client that are worked on beside each other end in any order, or go on in their own")
    func beside() throws {
        let queue = Self.queue { $0.runningOfClient = 10 }
        let calls = try (1...4).map { try self.call(1, $0, .award) }
        for call in calls { try queue.add(call) }
        for call in calls { #expect(Self.next(queue) === call) }
        #expect(Self.next(queue) == nil)
        queue.finished(calls[2], replyBytes: 0)
        queue.yielded(calls[0], heldBytes: 100)
        queue.yielded(calls[3], heldBytes: 100)
        #expect(Self.next(queue) === calls[0])
        queue.finished(calls[1], replyBytes: 0)
        queue.finished(calls[0], replyBytes: 0)
        #expect(Self.finish(queue) == ClientID(1))
        // Nothing of them is left that would count against the client.
        let later = try (5...14).map { try self.call(1, $0, .award) }
        for call in later { try queue.add(call) }
        for call in later { #expect(Self.next(queue) === call) }
        for call in later.reversed() { queue.finished(call, replyBytes: 0) }
        #expect(Self.next(queue) == nil)
    }

    @Test("of a client that goes away, begun calls come back to the thread once, waiting ones not at all")
    func endBeside() throws {
        let queue = Self.queue { $0.runningOfClient = 10 }
        let calls = try (1...4).map { try self.call(1, $0, .award) }
        for call in calls[..<3] { try queue.add(call) }
        for call in calls[..<3] { #expect(Self.next(queue) === call) }
        queue.yielded(calls[0], heldBytes: 10)
        try queue.add(calls[3])
        queue.end(ClientID(1), Refusal.timedOut)
        queue.yielded(calls[1], heldBytes: 10)
        queue.finished(calls[2], replyBytes: 0)
        #expect(
            Set((0..<2).compactMap { _ in Self.next(queue).map(ObjectIdentifier.init) })
                == Set(calls[..<2].map(ObjectIdentifier.init))
        )
        #expect(Self.next(queue) == nil)
        #expect(self.log.all.count == 4)
    }

    @Test("a client has so many calls and no more")
    func callsOfClient() throws {
        let queue = Self.queue { $0.callsOfClient = 2 }
        for number in 1...2 { try queue.add(self.call(1, number)) }
        #expect(throws: Refusal.busy) { try queue.add(self.call(1, 3)) }
        try queue.add(self.call(2, 1))
    }

    @Test("where there is no room, whoever holds most pays: with the newest call, at last with the one that is begun")
    func room() throws {
        let queue = Self.queue { $0.waitingBytes = 30_000 }
        for number in 1...2 { try queue.add(self.call(1, number, bytes: 13_000)) }
        #expect(Self.slice(queue) == ClientID(1))
        // Who would hold as much itself is refused.
        #expect(throws: Refusal.waitingCalls) { try queue.add(self.call(2, 1, bytes: 29_000)) }
        try queue.add(self.call(2, 2, bytes: 9000))
        #expect(self.log.all == ["1.2:2004"])
        try queue.add(self.call(3, 1, bytes: 8000))
        #expect(self.log.all == ["1.2:2004", "1.1:2004"])
        // The thread gives back what was begun.
        #expect(Self.next(queue)?.isAbandoned == true)
        #expect((0..<2).map { _ in Self.finish(queue) } == [2, 3].map { ClientID($0) })
    }

    @Test("a call that is being worked on is not taken away from its thread")
    func roomBesideRunning() throws {
        let queue = Self.queue { $0.waitingBytes = 30_000 }
        try queue.add(self.call(1, 1, bytes: 28_000))
        let running = try #require(Self.next(queue))
        #expect(throws: Refusal.waitingCalls) { try queue.add(self.call(2, 1, bytes: 9000)) }
        queue.finished(running, replyBytes: 0)
        try queue.add(self.call(2, 2, bytes: 9000))
    }

    @Test("who does not read has no further call begun, but what is begun is finished")
    func held() throws {
        let queue = Self.queue()
        for number in 1...2 { try queue.add(self.call(1, number)) }
        #expect(Self.slice(queue) == ClientID(1))
        queue.hold(ClientID(1))
        #expect(Self.finish(queue) == ClientID(1))
        #expect(Self.next(queue) == nil)
        queue.resume(ClientID(1))
        #expect(Self.finish(queue) == ClientID(1))
    }

    @Test("replies that nobody takes stop their client first, and all when they are many")
    func untaken() throws {
        let queue = Self.queue {
            $0.untakenBytesOfClient = 100
            $0.untakenBytes = 250
        }
        for number in 1...2 { try queue.add(self.call(1, number)) }
        for client in 2...4 { try queue.add(self.call(UInt64(client), 1)) }
        #expect(Self.finish(queue, replyBytes: 100) == ClientID(1))
        #expect(Self.finish(queue, replyBytes: 100) == ClientID(2))
        #expect(Self.finish(queue, replyBytes: 100) == ClientID(3))
        #expect(Self.next(queue) == nil)
        queue.replyTaken(ClientID(2), bytes: 100)
        #expect(Self.finish(queue) == ClientID(4))
        #expect(Self.next(queue) == nil)
        queue.replyTaken(ClientID(1), bytes: 100)
        #expect(Self.finish(queue) == ClientID(1))
    }

    @Test("while growing replies take too much, the oldest batch goes on alone, beside calls of one piece")
    func growing() throws {
        let queue = Self.queue { $0.growingBytes = 1000 }
        for client in 1...3 { try queue.add(self.call(UInt64(client), 1)) }
        try queue.add(self.call(4, 1, .screen))
        #expect(Self.slice(queue, replyBytes: 400) == ClientID(1))
        #expect(Self.slice(queue, replyBytes: 600) == ClientID(2))
        #expect(Self.finish(queue) == ClientID(4))
        #expect(Self.slice(queue, replyBytes: 500) == ClientID(1))
        #expect(Self.finish(queue) == ClientID(1))
        #expect((0..<2).map { _ in Self.slice(queue) } == [2, 3].map { ClientID($0) })
    }

    @Test("a client that goes away takes its calls with it; the one that is worked on is given back at its next turn")
    func end() throws {
        let queue = Self.queue()
        for number in 1...2 { try queue.add(self.call(1, number)) }
        try queue.add(self.call(2, 1))
        let running = try #require(Self.next(queue))
        queue.end(ClientID(1), Refusal.stopping)
        #expect(self.log.all == ["1.1:2003", "1.2:2003"])
        #expect(running.isAbandoned)
        queue.yielded(running, heldBytes: 7)
        #expect(Self.next(queue) === running)
        queue.finished(running, replyBytes: 0)
        #expect(Self.finish(queue) == ClientID(2))
        #expect(Self.next(queue) == nil)
        // Its end is told once.
        #expect(self.log.all == ["1.1:2003", "1.2:2003", "2.1"])
    }

    @Test("who waits too long is told so, whether its call is begun or not")
    func overdue() throws {
        let queue = Self.queue()
        try queue.add(self.call(1, 1, deadline: 10))
        try queue.add(self.call(1, 2, deadline: 30))
        try queue.add(self.call(2, 1, deadline: 20))
        try queue.add(self.call(3, 1))
        #expect(Self.slice(queue) == ClientID(1))
        queue.endOverdue(now: MonotonicTime(nanoseconds: 9))
        #expect(self.log.all == [])
        queue.endOverdue(now: MonotonicTime(nanoseconds: 20))
        #expect(self.log.all.sorted() == ["1.1:1008", "2.1:1008"])
        #expect(Self.finish(queue) == ClientID(3))
        #expect(Self.finish(queue) == ClientID(1))
        queue.endOverdue(now: MonotonicTime(nanoseconds: 30))
        #expect(Self.next(queue) == nil)
        #expect(self.log.all.sorted() == ["1.1:1008", "1.2:1008", "2.1:1008", "3.1"])
    }

    @Test("a closed queue ends what it has, takes nothing, and lets the thread go")
    func close() throws {
        let queue = Self.queue()
        try queue.add(self.call(1, 1))
        queue.close(Refusal.stopping)
        #expect(self.log.all == ["1.1:2003"])
        #expect(throws: Refusal.stopping) { try queue.add(self.call(1, 2)) }
        guard case .closed = queue.next() else {
            Issue.record("the thread would wait for ever")
            return
        }
    }
}
