//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdService

/// Checks a book: its chain, and every table by making it anew of the entries. Memory does not grow with the book: what is
/// made anew stands in a file that SQLite makes for a while.
package struct BookVerifier {
    private let source: any BookSource
    private let expected: ExpectedEntry?
    private let progress: (Int64, Int64) -> Void

    /// An entry that somebody has noted elsewhere, so that a book that was cut off or written anew is known.
    package struct ExpectedEntry: Sendable, Hashable {
        package var seq: Int64
        package var hash: [UInt8]

        package init(seq: Int64, hash: [UInt8]) {
            self.seq = seq
            self.hash = hash
        }
    }

    /// - Parameter progress: Is told how many entries have been read, and how many there are.
    package init(
        _ source: any BookSource,
        expected: ExpectedEntry? = nil,
        progress: @escaping (Int64, Int64) -> Void = { _, _ in }
    ) {
        self.source = source
        self.expected = expected
        self.progress = progress
    }

    package func run() throws(LedgerFault) -> BookVerification {
        var result = BookVerification(head: try self.source.head())
        do throws(SQLiteFailure) {
            let scratch = try ScratchBook(result.head)
            do throws(LedgerFault) {
                for problem in try self.source.problemsOfStorage() { self.note(.storage(problem), &result) }
                try self.readEntries(into: scratch, &result)
            } catch {
                // Pages that cannot be read are a finding like any other.
                self.note(.storage(error.message), &result)
            }
        } catch {
            throw LedgerFault(isTransient: false, message: "no temporary file for the check: \(error.message)")
        }
        return result
    }

    private func note(_ finding: BookFinding, _ result: inout BookVerification) {
        if result.findings.count < BookVerification.mostFindings { result.findings.append(finding) }
    }

    // MARK: - Entries

    /// How many entries are made anew in one go.
    private static let chunk = 4_096

    private func readEntries(into scratch: ScratchBook, _ result: inout BookVerification) throws(LedgerFault) {
        var chain = Chain(repliesFrom: result.head.repliesFrom)
        var chunk: [SQLiteBook.Replayed] = []
        let entries = try self.source.entries()
        while let row = try entries.next() {
            guard row.count == 4, case .integer(let seq) = row[0], case .bytes(let bytes) = row[1],
                case .bytes(let hash) = row[2]
            else {
                self.note(.storage("an entry of another form than entries have"), &result)
                continue
            }
            let reply: [UInt8]? = if case .bytes(let reply) = row[3] { reply } else { nil }
            if chain.seq == result.head.tablesSeq {
                self.replay(chunk, into: scratch, &result)
                chunk.removeAll(keepingCapacity: true)
                try self.compareTables(scratch, &result)
            }
            let (record, findings) = chain.check(seq: seq, bytes: bytes, hash: hash, reply: reply)
            for finding in findings { self.note(finding, &result) }
            if let expected = self.expected, expected.seq == seq, expected.hash != hash {
                self.note(.entry(seq, .notExpected), &result)
            }
            result.entries += 1
            guard let record else { continue }
            if case .entry(.awarded) = record.content { result.awards += 1 }
            chunk.append((record, bytes))
            if chunk.count == Self.chunk {
                self.replay(chunk, into: scratch, &result)
                chunk.removeAll(keepingCapacity: true)
                self.progress(result.entries, result.head.lastSeq)
            }
        }
        self.replay(chunk, into: scratch, &result)
        self.progress(result.entries, result.head.lastSeq)
        if chain.seq <= result.head.tablesSeq { try self.compareTables(scratch, &result) }
        let head = result.head
        if chain.seq != head.lastSeq || chain.hash != head.lastHash || chain.at != head.lastAt
            || head.tablesSeq < 0 || head.tablesSeq > head.lastSeq
        {
            self.note(.end, &result)
        }
        if let expected = self.expected, expected.seq > chain.seq {
            self.note(.entry(expected.seq, .notExpected), &result)
        }
    }

    private func replay(
        _ chunk: [SQLiteBook.Replayed],
        into scratch: ScratchBook,
        _ result: inout BookVerification
    ) {
        guard let first = chunk.first, result.findings.allSatisfy(\.leavesEntries) else { return }
        do throws(SQLiteFailure) {
            try scratch.replay(chunk)
        } catch {
            self.note(.entry(first.record.seq, .impossible(error.message)), &result)
        }
    }

    // MARK: - Tables

    /// Compares the tables with what follows from the entries that they hold.
    private func compareTables(_ scratch: ScratchBook, _ result: inout BookVerification) throws(LedgerFault) {
        guard !result.hasComparedTables, result.findings.allSatisfy(\.leavesEntries) else { return }
        for table in BookTable.allCases { try self.compare(table, scratch, &result) }
        result.hasComparedTables = true
    }

    /// Compares a table with what was made anew, both in the order of their keys.
    private func compare(
        _ table: BookTable,
        _ scratch: ScratchBook,
        _ result: inout BookVerification
    ) throws(LedgerFault) {
        let stands = try self.source.rows(of: table)
        let follows = try scratch.rows(of: table)
        let keys = table.keyColumns.count
        var one = try stands.next()
        var other = try follows.next()
        while result.findings.count < BookVerification.mostFindings {
            let order: Int
            switch (one, other) {
            case (nil, nil): return
            case (let row?, nil):
                self.note(.surplus(table, key: Array(row.prefix(keys))), &result)
                order = -1
            case (nil, let row?):
                self.note(.missing(table, key: Array(row.prefix(keys))), &result)
                order = 1
            case (let row?, let made?):
                order = Self.order(row.prefix(keys), made.prefix(keys))
                if order < 0 { self.note(.surplus(table, key: Array(row.prefix(keys))), &result) }
                if order > 0 { self.note(.missing(table, key: Array(made.prefix(keys))), &result) }
                if order == 0 { self.compare(table, row, made, &result) }
            }
            if order <= 0 { one = try stands.next() }
            if order >= 0 { other = try follows.next() }
        }
    }

    private func compare(
        _ table: BookTable,
        _ row: [BookValue],
        _ made: [BookValue],
        _ result: inout BookVerification
    ) {
        let keys = table.keyColumns.count
        for (index, column) in table.columns.enumerated().dropFirst(keys) {
            guard index < row.count, index < made.count, row[index] != made[index] else { continue }
            self.note(
                .different(
                    table,
                    key: Array(row.prefix(keys)),
                    column: column,
                    stands: row[index],
                    follows: made[index]
                ),
                &result
            )
        }
    }

    private static func order(_ one: ArraySlice<BookValue>, _ other: ArraySlice<BookValue>) -> Int {
        for (one, other) in zip(one, other) where one != other { return one < other ? -1 : 1 }
        return 0
    }
}

extension BookFinding {
    /// Whether the entries can be followed in spite of it.
    var leavesEntries: Bool {
        switch self {
        case .entry(_, .missing), .entry(_, .damaged), .entry(_, .impossible): false
        case .entry, .storage, .end, .surplus, .missing, .different: true
        }
    }
}
