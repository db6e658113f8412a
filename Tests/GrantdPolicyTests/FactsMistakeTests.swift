//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdTesting
internal import Testing

/// What a file declares of facts wrongly is found, alone, at its place.
@Suite("One mistake in what is declared of facts at a time")
struct FactsMistakeTests {
    private static let words = "label: {zh: 某, en: a}, question: {zh: 某？, en: a?}"
    private static let last = "      finished_on: {number: 7, type: date"

    /// A further fact of the measure.
    private static func further(_ fact: String) -> String { "      \(fact), \(Self.words)}\n\(Self.last)" }

    static let numbers: [Mistake] =
        [0, -1, 19_000, 19_500, 19_999, 536_870_912, 4_294_967_297].flatMap { number in
            [
                Mistake(
                    .badNumber,
                    "{number: 3, type: money",
                    "{number: \(number), type: money",
                    at: "\(number),",
                    says: "\(number)"
                ),
                Mistake(.badNumber, "number: 10001", "number: \(number)", at: "\(number)", says: "from 1 to 536870911"),
                Mistake(.badNumber, "reserved: [4]", "reserved: [\(number)]", at: "\(number)", says: "19000 to 19999"),
                Mistake(.badNumber, "capacity_kwh: {number: 3", "capacity_kwh: {number: \(number)", at: "\(number),"),
            ]
        } + [
            Mistake(.badNumber, "number: 10001", "number: 9999", at: "9999", says: "the built-in programmes'"),
            Mistake(.badNumber, "CITY: {number: 3", "CITY: {number: -3", at: "-3", says: "from 0 to 2147483647"),
            Mistake(.badNumber, "CITY: {number: 3", "CITY: {number: 2147483648", at: "2147483648"),
            Mistake(.badNumber, "most: 3", "most: 0", at: "0,", says: "1 to 10000"),
            Mistake(.badNumber, "most: 3", "most: 10001", at: "10001,", says: "1 to 10000"),
            Mistake(.badNumber, "    type: bool\n", "    number: 9\n    type: bool\n", at: "9", says: "is shared"),
            Mistake(.duplicateNumber, "{number: 7", "{number: 3", at: "3,", says: "\"investment_fen\" on line"),
            Mistake(.duplicateNumber, "{number: 7", "{number: 4", at: "4,", says: "is reserved"),
            Mistake(
                .duplicateNumber,
                "capacity_kwh: {number: 3",
                "capacity_kwh: {number: 2",
                at: "2,",
                says: "\"kind\""
            ),
            Mistake(.duplicateNumber, "CITY: {number: 3", "CITY: {number: 1", at: "1,", says: "NATIONAL's already"),
            Mistake(.duplicateNumber, "\ntypes:", "\nreserved: [10001]\ntypes:", at: "10001", says: "is reserved"),
            Mistake(.missingKey, "rating: {number: 2, ", "rating: {", at: "rating", says: "\"number\""),
            Mistake(.missingKey, "line_id: {number: 1, ", "line_id: {", at: "line_id", says: "\"number\""),
            Mistake(.missingKey, "    number: 10001\n", "", at: "award", says: "its field of Application.facts"),
        ]

