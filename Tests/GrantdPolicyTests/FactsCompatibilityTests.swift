//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdTesting
internal import Testing

@testable internal import GrantdPolicy

/// What clients in the field would misread in a later file of the programme `cool-roof`.
struct FactsCompatibilityTests {
    typealias Edit = (old: String, new: String)

    /// A later file, and what is said of it.
    struct Change: Sendable, CustomTestStringConvertible {
        let codes: [PolicyDiagnostic.Code]
        /// What the first problem's line begins with.
        let line: String
        /// What its English says.
        let says: String
        let edits: [(old: String, new: String)]

        init(_ codes: PolicyDiagnostic.Code..., at line: String, says: String, _ edits: (String, String)...) {
            self.codes = codes
            self.line = line
            self.says = says
            self.edits = edits.map { ($0.0, $0.1) }
        }

        var testDescription: String { "\(self.edits.first?.old ?? "") -> \(self.edits.first?.new ?? "")" }
    }

    /// The second measure, whole.
    private static func advice() throws -> String {
        let text = try LoaderFixtures.text("cool-roof.yaml")
        return String(text[try #require(text.range(of: "  - id: advice")).lowerBound...])
    }

    private static func programme(_ edits: [Edit]) throws -> Programme {
        let text = try LoaderFixtures.edited(edits, of: "cool-roof.yaml")
        let policies = try PolicyLoader.load(files: [("later.yaml", Array(text.utf8))], builtIn: []).get()
        return try #require(policies.programmes.first)
    }

    private static func ledger(_ programmes: Programme...) -> ContractLedger {
        var ledger = ContractLedger()
        for programme in programmes { ledger.add(programme.facts) }
        return ledger
    }

    static let misread: [Change] = [
        Change(
            .changedNumber,
            at: "    number: 10003",
            says: "must not become 10003; write number: 10001",
            ("number: 10001", "number: 10003")
        ),
        Change(.reusedNumber, at: "    number: 10001", says: "cool-roof.award", ("- id: award", "- id: bonus")),
        Change(
            .changedNumber,
            .reusedNumber,
            .changedNumber,
            .reusedNumber,
            at: "    number: 10002",
            says: "was",
            ("number: 10001", "number: 1000X"),
            ("number: 10002", "number: 10001"),
            ("number: 1000X", "number: 10002")
        ),
        Change(
            .changedMessage,
            .changedMessage,
            at: "    number: 10001",
            says: "cityx.v1.CoolRoofAwardFacts",
            ("package: cityx.v1", "package: cityx.v2")
        ),
        Change(
            .reusedNumber,
            at: "      area_m2: {number: 3",
            says: "that of the fact \"roof_m2\"",
            ("roof_m2:", "area_m2:"),
            ("facts.roof_m2", "facts.area_m2")
        ),
        Change(.changedNumber, at: "      roof_m2: {number: 6", says: "write number: 3", ("{number: 3", "{number: 6")),
        Change(
            .changedType,
            at: "      roof_m2:",
            says: "was int32 and must not become int64",
            ("type: m2", "type: m2, wire: int64")
        ),
        Change(
            .changedType,
            at: "      grade:",
            says: "enum cityx.v1.CoolRoofGrade.Value and must not become bool",
            ("type: Grade", "type: bool"),
            ("facts.grade != Grade.NONE", "facts.grade"),
            (
                "sheets: {number: 5",
                "grades: {number: 7, type: list, most: 2, of: Grade, label: {zh: 某, en: a}, "
                    + "question: {zh: 某？, en: a?}}\n      sheets: {number: 5"
            ),
            ("facts.sheets.all(", "size(facts.grades) > 0 && facts.sheets.all(")
        ),
        Change(
            .changedType,
            at: "      size_w:",
            says: "was int64 and must not become int32",
            ("type: w,", "type: w, wire: int32,")
        ),
        Change(
            .notReserved,
            at: "  - id: award",
            says: "the measure's reserved: [3]",
            (
                "      roof_m2: {number: 3, type: m2, label: {zh: 面积, en: Area}, "
                    + "question: {zh: 面积多少？, en: How large?}}\n",
                ""
            ),
            ("      - {id: large, when: facts.roof_m2 >= 100, label: {zh: 面积不小, en: Large enough}}\n", "")
        ),
        Change(.notReserved, at: "  - id: award", says: "[4]", ("    reserved: [4]\n", "")),
        Change(
            .reusedNumber,
            .changedNumber,
            at: "      roof_m2: {number: 4",
            says: "is reserved",
            ("    reserved: [4]\n", "    reserved: [3]\n"),
            ("roof_m2: {number: 3", "roof_m2: {number: 4")
        ),
        Change(
            .notReserved,
            at: "      sheet_id:",
            says: "the reserved of the entries' type: [3]",
            ("    reserved: [3]\n", "")
        ),
        Change(
            .changedNumber,
            at: "      SECOND:",
            says: "the value SECOND was 2 and must not become 3",
            ("SECOND: {number: 2", "SECOND: {number: 3")
        ),
        Change(.reusedNumber, at: "      THIRD:", says: "was SECOND", ("SECOND:", "THIRD:")),
        Change(
            .notReserved,
            at: "  Grade:",
            says: "keep it",
            ("      SECOND: {number: 2, label: {zh: 二级, en: second}}\n", "")
        ),
    ]

    /// What is said of a later file.
    static func diagnostics(of change: Change) throws -> [PolicyDiagnostic] {
        let later = try Self.programme(change.edits)
        return try Self.ledger(Self.programme([])).diagnostics(of: [later])
    }

    @Test("is refused at its line, in both languages", arguments: Self.misread)
    func refused(_ change: Change) throws {
        let diagnostics = try Self.diagnostics(of: change)
        #expect(
            diagnostics.map(\.code).sorted { $0.rawValue < $1.rawValue }
                == change.codes.sorted { $0.rawValue < $1.rawValue }
        )
        let first = try #require(diagnostics.first { $0.message.en.contains(change.says) }, "\(diagnostics)")
        #expect(first.sourceLine.hasPrefix(change.line), "\(first)")
        #expect(first.file == "later.yaml")
        for diagnostic in diagnostics {
            #expect(diagnostic.severity == .error)
            #expect(diagnostic.message.zh.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) })
        }
    }

    static let fine: [[(String, String)]] = [
        [],
        [
            (
                "SECOND: {number: 2, label: {zh: 二级",
                "THIRD: {number: 3, label: {zh: 三级, en: third}}\n      SECOND: {number: 2, label: {zh: 乙级"
            )
        ],
        [("{zh: 面积多少？", "{zh: 屋顶面积多少？"), ("100,000 yuan", "200,000 yuan"), ("most: 9", "most: 5")],
        [
            (
                "sheets: {number: 5",
                "told: {number: 6, type: bool, label: {zh: 某, en: a}, question: {zh: 某？, en: a?}}\n      sheets: {number: 5"
            ), ("when: facts.painted", "when: facts.painted || facts.told\n       , label: {zh: 某, en: a}"),
        ],
    ]

    @Test("what adds, or says the same in other words, is served", arguments: Self.fine)
    func compatible(_ edits: [(String, String)]) throws {
        let later = try Self.programme(edits.map { ($0.0, $0.1) })
        #expect(try Self.ledger(Self.programme([])).diagnostics(of: [later]).isEmpty)
    }

    @Test("a fact and a measure that are gone must leave their numbers reserved, and may come back as they were")
    func gone() throws {
        let first = try Self.programme([])
        let roof: [Edit] = [
            (
                "      roof_m2: {number: 3, type: m2, label: {zh: 面积, en: Area}, "
                    + "question: {zh: 面积多少？, en: How large?}}\n",
                ""
            ), ("      - {id: large, when: facts.roof_m2 >= 100, label: {zh: 面积不小, en: Large enough}}\n", ""),
            ("reserved: [4]", "reserved: [3, 4]"),
        ]
        let second = try Self.programme(roof)
        #expect(Self.ledger(first).diagnostics(of: [second]).isEmpty)
        #expect(Self.ledger(first, second).diagnostics(of: [first]).isEmpty)
        // Without the first file nobody knows what the number was.
        #expect(Self.ledger(second).diagnostics(of: [first]).map(\.code) == [.reusedNumber])

        let fewer = try Self.programme([(Self.advice(), "")])
        let diagnostics = Self.ledger(first).diagnostics(of: [fewer])
        #expect(diagnostics.map(\.code) == [.notReserved])
        #expect(diagnostics.first?.sourceLine == "programme: cool-roof")
        #expect(diagnostics.first?.message.en.contains("\"cool-roof.advice\" is gone") == true)
        let reserved = try Self.programme([(Self.advice(), ""), ("types:", "reserved: [10002]\ntypes:")])
        #expect(Self.ledger(first).diagnostics(of: [reserved]).isEmpty)
        #expect(Self.ledger(first, reserved).diagnostics(of: [first]).isEmpty)
        #expect(Self.ledger(first, reserved).diagnostics(of: [fewer]).map(\.code) == [.notReserved])
    }

    @Test("the numbers of a programme that is gone, and those that another reserves, stay taken")
    func otherProgrammes() throws {
        let first = try Self.programme([])
        let other = try Self.programme([("programme: cool-roof", "programme: warm-roof")])
        let ledger = Self.ledger(first)
        #expect(ledger.diagnostics(of: []).isEmpty)
        #expect(ledger.diagnostics(of: [other]).map(\.code) == [.reusedNumber, .reusedNumber])
        let apart: [Edit] = [
            ("programme: cool-roof", "programme: warm-roof"), ("number: 10001", "number: 10003"),
            ("number: 10002", "number: 10004"),
        ]
        #expect(try ledger.diagnostics(of: [Self.programme(apart)]).isEmpty)
        let reserving = try Self.programme([("types:", "reserved: [10004]\ntypes:")])
        let diagnostics = try ContractLedger().diagnostics(of: [reserving, Self.programme(apart)])
        #expect(diagnostics.map(\.code) == [.reusedNumber])
        #expect(diagnostics.first?.message.en.contains("\"cool-roof\" had it") == true)
    }

    @Test("the built-in programmes are what they were, and say so of themselves")
    func builtIn() throws {
        let policies = try PolicySet.builtIn()
        var ledger = ContractLedger()
        for file in BuiltInFiles.embedded.policies {
            ledger.add(try FactsSchema.read(file, builtIn: Set(BuiltInFiles.embedded.programmes)).get())
        }
        #expect(ledger.diagnostics(of: policies.programmes).isEmpty)
        #expect(ledger.records == policies.builtInOrder.flatMap(\.facts.numberRecords))
    }

    @Test("facts are read of a file whose rules are not fit to be served, and problems of facts are told")
    func facts() throws {
        let text = try LoaderFixtures.edited([("facts.painted", "facts.nothing")], of: "cool-roof.yaml")
        let schema = try FactsSchema.read(("old.yaml", Array(text.utf8)), builtIn: []).get()
        #expect(try schema.numberRecords == Self.programme([]).facts.numberRecords)
        let wrong = try LoaderFixtures.edited([("number: 10001", "number: 0")], of: "cool-roof.yaml")
        guard case .failure(let diagnostics) = FactsSchema.read(("old.yaml", Array(wrong.utf8)), builtIn: []) else {
            Issue.record("it is read")
            return
        }
        #expect(diagnostics.list.map(\.code) == [.badNumber])
    }
}

extension PolicySet {
    /// The programmes in the order of the built-in files.
    fileprivate var builtInOrder: [Programme] {
        BuiltInFiles.embedded.programmes.compactMap { id in self.programmes.first { $0.id == id } }
    }
}
