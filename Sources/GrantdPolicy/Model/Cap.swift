//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a cap is counted over: whose awards use it up, and over which time.
package enum CapScope: Sendable, Hashable, BitwiseCopyable {
    /// A product, project, work or laboratory, over all time.
    case subject
    /// The same, in the calendar year of the assessment's day.
    case subjectYear
    /// The same, over all time, beside a yearly cap.
    case subjectTotal
    /// The same, over so many calendar years, the last of which is that of the assessment's day.
    case subjectYears(UInt8)
    /// The applicant, in the calendar year of the assessment's day.
    case applicantYear
    /// The applicant, over all time.
    case applicantTotal
    /// The applicant, over so many calendar years, the last of which is that of the assessment's day.
    case applicantYears(UInt8)

    /// How many calendar years a cap over several may span.
    package static let severalYears: ClosedRange<UInt8> = 2...99

    /// The scopes as policy files name them; `3` stands for any number of years.
    package static let names = [
        "subject", "subject-year", "subject-total", "subject-3-years", "applicant-year", "applicant-total",
        "applicant-3-years",
    ]

    /// The scope of a name in a policy file; `nil` where there is none such.
    package init?(name: String) {
        switch name {
        case "subject": self = .subject
        case "subject-year": self = .subjectYear
        case "subject-total": self = .subjectTotal
        case "applicant-year": self = .applicantYear
        case "applicant-total": self = .applicantTotal
        default:
            let parts = name.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[2] == "years", parts[1].utf8.first != UInt8(ascii: "0"),
                parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let years = UInt8(parts[1]),
                Self.severalYears.contains(years)
            else { return nil }
            switch parts[0] {
            case "subject": self = .subjectYears(years)
            case "applicant": self = .applicantYears(years)
            default: return nil
            }
        }
    }

    /// The name in a policy file, which is the cap's id on the wire.
    package var name: String {
        switch self {
        case .subject: "subject"
        case .subjectYear: "subject-year"
        case .subjectTotal: "subject-total"
        case .subjectYears(let years): "subject-\(years)-years"
        case .applicantYear: "applicant-year"
        case .applicantTotal: "applicant-total"
        case .applicantYears(let years): "applicant-\(years)-years"
        }
    }

    /// Only awards for the same subject count.
    @inlinable
    package var isPerSubject: Bool {
        switch self {
        case .subject, .subjectYear, .subjectTotal, .subjectYears: true
        case .applicantYear, .applicantTotal, .applicantYears: false
        }
    }

    /// How many calendar years it spans, where it spans several; 0 elsewhere.
    package var spannedYears: Int {
        switch self {
        case .subjectYears(let years), .applicantYears(let years): Int(years)
        case .subject, .subjectYear, .subjectTotal, .applicantYear, .applicantTotal: 0
        }
    }

    /// What the scope is called.
    package var label: Text {
        switch self {
        case .subject: Text(zh: "单个对象上限", en: "Cap per subject")
        case .subjectYear: Text(zh: "单个对象年度上限", en: "Cap per subject and year")
        case .subjectTotal: Text(zh: "单个对象累计上限", en: "Cap per subject in total")
        case .subjectYears(let years):
            Text(zh: "单个对象\(years)年累计上限", en: "Cap per subject over \(years) years")
        case .applicantYear: Text(zh: "单个申请单位年度上限", en: "Cap per applicant and year")
        case .applicantTotal: Text(zh: "单个申请单位累计上限", en: "Cap per applicant in total")
        case .applicantYears(let years):
            Text(zh: "单个申请单位\(years)年累计上限", en: "Cap per applicant over \(years) years")
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
    package var id: String { self.scope.name }
}
