//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import CPowerCut
import Foundation
import GrantdLedger
import GrantdService
import Testing

extension PowerCutTests {
    /// What a disk, a file system, another process does to a book: a clear fault, nothing lost, and the book goes on by itself
    /// where it can.
    @Suite("meets a disk")
    struct FaultTests {
        @Test("that is full: says so, and goes on when there is room")
        func fullDisk() throws {
            let folder = try TemporaryFolder()
            powercut_begin(0, -1, POWERCUT_DROPS)
            let store = try Self.store(folder)
            var booked = 0
            powercut_limit(200_000)
            let fault = try #require(throws: LedgerFault.self) {
                while booked < 10_000 {
                    try Self.book(booked, store)
                    booked += 1
                }
            }
            #expect(booked > 0)
            #expect(fault.message.contains("disk is full"), "\(fault.message)")
            #expect(!fault.isTransient)
            #expect(throws: LedgerFault.self) { try Self.book(booked, store) }
            #expect(try Self.count(store) == booked)
            powercut_limit(-1)
            try Self.book(booked, store)
            #expect(try Self.count(store) == booked + 1)
            try Self.expectSound(folder, store)
        }

        @Test("whose sync fails: what is said not to stand does not, and the book goes on")
        func failingSync() throws {
            let folder = try TemporaryFolder()
            powercut_begin(0, -1, POWERCUT_DROPS)
            let store = try Self.store(folder)
            try Self.book(0, store)
            powercut_fail_syncs(1)
            let fault = try #require(throws: LedgerFault.self) { try Self.book(1, store) }
            #expect(fault.message.contains("an error of the disk"), "\(fault.message)")
            #expect(try Self.count(store) == 1)
            try Self.book(1, store)
            #expect(try Self.count(store) == 2)
            try Self.expectSound(folder, store)
        }

        @Test("whose syncs fail: nothing is said to stand, though it can be read, that a power cut would take away")
        func failingSyncs() throws {
            // How many operations that takes, so that the second time the power goes at its end.
            let operations = try Self.failAndGoOn(folder: TemporaryFolder(), cutAt: -1).operations
            let folder = try TemporaryFolder()
            let booked = try Self.failAndGoOn(folder: folder, cutAt: operations).booked
            powercut_restore()
            let store = try SQLiteAwardStore(path: folder.file("book"))
            #expect(try Self.count(store) == booked)
            try Self.expectSound(folder, store)
        }

        private static func failAndGoOn(folder: TemporaryFolder, cutAt: Int) throws -> (booked: Int, operations: Int) {
            powercut_begin(0, cutAt, POWERCUT_DROPS)
            let store = try Self.store(folder)
            defer { store.close() }
            try Self.book(0, store)
            powercut_fail_syncs(1_000)
            for index in 1...3 {
                let fault = try #require(throws: LedgerFault.self) { try Self.book(index, store) }
                #expect(fault.message.contains("an error of the disk"), "\(fault.message)")
            }
            powercut_fail_syncs(0)
            try Self.book(4, store)
            return (try Self.count(store), powercut_operations())
        }

        @Test(
            "whose system gives a reason that SQLite does not know: goes by it",
            arguments: [
                (ENOSPC, "disk is full"), (EDQUOT, "disk is full"), (EFBIG, "disk is full"),
                (EROFS, "may not be written"), (EIO, "an error of the disk"),
            ]
        )
        func reason(systemError: Int32, words: String) {
            let failure = SQLiteFailure(code: 778, message: "disk I/O error", systemError: systemError)
            let message = LedgerFault(failure, path: "book").message
            #expect(message.contains(words))
            #expect(message.contains(String(cString: strerror(systemError))), "\(message)")
        }

        @Test("that may only be read: says so, still reads, and goes on when it may be written")
        func readOnly() throws {
            let folder = try TemporaryFolder()
            powercut_begin(0, -1, POWERCUT_DROPS)
            let store = try Self.store(folder)
            try Self.book(0, store)
            powercut_read_only(1)
            let fault = try #require(throws: LedgerFault.self) { try Self.book(1, store) }
            #expect(fault.message.contains("may not be written"), "\(fault.message)")
            powercut_read_only(0)
            try Self.book(1, store)
            #expect(try Self.count(store) == 2)
            try Self.expectSound(folder, store)
        }

