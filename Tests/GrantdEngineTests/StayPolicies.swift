//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

/// Policies of one measure, made for one test, over the facts of a psychiatric stay: two enums, a text, a bool, a
/// number of days and two sums.
enum StayPolicies {
    static let measure = "psychiatric-inpatient.settlement"
    static let field = "psychiatric_inpatient_settlement"

    /// The facts and their types; the applicant's have none of their own.
    private static let facts = [
        ("applicant.registered_in_beijing", ""), ("insured_scheme", "InsuredScheme"), ("icd10_code", "text"),
        ("institution_level", "InstitutionLevel"), ("psychiatric_hospital", "bool"), ("stay_days", "days"),
        ("outside_package_fen", "money"), ("in_scope_cost_fen", "money"),
    ]

    /// The enums and their values.
    private static let types = [
        ("InsuredScheme", ["OTHER", "EMPLOYEE", "RESIDENT"]),
        ("InstitutionLevel", ["NONE", "TERTIARY", "SECONDARY", "PRIMARY_OR_LOWER"]),
    ]

    /// The policies with these parts of the file.
    ///
    /// - Parameters:
    ///   - facts: By fact, further keys of its description, one a line.
    ///   - define: The programme's definitions, indented by two.
    ///   - award: The measure's award; its basis is `NON_MONETARY` where that is none, else `EXACT`.
    ///   - measure: Further keys of the measure, indented by four.
    ///   - lines: Its lines, indented by six.
    static func load(
        facts: [String: String] = [:],
        define: String = "",
        award: String = "none",
        _ measure: String = "",
        lines: String = ""
    ) throws -> PolicySet {
        let descriptions = self.facts.map { name, type in
            let text = "{zh: \(name), en: \(name)}"
            let further = (facts[name] ?? "").split(separator: "\n").map(String.init)
            let keys = ((type.isEmpty ? [] : ["type: \(type)"]) + further).map { "    \($0)\n" }.joined()
            return "  \(name):\n    label: \(text)\n    question: \(text)\n" + keys
        }
        let types = self.types.map { name, values in
            let list = values.enumerated().map { "\($1): {number: \($0), label: {zh: \($1), en: \($1)}}" }
            return "  \(name): {enum: {\(list.joined(separator: ", "))}}\n"
        }
        let numbers = self.facts.dropFirst().enumerated().map { "\($1.0): \($0 + 1)" }
        let text = """
            programme: psychiatric-inpatient
            document:
              number: 测试〔2026〕3号
              title: {zh: 测试, en: Test}
              issuer: {zh: 测试, en: Test}
              issued: 2026-01-01
              gazette: 2026 No. 1, p. 3
            in_force: {from: 2026-01-01, until: 2026-12-31}
            types:
            \(types.joined())
            facts:
            \(descriptions.joined())
            \(define.isEmpty ? "" : "define:\n" + define)
            measures:
              - id: settlement
                number: 10001
                facts: {\(numbers.joined(separator: ", "))}
                title: {zh: 测试, en: Test}
                clause: 第一条
                basis: \(award == "none" ? "NON_MONETARY" : "EXACT")
                award: \(award)
            \(measure)
                lines:
            \(lines)
            \(self.readingAll)
            """
        return try PolicyLoader.load(files: [("test.yaml", Array(text.utf8))]).get()
    }

    /// A line that is never there: it reads every fact, as a measure must.
    private static let readingAll = """
              - id: everything
                when: "false"
                flag: >-
                  applicant.registered_in_beijing && facts.insured_scheme == InsuredScheme.OTHER
                  && facts.icd10_code == "" && facts.institution_level == InstitutionLevel.NONE
                  && facts.psychiatric_hospital
                  && facts.stay_days + facts.outside_package_fen + facts.in_scope_cost_fen == 0
                label: {zh: 一切, en: Everything}
        """

    /// An application in May 2026.
    static func application(_ facts: [String: Any] = [:], on day: String = "2026-05-20") -> [String: Any] {
        ["as_of": day, self.field: facts]
    }
}

/// What tests look at in an assessment.
extension [String: Any] {
    var outcome: String? { self["outcome"] as? String }

    /// The verdicts by rule.
    var verdicts: [String: String] {
        let findings = self.list("findings").compactMap { finding -> (String, String)? in
            guard let rule = finding["rule"] as? String, let verdict = finding["verdict"] as? String else { return nil }
            return (rule, verdict)
        }
        return .init(findings, uniquingKeysWith: { first, _ in first })
    }

    /// The names of the missing facts, without that of the facts message.
    var missingFacts: [String] {
        let prefix = StayPolicies.field + "."
        return self.missing.map { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0 }
    }

    func line(_ id: String) -> [String: Any]? { self.list("lines").first { $0["id"] as? String == id } }

    /// The value of a line that is a quantity.
    func quantity(_ id: String) -> Int64? { (self.line(id)?["quantity"] as? [String: Any])?["value"] as? Int64 }
}
