//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import GrantdService

extension SQLiteBook {
    /// Makes the buffer what follows from the entries that the tables do not hold: where it is another, those that other
    /// processes added are read, or all of them. Within a transaction, before anything is asked.
    ///
    /// - Parameter head: Where the chain ends.
    func fillBuffer(_ head: BookHead) throws(SQLiteFailure) {
        let isPart =
            !self.isBufferAhead && self.buffer.tablesSeq == head.tablesSeq && self.buffer.lastSeq <= head.lastSeq
        if isPart, self.buffer.lastSeq == head.lastSeq { return }
        var buffer = isPart ? self.buffer : WriteBuffer(after: head.tablesSeq)
        let (waiting, isFar) = head.lastSeq.subtractingReportingOverflow(head.tablesSeq)
        guard head.tablesSeq >= 0, waiting >= 0, !isFar, waiting <= WriteBuffer.most.entries else {
            throw Self.damaged("says that its tables hold entry \(head.tablesSeq), of \(head.lastSeq)")
        }
        // Where this fails there is none, and the next one is made of all entries; and one that is held twice is copied.
        self.isBufferAhead = true
        self.buffer = WriteBuffer(after: head.tablesSeq)
        let row = try self.statement("SELECT seq, body FROM entries WHERE seq > ? ORDER BY seq").bind(1, buffer.lastSeq)
        defer { row.reset() }
        while try row.next() {
            let entry = StoredEntry(seq: row.integer(0), body: row.bytes(1))
            let record = try Self.sound { () throws(EntryReader.Damage) in try entry.record() }
            guard record.seq == buffer.lastSeq + 1, buffer.add(record, find: { _ in nil }), buffer.isOnlyAdded else {
                throw Self.damaged("has entry \(record.seq) behind its tables, which does not belong there")
            }
        }
        guard buffer.lastSeq == head.lastSeq else { throw Self.damaged("lacks entry \(buffer.lastSeq + 1)") }
        self.buffer = buffer
        self.isBufferAhead = false
    }

    /// Puts all that waits into the tables.
    func bringTablesUpToDate(_ head: inout BookHead) throws(SQLiteFailure) {
        guard !self.buffer.isEmpty else { return }
        try self.emptyBuffer(&head)
        try self.setHead(head)
    }

    /// The same, but for the row that says so.
    func emptyBuffer(_ head: inout BookHead) throws(SQLiteFailure) {
        let changes = self.buffer.changes
        self.isBufferAhead = true
        self.buffer = WriteBuffer(after: self.buffer.lastSeq)
        try self.apply(changes, repliesFrom: head.repliesFrom)
        head.tablesSeq = self.buffer.lastSeq
    }

    /// The transaction that was open stands.
    func transactionStands() { self.isBufferAhead = false }

    /// The transaction that was open was rolled back.
    func transactionIsUndone() {
        guard self.isBufferAhead else { return }
        self.buffer = WriteBuffer(after: 0)
        self.forgetEnvelopes()
    }
}
