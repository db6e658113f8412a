//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdTesting
internal import Testing

@testable internal import GrantdPolicy

/// The second good file comes out as it is written: what settlements need beside what supports need.
@Suite("A file for a settlement without a mistake")
struct LoaderBillingTests {
    private let measures: [Measure]

    init() throws {
        self.measures = try LoaderFixtures.load(LoaderFixtures.text("billing.yaml")).get().measures
    }

    private func measure(_ id: String, from: String = "2026-01-01") throws -> Measure {
        try #require(self.measures.first { $0.id == id && $0.inForce.fromText == from })
    }

    private func bill() throws -> Measure { try self.measure("water-billing.bill") }

    @Test("Versions that hold for some cases only, and measures that are screened on request")
    func versions() throws {
        #expect(self.measures.map(\.id) == ["water-billing.bill", "water-billing.bill", "water-billing.refund"])
        let later = try self.measure("water-billing.bill", from: "2026-07-01")
        #expect(try self.bill().inForceCondition != nil)
        #expect(later.inForceCondition == nil)
        #expect(try self.bill().isScreenedOnRequest)
        #expect(!later.isScreenedOnRequest)
        #expect(try !self.measure("water-billing.refund").isScreenedOnRequest)
    }

    @Test("A field that one version reads need not be read by the other")
    func unread() throws {
        let later = try self.measure("water-billing.bill", from: "2026-07-01")
        #expect(later.facts.map(\.path) == ["cost_fen", "late"])
        #expect(try !self.bill().facts.contains { $0.path == "late" })
    }

    @Test("Ranges, and values that are no answer")
    func facts() throws {
        let facts = try Dictionary(uniqueKeysWithValues: self.bill().facts.map { ($0.path, $0) })
        #expect(facts["used_days"]?.minimum == 2)
        #expect(facts["used_days"]?.maximum == 366)
        #expect(facts["cost_fen"]?.minimum == 0)
        #expect(facts["cost_fen"]?.maximum == 1_000_000)
        #expect(facts["readings[].points"]?.minimum == 1)
        #expect(facts["readings[].points"]?.maximum == 12)
        #expect(facts["use"]?.excluded == [0])
        #expect(facts["uses"]?.excluded == [0])
        #expect(facts["readings[].use"]?.excluded == [0, 2])
        #expect(facts["sealed"]?.excluded == [])
    }

    @Test("A name tells the unit, and whether it may be under 0")
    func units() throws {
        let facts = try Dictionary(uniqueKeysWithValues: self.bill().facts.map { ($0.path, $0) })
        func unit(_ path: String) -> String? { facts[path]?.unit?.rawValue }
        #expect(unit("used_days") == "days")
        #expect(unit("share_bp") == "bp")
        #expect(unit("stay_e2days") == "e2days")
        #expect(unit("capacity_w") == "w")
        #expect(unit("price_e4yuan_per_kwh") == "e4yuan_per_kwh")
        #expect(unit("readings[].points") == nil)
        #expect(unit("read_on") == nil)
        #expect(facts["share_bp"]?.minimum == 0)
        #expect(facts["stay_e2days"]?.minimum == 0)
        #expect(facts["capacity_w"]?.minimum == nil)
        #expect(facts["price_e4yuan_per_kwh"]?.minimum == nil)
    }

    @Test(
        "Names and the units that they end in",
        arguments: [
            ("total_fen", "fen", 0), ("area_m2", "m2", 0), ("energy_kwh", "kwh", 0), ("power_w", "w", 0),
            ("case_count", "count", 0), ("stay_days", "days", 0), ("stay_e2days", "e2days", 0),
            ("term_months", "months", 0), ("year_points", "points", 0), ("ratio_bp", "bp", 0),
            ("price_e4yuan_per_kwh", "e4yuan_per_kwh", nil), ("fen", nil, nil), ("draw", nil, nil), ("year", nil, nil),
        ] as [(String, String?, Int64?)]
    )
    func impliedMinimum(_ name: String, _ unit: String?, _ minimum: Int64?) {
        #expect(Unit(ofField: name)?.rawValue == unit)
        #expect(Unit(ofField: name)?.impliedMinimum == minimum)
        #expect(Unit(ofField: "entries[].\(name)")?.rawValue == unit)
    }