        @Test("where another process holds the lock: a transient fault, and then goes on")
        func locked() throws {
            let folder = try TemporaryFolder()
            powercut_begin(0, -1, POWERCUT_DROPS)
            let store = try Self.store(folder)
            let other = try SQLiteConnection(path: folder.file("book"), .write)
            try other.execute("BEGIN IMMEDIATE")
            let fault = try #require(throws: LedgerFault.self) { try Self.book(0, store) }
            #expect(fault.isTransient)
            #expect(fault.message.contains("is locked by another process"), "\(fault.message)")
            try other.execute("ROLLBACK")
            try Self.book(0, store)
            #expect(try Self.count(store) == 1)
        }

        @Test("whose file is removed: refuses, rather than to award into nothing")
        func removed() throws {
            let folder = try TemporaryFolder()
            powercut_begin(0, -1, POWERCUT_DROPS)
            let store = try Self.store(folder)
            try Self.book(0, store)
            let path = folder.file("book")
            try FileManager.default.moveItem(atPath: path, toPath: path + ".moved")
            let fault = try #require(throws: LedgerFault.self) { try Self.book(1, store) }
            #expect(fault.message.contains("moved, removed or replaced"), "\(fault.message)")
            // No new book is begun in its place.
            #expect(throws: LedgerFault.self) { try Self.book(1, store) }
            #expect(!FileManager.default.fileExists(atPath: path))
            try FileManager.default.moveItem(atPath: path + ".moved", toPath: path)
            try Self.book(1, store)
            #expect(try Self.count(store) == 2)
        }

        @Test("where an older copy lies in place of the book: refuses, as awards would be given twice")
        func olderCopy() throws {
            let folder = try TemporaryFolder()
            powercut_begin(0, -1, POWERCUT_DROPS)
            let path = folder.file("book")
            try Self.store(folder).close()
            let old = try Data(contentsOf: URL(fileURLWithPath: path))
            let store = try Self.store(folder)
            try Self.book(0, store)
            for name in ["book", "book-wal", "book-shm"] {
                try? FileManager.default.removeItem(atPath: folder.file(name))
            }
            try old.write(to: URL(fileURLWithPath: path))
            #expect(throws: LedgerFault.self) { try Self.book(1, store) }
            let fault = try #require(throws: LedgerFault.self) { try Self.book(1, store) }
            #expect(fault.message.contains("an older copy of it"), "\(fault.message)")
        }

