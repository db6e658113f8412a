//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A budget: it binds every award of its measures and dates, whether named with it or not, also those booked before it was put.
package struct Envelope: Sendable, Hashable {
    /// 1 to 64 lower-case letters, digits, dots, hyphens and underscores.
    package var envelopeID: String
    package var titleZH: String?
    package var titleEN: String?
    /// In fen, 0 or more.
    package var limitFen: Int64
    /// Full ids of measures.
    package var measures: [String]
    /// Ids of programmes, all of whose measures are covered. Where both lists are empty, every measure is.
    package var programmes: [String]
    /// The first day whose awards are covered, in days since 1970-01-01; nil: from the beginning.
    package var fromOn: Int64?
    /// The last one; nil: without end.
    package var untilOn: Int64?

    /// The most envelopes of a book: every step reads all of them.
    package static let most = 1_000

    package init(
        envelopeID: String,
        titleZH: String? = nil,
        titleEN: String? = nil,
        limitFen: Int64,
        measures: [String] = [],
        programmes: [String] = [],
        fromOn: Int64? = nil,
        untilOn: Int64? = nil
    ) {
        self.envelopeID = envelopeID
        self.titleZH = titleZH
        self.titleEN = titleEN
        self.limitFen = limitFen
        self.measures = measures
        self.programmes = programmes
        self.fromOn = fromOn
        self.untilOn = untilOn
    }

    /// Whether awards of a measure on a day draw on it. The same is asked by every store, and by whoever checks a book.
    package func covers(measure: String, programme: String, day: Int64) -> Bool {
        self.covers(day: day) && self.covers(measure: measure, programme: programme)
    }

    /// Whether awards of a day may draw on it.
    func covers(day: Int64) -> Bool {
        day >= self.fromOn ?? .min && day <= self.untilOn ?? .max
    }

    /// Whether awards of a measure may draw on it.
    func covers(measure: String, programme: String) -> Bool {
        if self.measures.isEmpty, self.programmes.isEmpty { return true }
        return self.measures.contains(measure) || self.programmes.contains(programme)
    }
}

/// What live awards draw from an envelope, in fen. Sums stay at 2^63 - 1.
package struct EnvelopeUse: Sendable, Hashable {
    /// Of committed awards.
    package var usedFen: Int64
    /// Of reserved ones.
    package var reservedFen: Int64

    package init(usedFen: Int64 = 0, reservedFen: Int64 = 0) {
        self.usedFen = usedFen
        self.reservedFen = reservedFen
    }
}

/// An envelope and what is drawn from it.
package struct EnvelopeState: Sendable, Hashable {
    package var envelope: Envelope
    package var use: EnvelopeUse

    package init(envelope: Envelope, use: EnvelopeUse = EnvelopeUse()) {
        self.envelope = envelope
        self.use = use
    }
}
