//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdTesting
internal import Testing

/// A mistake put into the good file, and the one problem that must come of it.
struct Mistake: Sendable, CustomTestStringConvertible {
    let code: PolicyDiagnostic.Code
    let edits: [(old: String, new: String)]
    /// What stands at the place that the problem points to.
    let place: String
    /// A part of the message.
    let says: String

    init(
        _ code: PolicyDiagnostic.Code,
        _ old: String,
        _ new: String,
        at place: String,
        says: String = "",
        and others: [(old: String, new: String)] = []
    ) {
        self.code = code
        self.edits = [(old, new)] + others
        self.place = place
        self.says = says
    }

    var testDescription: String { "\(self.code.rawValue): \(self.edits[0].new)" }

    /// Makes the mistake in a good file: it alone must be found, at its place.
    ///
    /// - Parameter allowed: What must come of it besides.
    func check(in file: String = "good.yaml", allowing others: Set<PolicyDiagnostic.Code> = []) throws {
        let diagnostics = LoaderFixtures.diagnostics(try LoaderFixtures.edited(self.edits, of: file))
            .filter { $0.severity == .error }
        let found = diagnostics.filter { diagnostic in
            let rest = String(diagnostic.sourceLine.unicodeScalars.dropFirst(diagnostic.column - 1))
            return diagnostic.code == self.code && rest.hasPrefix(self.place)
        }
        let diagnostic = try #require(found.first, "\(diagnostics)")
        #expect(diagnostic.message.en.contains(self.says), "\(diagnostic)")
        // Two mistakes cannot be made without another.
        let allowed: Set<PolicyDiagnostic.Code> =
            switch self.code {
            case .undescribedFact: [.undescribedFact, .unknownFact]
            default: [self.code]
            }
        #expect(Set(diagnostics.map(\.code)).isSubset(of: allowed.union(others)), "\(diagnostics)")
    }
}

/// Every kind of mistake is found, alone, at its place.
@Suite("One mistake at a time")
struct LoaderMistakeTests {
    static let keys: [Mistake] = [
        Mistake(.unknownKey, "once: subject", "onse: subject", at: "onse", says: "did you mean \"once\"?"),
        Mistake(.unknownKey, "    once: subject", "    colour: red", at: "colour"),
        Mistake(.unknownKey, "clause: 第十条}", "clauses: 第十条}", at: "clauses", says: "did you mean \"clause\"?"),
        Mistake(.wrongType, "clause: 第十条}", "clause: [第十条]}", at: "[第十条]", says: "clause must be a text, not a list"),
        Mistake(.wrongType, "clause: 第十条}", "clause: ''}", at: "''", says: "clause must be a text that is not empty"),
        Mistake(.badText, "clause: 第十条}", "clause: \"第十\\n条\"}", at: "\"第十", says: "clause holds a line break"),
        Mistake(
            .wrongType,
            "until: 2026-12-31}",
            "until: 2026-12-31, clause: {zh: 第十条}}",
            at: "{zh: 第十条}",
            says: "clause must be a text"
        ),
        Mistake(.missingKey, "  gazette: 2026 No. 1, p. 1\n", "", at: "number", says: "\"gazette\""),
        Mistake(.missingKey, "    basis: EXACT\n    facts", "    facts", at: "id: prize", says: "\"basis\""),
        Mistake(
            .missingKey,
            "        label: {zh: 房间数足够, en: Enough rooms}\n",
            "",
            at: "id: enough-rooms",
            says: "\"label\""
        ),
        Mistake(
            .duplicateKey,
            "    once: subject",
            "    once: subject\n    once: subject",
            at: "once",
            says: "first on line"
        ),
        Mistake(.duplicateKey, "SECOND: 500 yuan", "FIRST: 500 yuan, SECOND: 500 yuan", at: "FIRST: 500"),
        Mistake(.wrongType, "    once: subject", "    once: [subject]", at: "[subject]", says: "not a list"),
        Mistake(.wrongType, "number: 测试〔2026〕1号", "number:", at: "", says: "not nothing"),
        Mistake(.missingTranslation, "en: A test office", "en: ''", at: "''", says: "English"),
        Mistake(.missingTranslation, "{zh: 节水奖, en: Water-saving prize}", "{en: Prize}", at: "{en", says: "Chinese"),
        Mistake(.badText, "en: A test office", "en: \"A \\u0007 office\"", at: "\"A", says: "U+0007"),
        Mistake(
            .badText,
            "en: A test office",
            "en: " + String(repeating: "o", count: 4097),
            at: "oooo",
            says: "4097 bytes long"
        ),
        Mistake(.wrongType, "number: 测试〔2026〕1号", "number: \"\"", at: "\"\"", says: "not empty"),
        Mistake(.badText, "number: 测试〔2026〕1号", "number: \"a\\0b\"", at: "\"a", says: "U+0000"),
        Mistake(
            .badChoice,
            "basis: EXACT\n    facts",
            "basis: EXAKT\n    facts",
            at: "EXAKT",
            says: "did you mean \"EXACT\"?"
        ),
        Mistake(
            .badChoice,
            "basis: EXACT\n    facts",
            "basis: AGENCY_RATE\n    facts",
            at: "AGENCY",
            says: "agency_rate"
        ),
        Mistake(.badChoice, "stage: DISBURSEMENT", "stage: PAYMENT", at: "PAYMENT"),
        Mistake(.wrongType, "minimum: 1", "minimum: one", at: "one", says: "whole number"),
        Mistake(.badID, "id: sealed-count", "id: Sealed_Count", at: "Sealed_Count"),
        Mistake(
            .badID,
            "sealed_meters: facts",
            "facts: facts",
            at: "facts: facts",
            and: [
                ("size(sealed_meters)", "1"), ("sum(sealed_meters.map(m, m.cost_fen))", "1"),
            ]
        ),
        Mistake(.duplicateID, "id: sealed-cost", "id: sealed-count", at: "sealed-count"),
        Mistake(.duplicateID, "id: enough-rooms", "id: installed", at: "installed", says: "another rule"),
    ]

