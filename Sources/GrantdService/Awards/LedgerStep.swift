//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine

/// A step of a book under way: what was read, with what was decided since.
final class LedgerStep: LedgerReading {
    private let needs: StepNeeds
    private(set) var view: StepView
    /// What the step adds to the book.
    private(set) var entries: [LedgerEntry] = []
    /// How often the step has answered as before.
    var replays = 0
    /// By measure, the ids of the envelopes that bind it on some days.
    private var envelopesOfMeasures: [String: [String]] = [:]

    /// How many awards the dry run has; nil in a book.
    private var dryAwards: Int?

    /// - Parameter dryAwards: how many awards the dry run has that it is a step of; nil in a book.
    init(_ needs: StepNeeds, _ view: StepView, dryAwards: Int? = nil) {
        self.needs = needs
        self.view = view
        self.dryAwards = dryAwards
        // What is awarded comes to them: so they do not grow, and hash what they have anew, over and over.
        self.view.tallies.reserveCapacity(needs.awards.count)
        self.view.receipts.reserveCapacity(needs.keys.count)
        self.view.awards.reserveCapacity(needs.keys.count)
    }

    // MARK: - Reading

    func owner(ofAward id: String) -> String? { self.view.awards[id]?.creditCode }

    func standing(of application: ApplicationIdentity) -> LedgerStanding {
        var standing = LedgerStanding()
        let key = ApplicantMeasure(creditCode: application.creditCode, measure: application.measure)
        if let tally = self.view.tallies[key] {
            standing.newest = tally.newest
            standing.count = tally.applicant.values.reduce(0) { $0 + $1.count }
            if application.wantsEach {
                standing.isTooMuch = tally.each.count > AwardTally.eachMost
                standing.rows = tally.each.map {
                    LedgerStanding.Row(subject: $0.subjectID?.utf8, day: $0.awardedOn, amount: $0.amountFen ?? 0)
                }
            } else {
                standing.rows = Self.sums(tally, application.subject)
            }
        }
        standing.envelopes = self.envelopes(
            measure: application.measure,
            programme: application.programme,
            day: application.day
        ).map {
            LedgerStanding.Envelope(
                id: $0.envelope.envelopeID,
                zh: $0.envelope.titleZH,
                en: $0.envelope.titleEN,
                limit: $0.envelope.limitFen,
                used: $0.use.usedFen.addingSaturated($0.use.reservedFen)
            )
        }
        return standing
    }

    /// A row for each year of the subject's, and one for each year of the other subjects'.
    private static func sums(_ tally: AwardTally, _ subject: [UInt8]?) -> [LedgerStanding.Row] {
        let own = subject.flatMap { tally.subjects[SubjectID(utf8: $0)] } ?? [:]
        var rows: [LedgerStanding.Row] = []
        for (year, all) in tally.applicant {
            let day = LedgerTime.firstDay(ofYear: year)
            let mine = own[year] ?? AwardTally.Year(fen: 0, count: 0)
            if mine.count > 0 { rows.append(LedgerStanding.Row(subject: subject, day: day, amount: mine.fen)) }
            guard all.count > mine.count else { continue }
            rows.append(LedgerStanding.Row(subject: nil, day: day, amount: max(0, all.fen - mine.fen)))
        }
        return rows
    }

    /// The envelopes that bind an award, by id.
    func envelopes(measure: String, programme: String, day: Int64) -> [EnvelopeState] {
        let ids: [String]
        if let known = self.envelopesOfMeasures[measure] {
            ids = known
        } else {
            ids = self.view.envelopes.values.lazy
                .map(\.envelope).filter { $0.covers(measure: measure, programme: programme) }
                .map(\.envelopeID).sorted()
            self.envelopesOfMeasures[measure] = ids
        }
        return ids.compactMap { self.view.envelopes[$0] }.filter { $0.envelope.covers(day: day) }
    }

    // MARK: - Deciding

    /// The id of the next award.
    func newAwardID() -> String {
        guard let count = self.dryAwards else {
            var generator = SystemRandomNumberGenerator()
            return AwardID.new(at: self.view.now, using: &generator)
        }
        return AwardID.counted(count + 1)
    }

    /// Adds an award to the book, which is live.
    func add(_ award: BookedAward, _ receipt: Receipt?) {
        self.entries.append(.awarded(award, receipt))
        self.dryAwards = self.dryAwards.map { $0 + 1 }
        self.keep(receipt)
        self.view.awards[award.awardID] = award
        self.draw(award, by: 1)
        self.changeTally(of: award) { tally, isEach in
            tally.count(award, by: 1)
            tally.list(award, each: isEach)
        }
    }

    /// Makes an award what a settlement says.
    ///
    /// - Returns: the award as it is now.
    func settle(_ award: BookedAward, _ settlement: Settlement, _ receipt: (BookedAward) -> Receipt?) -> BookedAward {
        var settled = award
        settled.state = settlement.state
        settled.amountFen = settlement.amountFen
        let receipt = receipt(settled)
        self.entries.append(.settled(settlement, receipt))
        self.keep(receipt)
        self.view.awards[award.awardID] = settled
        self.count(award, by: -1)
        self.count(settled, by: 1)
        let isLive = settled.isLive(at: self.view.now)
        self.changeTally(of: award) { tally, _ in tally.relist(isLive ? settled : nil, id: award.awardID) }
        return settled
    }

    /// Puts an envelope.
    ///
    /// - Parameter use: what the awards that it binds come to.
    func put(_ envelope: Envelope, use: EnvelopeUse, caller: String?) {
        guard self.view.envelopes[envelope.envelopeID]?.envelope != envelope else { return }
        self.entries.append(.envelopePut(envelope, at: self.view.now, caller: caller))
        self.view.envelopes[envelope.envelopeID] = EnvelopeState(envelope: envelope, use: use)
        self.envelopesOfMeasures = [:]
    }

    /// Remembers an answer without an award.
    func add(_ receipt: Receipt) {
        self.entries.append(.answered(receipt))
        self.keep(receipt)
    }

    private func keep(_ receipt: Receipt?) {
        guard let receipt else { return }
        self.view.receipts[receipt.key] = receipt
    }

    /// Counts an award, where it is live: once more, or once less.
    private func count(_ award: BookedAward, by sign: Int64) {
        guard award.isLive(at: self.view.now) else { return }
        self.changeTally(of: award) { tally, _ in tally.count(award, by: sign) }
        self.draw(award, by: sign)
    }

    /// Counts a live award in the envelopes that bind it.
    private func draw(_ award: BookedAward, by sign: Int64) {
        for state in self.envelopes(measure: award.measure, programme: award.programme, day: award.awardedOn) {
            self.view.envelopes[state.envelope.envelopeID]?.use.change(award, by: sign)
        }
    }

    private func changeTally(of award: BookedAward, _ change: (inout AwardTally, _ isEach: Bool) -> Void) {
        let key = ApplicantMeasure(creditCode: award.creditCode, measure: award.measure)
        change(&self.view.tallies[key, default: AwardTally()], self.needs.awards[key]?.wantsEach ?? false)
    }
}
