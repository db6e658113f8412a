//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import GrantdInterview
import GrantdLedger
import GrantdService
import Testing

@testable import grantctl

@Suite("grantctl ledger")
struct LedgerTests {
    @Test("verifies a book that is sound, in both languages and as JSON, beside a daemon that has it open")
    func sound() async throws {
        try await Self.withBook { path, store in
            let page = try await Tool.run("ledger", "verify", path)
            #expect(page.code == 0, "\(page.errors)")
            #expect(page.output.contains("The book is sound"))
            let zh = try await Tool.run("ledger", "verify", path, "--lang", "zh")
            #expect(zh.output.contains("台账无误：哈希链完整，各项合计与条目相符。"))
            let json = try await Tool.run("ledger", "verify", path, "--json")
            let report = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
            #expect(report["sound"] as? Bool == true)
            #expect(report["awards"] as? String == "2")
            #expect((report["findings"] as? [Any])?.isEmpty == true)
            let hash = try #require(report["last_hash"] as? String)
            #expect(try await Tool.run("ledger", "verify", path, "--expect", "5:\(hash)").code == 0)
            let other = try await Tool.run("ledger", "verify", path, "--expect", "4:\(hash)")
            #expect(other.code == 1)
            #expect(other.output.contains("entry 4: is not the one that was given"))
            let later = try await Tool.run("ledger", "verify", path, "--expect", "6:\(hash)", "--lang", "zh")
            #expect(later.output.contains("条目 6：不是所给的条目"))
            #expect(try await Tool.run("ledger", "verify", path, "--expect", "6:12").code == 64)
            _ = store
        }
    }

    @Test("says what is wrong with a book, and ends with 1")
    func damaged() async throws {
        try await Self.withBook { path, store in
            store.close()
            try SQLiteConnection(path: path, .write).execute("UPDATE applicant_sums SET fen = 7")
            let wide = ["COLUMNS": "300"]
            let page = try await Tool.run(["ledger", "verify", path], environment: wide)
            #expect(page.code == 1)
            #expect(page.output.contains("fen is 7 and should be 300"))
            #expect(page.output.contains("The book is not sound."))
            let zh = try await Tool.run(["ledger", "verify", path, "--lang", "zh"], environment: wide)
            #expect(zh.output.contains("的 fen 为 7，应为 300"))
            let json = try await Tool.run("ledger", "verify", path, "--json")
            #expect(json.code == 1)
            #expect(json.output.contains(#""place":"applicant_sums["#))
        }
    }

    @Test("ends with 65 where there is no book, and names the file")
    func noBook() async throws {
        for arguments in [["verify"], ["export"], ["backup"]] {
            let none = try await Tool.run(
                ["ledger"] + arguments + ["/nonexistent/book"] + (arguments == ["backup"] ? ["x"] : [])
            )
            #expect(none.code == 65)
            #expect(none.errors.contains("/nonexistent/book cannot be opened"), "\(none.errors)")
        }
        try await Tool.withFile("this is a text, and no book at all") { path in
            let text = try await Tool.run("ledger", "verify", path)
            #expect(text.code == 65)
            #expect(text.errors.contains("is no book"))
        }
    }

    @Test("exports the awards that wait for the tables of a book in use, too")
    func exportOfWaiting() async throws {
        try await Self.withBook { path, store in
            let now = try store.begin(StepNeeds()).now
            try store.commit([.awarded(Self.award("A3", 7, at: now), nil), .answered(Self.receipt("key-3"))])
            let awards = try await Tool.run("ledger", "export", path)
            #expect(awards.lines.count == 3)
            #expect(awards.lines.last?.contains(#""award_id":"A3","state":"COMMITTED","amount_fen":"7""#) == true)
            let csv = try await Tool.run("ledger", "export", path, "--format", "csv")
            #expect(csv.lines.count == 4)
        }
    }