    static let types: [Mistake] = [
        Mistake(.badType, "type: date", "type: dat", at: "dat,", says: "did you mean \"date\"?"),
        Mistake(.badType, "of: Line", "of: Lines", at: "Lines", says: "did you mean \"Line\"?", and: []),
        Mistake(.badType, "{number: 2, type: Rating", "{number: 2, type: Line", at: "Line,", says: "of: Line"),
        Mistake(.badType, Self.last, Self.further("told_on: {number: 8, type: text"), at: "text", says: "type: date"),
        Mistake(.badType, Self.last, Self.further("cost_fen: {number: 8, type: number"), at: "number,", says: "money"),
        Mistake(
            .badType,
            "      capacity_kwh:",
            "      parts: {number: 4, type: list, most: 2, of: Rating, \(Self.words)}\n      capacity_kwh:",
            at: "list",
            says: "no list of its own"
        ),
        Mistake(.missingKey, "most: 3, ", "", at: "lines", says: "\"most\""),
        Mistake(.missingKey, "of: Line, ", "", at: "lines", says: "\"of\"", and: []),
        Mistake(.missingKey, "type: money, ", "", at: "investment_fen", says: "\"type\""),
        Mistake(.missingKey, "      NONE: {number: 0", "      ANY: {number: 0", at: "Rating", says: "needs NONE"),
        Mistake(.missingKey, "    of:\n      line_id", "    off:\n      line_id", at: "", says: "\"of\"", and: []),
        Mistake(
            .unusedType,
            "  Line:\n",
            "  Idle: {enum: {NONE: {number: 0, label: {zh: 无, en: none}}}}\n  Line:\n",
            at: "Idle",
            says: "no fact"
        ),
        Mistake(.unknownKey, "type: money", "type: money, most: 3", at: "3", says: "goes with the type list"),
        Mistake(.unknownKey, "type: date", "type: date, wire: int32", at: "int32", says: "whole numbers"),
        Mistake(.badChoice, "type: money", "type: money, wire: int16", at: "int16", says: "int32 or int64"),
        Mistake(
            .unknownKey,
            "beijing:\n    label",
            "beijing:\n    type: bool\n    label",
            at: "bool",
            says: "which the contract declares; leave \"type\" out"
        ),
        Mistake(
            .unknownKey,
            "beijing:\n    label",
            "beijing:\n    number: 3\n    label",
            at: "3",
            says: "which the contract declares; leave \"number\" out"
        ),
        Mistake(
            .unknownKey,
            Self.last,
            "      \"lines[].line_id\": {number: 8, \(Self.words)}\n\(Self.last)",
            at: "8,",
            says: "declared by the \"of\" of its list; leave \"number\" out"
        ),
    ]

    static let names: [Mistake] = [
        Mistake(.badName, "package: cityx.v1", "package: CityX.v1", at: "CityX.v1", says: "no package"),
        Mistake(.badName, "package: cityx.v1", "package: cityx.class", at: "cityx.class", says: "no package"),
        Mistake(.badName, Self.last, Self.further("class: {number: 8, type: bool"), at: "class", says: "keyword"),
        Mistake(.badName, Self.last, Self.further("Big: {number: 8, type: bool"), at: "Big", says: "lower-case"),
        Mistake(.badName, Self.last, Self.further("weight: {number: 8, type: money"), at: "weight", says: "weight_fen"),
        Mistake(.badName, Self.last, Self.further("done: {number: 8, type: date"), at: "done", says: "done_on"),
        Mistake(
            .badName,
            Self.last,
            Self.further("cost_fen: {number: 8, type: days"),
            at: "cost_fen",
            says: "\"_days\""
        ),
        Mistake(.badName, "CITY: {", "city: {", at: "city", says: "upper-case"),
        Mistake(
            .badName,
            "  Line:\n",
            "  idle: {enum: {NONE: {number: 0, label: {zh: 无, en: none}}}}\n  Line:\n",
            at: "idle",
            says: "a capital first"
        ),
        Mistake(
            .badName,
            "    types:\n      Kind:",
            "    types:\n      Sort: {enum: {NONE: {number: 0, label: {zh: 无, en: none}}}}\n      Kind:",
            at: "",
            says: "write the second as Kind.Value"
        ),
        Mistake(.missingTranslation, "label: {zh: 市级, en: of the city}", "label: {zh: 市级}", at: "{zh", says: "English"),
        Mistake(.missingTranslation, "label: {zh: 等级, en: Rating}", "label: {en: Rating}", at: "{en", says: "Chinese"),
        Mistake(
            .missingTranslation,
            "question: {zh: 哪天？, en: When?}",
            "question: {zh: 哪天？}",
            at: "{zh",
            says: "English"
        ),
    ]

    /// Where a fact is not declared, whatever reads it says so too.
    private static let following: Set<PolicyDiagnostic.Code> = [.unknownFact, .unusedFact, .unusedType]

    @Test("Numbers", arguments: Self.numbers)
    func number(_ mistake: Mistake) throws { try mistake.check(in: "green-factory.yaml", allowing: Self.following) }

