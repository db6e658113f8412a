//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The book of awards, as far as one application wants to know it.
package protocol LedgerReading: AnyObject {
    /// Whose an award is; nil where the book has none of that id.
    func owner(ofAward id: String) -> String?

    /// What stands against an application: every live award of its applicant under its measure, and the envelopes that bind it.
    func standing(of application: ApplicationIdentity) -> LedgerStanding
}

/// What the book has that stands against an application.
package struct LedgerStanding: Sendable {
    /// An award, or the sum of some that nothing tells apart but their days.
    package struct Row: Sendable, Hashable {
        /// nil where it matches no subject.
        package var subject: [UInt8]?
        /// In days since 1970-01-01.
        package var day: Int64
        /// In fen, 0 or more.
        package var amount: Int64

        package init(subject: [UInt8]?, day: Int64, amount: Int64) {
            self.subject = subject
            self.day = day
            self.amount = amount
        }
    }

    /// An envelope that binds the application.
    package struct Envelope: Sendable, Hashable {
        package var id: String
        package var zh: String?
        package var en: String?
        /// In fen, 0 or more.
        package var limit: Int64
        /// What awards use of it or hold, in fen, 0 or more.
        package var used: Int64

        package init(id: String, zh: String?, en: String?, limit: Int64, used: Int64) {
            self.id = id
            self.zh = zh
            self.en = en
            self.limit = limit
            self.used = used
        }
    }

    /// One by one where ``ApplicationIdentity/wantsEach``, else summed by year and by whether they are the subject's.
    package var rows: [Row] = []
    /// There are more awards than conditions may read.
    package var isTooMuch = false
    /// The ids of the newest, in the order of booking.
    package var newest: [String] = []
    /// How many awards there are.
    package var count: Int64 = 0
    /// By id.
    package var envelopes: [Envelope] = []

    package init() {}
}
