//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a cap is counted over: whose awards use it up, and over which time.
package enum CapScope: String, Sendable, Hashable, CaseIterable, BitwiseCopyable {
    /// A product, project, work or laboratory, over all time.
    case subject = "subject"
    /// The same, in the calendar year of the assessment's day.
    case subjectYear = "subject-year"
    /// The same, over all time, beside a yearly cap.
    case subjectTotal = "subject-total"
    /// The applicant, in the calendar year of the assessment's day.
    case applicantYear = "applicant-year"
    /// The applicant, over all time.
    case applicantTotal = "applicant-total"

    /// Only awards for the same subject count.
    package var isPerSubject: Bool {
        switch self {
        case .subject, .subjectYear, .subjectTotal: true
        case .applicantYear, .applicantTotal: false
        }
    }

    /// Only awards of the same calendar year count.
    package var isPerYear: Bool {
        switch self {
        case .subjectYear, .applicantYear: true
        case .subject, .subjectTotal, .applicantTotal: false
        }
    }

    /// What the scope is called.
    package var label: Text {
        switch self {
        case .subject: Text(zh: "单个对象上限", en: "Cap per subject")
        case .subjectYear: Text(zh: "单个对象年度上限", en: "Cap per subject and year")
        case .subjectTotal: Text(zh: "单个对象累计上限", en: "Cap per subject in total")
        case .applicantYear: Text(zh: "单个申请单位年度上限", en: "Cap per applicant and year")
        case .applicantTotal: Text(zh: "单个申请单位累计上限", en: "Cap per applicant in total")
        }
    }
}

/// A published most, which earlier awards use up.
package struct Cap: Sendable, Hashable {
    package let scope: CapScope
    /// In fen, over 0.
    package let limit: Int64
    package let clause: String
    package let label: Text

    package init(scope: CapScope, limit: Int64, clause: String, label: Text) {
        self.scope = scope
        self.limit = limit
        self.clause = clause
        self.label = label
    }

    /// The cap's id on the wire: its scope's name.
    package var id: String { self.scope.rawValue }
}
