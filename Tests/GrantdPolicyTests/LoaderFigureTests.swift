//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdTesting
internal import Testing

@testable internal import GrantdPolicy

/// Figures stand once, and conditions, sums and texts take them from there.
@Suite("Figures of a policy file")
struct LoaderFigureTests {
    private static let programmeFigures = "\nfigures:\n  cost-threshold: 1.5亿元\n  rooms: 1,200\n\nfacts:"

    /// The good file with figures of the programme and of the measure `meter`.
    private static func good(_ edits: [(old: String, new: String)] = []) throws -> String {
        try LoaderFixtures.edited(
            [
                ("\nfacts:", Self.programmeFigures),
                (
                    "    basis: UNPUBLISHED_RATE\n",
                    "    basis: UNPUBLISHED_RATE\n    figures:\n      own-cap: 1,000.50 yuan\n      our-rate: 12.5%\n"
                ),
                ("agency_rate: 12.5%", "agency_rate: our-rate"), ("subject: 1,000.50 yuan", "subject: own-cap"),
                ("facts.rooms_count >= 2", "facts.rooms_count >= rooms"),
                ("facts.cost_fen > 100", "facts.cost_fen > cost_threshold"),
                (
                    "{zh: 房间数足够, en: Enough rooms}",
                    "{zh: \"{rooms}间或超过{cost-threshold}\", en: \"{rooms} rooms or over {cost-threshold}\"}"
                ), ("cap: 5,000 yuan", "cap: upper-limit"),
                ("      own-cap: ", "      upper-limit: 5,000元\n      own-cap: "),
                ("{zh: 费用, en: Cost}", "{zh: \"费用({our-rate})\", en: \"Cost ({our-rate})\"}"),
                ("{zh: 费用是多少?, en: How much did it cost?}", "{zh: \"超过{own-cap}吗?\", en: \"Over {own-cap}?\"}"),
            ] + edits
        )
    }

    private static func meter(_ text: String, at index: Int = 0) throws -> Measure {
        try #require(try LoaderFixtures.load(text).get().programmes.first).measures[index]
    }

    @Test("They reach conditions, caps, steps and the agency's rate")
    func values() throws {
        let measure = try Self.meter(Self.good())
        #expect(measure.caps.first?.limit == 100_050)
        #expect(measure.agencyRate == Ratio(numerator: 1, denominator: 8, text: "12.5%"))
        let limits = (measure.award ?? []).compactMap { step in
            if case .limit(let fen) = step { fen } else { nil }
        }
        #expect(limits == [500_000])
        let rule = try #require(measure.rules.first { $0.id == "enough-rooms" })
        #expect(rule.expression.contains("facts.rooms_count >= rooms"))
    }

    @Test("A condition with a figure costs and reads what the one with the number does")
    func cost() throws {
        let named = try #require(try Self.meter(Self.good()).rules.first { $0.id == "enough-rooms" })
        let written = try LoaderFixtures.edited(
            [
                ("facts.rooms_count >= 2", "facts.rooms_count >= 1200"),
                ("facts.cost_fen > 100", "facts.cost_fen > 15000000000"),
            ]
        )
        let plain = try #require(try Self.meter(written).rules.first { $0.id == "enough-rooms" })
        guard case .requirement(when: let left) = named.kind, case .requirement(when: let right) = plain.kind else {
            Issue.record("both are requirements")
            return
        }
        #expect(left.cost == right.cost)
        #expect(left.references.map(\.path) == right.references.map(\.path))
    }

    @Test("Texts have them in each language's habit")
    func texts() throws {
        let measure = try Self.meter(Self.good())
        let rule = try #require(measure.rules.first { $0.id == "enough-rooms" })
        #expect(rule.label == Text(zh: "1200间或超过1.5亿元", en: "1,200 rooms or over 150,000,000 yuan"))
        let cost = try #require(measure.facts.first { $0.path == "cost_fen" })
        #expect(cost.label == Text(zh: "费用(12.5%)", en: "Cost (12.5%)"))
        #expect(cost.question == Text(zh: "超过1,000.50元吗?", en: "Over 1,000.50 yuan?"))
    }