    @Test("exports entries and awards as JSON lines and CSV, for nobody else's eyes")
    func export() async throws {
        try await Self.withBook { path, _ in
            let entries = try await Tool.run("ledger", "export", path, "--what", "entries")
            #expect(entries.code == 0, "\(entries.errors)")
            let objects = try entries.lines.map {
                try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
            }
            #expect(
                objects.map { $0["kind"] as? String } == ["ENVELOPE_PUT", "AWARDED", "AWARDED", "SETTLED", "ANSWERED"]
            )
            #expect(objects[1]["amount_fen"] as? String == "300")
            #expect(objects[1]["subject_id"] as? String == "=1+1")
            #expect(objects[1]["awarded_on"] as? String == "2024-10-04")
            #expect(objects[1]["at"] as? String == "2027-01-15T08:00:00.000Z")
            #expect(objects[3]["reason"] as? String == "withdrawn")
            #expect(objects[4]["idempotency_key"] as? String == "key-2")
            #expect((objects[0]["hash"] as? String)?.count == 64)
            let awards = try await Tool.run("ledger", "export", path)
            #expect(awards.lines.count == 2)
            #expect(awards.lines[1].contains(#""state":"CANCELLED""#))

            let file = path + ".csv"
            let csv = try await Tool.run("ledger", "export", path, "--format", "csv", "--output", file)
            #expect(csv.code == 0 && csv.output.isEmpty)
            let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
            #expect(lines.count == 3)
            #expect(try Data(contentsOf: URL(filePath: file)).prefix(3) == Data([0xEF, 0xBB, 0xBF]))
            #expect(lines[0].contains("seq,award_id,state,amount_fen,unified_social_credit_code,"))
            // A spreadsheet would run it.
            #expect(lines[1].contains(",'=1+1,"))
            #expect(lines.allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).count == 15 })
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test("copies a book that is in use; the copy is a book, and overwrites nothing")
    func backup() async throws {
        try await Self.withBook { path, store in
            let copy = path + ".copy"
            let made = try await Tool.run("ledger", "backup", path, copy)
            #expect(made.code == 0, "\(made.errors)")
            #expect(made.output.contains("Copied to"))
            #expect(try await Tool.run("ledger", "verify", copy).code == 0)
            let mode = try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let again = try await Tool.run("ledger", "backup", path, copy, "--lang", "zh")
            #expect(again.code == 1)
            #expect(again.errors.contains("请给出另一路径"))
            // The daemon goes on.
            _ = try store.begin(StepNeeds())
            try store.commit([.answered(Self.receipt("later"))])
            #expect(try await Self.entries(path) == "6")
            #expect(try await Self.entries(copy) == "5")
        }
    }

    @Test("restores a copy, but not over a book in use, and not over entries that the copy lacks")
    func restore() async throws {
        try await Self.withBook { path, store in
            let copy = path + ".copy"
            #expect(try await Tool.run("ledger", "backup", path, copy).code == 0)
            let inUse = try await Tool.run("ledger", "restore", copy, path, "--replace")
            #expect(inUse.code == 1)
            #expect(inUse.errors.contains("is in use by a daemon"))
            _ = try store.begin(StepNeeds())
            try store.commit([.answered(Self.receipt("later"))])
            store.close()
            let newer = try await Tool.run("ledger", "restore", copy, path)
            #expect(newer.code == 1)
            #expect(newer.errors.contains("has 1 entry that the copy lacks"), "\(newer.errors)")
            let replaced = try await Tool.run("ledger", "restore", copy, path, "--replace", "--json")
            #expect(replaced.code == 0, "\(replaced.errors)")
            #expect(replaced.output.contains(#""last_seq":"5""#))
            // What gave way is kept, whole.
            #expect(try await Self.entries(path + ".replaced-1") == "6")
            let reopened = try SQLiteAwardStore(path: path)
            #expect(try reopened.list(AwardQuery(pageSize: 10)).awards.count == 2)
            reopened.close()
            // The same again loses nothing, and a book that is gone comes back.
            #expect(try await Tool.run("ledger", "restore", copy, path).code == 0)
            #expect(try await Tool.run("ledger", "restore", copy, path + ".gone").code == 0)
            #expect(try await Tool.run("ledger", "verify", path + ".gone").code == 0)
        }
    }

    @Test("restores no copy that is not sound, and not over another book")
    func restoreRefused() async throws {
        try await Self.withBook { path, store in
            store.close()
            let copy = path + ".copy"
            #expect(try await Tool.run("ledger", "backup", path, copy).code == 0)
            let other = path + ".other"
            try SQLiteAwardStore(path: other).close()
            let otherBook = try await Tool.run("ledger", "restore", copy, other, "--lang", "zh")
            #expect(otherBook.code == 1)
            #expect(otherBook.errors.contains("是另一本账"))
            try SQLiteConnection(path: copy, .write).execute("DELETE FROM keys")
            let unsound = try await Tool.run("ledger", "restore", copy, path, "--replace")
            #expect(unsound.code == 65)
            #expect(unsound.errors.contains("the copy is not sound"))
            #expect(try await Tool.run("ledger", "verify", path).code == 0)
        }
    }

    @Test("says of a book in PostgreSQL what to do where it cannot")
    func postgreSQL() async throws {
        let backup = try await Tool.run("ledger", "backup", "postgres://localhost/x", "y")
        #expect(backup.code == 64)
        #expect(backup.errors.contains("pg_dump"))
    }

    @Test("tells how far it has come, and how long it still takes")
    func progress() {
        let progress = BookProgress("已核对条目", "entries checked:")
        Language.$spoken.withValue(.en) {
            #expect(
                progress.line(1_000, of: 4_000, after: .seconds(2)) == "entries checked: 1,000 / 4,000, about 6 s left"
            )
            #expect(progress.line(0, of: 4_000, after: .seconds(2)) == "entries checked: 0 / 4,000")
        }
        Language.$spoken.withValue(.zh) {
            #expect(progress.line(1_000, of: 4_000, after: .seconds(2)) == "已核对条目 1,000 / 4,000，约余 6 秒")
        }
    }

