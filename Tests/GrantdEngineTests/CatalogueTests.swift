//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema
internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

struct CatalogueTests {
    private func list(_ request: [String: Any]) throws -> [[String: Any]] {
        let caller = try Caller()
        let bytes = try caller.bytes(request, as: .listMeasuresRequest) { try $0.listMeasures($1, into: $2) }
        return try Caller.decode(bytes, as: .listMeasuresResponse).list("measures")
    }

    private func describe(_ request: [String: Any]) throws -> [String: Any] {
        let caller = try Caller()
        let bytes = try caller.bytes(request, as: .describeMeasureRequest) { try $0.describeMeasure($1, into: $2) }
        return try Caller.decode(bytes, as: .measureDescription)
    }

    private func field(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return (error as? CallError)?.field
        }
    }

    @Test("every measure is listed; a programme and a day narrow the list")
    func listed() throws {
        // 96 measures, two of them in two versions.
        #expect(try self.list([:]).count == 98)
        #expect(
            try self.list(["programme": "patent-conversion"]).map { $0["measure"] as? String } == [
                "patent-conversion.institution", "patent-conversion.service-agency",
            ]
        )
        #expect(try self.list(["as_of": "2025-10-15"]).count == 41)
        #expect(try self.list(["as_of": "2020-01-01"]).isEmpty)
        #expect(self.field { _ = try self.list(["programme": "nothing"]) } == "programme")
        #expect(self.field { _ = try self.list(["as_of": "today"]) } == "as_of")
        for measure in try self.list([:]) {
            let policy = try #require(measure["policy"] as? [String: Any])
            #expect((policy["digest"] as? String)?.count == 64)
            #expect((measure["title"] as? [String: Any])?["zh"] != nil)
        }
    }

    @Test("a measure is described with facts, rules and caps")
    func described() throws {
        let measure = try self.describe(["measure": "medical-device.common-platform"])
        #expect(measure["clause"] as? String == "第7条")
        #expect(measure["basis"] as? String == "EXACT")
        let facts = measure.list("facts")
        let money = try #require(facts.first { $0["unit"] as? String == "fen" })
        #expect(money["path"] as? String == "medical_device_common_platform.engineering_investment_fen")
        #expect(money["type"] as? String == "int64")
        #expect(facts.allSatisfy { $0["question"] != nil && $0["label"] != nil })
        let rules = measure.list("rules")
        #expect(
            rules.map { $0["id"] as? String }
                == ["registered-in-beijing", "for-medical-device-industry", "common-technology-platform"]
        )
        #expect(rules.last?["expression"] as? String == "facts.common_technology_platform")
        #expect(measure.list("caps").first?["limit_fen"] as? Int64 == 5_000_000_000)
    }

    @Test("enums and lists are described by type")
    func types() throws {
        let prize = try self.describe(["measure": "digital-space.award-winning-work"])
        #expect(prize.list("facts").contains { $0["type"] as? String == "enum(NONE, INTERNATIONAL, DOMESTIC)" })
        #expect(
            prize.list("rules").contains {
                $0["id"] as? String == "already-awarded-at-level" && $0["kind"] as? String == "BAR"
            }
        )
        let patents = try self.describe(["measure": "patent-conversion.institution"])
        #expect(patents.list("facts").contains { ($0["path"] as? String)?.hasSuffix(".deals[].valid") == true })
    }

    @Test("a quota is described as a cap without a limit, a list of an enum by its names")
    func quota() throws {
        let quota = try self.describe(["measure": "special-case-payment.high-cost-quota"])
        #expect(quota.list("caps").map { $0["id"] as? String } == ["declaration-quota"])
        #expect(quota.list("caps").allSatisfy { $0["limit_fen"] == nil && $0["label"] != nil })
        let act = try self.describe(["measure": "payment-qualification.act-score"])
        #expect(act.list("facts").contains { ($0["type"] as? String)?.hasPrefix("list of enum(") == true })
    }

    @Test("what cannot be described says where")
    func refused() {
        #expect(self.field { _ = try self.describe([:]) } == "measure")
        #expect(self.field { _ = try self.describe(["measure": "common-platform"]) } == "measure")
        #expect(
            self.field { _ = try self.describe(["measure": "medical-device.sme-cluster", "as_of": "2031-01-01"]) }
                == "as_of"
        )
    }

    @Test("the schema is handed out")
    func schema() throws {
        let caller = try Caller()
        let bytes = try caller.bytes([:], as: .getSchemaRequest) { try $0.getSchema($1, into: $2) }
        #expect(bytes.count > 10_000)
    }
}