        @Test("with another file than a book: says so, and leaves it alone")
        func otherFiles() throws {
            let folder = try TemporaryFolder()
            let path = folder.file("book")
            try Data("no database at all, but a text that is long enough".utf8).write(to: URL(fileURLWithPath: path))
            let text = try #require(throws: LedgerFault.self) { try SQLiteAwardStore(path: path) }
            #expect(text.message.contains("is no book"), "\(text.message)")
            try FileManager.default.removeItem(atPath: path)
            try SQLiteConnection(path: path, .create).execute("CREATE TABLE t (a)")
            let database = try #require(throws: LedgerFault.self) { try SQLiteAwardStore(path: path) }
            #expect(database.message.contains("no book of grantd's"), "\(database.message)")
            let folderFault = try #require(throws: LedgerFault.self) {
                try SQLiteAwardStore(path: folder.file("none/book"))
            }
            #expect(folderFault.message.contains("No such file or directory"), "\(folderFault.message)")
        }

        @Test(
            "with another program's database, though it is empty: leaves it alone",
            arguments: ["application_id", "user_version"]
        )
        func emptyDatabase(mark: String) throws {
            let folder = try TemporaryFolder()
            let path = folder.file("book")
            try SQLiteConnection(path: path, .create).execute("PRAGMA \(mark) = 77; CREATE TABLE t (a); DROP TABLE t")
            let fault = try #require(throws: LedgerFault.self) { try SQLiteAwardStore(path: path) }
            #expect(fault.message.contains("no book of grantd's"), "\(fault.message)")
            let connection = try SQLiteConnection(path: path, .read)
            #expect(try connection.integer("PRAGMA \(mark)") == 77)
            #expect(try connection.integer("SELECT count(*) FROM sqlite_schema") == 0)
        }

        @Test(
            "with a book whose schema is not whole: names what is missing",
            arguments: [
                ("DROP TABLE keys", "the table keys", true),
                ("ALTER TABLE awards RENAME COLUMN run_id TO round", "the table awards", true),
                ("DROP INDEX awards_by_id", "the index awards_by_id", false),
                ("DROP TRIGGER entries_stay", "the trigger entries_stay", false),
            ]
        )
        func halfSchema(change: String, missing: String, isUnreadable: Bool) throws {
            let folder = try TemporaryFolder()
            let path = folder.file("book")
            try SQLiteAwardStore(path: path).close()
            try SQLiteConnection(path: path, .write).execute(change)
            let fault = try #require(throws: LedgerFault.self) { try SQLiteAwardStore(path: path) }
            #expect(fault.message.contains("not whole: it lacks \(missing), or has another"), "\(fault.message)")
            #expect(!fault.isTransient)
            // What only keeps a book as it is, a reader does without: it is to find what was done.
            if isUnreadable {
                #expect(throws: LedgerFault.self) { try SQLiteBookFile(path: path) }
            } else {
                #expect(try BookVerifier(SQLiteBookFile(path: path)).run().isSound)
            }
        }

        @Test("with a book that has tables and indexes of somebody's beside its own: serves it")
        func moreSchema() throws {
            let folder = try TemporaryFolder()
            try SQLiteAwardStore(path: folder.file("book")).close()
            try SQLiteConnection(path: folder.file("book"), .write).execute(
                "CREATE VIEW sums AS SELECT * FROM day_sums; CREATE INDEX by_day ON awards (awarded_on)"
            )
            try Self.book(0, SQLiteAwardStore(path: folder.file("book")))
        }

        @Test("with a book of a newer version: refuses it")
        func newer() throws {
            let folder = try TemporaryFolder()
            try SQLiteAwardStore(path: folder.file("book")).close()
            try SQLiteConnection(path: folder.file("book"), .write).execute("PRAGMA user_version = 1000")
            let fault = try #require(throws: LedgerFault.self) { try SQLiteAwardStore(path: folder.file("book")) }
            #expect(fault.message.contains("made by a newer grantd"), "\(fault.message)")
        }

        @Test(
            "with a last page that was torn off, or apart: says so, and grantctl's check finds it",
            arguments: [5_000, 10_000]
        )
        func tornPage(missing: Int) throws {
            let folder = try TemporaryFolder()
            let path = folder.file("book")
            let store = try SQLiteAwardStore(path: path)
            for index in 0..<50 { try Self.book(index, store) }
            store.close()
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            try whole.prefix(whole.count - missing).write(to: URL(fileURLWithPath: path))
            let fault = try #require(throws: LedgerFault.self) { try SQLiteAwardStore(path: path) }
            #expect(fault.message.contains("malformed"), "\(fault.message)")
            let findings: String
            do {
                let result = try BookVerifier(try SQLiteBookFile(path: path)).run()
                #expect(!result.isSound)
                findings = "\(result.findings)"
            } catch {
                findings = error.message
            }
            #expect(findings.contains("malformed") || findings.contains("invalid page"), "\(findings)")
        }

        @Test("and is nobody else's to read")
        func mode() throws {
            let folder = try TemporaryFolder()
            let store = try SQLiteAwardStore(path: folder.file("book"))
            try Self.book(0, store)
            for name in ["book", "book-wal", "book-shm"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: folder.file(name))
                #expect(attributes[.posixPermissions] as? Int == 0o600)
            }
        }

        // MARK: -

        private static func store(_ folder: TemporaryFolder) throws -> SQLiteAwardStore {
            var configuration = SQLiteAwardStore.Configuration.defaults
            configuration.vfs = String(cString: powercut_vfs())
            configuration.lockWait = 10
            configuration.checkpointPages = 20
            return try SQLiteAwardStore(path: folder.file("book"), configuration: configuration)
        }

        private static func book(_ index: Int, _ store: SQLiteAwardStore) throws {
            let view = try store.begin(StepNeeds())
            let award = BookedAward(
                awardID: "A\(index)",
                creditCode: "91110000000000000X",
                measure: "house.one",
                programme: "house",
                subjectID: nil,
                awardedOn: 20_000,
                amountFen: 1,
                state: .committed,
                expiresAt: nil,
                runID: nil,
                policyDigest: "",
                applicationID: nil,
                bookedAt: view.now,
                caller: nil
            )
            try store.commit([.awarded(award, nil)])
        }

        private static func count(_ store: SQLiteAwardStore) throws -> Int {
            let pair = ApplicantMeasure(creditCode: "91110000000000000X", measure: "house.one")
            var needs = StepNeeds()
            needs.awards[pair] = StepNeeds.Awards()
            return try store.read(needs).tallies[pair]?.applicant.values.reduce(0) { $0 + Int($1.count) } ?? 0
        }

        private static func expectSound(_ folder: TemporaryFolder, _ store: SQLiteAwardStore) throws {
            store.close()
            let result = try BookVerifier(try SQLiteBookFile(path: folder.file("book"))).run()
            #expect(result.isSound, "\(result.findings)")
        }
    }
}