    @Test("A measure's figure wins over the programme's, in what measures share as well")
    func overriding() throws {
        let bar = """
                bars:
                  - id: first
                    ground: facts.grade == Grade.FIRST && lapse == 5
                    label: {zh: "{lapse}年", en: "{lapse} years"}
                award:
                  - table:
            """
        let label = "label: {zh: 受过处罚, en: Fined}\n    stage"
        let filled = "label: {zh: \"{lapse}年内受过处罚\", en: \"Fined in {lapse} years\"}\n    stage"
        let edited = try LoaderFixtures.edited([
            ("\nfacts:", "\nfigures:\n  lapse: 3\n\nfacts:"),
            ("years_before(as_of, 3)", "years_before(as_of, lapse)"), (label, filled),
            ("    when: facts.in_city", "    when: facts.in_city\n    label: {zh: \"{lapse}市\", en: \"city {lapse}\"}"),
            ("    basis: EXACT\n    facts:", "    basis: EXACT\n    figures: {lapse: 5}\n    facts:"),
            ("    award:\n      - table:", bar),
        ])
        let measures = try #require(try LoaderFixtures.load(edited).get().programmes.first).measures
        #expect(measures[0].rules.first { $0.id == "fined" }?.label.en == "Fined in 3 years")
        #expect(measures[2].rules.first { $0.id == "first" }?.label.zh == "5年")
        #expect(measures[0].rules.first { $0.id == "in-city" }?.label.zh == "3市")
        #expect(measures[2].rules.first { $0.id == "in-city" }?.label.zh == "5市")
    }

    static let mistakes: [Mistake] = [
        Mistake(.unknownFigure, "applicant-year: 300000 fen", "applicant-year: most", at: "most", says: "figures"),
        Mistake(.unknownFigure, "en: Enough rooms}", "en: \"{rooms}\"}", at: "\"{rooms}"),
        Mistake(
            .unknownFigure,
            "applicant-year: 300000 fen",
            "applicant-year: thershold",
            at: "thershold",
            says: "did you mean \"threshold\"?",
            and: [("\nfacts:", "\nfigures: {threshold: 5元}\nfacts:"), ("900 yuan", "threshold")]
        ),
        Mistake(
            .unusedFigure,
            "\nfacts:",
            "\nfigures: {threshold: 5元}\nfacts:",
            at: "threshold",
            says: "nothing uses"
        ),
        Mistake(.badFigure, "\nfacts:", "\nfigures: {threshold: much}\nfacts:", at: "much", says: "no figure"),
        Mistake(.badFigure, "en: Enough rooms}", "en: \"a } b\"}", at: "\"a }", says: "braces"),
        Mistake(.badFigure, "en: Enough rooms}", "en: \"{a b}\"}", at: "\"{a b", says: "braces"),
        Mistake(.badFigure, "en: Enough rooms}", "en: \"{rooms\"}", at: "\"{rooms", says: "braces"),
        Mistake(
            .badFigure,
            "900 yuan",
            "share",
            at: "share",
            says: "a sum of money is wanted",
            and: [("\nfacts:", "\nfigures: {share: 5%}\nfacts:")]
        ),
        Mistake(
            .badFigure,
            "rate: 1/3",
            "rate: most",
            at: "most",
            says: "a share is wanted",
            and: [("\nfacts:", "\nfigures: {most: 5}\nfacts:")]
        ),
        Mistake(.badID, "\nfacts:", "\nfigures: {subject-3-years: 5}\nfacts:", at: "subject-3", says: "something else"),
        Mistake(.badID, "\nfacts:", "\nfigures: {as-of: 5}\nfacts:", at: "as-of", says: "something else"),
        Mistake(.badID, "\nfacts:", "\nfigures: {none: 5}\nfacts:", at: "none: 5", says: "something else"),
        Mistake(.badID, "\nfacts:", "\nfigures: {Least_Area: 5}\nfacts:", at: "Least_Area"),
        Mistake(
            .duplicateID,
            "    basis: UNPUBLISHED_RATE\n",
            "    basis: UNPUBLISHED_RATE\n    figures: {sealed-meters: 2}\n",
            at: "sealed_meters",
            says: "the figure on line",
            and: [("{zh: 房间数足够, en: Enough rooms}", "{zh: \"{sealed-meters}\", en: \"{sealed-meters}\"}")]
        ),
        Mistake(
            .badMoney,
            "\nfacts:",
            "\nfigures: {most: 2,000 yuan}\nfacts:",
            at: "000 yuan",
            says: "in quotes",
            and: [("facts.rooms_count >= 2", "facts.rooms_count >= most")]
        ),
    ]

    @Test("Mistakes", arguments: Self.mistakes)
    func mistake(_ mistake: Mistake) throws { try mistake.check() }

    @Test("Too many at one place")
    func tooMany() throws {
        let figures = (0...Figures.most).map { "  f\($0): \($0)\n" }.joined()
        let diagnostics = LoaderFixtures.diagnostics(
            try LoaderFixtures.edited([("\nfacts:", "\nfigures:\n\(figures)\nfacts:")])
        )
        #expect(diagnostics.map(\.code) == [.tooLarge])
    }
}