    static let values: [Mistake] = [
        Mistake(.badDate, "issued: 2026-01-01", "issued: 2026-02-30", at: "2026-02-30"),
        Mistake(.badDate, "issued: 2026-01-01", "issued: 01.01.2026", at: "01.01"),
        Mistake(.badInterval, "until: 2026-12-31}", "until: 2025-12-31}", at: "2025-12-31", says: "before the first"),
        Mistake(
            .badInterval,
            "until: 2028-12-31}\n        basis",
            "until: none}\n        basis",
            at: "{from",
            says: "its programme ends"
        ),
        Mistake(
            .dateOverlap,
            "until: 2026-12-31}",
            "until: 2027-01-01}",
            at: "{from: 2027-01-01",
            says: "no day can have two"
        ),
        Mistake(.badMoney, "1,000.50 yuan", "1,000.505 yuan", at: "1,000.505"),
        Mistake(.badMoney, "1,000.50 yuan", "0 yuan", at: "0 yuan", says: "more than 0"),
        Mistake(.badMoney, "1,000.50 yuan", "-5 yuan", at: "-5", says: "more than 0"),
        Mistake(.badMoney, "1,000.50 yuan", "99999999999999999999 yuan", at: "9999", says: "64 bits"),
        Mistake(.badMoney, "1,000.50 yuan", "1000", at: "1000"),
        Mistake(
            .badMoney,
            "        caps:\n          subject: 2,000 yuan",
            "        caps: {subject: 2,000 yuan}",
            at: "000 yuan",
            says: "in quotes"
        ),
        Mistake(.badMoney, "cap: 5,000 yuan", "cap: 5,00 yuan", at: "5,00"),
        Mistake(.badRatio, "rate: 1/3", "rate: 3000%", at: "3000%", says: "at most 100%"),
        Mistake(.badRatio, "rate: 1/3", "rate: 4/3", at: "4/3", says: "100%"),
        Mistake(.badRatio, "rate: 1/3", "rate: 0.3", at: "0.3", says: "exact share"),
        Mistake(.badRatio, "agency_rate: 12.5%", "agency_rate: 0%", at: "0%", says: "more than 0"),
    ]