    @Test("Rules with a condition of being asked")
    func rules() throws {
        let rules = try self.bill().rules
        #expect(rules.map(\.id) == ["sealed", "paid-in-time", "many-points"])
        #expect(rules.allSatisfy { $0.guardCondition != nil })
        // The label of the fact that the rule is, whatever it hangs on.
        #expect(rules[0].label == Text(zh: "已封", en: "Sealed"))
        // Told with the condition of being asked.
        #expect(rules[0].expression == "!for_home || facts.sealed")
        #expect(rules[2].expression == "(facts.used_days > 30) && (facts.readings.exists(r, r.points > 6))")
        let good = try LoaderFixtures.load(LoaderFixtures.text("good.yaml")).get()
        #expect(good.measures.allSatisfy { $0.rules.allSatisfy { $0.guardCondition == nil } })
    }

    @Test("Refusals name their place on the wire")
    func refusals() throws {
        let refusals = try self.bill().refusals
        #expect(refusals.map(\.field) == ["water_billing_bill.paid_on", "applicant.kind"])
        #expect(refusals.first?.message == "a bill is paid after the meter was read")
        #expect(refusals.last?.message == "a bill has someone who pays it")
        #expect(try self.measure("water-billing.refund").refusals.isEmpty)
    }

    @Test("What uses a measure up beside its caps")
    func usedUp() throws {
        let usedUp = try #require(try self.bill().usedUp)
        #expect(usedUp.cap == "yearly-volume")
        #expect(usedUp.label == Text(zh: "年度水量", en: "Volume of the year"))
        #expect(usedUp.expression == "facts.share_bp == 0")
        #expect(try self.measure("water-billing.refund").usedUp == nil)
    }

    @Test("Of the programme's definitions a measure has those that it uses, before its own")
    func definitions() throws {
        #expect(try self.bill().definitions.map(\.name) == ["for_home", "standard", "cost"])
        #expect(try self.measure("water-billing.refund").definitions.map(\.name) == ["for_home", "tier", "payer"])
        #expect(try self.measure("water-billing.bill", from: "2026-07-01").definitions.isEmpty)
    }

    @Test("Lines: months, names of enums, and those that are asked for")
    func lines() throws {
        let lines = try self.bill().lines
        #expect(lines.map(\.id) == ["due-month", "use", "price", "large"])
        #expect(lines.map(\.kind) == [.month, .name, .quantity(unit: .price), .flag])
        #expect(lines.map(\.isAsked) == [true, false, false, false])
        // Both are written as texts.
        #expect(lines[0].value.resultType == .string)
        #expect(lines[1].value.resultType == .string)
        #expect(lines[0].expression == "months_after(facts.read_on, 1)")
        #expect(lines[1].expression == "facts.use")
    }
}

/// Every mistake that can be made with the keys of a settlement.
@Suite("One mistake at a time in a settlement")
struct LoaderBillingMistakeTests {
    static let facts: [Mistake] = [
        Mistake(.badChoice, "excludes: [NONE]", "excludes: [NOTHING]", at: "NOTHING", says: "has no value \"NOTHING\""),
        Mistake(.badChoice, "[NONE, OFFICE]", "[NONE, OFFICES]", at: "OFFICES", says: "did you mean \"OFFICE\"?"),
        Mistake(.wrongType, "excludes: [NONE]", "excludes: NONE", at: "NONE", says: "must be a list"),
        Mistake(
            .wrongType,
            "    minimum: 2\n    maximum: 366\n",
            "    excludes: [NONE]\n",
            at: "NONE",
            says: "is no enum"
        ),
        Mistake(.badInterval, "maximum: 366", "maximum: 1", at: "1", says: "lies under its minimum, 2"),
        // The minimum that its name implies.
        Mistake(.badInterval, "maximum: 1,000,000", "maximum: -1", at: "-1", says: "lies under its minimum, 0"),
        Mistake(
            .wrongType,
            "en: Is it sealed?}\n",
            "en: Is it sealed?}\n    maximum: 1\n",
            at: "1",
            says: "facts.sealed\" is no number"
        ),
        Mistake(
            .wrongType,
            "en: On which day was it paid?}\n",
            "en: On which day was it paid?}\n    minimum: none\n",
            at: "none",
            says: "is no number"
        ),
        Mistake(
            .wrongType,
            "en: Which readings are there?}\n",
            "en: Which readings are there?}\n    minimum: 1\n",
            at: "1",
            says: "is no number"
        ),
        Mistake(.wrongType, "maximum: 366", "maximum: none", at: "none", says: "whole number"),
        Mistake(.wrongType, "maximum: 366", "maximum: 1.5", at: "1.5", says: "whole number"),
        Mistake(.unusedFact, "flag: facts.late", "flag: \"true\"", at: "late: 13", says: "reads \"late\""),
        Mistake(
            .unusedFact,
            "quantity: facts.price_e4yuan_per_kwh",
            "quantity: \"1\"",
            at: "price_e4yuan_per_kwh: 6",
            says: "price"
        ),
    ]