    @Test("writes moments before 1970 and days outside the calendar as well")
    func moments() {
        #expect(Moment.text(-1) == "1969-12-31T23:59:59.999Z")
        #expect(Moment.text(0) == "1970-01-01T00:00:00.000Z")
        #expect(Moment.day(.max) == "9223372036854775807")
    }

    // MARK: -

    /// How many entries a sound book has.
    private static func entries(_ path: String) async throws -> String? {
        let result = try await Tool.run("ledger", "verify", path, "--json")
        #expect(result.code == 0)
        return (try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])?["entries"]
            as? String
    }

    /// A book with an envelope, two awards of which one is cancelled, and an answer; still open.
    private static func withBook(_ body: (String, SQLiteAwardStore) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "grantctl-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "book").path
        let store = try SQLiteAwardStore(path: path, clock: { 1_800_000_000_000 })
        defer { store.close() }
        let now = try store.begin(StepNeeds()).now
        let cancelled = Settlement(
            awardID: "A2",
            action: .cancel,
            amountFen: 5,
            state: .cancelled,
            reason: "withdrawn",
            settledAt: now,
            caller: "agency"
        )
        try store.commit([
            .envelopePut(Envelope(envelopeID: "year", titleZH: "预算", limitFen: 1_000), at: now, caller: "agency"),
            .awarded(self.award("A1", 300, at: now), self.receipt("key-1")),
            .awarded(self.award("A2", 5, at: now), nil),
            .settled(cancelled, nil), .answered(self.receipt("key-2")),
        ])
        try await body(path, store)
    }

    private static func award(_ awardID: String, _ amountFen: Int64, at now: Int64) -> BookedAward {
        BookedAward(
            awardID: awardID,
            creditCode: "91110000000000000X",
            measure: "house.one",
            programme: "house",
            subjectID: SubjectID("=1+1"),
            awardedOn: 20_000,
            amountFen: amountFen,
            state: .committed,
            expiresAt: nil,
            runID: "run",
            policyDigest: String(repeating: "0", count: 64),
            applicationID: nil,
            bookedAt: now,
            caller: nil
        )
    }

    private static func receipt(_ key: String) -> Receipt {
        Receipt(key: key, contentHash: [UInt8](repeating: 1, count: 32), reply: [1, 2, 3])
    }
}