    @Test("Types", arguments: Self.types)
    func type(_ mistake: Mistake) throws {
        try mistake.check(in: "green-factory.yaml", allowing: Self.following.union([.unknownKey, .badType]))
    }

    @Test("Names", arguments: Self.names)
    func name(_ mistake: Mistake) throws {
        try mistake.check(in: "green-factory.yaml", allowing: Self.following.union([.missingKey, .badType]))
    }

    @Test("All mistakes of one file are told at once, each on its line")
    func together() throws {
        let edits: [(old: String, new: String, code: PolicyDiagnostic.Code)] = [
            ("package: cityx.v1", "package: CityX.v1", .badName),
            ("      NONE: {number: 0", "      ANY: {number: 0", .missingKey),
            ("CITY: {number: 3", "CITY: {number: 1", .duplicateNumber),
            ("line_id: {number: 1", "line_id: {number: 19000", .badNumber),
            ("capacity_kwh: {number: 3, type: kwh", "capacity_kwh: {number: 3, type: khw", .badType),
            ("reserved: [4]", "reserved: [536870912]", .badNumber),
            ("label: {zh: 等级, en: Rating}", "label: {zh: 等级}", .missingTranslation),
            ("{number: 3, type: money", "{number: 2, type: money", .duplicateNumber),
            ("most: 3, ", "", .missingKey),
            ("grades: {number: 6", "grades: {number: 0", .badNumber),
            ("finished_on: {number: 7, ", "finished_on: {", .missingKey),
            ("number: 10001", "number: 19001", .badNumber),
        ]
        let text = try LoaderFixtures.edited(edits.map { ($0.old, $0.new) }, of: "green-factory.yaml")
        let diagnostics = LoaderFixtures.diagnostics(text)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for edit in edits {
            // Of what is gone the line is that of its fact; an enum's zero is asked for at the enum.
            let mark =
                switch edit.old {
                case "most: 3, ": "lines: {"
                case "      NONE: {number: 0": "  Rating:"
                default: edit.new
                }
            let line = try #require(lines.firstIndex { $0.contains(mark) }, "\(mark)") + 1
            #expect(diagnostics.contains { $0.code == edit.code && $0.line == line }, "\(edit.new): \(diagnostics)")
        }
    }

    @Test("Two files cannot have one member number, nor two programmes one message")
    func twoFiles() throws {
        let text = try LoaderFixtures.text("green-factory.yaml")
        func diagnostics(_ other: String) -> [PolicyDiagnostic] {
            let files = [("a.yaml", Array(text.utf8)), ("b.yaml", Array(other.utf8))]
            guard case .failure(let diagnostics) = PolicyLoader.load(files: files, builtIn: []) else { return [] }
            return diagnostics.list
        }
        let other = try LoaderFixtures.edited(
            [("programme: green-factory", "programme: blue-factory")],
            of: "green-factory.yaml"
        )
        let taken = diagnostics(other)
        #expect(taken.map(\.code) == [.duplicateNumber])
        #expect(taken.first?.file == "b.yaml")
        #expect(taken.first?.sourceLine == "    number: 10001")
        #expect(taken.first?.message.en.contains("green_factory_award in a.yaml") == true)
        #expect(diagnostics(other.replacing("number: 10001", with: "number: 10002")).isEmpty)
        // `green.factory-award` would be one name with `green-factory.award`.
        let clash = other.replacing("number: 10001", with: "number: 10002")
            .replacing("programme: blue-factory", with: "programme: green").replacing(
                "id: award",
                with: "id: factory-award"
            )
        let same = diagnostics(clash)
        #expect(!same.isEmpty)
        #expect(same.allSatisfy { $0.code == .duplicateID && $0.file == "b.yaml" }, "\(same)")
    }

    @Test("Numbers below 10,000 are those of the programmes that are built in")
    func builtInNumbers() throws {
        let text = try LoaderFixtures.edited([("number: 10001", "number: 9999")], of: "green-factory.yaml")
        let loaded = try PolicyLoader.load(files: [("a.yaml", Array(text.utf8))], builtIn: ["green-factory"]).get()
        #expect(loaded.entries.map(\.factsNumber) == [9_999])
    }
}