    static let conditions: [Mistake] = [
        Mistake(.unknownFact, "field: paid_on", "field: payed_on", at: "payed_on", says: "did you mean \"paid_on\"?"),
        Mistake(
            .unknownFact,
            "field: applicant.kind",
            "field: applicant.kynd",
            at: "applicant.kynd",
            says: "did you mean \"applicant.kind\"?"
        ),
        Mistake(
            .missingKey,
            "        message: a bill is paid after the meter was read\n",
            "",
            at: "when: has(facts.paid_on) &&",
            says: "\"message\""
        ),
        Mistake(.missingKey, "        field: paid_on\n", "", at: "when: has(facts.paid_on) &&", says: "\"field\""),
        Mistake(
            .resultType,
            "when: applicant.kind == Applicant.Kind.NONE",
            "when: applicant.kind",
            at: "applicant.kind",
            says: "must give bool"
        ),
        Mistake(
            .missingKey,
            "      label: {zh: 年度水量, en: Volume of the year}\n",
            "",
            at: "when: facts.share_bp",
            says: "\"label\""
        ),
        Mistake(.missingKey, "      cap: yearly-volume\n", "", at: "when: facts.share_bp", says: "\"cap\""),
        Mistake(.badID, "cap: yearly-volume", "cap: Yearly_Volume", at: "Yearly_Volume"),
        Mistake(.resultType, "when: facts.share_bp == 0", "when: facts.share_bp", at: "facts", says: "must give bool"),
        Mistake(.badChoice, "screened: on request", "screened: maybe", at: "maybe", says: "on request"),
        Mistake(.badChoice, "asked: true", "asked: maybe", at: "maybe", says: "true, false"),
        Mistake(.resultType, "where: has(facts.paid_on)", "where: facts.paid_on", at: "facts", says: "must give bool"),
        Mistake(.resultType, "where: for_home}", "where: facts.use}", at: "facts.use", says: "must give bool"),
        Mistake(.unknownFact, "where: for_home}", "where: for_homes}", at: "for_homes"),
        Mistake(.resultType, "where: for_home\n", "where: facts.cost_fen\n", at: "facts", says: "must give bool"),
        Mistake(.unknownKey, "        where: has", "        were: has", at: "were", says: "did you mean"),
    ]

    static let lines: [Mistake] = [
        Mistake(
            .resultType,
            "name: facts.use",
            "name: facts.cost_fen",
            at: "facts.cost_fen",
            says: "a text or a value of an enum"
        ),
        Mistake(.resultType, "name: facts.use", "name: facts.uses", at: "facts.uses", says: "a text or a value"),
        Mistake(
            .resultType,
            "month: months_after(facts.read_on, 1)",
            "month: facts.read_on > as_of",
            at: "",
            says: "must give date"
        ),
        Mistake(
            .unknownKey,
            "name: facts.use\n",
            "name: facts.use\n        month: as_of\n",
            at: "id: use",
            says: "exactly one of"
        ),
        Mistake(.unknownKey, "        name: facts.use\n", "        name: facts.use\n        unit: m2\n", at: "unit"),
        Mistake(.badChoice, "unit: count", "unit: lines", at: "lines", says: "and anything else a count"),
        Mistake(.badChoice, "unit: count", "unit: dys", at: "dys", says: "did you mean \"days\"?"),
        Mistake(.badChoice, "unit: count", "unit: fen", at: "fen", says: "money is an \"amount\""),
        Mistake(.badChoice, "unit: e4yuan-per-kwh", "unit: e4yuan_per_kwh", at: "e4", says: "\"e4yuan-per-kwh\"?"),
        Mistake(
            .expression,
            "working_days_after(facts.read_on, 5, working_calendar)",
            "working_days_after(facts.read_on, 5)",
            at: "working_days_after"
        ),
    ]

