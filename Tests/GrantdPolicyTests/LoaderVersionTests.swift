//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdPolicy
internal import GrantdTesting
internal import Testing

/// A version says what differs; all else stands once.
@Suite("Versions of a measure")
struct LoaderVersionTests {
    /// Versions in place of the second of `good.yaml`, whose days begin on 2027-01-01.
    private static func file(versions: String, inForce: String? = nil) throws -> String {
        var text = try LoaderFixtures.text("good.yaml")
        let start = try #require(text.range(of: "    versions:\n")).lowerBound
        let end = try #require(text.range(of: "  - id: prize")).lowerBound
        text.replaceSubrange(start..<end, with: "    versions:\n\(versions)\n")
        let own = "    in_force: {from: 2026-01-01, until: 2026-12-31}\n"
        let range = try #require(text.range(of: own))
        text.replaceSubrange(range, with: inForce.map { "    in_force: \($0)\n" } ?? "")
        return text
    }

    private static func measures(_ text: String) throws -> [Measure] {
        try #require(try LoaderFixtures.load(text).get().programmes.first).measures
    }

    @Test("What a version does not name stands as in the measure")
    func inherited() throws {
        let measures = try Self.measures(
            try Self.file(versions: "      - {in_force: {from: 2027-03-01, until: 2028-12-31}, clause: 第三条}")
        )
        #expect(measures.map(\.inForce.fromText) == ["2026-01-01", "2027-03-01", "2026-01-01"])
        #expect(measures.map(\.inForce.untilText) == ["2027-02-28", "2028-12-31", "2028-12-31"])
        #expect(measures.map(\.clause) == ["第一条", "第三条", "第二条"])
        #expect(measures[0].rules.map(\.id) == measures[1].rules.map(\.id))
        #expect(measures[0].caps.map(\.limit) == measures[1].caps.map(\.limit))
        #expect(measures[0].facts.map(\.path) == measures[1].facts.map(\.path))
        #expect(measures[0].lines.map(\.id) == measures[1].lines.map(\.id))
    }

    @Test("Days are from their own clause, else from the clause of whoever writes them, the programme's last")
    func clauseOfDays() throws {
        let versions =
            "      - in_force: {from: 2027-01-01, until: 2027-12-31, clause: 第五条}\n"
            + "      - {in_force: {from: 2028-01-01, until: 2028-12-31}, clause: 第三条}"
        let text = try Self.file(versions: versions)
        #expect(try Self.measures(text).map(\.inForceClause) == ["第十条", "第五条", "第三条", "第十条"])
        let without = text.replacing(", clause: 第十条}", with: "}")
        #expect(try Self.measures(without).map(\.inForceClause) == ["第一条", "第五条", "第三条", "第二条"])
        let own = try Self.file(versions: versions, inForce: "{from: 2026-01-01, until: 2026-12-31}")
        #expect(try Self.measures(own).map(\.inForceClause) == ["第一条", "第五条", "第三条", "第十条"])
        let cited = try Self.file(versions: versions, inForce: "{from: 2026-01-01, until: 2026-12-31, clause: 第六条}")
        #expect(try Self.measures(cited).map(\.inForceClause) == ["第六条", "第五条", "第三条", "第十条"])
    }

    @Test("A key replaces the whole of what it names, and none takes it away")
    func replaced() throws {
        let measures = try Self.measures(
            try Self.file(
                versions: """
                          - in_force: {from: 2027-01-01, until: 2028-12-31}
                            caps: {subject: 7元}
                            award: [{base: facts.cost_fen}, {cap: subject}]
                            once: none
                            agency_rate: none
                    """
            )
        )
        #expect(measures[0].caps.count == 3)
        #expect(measures[1].caps.map(\.limit) == [700])
        #expect(measures[0].oncePerSubject)
        #expect(!measures[1].oncePerSubject)
        #expect(measures[0].basis == .agencyRate)
        #expect(measures[1].basis == .unpublishedRate)
    }

    @Test("Figures merge by name")
    func figures() throws {
        let text = try Self.file(
            versions: """
                      - in_force: {from: 2027-01-01, until: 2027-12-31}
                        figures: {limit: 80元}
                      - in_force: {from: 2028-01-01, until: 2028-12-31}
                        figures: {rooms: 4}
                """
        )
        .replacing(
            "    basis: UNPUBLISHED_RATE\n",
            with: "    basis: UNPUBLISHED_RATE\n    figures: {limit: 50元, rooms: 2}\n"
        )
        .replacing("facts.rooms_count >= 2", with: "facts.rooms_count >= rooms")
        .replacing("{zh: 房间数足够, en: Enough rooms}", with: "{zh: \"{rooms}间\", en: \"{rooms} rooms\"}")
        .replacing("subject: 1,000.50 yuan", with: "subject: limit")
        let measures = try Self.measures(text)
        #expect(measures.prefix(3).map { $0.caps[0].limit } == [5_000, 8_000, 5_000])
        let labels = measures.prefix(3).map { measure in
            measure.rules.first { $0.id == "enough-rooms" }?.label.zh
        }
        #expect(labels == ["2间", "2间", "4间"])
    }

