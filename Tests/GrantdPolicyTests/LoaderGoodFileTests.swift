//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdTesting
internal import Testing

/// The good file comes out as it is written, to the last field.
@Suite("A file without a mistake")
struct LoaderGoodFileTests {
    private let programme: Programme
    private let set: PolicySet

    init() throws {
        self.set = try LoaderFixtures.load(LoaderFixtures.text("good.yaml")).get()
        self.programme = try #require(self.set.programmes.first)
    }

    private func measure(_ id: String, from: String) throws -> Measure {
        try #require(self.programme.measures.first { $0.id == id && $0.inForce.fromText == from })
    }

    @Test("The document's data")
    func document() {
        #expect(self.programme.id == "water-saving")
        #expect(self.programme.documentNumber == "测试〔2026〕1号")
        #expect(self.programme.title == Text(zh: "节水措施", en: "Water-saving measures"))
        #expect(self.programme.issuer == Text(zh: "测试机构", en: "A test office"))
        #expect(self.programme.issued == "2026-01-01")
        #expect(self.programme.gazette == "2026 No. 1, p. 1")
        #expect(self.programme.inForce.untilText == "2028-12-31")
        #expect(self.programme.digest.utf8.count == 64)
    }

    @Test("The versions of one measure stand together and by date")
    func order() {
        #expect(
            self.programme.measures.map(\.id) == ["water-saving.meter", "water-saving.meter", "water-saving.prize"]
        )
        #expect(self.programme.measures.map(\.inForce.fromText) == ["2026-01-01", "2027-01-01", "2026-01-01"])
        #expect(self.set.entries.map(\.versions) == [0..<2, 2..<3])
        #expect(self.set.entries.map(\.factsNumber) == [10_001, 10_002])
    }

    @Test("Rules: requirements, then bars, then the one that `once` makes")
    func rules() throws {
        let rules = try self.measure("water-saving.meter", from: "2026-01-01").rules
        #expect(
            rules.map(\.id) == [
                "registered-in-beijing", "in-city", "installed", "enough-rooms", "fined", "pardoned", "already-awarded",
            ]
        )
        #expect(rules.map(\.clause) == ["标题", "第一条", "第一条", "第一条第二款", "第九条", "第一条", "第一条"])
        #expect(rules.map(\.isBar) == [false, false, false, false, true, true, true])
        #expect(
            rules.map(\.stage) == [
                .application, .application, .application, .application, .disbursement, .application, .application,
            ]
        )
        // One single fact lends its label.
        #expect(rules[1].label == Text(zh: "位于城区", en: "In the city"))
        #expect(rules[2].label == Text(zh: "已安装", en: "Installed"))
        #expect(rules[1].sharedName == "in-city")
        #expect(rules[2].sharedName == nil)
        #expect(rules[0].expression == "applicant.registered_in_beijing")
        #expect(
            rules[4].expression
                == "(facts.fined || ((facts.fined_on >= years_before(as_of, 3)) && !facts.fine_lifted)) && !facts.pardoned"
        )
        #expect(rules[5].expression == "facts.pardoned && !facts.fine_lifted")
        guard case .bar(_, _, let assumable) = rules[5].kind else {
            Issue.record("no bar")
            return
        }
        #expect(!assumable)
    }

    @Test("Facts stand in the order in which they are first asked, entries behind their list")
    func facts() throws {
        let measure = try self.measure("water-saving.meter", from: "2026-01-01")
        #expect(
            measure.facts.map(\.wirePath) == [
                "applicant.registered_in_beijing", "water_saving_meter.in_city", "water_saving_meter.installed",
                "water_saving_meter.rooms_count", "water_saving_meter.cost_fen", "water_saving_meter.fined",
                "water_saving_meter.fined_on", "water_saving_meter.fine_lifted", "water_saving_meter.pardoned",
                "water_saving_meter.meters", "water_saving_meter.meters[].serial", "water_saving_meter.meters[].sealed",
                "water_saving_meter.meters[].cost_fen",
            ]
        )
        let facts = Dictionary(uniqueKeysWithValues: measure.facts.map { ($0.path, $0) })
        #expect(facts["cost_fen"]?.minimum == 1)
        #expect(facts["cost_fen"]?.unit == .fen)
        #expect(facts["rooms_count"]?.minimum == nil)
        #expect(facts["rooms_count"]?.kind == .int32)
        #expect(facts["meters[].cost_fen"]?.minimum == 0)
        #expect(facts["installed"]?.minimum == nil)
        #expect(facts["fined_on"]?.kind == .date)
        #expect(facts["meters"]?.most == 500)
        #expect(facts["meters[].serial"]?.hint == Text(zh: "见表盘", en: "It stands on the dial"))
        let later = try self.measure("water-saving.meter", from: "2027-01-01")
        #expect(later.facts.first { $0.path == "rooms_count" }?.minimum == nil)
    }

    @Test("A count is at least 0 where its fact does not say otherwise")
    func defaultMinimum() throws {
        let text = try LoaderFixtures.edited([("        minimum: none\n", "")], of: "good.yaml")
        let file = ("good.yaml", Array(text.utf8))
        let measures = try PolicyLoader.load(files: [file], builtIn: []).get().measures
        let facts = measures.filter { $0.id == "water-saving.meter" }.flatMap(\.facts)
        #expect(facts.filter { $0.path == "rooms_count" }.map(\.minimum) == [0, 0])
    }

    @Test("Caps and the award, with the agency's rate behind the base")
    func award() throws {
        let measure = try self.measure("water-saving.meter", from: "2026-01-01")
        #expect(measure.basis == .agencyRate)
        #expect(measure.agencyRate == Ratio(numerator: 1, denominator: 8, text: "12.5%"))
        #expect(measure.caps.map(\.id) == ["subject", "subject-4-years", "applicant-year"])
        #expect(measure.caps.map(\.limit) == [100_050, 90_000, 300_000])
        let steps = try #require(measure.award).map(Self.name)
        #expect(steps == ["base", "rate 1/8", "limit 500000", "round down to yuan", "cap 0", "cap 1", "cap 2"])
    }

    @Test("A table has a row for every value of its enum")
    func table() throws {
        let measure = try self.measure("water-saving.prize", from: "2026-01-01")
        let award = try #require(measure.award)
        guard case .table(let table) = award[0] else {
            Issue.record("no table")
            return
        }
        #expect(table.rows.map(\.name) == ["FIRST", "SECOND"])
        #expect(table.rows.map(\.number) == [1, 2])
        #expect(table.rows.map(\.fen) == [200_000, 50_000])
        #expect(award.dropFirst().map(Self.name) == ["rate 1/3", "round half up to fen", "no cap"])
    }

    @Test("Lines take the measure's basis unless they have their own")
    func lines() throws {
        let measure = try self.measure("water-saving.meter", from: "2026-01-01")
        #expect(measure.definitions.map(\.name) == ["sealed_meters"])
        #expect(measure.lines.map(\.id) == ["sealed-count", "sealed-cost", "due", "office", "papers", "priority"])
        #expect(
            measure.lines.map(\.kind) == [.quantity(unit: .count), .amount, .date, .name, .names, .flag]
        )
        #expect(measure.lines[0].basis == .exact)
        #expect(measure.lines[1].basis == .unpublishedRate)
        #expect(measure.lines[0].when != nil)
        #expect(measure.lines[1].when == nil)
    }

    private static func name(_ step: AwardStep) -> String {
        switch step {
        case .base: "base"
        case .baseCaps: "base caps"
        case .fixed(let fen): "fixed \(fen)"
        case .table: "table"
        case .rate(let ratio): "rate \(ratio.numerator)/\(ratio.denominator)"
        case .round(let rounding): "round \(rounding.name)"
        case .cap(let index): "cap \(index)"
        case .limit(let fen): "limit \(fen)"
        case .noCap: "no cap"
        }
    }
}
