//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import GrantdService

extension SQLiteBook {
    /// The most entries that one step looks at: more than steps add on the average, so that it keeps up with them.
    private static let mostEnded = 8_192

    /// Lets go of the replies of entries that were recorded before a moment, some of them, oldest first.
    ///
    /// - Returns: Whether it changed anything.
    func endReplies(recordedBefore horizon: Int64, head: inout BookHead) throws(SQLiteFailure) -> Bool {
        let first = head.repliesFrom
        var keys: [(seq: Int64, key: String)] = []
        let row = try self.statement("SELECT seq, body FROM entries WHERE seq >= ? ORDER BY seq LIMIT ?")
            .bind(1, first)
            .bind(2, Self.mostEnded)
        var next = first
        while try row.next() {
            let entry = StoredEntry(seq: row.integer(0), body: row.bytes(1))
            let record = try Self.sound { () throws(EntryReader.Damage) in try entry.record() }
            guard record.recordedAt < horizon else {
                row.reset()
                break
            }
            next = record.seq + 1
            if let receipt = record.content.receipt { keys.append((record.seq, receipt.key)) }
        }
        guard next > first else { return false }
        // What waits to be put into the tables would put keys there that are no longer kept.
        if next > head.tablesSeq + 1 { try self.bringTablesUpToDate(&head) }
        let reply = try self.statement("UPDATE entries SET reply = NULL WHERE seq = ?")
        let key = try self.statement("DELETE FROM keys WHERE key = ? AND seq = ?")
        for ended in keys {
            try reply.bind(1, ended.seq).run()
            try key.bind(1, ended.key).bind(2, ended.seq).run()
        }
        try self.statement("UPDATE book SET replies_from = ?").bind(1, next).run()
        head.repliesFrom = next
        return true
    }

    /// The hash that stands beside an entry; of the one before the first, what it is taken to be.
    func hash(ofEntry seq: Int64) throws(SQLiteFailure) -> [UInt8]? {
        if seq == 0 { return EntryRecord.firstHash }
        let row = try self.statement("SELECT hash FROM entries WHERE seq = ?").bind(1, seq)
        defer { row.reset() }
        return try row.next() ? row.bytes(0) : nil
    }
}
