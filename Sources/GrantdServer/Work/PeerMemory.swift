//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService

/// What peers have an event loop hold: input that is not served, and replies that they have not taken. Where that is more than
/// there is room for, it closes connections. Used on that loop alone.
final class PeerMemory {
    private let connections: ConnectionTable
    /// How much of input may be held, in bytes.
    private let mostUnfinished: Int
    /// Bytes of input that this loop holds and could not serve.
    private(set) var unfinishedBytes = 0
    /// What the channels of this loop could not send.
    private(set) var sendBudget: SendBudget
    private var heapTrim = HeapTrim()

    init(connections: ConnectionTable, limits: Limits) {
        self.connections = connections
        self.mostUnfinished = limits.unfinishedBytes
        self.sendBudget = SendBudget(limits: limits)
    }

    /// All of it, in bytes.
    private var bytes: Int { self.sendBudget.bytes &+ self.unfinishedBytes }

    /// A connection holds so many bytes more of input that is not served, or fewer.
    func inputChanged(by change: Int) {
        self.unfinishedBytes &+= change
        if change > 0 { self.shedInput() }
    }

    /// Closes connections until the input that could not be served has room: those of the lowest priority first.
    private func shedInput() {
        self.heapTrim.hold(self.bytes)
        while self.unfinishedBytes > self.mostUnfinished {
            let before = self.unfinishedBytes
            let holders = self.connections.open.lazy.filter { $0.heldInput > 0 }
            holders.min { $0.inputPriority < $1.inputPriority }?.close(.memory)
            guard self.unfinishedBytes < before else { return }
        }
    }

    /// A connection's unsent replies take more or less memory than before.
    func unsentChanged(by change: Int) {
        self.sendBudget.bytes &+= change
        self.heapTrim.hold(self.bytes)
    }

    /// Where unsent replies take more than there is, closes the connections that hold most and take least, until there is room
    /// again.
    func shedUnsent(now: MonotonicTime) {
        guard self.sendBudget.isExceeded else { return }
        let slowest = self.connections.open
            .map { (connection: $0, weight: $0.unreadWeight(now: now)) }
            .filter { $0.weight > 0 }
            .sorted { $0.weight > $1.weight }
        let enough = self.sendBudget.bytes - self.sendBudget.excess
        for (connection, _) in slowest where self.sendBudget.bytes > enough { connection.close(.unread) }
    }

    /// Gives memory back to the system, where so much was freed that it is worth the time.
    func trimHeap() {
        // At the priority of the event loops: they wait for the allocator's locks meanwhile.
        if self.heapTrim.isWorthwhile(held: self.bytes) { Task { HeapTrim.trim() } }
    }
}