    private static let overlaps = [
        "      - in_force: {from: 2026-12-31, until: 2028-12-31}",
        "      - in_force: {from: 2027-01-01, until: none}\n      - in_force: {from: 2028-01-01, until: 2028-12-31}",
        "      - in_force: {from: 2028-01-01, until: 2028-12-31}\n      - in_force: {from: 2027-01-01, until: 2027-12-31}",
    ]

    @Test("No day has two versions, and they stand by date", arguments: Self.overlaps)
    func overlap(_ versions: String) throws {
        let text = try Self.file(versions: versions, inForce: "{from: 2026-01-01, until: 2026-12-31}")
        let diagnostics = LoaderFixtures.diagnostics(text).filter { $0.code == .dateOverlap }
        #expect(diagnostics.count == 1)
        #expect(diagnostics.first?.sourceLine.contains("- in_force: {from: 202") == true)
    }

    /// What is warned of in a file with days between two versions.
    static func gapped() throws -> [PolicyDiagnostic] {
        let text = try Self.file(
            versions: "      - in_force: {from: 2027-03-01, until: 2028-12-31}",
            inForce: "{from: 2026-01-01, until: 2026-12-31}"
        )
        return try LoaderFixtures.load(text).get().warnings
    }

    @Test("A day without a version is a warning with its days")
    func gap() throws {
        let warnings = try Self.gapped()
        #expect(warnings.map(\.code) == [.versionGap])
        #expect(warnings.first?.message.zh == "自2027-01-01至2027-02-28没有施行的版本")
    }

    static let mistakes: [Mistake] = [
        Mistake(
            .missingKey,
            "      - in_force: {from: 2027-01-01, until: 2028-12-31}\n        basis",
            "      - basis",
            at: "basis",
            says: "in_force"
        ),
        Mistake(
            .unknownKey,
            "        define: none",
            "        facts: {}",
            at: "facts: {}",
            says: "same in all versions"
        ),
        Mistake(
            .unknownKey,
            "        define: none",
            "        id: other",
            at: "id: other",
            says: "same in all versions"
        ),
        Mistake(.unknownKey, "        define: none", "        cpas: none", at: "cpas", says: "did you mean \"caps\"?"),
        Mistake(
            .badInterval,
            "    in_force: {from: 2026-01-01, until: 2026-12-31}\n",
            "",
            at: "{from: 2026-01-01, until: 2028-12-31}\n",
            says: "no day",
            and: [("{from: 2027-01-01, until: 2028-12-31}", "{from: 2026-01-01, until: 2028-12-31}")]
        ),
        Mistake(.duplicateID, "  - id: prize", "  - id: meter", at: "meter", says: "under its versions"),
    ]

    @Test("Mistakes", arguments: Self.mistakes)
    func mistake(_ mistake: Mistake) throws {
        let diagnostics = LoaderFixtures.diagnostics(try LoaderFixtures.edited(mistake.edits))
        let found = diagnostics.filter { $0.code == mistake.code && $0.message.en.contains(mistake.says) }
        let diagnostic = try #require(found.first, "\(diagnostics)")
        let rest = String(diagnostic.sourceLine.unicodeScalars.dropFirst(diagnostic.column - 1))
        #expect(rest.hasPrefix(mistake.place.split(separator: "\n")[0]), "\(diagnostic)")
    }

    @Test("A measure with many large versions is refused before it is read so often")
    func tooLarge() throws {
        let long = String(repeating: "或", count: 1_000)
        let versions = (0..<100).map { _ in "      - in_force: {from: 2027-01-01, until: 2027-01-01}\n" }.joined()
        var text = try Self.file(versions: versions)
        let rules = (0..<20).map { index in
            "      - {id: r\(index), when: facts.installed, label: {zh: \(long), en: b}}\n"
        }.joined()
        text = text.replacing("      - id: installed\n", with: rules + "      - id: installed\n", maxReplacements: 1)
        #expect(LoaderFixtures.diagnostics(text).contains { $0.code == .tooLarge })
        let more = versions + "      - in_force: {from: 2027-01-01, until: 2027-01-01}\n"
        #expect(LoaderFixtures.diagnostics(try Self.file(versions: more)).contains { $0.code == .tooLarge })
    }
}
