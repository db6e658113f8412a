//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import GrantdLedger
import GrantdService
import Testing

@Suite("Checking a book")
struct BookVerifierTests {
    @Test("finds nothing in a book that went through a random history", arguments: 100..<110 as Range<UInt64>)
    func sound(seed: UInt64) throws {
        let folder = try TemporaryFolder()
        let store = try Self.store(folder, seed: seed)
        defer { store.close() }
        let result = try BookVerifier(try SQLiteBookFile(path: folder.file("book"))).run()
        #expect(result.findings.isEmpty)
        #expect(result.isSound)
        #expect(result.entries == result.head.lastSeq)
        #expect(result.entries > 50)
    }

    @Test("finds a byte that was changed, wherever a byte of the book says something")
    func flippedBytes() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("book")
        try Self.store(folder, seed: 7).close()
        let original = try Data(contentsOf: URL(fileURLWithPath: path))
        let whole = try Self.dump(path)
        var random = SplitMix(state: 1)
        var found = 0
        for _ in 0..<100 {
            var damaged = original
            let place = Int.random(in: 0..<damaged.count, using: &random)
            damaged[place] ^= UInt8(1) << UInt8.random(in: 0..<8, using: &random)
            try damaged.write(to: URL(fileURLWithPath: path))
            let findings: [BookFinding]
            do {
                findings = try BookVerifier(try SQLiteBookFile(path: path)).run().findings
            } catch {
                findings = [.storage("\(error)")]
            }
            if findings.isEmpty {
                // Pages have room that is not in use: there, nothing of the book is another than it was.
                #expect(try Self.dump(path) == whole, "byte \(place)")
            } else {
                found += 1
            }
        }
        #expect(found > 25)
    }

    @Test(
        "names what was changed",
        arguments: [
            ("UPDATE awards SET amount_fen = 1 WHERE seq = (SELECT min(seq) FROM awards)", "amount_fen"),
            ("DELETE FROM keys WHERE key = (SELECT min(key) FROM keys)", "keys"),
            ("UPDATE applicant_sums SET fen = fen + 1", "applicantSums"),
            ("DELETE FROM subject_sums", "subjectSums"),
            ("UPDATE day_sums SET used_fen = used_fen + 1", "daySums"),
            ("UPDATE run_sums SET count = count + 1", "runSums"), ("DELETE FROM changes", "changes"),
            ("UPDATE envelopes SET reserved_fen = reserved_fen + 1", "envelopes"),
            ("INSERT INTO keys VALUES ('mine', 1)", "surplus"),
            ("DROP TRIGGER entries_stay; DELETE FROM entries WHERE seq = (SELECT max(seq) FROM entries)", "end"),
            ("DROP TRIGGER entries_stay; DELETE FROM entries WHERE seq = 3", "missing"),
            ("DROP TRIGGER entries_do_not_change; UPDATE entries SET hash = zeroblob(32) WHERE seq = 5", "hash"),
            (
                "DROP TRIGGER entries_do_not_change; UPDATE entries SET body = (SELECT body FROM entries WHERE seq = 4) "
                    + "WHERE seq = 5",
                "says that it is entry 4"
            ),
            (
                "UPDATE entries SET reply = NULL WHERE seq = (SELECT min(seq) FROM entries WHERE reply IS NOT NULL)",
                "reply"
            ),
            ("UPDATE book SET last_seq = last_seq - 1", "end"), ("UPDATE book SET tables_seq = 1", "surplus"),
            ("UPDATE book SET tables_seq = tables_seq + 1", "end"), ("UPDATE book SET tables_seq = -1", "end"),
        ]
    )
    func tampered(sql: String, word: String) throws {
        let folder = try TemporaryFolder()
        try Self.store(folder, seed: 9).close()
        let connection = try SQLiteConnection(path: folder.file("book"), .write)
        try connection.execute(sql)
        let result = try BookVerifier(try SQLiteBookFile(path: folder.file("book"))).run()
        #expect(!result.isSound)
        #expect("\(result.findings)".contains(word), "\(result.findings)")
    }

    @Test("tells a book that was cut off, by an entry that was noted elsewhere")
    func expected() throws {
        let folder = try TemporaryFolder()
        try Self.store(folder, seed: 11).close()
        let book = try SQLiteBookFile(path: folder.file("book"))
        let head = try book.head()
        func check(_ seq: Int64, _ hash: [UInt8]) throws -> [BookFinding] {
            try BookVerifier(book, expected: BookVerifier.ExpectedEntry(seq: seq, hash: hash)).run().findings
        }
        #expect(try check(head.lastSeq, head.lastHash).isEmpty)
        #expect(try check(head.lastSeq - 1, head.lastHash) == [.entry(head.lastSeq - 1, .notExpected)])
        #expect(try check(head.lastSeq + 1, head.lastHash) == [.entry(head.lastSeq + 1, .notExpected)])
    }

    @Test(
        "lets nobody change entries in passing",
        arguments: [
            "UPDATE entries SET body = zeroblob(3) WHERE seq = 1", "DELETE FROM entries WHERE seq = 1",
            "UPDATE entries SET reply = zeroblob(3) WHERE seq = 1", "UPDATE entries SET seq = 1000000 WHERE seq = 1",
        ]
    )
    func onlyAdded(sql: String) throws {
        let folder = try TemporaryFolder()
        try Self.store(folder, seed: 9).close()
        let connection = try SQLiteConnection(path: folder.file("book"), .write)
        #expect(throws: SQLiteFailure.self) { try connection.execute(sql) }
    }

    /// A book that went through a random history, its log put into its file.
    private static func store(_ folder: TemporaryFolder, seed: UInt64) throws -> SQLiteAwardStore {
        let clock = RandomHistory.Clock()
        var history = RandomHistory(seed: seed, clock: clock)
        let store = try SQLiteAwardStore(path: folder.file("book"), clock: { clock.now })
        _ = try store.begin(StepNeeds())
        try store.commit([.envelopePut(Envelope(envelopeID: "always", limitFen: 1), at: clock.now, caller: nil)])
        history.model.envelopes["always"] = Envelope(envelopeID: "always", limitFen: 1)
        for _ in 0..<60 { try history.step(store) }
        return store
    }

    /// Everything that a book holds.
    private static func dump(_ path: String) throws -> [[BookValue]] {
        let book = try SQLiteBookFile(path: path)
        let head = try book.head()
        var dump: [[BookValue]] = [
            [.bytes(Array(head.bookID.utf8)), .integer(head.repliesFrom), .integer(head.lastAt)]
        ]
        for cursor in [try book.entries()] + (try BookTable.allCases.map { try book.rows(of: $0) }) {
            while let row = try cursor.next() { dump.append(row) }
        }
        return dump
    }
}
