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

/// The power goes off at random moments, and what was not synced is lost. The environment variable `GRANTD_POWER_CUTS` says how
/// often; by default five times of each kind.
@Suite("A book whose power is cut", .serialized)
struct PowerCutTests {
    static let cuts = ProcessInfo.processInfo.environment["GRANTD_POWER_CUTS"].flatMap { UInt64($0) } ?? 5

    @Test(
        "keeps every step that was answered, and of the last one all or nothing",
        arguments: [POWERCUT_DROPS, POWERCUT_TEARS]
    )
    func cut(loss: powercut_loss) throws {
        // How many operations a whole history takes, so that the cuts fall all over it.
        powercut_begin(0, -1, loss)
        try Self.run(seed: 0, folder: try TemporaryFolder())
        let operations = powercut_operations()
        #expect(operations > 100)
        for seed in 0..<Self.cuts {
            var random = SplitMix(state: seed &+ 77)
            powercut_begin(seed, Int.random(in: 1..<operations, using: &random), loss)
            let folder = try TemporaryFolder()
            let history = try Self.run(seed: 0, folder: folder)
            #expect(powercut_is_off() == 1)
            powercut_restore()
            try Self.check(history, folder)
        }
    }

    /// What was acknowledged, and what was asked last.
    struct History {
        var acknowledged: [[LedgerEntry]] = []
        var pending: [LedgerEntry]?
        var isBegun = false
    }

    /// Steps of awards, reservations, cancellations, until all are done or the power is off.
    @discardableResult
    private static func run(seed: UInt64, folder: TemporaryFolder) throws -> History {
        var history = History()
        var random = SplitMix(state: seed)
        var configuration = SQLiteAwardStore.Configuration.defaults
        configuration.vfs = String(cString: powercut_vfs())
        // So that the log goes into the book often.
        configuration.checkpointPages = 40
        configuration.waitingEntries = 20
        do throws(LedgerFault) {
            let store = try SQLiteAwardStore(path: folder.file("book"), configuration: configuration, clock: { 1 })
            defer { store.close() }
            history.isBegun = true
            for step in 0..<40 {
                let view = try store.begin(StepNeeds())
                let entries = Self.entries(step, at: view.now, &random)
                history.pending = entries
                try store.commit(entries)
                history.acknowledged.append(entries)
                history.pending = nil
            }
        } catch {
            #expect(powercut_is_off() == 1, "\(error.message)")
        }
        return history
    }

    private static func entries(_ step: Int, at now: Int64, _ random: inout SplitMix) -> [LedgerEntry] {
        var entries: [LedgerEntry] = []
        if step % 10 == 0 {
            entries.append(.envelopePut(Envelope(envelopeID: "all", limitFen: Int64(step)), at: now, caller: nil))
        }
        for index in 0..<Int.random(in: 1...12, using: &random) {
            let award = BookedAward(
                awardID: "A\(step)-\(index)",
                creditCode: "9111000000000000\(Int.random(in: 10...99, using: &random))",
                measure: "house.one",
                programme: "house",
                subjectID: SubjectID("s"),
                awardedOn: 20_000,
                amountFen: 100,
                state: index % 2 == 0 ? .reserved : .committed,
                expiresAt: index % 2 == 0 ? 1_000_000 : nil,
                runID: nil,
                policyDigest: String(repeating: "0", count: 64),
                applicationID: nil,
                bookedAt: now,
                caller: nil
            )
            let key = "K\(step)-\(index)"
            let reply = [UInt8](repeating: UInt8(index), count: 300)
            entries.append(
                .awarded(award, Receipt(key: key, contentHash: [UInt8](repeating: 1, count: 32), reply: reply))
            )
        }
        // Between them much waits to be put into the tables.
        if step > 0, step % 5 < 2 {
            let settlement = Settlement(
                awardID: "A\(step - 1)-0",
                action: .cancel,
                amountFen: 100,
                state: .cancelled,
                reason: nil,
                settledAt: now,
                caller: nil
            )
            entries.append(.settled(settlement, nil))
        }
        return entries
    }

    /// The book as it is after the cut is sound, and holds what was acknowledged and of the pending step all or nothing; the
    /// key of that step tells which, and the book goes on.
    private static func check(_ history: History, _ folder: TemporaryFolder) throws {
        var model = BookModel()
        for entry in history.acknowledged.joined() { model.add(entry) }
        let store = try SQLiteAwardStore(path: folder.file("book"), clock: { 2 })
        defer { store.close() }
        var needs = StepNeeds()
        needs.keys = ["K\(history.acknowledged.count)-0"]
        let stands = try store.begin(needs).receipts.isEmpty == false
        store.abandon()
        let pending = history.pending ?? []
        if stands { for entry in pending { model.add(entry) } }
        var listed: [BookedAward] = []
        var query = AwardQuery(pageSize: 100)
        repeat {
            let page = try store.list(query)
            listed += page.awards
            query.after = page.next
        } while query.after != nil
        #expect(listed == model.awards)
        // The client that had no answer asks again.
        if !stands, !pending.isEmpty {
            _ = try store.begin(StepNeeds())
            try store.commit(pending)
            for entry in pending { model.add(entry) }
        }
        var all = StepNeeds()
        all.wantsEnvelopes = true
        all.keys = Set(model.receipts.keys)
        let view = try store.read(all)
        #expect(view.receipts == model.receipts)
        #expect(view.envelopes == model.envelopes.mapValues { EnvelopeState(envelope: $0, use: model.use($0)) })
        let verification = try BookVerifier(try SQLiteBookFile(path: folder.file("book"))).run()
        #expect(verification.isSound, "\(verification.findings)")
        #expect(verification.awards == Int64(model.awards.count))
    }
}