    static let expressions: [Mistake] = [
        Mistake(.unknownFact, "when: facts.in_city", "when: facts.in_town", at: "in_town", says: "in_town"),
        Mistake(.unknownFact, "|| facts.cost_fen > 100", "|| facts.cots_fen > 100", at: "cots_fen"),
        Mistake(.unknownFact, "facts.grade != Grade.NONE", "facts.grade != Grade.NIL", at: "Grade.NIL"),
        Mistake(
            .unknownFact,
            "        minimum: 1",
            "        minimum: 1\n      \"meters[].cots_fen\": {label: {zh: 一, en: a}, question: {zh: 一, en: a}}",
            at: "\"meters[].cots_fen\"",
            says: "did you mean \"meters[].cost_fen\"?"
        ),
        Mistake(
            .unknownFact,
            "applicant.registered_in_beijing:",
            "applicant.kynd:\n    label: {zh: 一, en: a}\n    question: {zh: 一, en: a}\n  applicant.registered_in_beijing:",
            at: "applicant.kynd",
            says: "applicant.kind"
        ),
        Mistake(
            .undescribedFact,
            "  in_city:\n    type: bool\n    label: {zh: 位于城区, en: In the city}\n    "
                + "question: {zh: 是否位于城区?, en: Is it in the city?}\n",
            "",
            at: "in_city: 1",
            says: "write number, type, label and question here"
        ),
        Mistake(
            .undescribedFact,
            "  applicant.registered_in_beijing:\n    label: {zh: 在京注册, en: Registered in Beijing}\n    "
                + "question: {zh: 是否在京注册?, en: Registered in Beijing?}\n",
            "",
            at: "facts:",
            says: "applicant.registered_in_beijing"
        ),
        // One version reads it no more, and then none does.
        Mistake(
            .unusedFact,
            "facts.installed && facts.rooms_count > 0",
            "facts.installed",
            at: "rooms_count",
            says: "rooms_count",
            and: [("facts.rooms_count >= 2\n          || ", "")]
        ),
        Mistake(
            .unusedFact,
            "  in_city:",
            "  in_town:\n    label: {zh: 一, en: a}\n    question: {zh: 一, en: a}\n  in_city:",
            at: "in_town"
        ),
        Mistake(.resultType, "when: facts.grade != Grade.NONE", "when: size('a')", at: "size", says: "must give bool"),
        Mistake(
            .resultType,
            "base: facts.cost_fen\n      - cap: 5",
            "base: facts.cost_fen > 1\n      - cap: 5",
            at: "",
            says: "must give int"
        ),
        Mistake(
            .resultType,
            "on: facts.grade",
            "on: size('a')",
            at: "size",
            says: "enum",
            and: [("when: facts.grade", "when: true || facts.grade")]
        ),
        Mistake(
            .expression,
            "when: facts.grade != Grade.NONE",
            "when: facts.in_city or true",
            at: "or",
            says: "write ||"
        ),
        Mistake(
            .expression,
            "when: facts.grade != Grade.NONE",
            "when: facts.in_city and true",
            at: "and",
            says: "write &&"
        ),
        Mistake(
            .expression,
            "when: facts.grade != Grade.NONE",
            "when: not facts.in_city",
            at: "facts",
            says: "write !"
        ),
        Mistake(
            .expression,
            "when: facts.grade != Grade.NONE",
            "when: facts.in_city = true",
            at: "=",
            says: "write =="
        ),
        Mistake(
            .expression,
            "when: facts.grade != Grade.NONE",
            "when: facts.in_city ＝ true",
            at: "＝",
            says: "write =="
        ),
        Mistake(
            .expression,
            "when: facts.grade != Grade.NONE",
            "when: facts.in_city && as_of >= 2026-03-01",
            at: "2026-03-01",
            says: "write the day as date(\"2026-03-01\")"
        ),
        Mistake(
            .expression,
            "when: facts.grade != Grade.NONE",
            "when: facts.in_city && as_of >= '2026-03-01'",
            at: ">=",
            says: "write a day as date("
        ),
        Mistake(.expression, "years_before(as_of, 3)", "years_before(as_of)", at: "years_before"),
        Mistake(.expression, "when: facts.grade != Grade.NONE", "when: facts.grade != Grade.NONE &&", at: ""),
        Mistake(
            .expression,
            "date: years_after(as_of, 1)",
            "date: years_afte(as_of, 1)",
            at: "years_afte",
            says: "years_after"
        ),
        Mistake(
            .cost,
            "facts.meters.all(m, m.sealed)",
            "facts.meters.all(m, facts.meters.all(n, facts.meters.exists(o, o.sealed == n.sealed && m.sealed)))",
            at: "",
            says: "cost"
        ),
        Mistake(
            .unusedDefinition,
            "      sealed_meters: facts",
            "      spare: 1 + 1\n      sealed_meters: facts",
            at: "spare"
        ),
        Mistake(
            .unknownRule,
            "      - in-city\n      - id: graded",
            "      - in-cty\n      - id: graded",
            at: "in-cty",
            says: "did you mean \"in-city\"?"
        ),
        Mistake(.unusedRule, "  in-city:", "  idle:\n    when: facts.in_city\n  in-city:", at: "idle"),
        Mistake(
            .badChoice,
            "      - in-city\n      - id: graded",
            "      - in-city\n      - fined\n      - id: graded",
            at: "fined",
            says: "take it under bars"
        ),
    ]

