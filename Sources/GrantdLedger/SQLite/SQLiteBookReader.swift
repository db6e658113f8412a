//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService

/// Reads what a step needs.
struct SQLiteBookReader {
    private let book: SQLiteBook
    private let needs: StepNeeds

    init(_ book: SQLiteBook, _ needs: StepNeeds) {
        self.book = book
        self.needs = needs
    }

    /// Within a transaction, in which no reservation is left that has ended.
    func view(at now: Int64) throws(SQLiteFailure) -> StepView {
        var view = StepView(now: now)
        let tallies = try SQLiteBook.TallyStatements(self.book)
        for (pair, wanted) in self.needs.awards {
            if let tally = try self.book.tally(pair, wanted, tallies) { view.tallies[pair] = tally }
        }
        let keys = try self.book.statement(SQLiteBook.seqOfKey)
        for key in self.needs.keys {
            if let receipt = try self.book.receipt(key, keys) { view.receipts[key] = receipt }
        }
        for awardID in self.needs.awardIDs { view.awards[awardID] = try self.book.award(awardID)?.award }
        if self.needs.wantsEnvelopes {
            for (envelope, use) in try self.book.envelopes() {
                view.envelopes[envelope.envelopeID] = EnvelopeState(envelope: envelope, use: EnvelopeUse(use))
            }
        }
        if !self.needs.covered.isEmpty { view.covered = try self.covered() }
        return view
    }

    private func covered() throws(SQLiteFailure) -> [EnvelopeUse] {
        var uses = [BookChanges.Use](repeating: BookChanges.Use(), count: self.needs.covered.count)
        try self.book.forEachDay { day, use in
            for index in uses.indices where self.needs.covered[index].covers(day) { uses[index] += use }
        }
        return uses.map { EnvelopeUse($0) }
    }
}
