//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema
internal import NIOCore

/// The batches of one event loop: each connection's in the order they came, one connection after the other, a few
/// at work at a time.
struct BatchQueue {
    /// Connections that have batches waiting and none at work.
    private var ready = CircularBuffer<ConnectionHandler>()
    private var atWork: [Batch] = []
    private var position = 0
    private var writers: [ByteWriter] = []
    /// Bytes of the requests of batches that are not begun.
    private(set) var waitingBytes = 0

    /// Whether no batch waits and none is at work.
    var isEmpty: Bool { self.ready.isEmpty && self.atWork.isEmpty }
    /// Whether a turn would do something.
    var hasWork: Bool { !self.isEmpty }

    /// A batch that is not begun.
    mutating func add(_ batch: Batch, _ connection: ConnectionHandler) {
        self.waitingBytes &+= batch.request.count
        connection.waitingBatches.append(batch)
        self.enqueue(connection)
    }

    /// A batch that was begun at once.
    mutating func addAtWork(_ batch: Batch, _ connection: ConnectionHandler) {
        connection.batchAtWork = batch
        self.atWork.append(batch)
    }

    /// Puts a connection that has batches waiting into the queue, if it is to be there.
    ///
    /// - Returns: whether it is there now.
    @discardableResult
    mutating func enqueue(_ connection: ConnectionHandler) -> Bool {
        guard connection.batchAtWork == nil, !connection.waitingBatches.isEmpty, connection.machine.mayProcess else {
            return false
        }
        guard !connection.isInBatchQueue else { return true }
        connection.isInBatchQueue = true
        self.ready.append(connection)
        return true
    }

    /// Begins as many batches as may be at work.
    mutating func fill(upTo limit: Int) {
        while self.atWork.count < limit, let connection = self.ready.popFirst() {
            connection.isInBatchQueue = false
            // While it does not read its replies, no more are made for it.
            guard connection.machine.mayProcess, let batch = connection.waitingBatches.popFirst() else { continue }
            self.waitingBytes &-= batch.request.count
            self.addAtWork(batch, connection)
        }
    }

    /// The batch whose turn it is.
    mutating func next() -> Batch? {
        guard !self.atWork.isEmpty else { return nil }
        if self.position >= self.atWork.count { self.position = 0 }
        defer { self.position += 1 }
        return self.atWork[self.position]
    }

    /// A batch came to its end: the connection's next one may begin.
    mutating func finish(_ batch: Batch, _ connection: ConnectionHandler) {
        self.removeAtWork(batch)
        connection.batchAtWork = nil
        self.enqueue(connection)
    }

    /// Forgets the batches of a connection that is closed.
    mutating func drop(_ connection: ConnectionHandler) {
        for batch in connection.waitingBatches {
            self.waitingBytes &-= batch.request.count
            batch.settle()
        }
        connection.waitingBatches.removeAll()
        if let batch = connection.batchAtWork {
            self.removeAtWork(batch)
            if let writer = batch.takeReply() { self.giveBack(writer) }
            batch.settle()
            connection.batchAtWork = nil
        }
        if connection.isInBatchQueue {
            connection.isInBatchQueue = false
            self.ready.removeAll { $0 === connection }
        }
    }

    /// Takes out a batch of the connection that is not begun and whose caller waits no longer.
    mutating func removeOverdue(_ connection: ConnectionHandler, now: MonotonicTime) -> Batch? {
        guard let index = connection.waitingBatches.firstIndex(where: { $0.isOverdue(at: now) }) else { return nil }
        let batch = connection.waitingBatches.remove(at: index)
        self.waitingBytes &-= batch.request.count
        return batch
    }

    /// Takes out every batch.
    mutating func removeAll(of connections: some Sequence<ConnectionHandler>) -> [Batch] {
        var batches = self.atWork
        for connection in connections {
            connection.batchAtWork = nil
            connection.isInBatchQueue = false
            batches += connection.waitingBatches
            connection.waitingBatches.removeAll()
        }
        self.atWork = []
        self.ready = CircularBuffer()
        self.waitingBytes = 0
        return batches
    }

    private mutating func removeAtWork(_ batch: Batch) {
        guard let index = self.atWork.firstIndex(where: { $0 === batch }) else { return }
        self.atWork.remove(at: index)
        if index < self.position { self.position -= 1 }
    }

    // MARK: - Writers

    /// A writer for the reply of a batch.
    mutating func takeWriter(limit: Int) -> ByteWriter {
        let writer = self.writers.popLast() ?? ByteWriter(limit: limit, retained: Self.retained)
        writer.reset()
        return writer
    }

    /// Keeps a writer for the next batch.
    mutating func giveBack(_ writer: ByteWriter) {
        guard self.writers.count < 2 else { return }
        writer.reset()
        self.writers.append(writer)
    }

    /// What a writer keeps of a large reply: a batch of some thousand applications fits.
    private static let retained = 1 << 20
}