    static let awards: [Mistake] = [
        Mistake(
            .unreachableStep,
            "      - base: facts.cost_fen\n      - cap: 5",
            "      - base: facts.cost_fen\n      - base: facts.cost_fen\n      - cap: 5",
            at: "facts.cost_fen",
            says: "figure already"
        ),
        Mistake(
            .unreachableStep,
            "      - cap: none",
            "      - cap: none\n      - round: down to yuan",
            at: "down to yuan",
            says: "never reached"
        ),
        Mistake(
            .unreachableStep,
            "      - cap: applicant-year",
            "      - cap: applicant-year\n      - cap: subject",
            at: "subject",
            says: "taken already"
        ),
        Mistake(
            .unreachableStep,
            "      - round: down to yuan",
            "      - round: down to yuan\n      - round: down to fen",
            at: "down to fen",
            says: "rounded already"
        ),
        Mistake(
            .badStep,
            "          - base: facts.cost_fen\n          - rate: 30%",
            "          - rate: 30%\n          - base: facts.cost_fen",
            at: "30%",
            says: "before the award has a figure"
        ),
        Mistake(
            .badStep,
            "      - rate: 1/3",
            "      - rate: 1/3\n        fixed: 3 yuan",
            at: "rate",
            says: "one thing"
        ),
        Mistake(
            .badStep,
            "      - cap: none",
            "      - cap: 5 yuan\n      - cap: none",
            at: "none",
            says: "against the caps"
        ),
        Mistake(.missingCap, "      - cap: none\n", "", at: "- table", says: "no cap"),
        Mistake(
            .unknownCap,
            "      - cap: subject\n      - cap: subject-4-years",
            "      - cap: subjct\n      - cap: subject\n      - cap: subject-4-years",
            at: "subjct",
            says: "did you mean \"subject\"?"
        ),
        Mistake(
            .unknownCap,
            "applicant-year: 300000 fen",
            "applicant-years: 300000 fen\n      applicant-year: 300000 fen",
            at: "applicant-years"
        ),
        Mistake(.unusedCap, "      - cap: applicant-year\n", "", at: "applicant-year"),
        Mistake(
            .basisMismatch,
            "basis: EXACT\n    facts",
            "basis: NON_MONETARY\n    facts",
            at: "- table",
            says: "award: none"
        ),
        Mistake(
            .basisMismatch,
            "    agency_rate: 12.5%\n",
            "",
            at: "10%",
            says: "agency_rate",
            and: [("      - cap: 5,000 yuan", "      - rate: 10%\n      - cap: 5,000 yuan")]
        ),
        Mistake(.agencyRate, "basis: UNPUBLISHED_RATE", "basis: CEILING", at: "12.5%", says: "UNPUBLISHED_RATE"),
        Mistake(
            .agencyRate,
            "base: facts.cost_fen\n      - cap: 5",
            "base: caps\n      - cap: 5",
            at: "12.5%",
            says: "base from the facts"
        ),
        Mistake(
            .badRow,
            "{FIRST: \"2,000 yuan\", SECOND: 500 yuan}",
            "{FIRST: \"2,000 yuan\"}",
            at: "facts.grade",
            says: "SECOND"
        ),
        Mistake(.badRow, "SECOND: 500 yuan", "SECOND: 500 yuan, THIRD: 1 yuan", at: "THIRD", says: "no value"),
        Mistake(.badRow, "SECOND: 500 yuan", "SECOND: 500 yuan, NONE: 1 yuan", at: "NONE"),
    ]