    /// A definition of the measure `refund`, which no line uses: it is the mistake.
    private static func spare(
        _ code: PolicyDiagnostic.Code,
        _ value: String,
        at place: String,
        says: String = "",
        name: String = "spare"
    ) -> Mistake {
        Mistake(
            code,
            "    requires:\n      - sealed\n    award: none",
            "    define:\n      \(name): \(value)\n    requires:\n      - sealed\n    award: none",
            at: place,
            says: says
        )
    }

    static let definitions: [Mistake] = [
        Mistake(.unusedDefinition, "define:\n", "define:\n  spare: \"1\"\n", at: "spare", says: "no measure uses"),
        // Only what uses it makes a definition used: not one that no measure uses either.
        Mistake(
            .unusedDefinition,
            "define:\n",
            "define:\n  first: \"1\"\n  second: first + 1\n",
            at: "first",
            says: "no measure uses"
        ),
        // A name behind a point, or in a text, is no use.
        Mistake(.unusedDefinition, "define:\n", "define:\n  sealed: \"true\"\n", at: "sealed", says: "no measure uses"),
        Mistake(
            .unusedDefinition,
            "define:\n",
            "define:\n  spare: \"true\"\n",
            at: "spare",
            and: [("name: payer", "name: 'payer == \"spare\" ? payer : \"\"'")]
        ),
        Mistake(
            .duplicateID,
            "      cost: min(",
            "      for_home: facts.sealed\n      cost: min(",
            at: "for_home",
            says: "has \"for_home\" already"
        ),
        spare(.unusedDefinition, "\"1\"", at: "spare", says: "no expression uses"),
        spare(.badID, "\"1\"", at: "working_calendar", says: "working_calendar", name: "working_calendar"),
        spare(.resultType, "{on: facts.sealed, rows: {HOME: 1}}", at: "facts.sealed", says: "goes by an enum"),
        spare(.resultType, "{on: facts.cost_fen, rows: {HOME: 1}}", at: "facts.cost_fen", says: "gives int"),
        spare(.badRow, "{on: facts.use, rows: {HOME: 1}}", at: "facts.use", says: "no row for OFFICE"),
        spare(
            .badRow,
            "{on: facts.use, rows: {HOME: 1, OFFICES: 2}}",
            at: "OFFICES",
            says: "did you mean \"OFFICE\"?"
        ),
        spare(.badRow, "{on: facts.use, rows: {HOME: 1, OFFICE: one}}", at: "OFFICE", says: "not like the first"),
        spare(.badRow, "{on: facts.use, rows: {HOME: a, OFFICE: 1 yuan}}", at: "OFFICE", says: "not like the first"),
        spare(
            .badRow,
            "{on: facts.use, rows: {HOME: 10%, OFFICE: offise-share}}",
            at: "OFFICE",
            says: "neither a share nor the name of a figure"
        ),
        spare(.badMoney, "{on: facts.use, rows: {HOME: 1.005 yuan, OFFICE: 1 fen}}", at: "1.005"),
        spare(.badMoney, "{on: facts.use, rows: {HOME: 0 yuan, OFFICE: 1 fen}}", at: "0 yuan", says: "more than 0"),
        spare(
            .badMoney,
            "{on: facts.use, rows: {HOME: 2,000 yuan, OFFICE: 1 fen}}",
            at: "000 yuan",
            says: "in quotes"
        ),
        spare(.wrongType, "{on: facts.use, rows: {HOME: \"\", OFFICE: a}}", at: "\"\"", says: "a row must be a text"),
        spare(.missingKey, "{rows: {HOME: 1, OFFICE: 2}}", at: "{rows", says: "\"on\""),
        spare(.missingKey, "{on: facts.use}", at: "{on", says: "\"rows\""),
        spare(.unknownKey, "{on: facts.use, row: {HOME: 1}}", at: "row", says: "did you mean \"rows\"?"),
    ]

