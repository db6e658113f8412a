//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a store has read for a step, as of one moment.
///
/// *Live* awards are those that are committed, or reserved until later than ``now``. Sums stay at 2^63 - 1 where they would go
/// beyond.
package struct StepView: Sendable {
    /// The store's clock, in milliseconds since 1970: reservations end by it. It never goes back within one book.
    package var now: Int64
    /// By what was asked for; one without live awards may be left out.
    package var tallies: [ApplicantMeasure: AwardTally] = [:]
    /// By key, those that are known.
    package var receipts: [String: Receipt] = [:]
    /// By id, those that are known, in whatever state. A reservation that has ended is told as expired.
    package var awards: [String: BookedAward] = [:]
    /// Of a dry run: the ids of those among ``awards`` that stand in the book below it, and are only read.
    package var awardsBelow: Set<String> = []
    /// All envelopes by id, where they are wanted.
    package var envelopes: [String: EnvelopeState] = [:]
    /// For each of ``StepNeeds/covered`` in order, what the live awards that it covers come to.
    package var covered: [EnvelopeUse] = []

    package init(now: Int64) {
        self.now = now
    }
}

/// What the live awards of one applicant and measure come to.
package struct AwardTally: Sendable {
    /// The sums of one calendar year, by ``BookedAward/awardedOn``.
    package struct Year: Sendable, Hashable {
        /// In fen. An award without a sum adds 0.
        package var fen: Int64
        /// How many awards, 1 or more.
        package var count: Int64

        package init(fen: Int64, count: Int64) {
            self.fen = fen
            self.count = count
        }
    }

    /// A live award by itself.
    package struct Award: Sendable, Hashable {
        package var awardID: String
        /// nil where it matches no subject.
        package var subjectID: SubjectID?
        /// In days since 1970-01-01.
        package var awardedOn: Int64
        /// In fen; nil where it has no sum.
        package var amountFen: Int64?

        package init(awardID: String, subjectID: SubjectID?, awardedOn: Int64, amountFen: Int64?) {
            self.awardID = awardID
            self.subjectID = subjectID
            self.awardedOn = awardedOn
            self.amountFen = amountFen
        }
    }

    /// Of all live awards, whoever the subject, by calendar year.
    package var applicant: [Int64: Year] = [:]
    /// The same by subject, of the subjects that were asked for.
    package var subjects: [SubjectID: [Int64: Year]] = [:]
    /// The ids of the newest live awards, in the order of booking: at most ``newestMost``.
    package var newest: [String] = []
    /// Every live award in the order of booking, only where that was asked for, and of those beyond ``eachMost`` one more, which
    /// tells that there are too many.
    package var each: [Award] = []

    /// How many ids an assessment names.
    package static let newestMost = 20
    /// How many awards conditions may read: as many as a request may hold.
    package static let eachMost = 10_000

    package init() {}
}