    static let files: [Mistake] = [
        Mistake(.missingKey, "    number: 10002\n", "", at: "prize", says: "its field of Application.facts"),
        Mistake(.duplicateNumber, "number: 10002", "number: 10001", at: "10001", says: "the measure \"meter\" on line"),
        Mistake(.badNumber, "number: 10002", "number: 1002", at: "1002", says: "the built-in programmes'"),
        Mistake(.syntax, "once: subject", "once: subject: x", at: "", says: "not YAML"),
        Mistake(.syntax, "{zh: 节水奖", "{zh: 节水奖}}", at: "", says: "not YAML"),
        Mistake(.alias, "once: subject", "once: &x subject", at: "&x", says: "anchors"),
        Mistake(.tag, "once: subject", "once: !secret subject", at: "!secret", says: "tags"),
        Mistake(.tag, "basis: EXACT\n    facts", "basis: !!str EXACT\n    facts", at: "!!str", says: "tags"),
        Mistake(.tag, "caps:\n      subject:", "caps: !!map\n      subject:", at: "!!map", says: "tags"),
        Mistake(.fullWidth, "    once: subject", "    once：subject", at: "：subject", says: "write : and a space"),
        Mistake(.fullWidth, "programme: water-saving", "programme：water-saving", at: "：water"),
        Mistake(.fullWidth, "{zh: 节水奖, en", "{zh：节水奖, en", at: "：节水奖"),
        Mistake(.fullWidth, "{zh: 节水奖, en", "{zh: 节水奖，en", at: "，en"),
        Mistake(.fullWidth, "title: {zh: 节水奖, en", "title: ｛zh: 节水奖, en", at: "｛zh"),
        Mistake(.fullWidth, "{zh: 节水奖, en", "{zh: “节水奖{x}”, en", at: "“节水奖", says: "write \""),
        Mistake(.syntax, "    once: subject", "\tonce: subject", at: "", says: "indent with spaces"),
        Mistake(.fullWidth, "issued: 2026-01-01", "issued: ２026-01-01", at: "２026", says: "write 2"),
        Mistake(.fullWidth, "1,000.50 yuan", "1，000.50 yuan", at: "，000"),
        Mistake(.encoding, "en: A test office", "en: \"A \u{0} test office\"", at: "", says: ""),
        Mistake(.encoding, "en: A test office", "en: A \u{1B} test office", at: "", says: ""),
    ]

    @Test("Keys and names", arguments: LoaderMistakeTests.keys)
    func key(_ mistake: Mistake) throws { try mistake.check() }

    @Test("Dates, sums and shares", arguments: LoaderMistakeTests.values)
    func value(_ mistake: Mistake) throws { try mistake.check() }

    @Test("Expressions and what they read", arguments: LoaderMistakeTests.expressions)
    func expression(_ mistake: Mistake) throws { try mistake.check() }

    @Test("Awards, caps and tables", arguments: LoaderMistakeTests.awards)
    func award(_ mistake: Mistake) throws { try mistake.check() }

    @Test("The file as a whole", arguments: LoaderMistakeTests.files)
    func file(_ mistake: Mistake) throws { try mistake.check() }
}