    /// A calculator of the measure `refund`.
    private static func broken(
        _ code: PolicyDiagnostic.Code,
        _ value: String,
        at place: String,
        says: String = ""
    ) -> Mistake {
        Mistake(
            code,
            "    requires:\n      - sealed\n    award: none",
            "    calculator: \(value)\n    requires:\n      - sealed\n    award: none",
            at: place,
            says: says
        )
    }

    /// All the figures that the calculator asks for.
    private static let figures = Calculator.paymentStanding.figures.map { "\($0): 1" }.joined(separator: ", ")

    static let calculators: [Mistake] = [
        broken(
            .badChoice,
            "{name: payment-standin, needs: facts.use, figures: {}}",
            at: "payment-standin",
            says: "did you mean \"payment-standing\"?"
        ),
        // The figures are right, but these facts are not what it reads.
        broken(
            .badChoice,
            "{name: payment-standing, needs: facts.use, figures: {\(figures)}}",
            at: "payment-standing",
            says: "cannot read the facts"
        ),
        broken(
            .missingKey,
            "{name: payment-standing, needs: facts.use, figures: {training-points: 1}}",
            at: "{training",
            says: "termination-points"
        ),
        broken(.missingKey, "{name: payment-standing, figures: {\(figures)}}", at: "{name", says: "\"needs\""),
        broken(.missingKey, "{name: payment-standing, needs: facts.use}", at: "{name", says: "\"figures\""),
        broken(
            .wrongType,
            "{name: payment-standing, needs: facts.use, figures: {training-points: one}}",
            at: "one",
            says: "whole number"
        ),
    ]

    @Test("Facts", arguments: LoaderBillingMistakeTests.facts)
    func fact(_ mistake: Mistake) throws { try mistake.check(in: "billing.yaml") }

    @Test("Refusals, quotas and conditions", arguments: LoaderBillingMistakeTests.conditions)
    func condition(_ mistake: Mistake) throws { try mistake.check(in: "billing.yaml") }

    @Test("Lines", arguments: LoaderBillingMistakeTests.lines)
    func line(_ mistake: Mistake) throws { try mistake.check(in: "billing.yaml") }

    @Test("Definitions and tables", arguments: LoaderBillingMistakeTests.definitions)
    func definition(_ mistake: Mistake) throws { try mistake.check(in: "billing.yaml") }

    @Test("Calculators", arguments: LoaderBillingMistakeTests.calculators)
    func calculator(_ mistake: Mistake) throws { try mistake.check(in: "billing.yaml") }

    /// The problems of a built-in file with an edit.
    private func builtIn(_ edits: (old: String, new: String)...) throws -> [PolicyDiagnostic] {
        do {
            _ = try EditedPolicies.load("payment-qualification", edits)
            return []
        } catch let diagnostics as PolicyDiagnostics {
            return diagnostics.list
        }
    }

    @Test("A figure that is misspelt is one too many and one too few")
    func misspeltFigure() throws {
        let diagnostics = try self.builtIn((" termination-points: 12", " termination-point: 12"))
        #expect(diagnostics.map(\.code) == [.missingKey, .unknownKey])
        #expect(diagnostics.first?.message.en == "the calculator needs the figures termination-points")
        #expect(diagnostics.last?.message.en.contains("did you mean \"termination-points\"?") == true)
        #expect(diagnostics.last?.sourceLine == "        termination-point: 12")
    }

    @Test("A figure that the calculator does not know")
    func unknownFigure() throws {
        let diagnostics = try self.builtIn((" termination-points: 12", " termination-points: 12\n        further: 1"))
        #expect(diagnostics.map(\.code) == [.unknownKey])
        #expect(diagnostics.first?.sourceLine == "        further: 1")
    }

    @Test("What a calculator gives has its types")
    func outputs() throws {
        let diagnostics = try self.builtIn(("quantity: year_points", "quantity: handling"))
        #expect(diagnostics.map(\.code) == [.resultType])
        let none = try self.builtIn(("quantity: year_points", "quantity: year_point"))
        #expect(none.map(\.code) == [.unknownFact])
    }
}
