//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdTesting
internal import Testing

/// Files that can be served, and that their authors should look at all the same.
@Suite("Warnings of policy files")
struct LoaderWarningTests {
    struct Doubt: Sendable, CustomTestStringConvertible {
        let code: PolicyDiagnostic.Code
        let edits: [(old: String, new: String)]
        /// What stands at the place.
        let place: String
        let says: String

        init(
            _ code: PolicyDiagnostic.Code,
            at place: String,
            says: String,
            _ edits: (old: String, new: String)...
        ) {
            self.code = code
            self.edits = edits
            self.place = place
            self.says = says
        }

        var testDescription: String { "\(self.code.rawValue): \(self.edits[0].new)" }
    }

    private static let table = """
              - table: {on: facts.grade, rows: {FIRST: "2,000 yuan", SECOND: 500 yuan}}
              - rate: 1/3
              - round: half up to fen
              - cap: none

        """

    private static func prize(_ award: String, caps: String = "") -> (old: String, new: String) {
        (
            "    award:\n" + Self.table,
            (caps.isEmpty ? "" : "    caps: {\(caps)}\n") + "    award:\n"
                + award.split(separator: ";").map { "      - \($0)\n" }.joined()
        )
    }

    static let doubts: [Doubt] = [
        Doubt(
            .overCap,
            at: "300元",
            says: "over the cap \"subject\" of 200 yuan",
            Self.prize("fixed: 300元;cap: subject", caps: "subject: 200元")
        ),
        Doubt(.overCap, at: "300元", says: "over the cap behind it", Self.prize("fixed: 300元;cap: 200元")),
        Doubt(
            .overCap,
            at: "FIRST",
            says: "2,000 yuan is over",
            Self.prize("table: {on: facts.grade, rows: {FIRST: 2000元, SECOND: 500元}};cap: 1000元")
        ),
        Doubt(
            .overCap,
            at: "subject: 300元",
            says: "beside \"applicant-total\" of 200 yuan",
            Self.prize("base: caps;cap: subject;cap: applicant-total", caps: "subject: 300元, applicant-total: 200元")
        ),
        Doubt(
            .overCap,
            at: "subject: 300元",
            says: "beside \"applicant-year\" of 200 yuan",
            Self.prize("base: caps;cap: subject;cap: applicant-year", caps: "subject: 300元, applicant-year: 200元")
        ),
        Doubt(
            .idleCap,
            at: "subject-3-years",
            says: "can never bind",
            Self.prize(
                "base: caps;cap: subject-year;cap: subject-3-years",
                caps: "subject-year: 100元, subject-3-years: 300元"
            )
        ),
        Doubt(
            .idleCap,
            at: "subject-year",
            says: "can never bind",
            Self.prize(
                "base: caps;cap: subject-year;cap: subject-total",
                caps: "subject-year: 300元, subject-total: 300元"
            )
        ),
        Doubt(.idleCap, at: "600元", says: "at most 500 yuan", Self.prize("fixed: 500元;cap: 600元")),
        Doubt(
            .idleCap,
            at: "500元",
            says: "at most 400 yuan",
            Self.prize("fixed: 500元;cap: 400元;cap: 500元"),
            ("cap: 400元", "cap: 400元")
        ),
        Doubt(
            .labelFigure,
            at: "{zh: 超过3元",
            says: "says 3 yuan, but the condition 1 yuan",
            ("{zh: 房间数足够, en: Enough rooms}", "{zh: 超过3元, en: Over 3 yuan}")
        ),
        Doubt(
            .labelFigure,
            at: "{zh: 超过1万元",
            says: "says 1万元 in Chinese, and 1 yuan in English",
            ("{zh: 房间数足够, en: Enough rooms}", "{zh: 超过1万元, en: Over 1 yuan}")
        ),
        Doubt(
            .labelFigure,
            at: "{zh: 超过50万元",
            says: "but the condition 5,000,000 yuan",
            ("{zh: 房间数足够, en: Enough rooms}", "{zh: 超过50万元, en: \"Over 500,000 yuan\"}"),
            ("facts.cost_fen > 100", "facts.cost_fen > threshold"),
            ("\nfacts:", "\nfigures: {threshold: 500万元}\nfacts:")
        ),
        Doubt(
            .bareSum,
            at: "facts.installed && facts.cost_fen > least",
            says: "it counts fen, 5 yuan",
            ("facts.rooms_count > 0 &&", "facts.cost_fen > least &&"),
            ("\nfacts:", "\nfigures: {least: 500}\nfacts:")
        ),
        Doubt(
            .neverTrue,
            at: "facts.grade == Grade.FIRST",
            says: "\"facts.grade\" has no value for which all its comparisons hold: no application can meet it",
            ("facts.grade != Grade.NONE", "facts.grade == Grade.FIRST && facts.grade == Grade.SECOND")
        ),
        Doubt(
            .neverTrue,
            at: "facts.grade in",
            says: "facts.grade",
            ("facts.grade != Grade.NONE", "facts.grade in [Grade.FIRST, Grade.SECOND] && facts.grade == Grade.NONE")
        ),
        Doubt(
            .neverTrue,
            at: "facts.installed && facts.rooms_count > 5",
            says: "facts.rooms_count",
            ("facts.rooms_count > 0 &&", "facts.rooms_count > 5 && 5 > facts.rooms_count &&")
        ),
        // The least that there can be counts.
        Doubt(
            .neverTrue,
            at: "facts.installed && facts.cost_fen < 0",
            says: "facts.cost_fen",
            ("facts.rooms_count > 0 &&", "facts.cost_fen < 0 &&")
        ),
        Doubt(
            .neverTrue,
            at: "facts.rooms_count < most",
            says: "this bar never holds",
            (
                "ground: facts.pardoned\n",
                "ground: facts.rooms_count < most && facts.pardoned && facts.rooms_count >= most\n"
            ),
            ("\nfacts:", "\nfigures: {most: 7}\nfacts:")
        ),
        Doubt(
            .idleFigure,
            at: "rooms: 2}",
            says: "leave it out",
            ("\nfacts:", "\nfigures: {rooms: 2}\nfacts:"),
            ("    basis: UNPUBLISHED_RATE\n", "    basis: UNPUBLISHED_RATE\n    figures: {rooms: 2}\n"),
            ("facts.rooms_count >= 2", "facts.rooms_count >= rooms"),
            ("facts.rooms_count > 0", "facts.rooms_count > rooms"),
            ("facts.grade != Grade.NONE", "facts.grade != Grade.NONE || rooms > 2")
        ),
    ]

    @Test("Each with its place, and the file is served", arguments: Self.doubts)
    func doubt(_ doubt: Doubt) throws {
        let warnings = try LoaderFixtures.load(try LoaderFixtures.edited(doubt.edits)).get().warnings
        let found = warnings.filter { $0.code == doubt.code && $0.message.en.contains(doubt.says) }
        let warning = try #require(found.first, "\(warnings)")
        #expect(warning.severity == .warning)
        #expect(!warning.message.zh.isEmpty && warning.message.zh != warning.message.en)
        let rest = String(warning.sourceLine.unicodeScalars.dropFirst(warning.column - 1))
        #expect(rest.hasPrefix(doubt.place), "\(warning)")
    }

    @Test("What is as it should be gives none")
    func none() throws {
        for file in ["good.yaml", "billing.yaml"] {
            #expect(try LoaderFixtures.load(LoaderFixtures.text(file)).get().warnings.isEmpty)
        }
        let sound: [(old: String, new: String)] = [
            Self.prize("fixed: 300元;cap: subject", caps: "subject: 300元"),
            Self.prize("fixed: 300元;cap: subject", caps: "subject: 900元"),
            Self.prize(
                "base: caps;cap: subject-year;cap: subject-3-years",
                caps: "subject-year: 200元, subject-3-years: 500元"
            ),
            Self.prize("base: caps;cap: subject;cap: applicant-year", caps: "subject: 200元, applicant-year: 200元"),
            Self.prize(
                "base: caps;cap: subject-total;cap: applicant-year",
                caps: "subject-total: 500元, applicant-year: 200元"
            ),
            ("{zh: 房间数足够, en: Enough rooms}", "{zh: 超过1元, en: Over 1 yuan}"),
        ]
        for edit in sound {
            #expect(try LoaderFixtures.load(try LoaderFixtures.edited([edit])).get().warnings.isEmpty, "\(edit.new)")
        }
    }

    @Test("The built-in files give none")
    func builtIn() throws {
        let warnings = try PolicyLoader.load(files: PolicySet.builtInFiles()).get().warnings
        #expect(warnings.isEmpty, "\(warnings)")
    }
}
