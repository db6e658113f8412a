//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdCEL
internal import GrantdPolicy
internal import Testing

/// A contract of two small programmes and the files made for it.
enum LoaderFixtures {
    /// What `Files/good.yaml` and `Files/billing.yaml` are written against: small, and independent of the real
    /// programmes.
    static let contract = PolicyContract(
        applicant: message(
            "test.Applicant",
            [
                ("registered_in_beijing", .bool, .bool),
                ("kind", .enumeration(kind), .enumeration(values: values(of: kind))),
            ]
        ),
        members: [
            .init(name: "water_saving_meter", number: 1001, message: meterFacts),
            .init(name: "water_saving_prize", number: 1002, message: prizeFacts),
            .init(name: "water_billing_bill", number: 1003, message: billFacts),
            .init(name: "water_billing_refund", number: 1004, message: refundFacts),
        ]
    )

    private static let kind = EnumType(name: "test.Applicant.Kind", values: named("NONE", "ENTERPRISE", "UNIVERSITY"))
    private static let grade = EnumType(name: "test.PrizeFacts.Grade", values: named("NONE", "FIRST", "SECOND"))

    private static let meter = message(
        "test.Meter",
        [("serial", .string, .string), ("sealed", .bool, .bool), ("cost_fen", .int, .int64)]
    )

    private static let meterFacts = message(
        "test.MeterFacts",
        [
            ("in_city", .bool, .bool), ("installed", .bool, .bool), ("cost_fen", .int, .int64),
            ("rooms_count", .int, .int32), ("fined", .bool, .bool), ("fined_on", .date, .date),
            ("fine_lifted", .bool, .bool), ("pardoned", .bool, .bool), ("meters", .list(.record(meter.record)), .list),
        ],
        entries: ["meters": meter]
    )

    private static let prizeFacts = message(
        "test.PrizeFacts",
        [("in_city", .bool, .bool), ("grade", .enumeration(grade), .enumeration(values: values(of: grade)))]
    )

    private static let use = EnumType(name: "test.WaterUse", values: named("NONE", "HOME", "OFFICE"))

    private static let reading = message(
        "test.Reading",
        [("use", .enumeration(use), .enumeration(values: values(of: use))), ("points", .int, .int32)]
    )

    private static let billFacts = message(
        "test.BillFacts",
        [
            ("use", .enumeration(use), .enumeration(values: values(of: use))), ("cost_fen", .int, .int64),
            ("sealed", .bool, .bool), ("used_days", .int, .int32), ("share_bp", .int, .int32),
            ("price_e4yuan_per_kwh", .int, .int64), ("capacity_w", .int, .int64), ("stay_e2days", .int, .int32),
            ("read_on", .date, .date), ("paid_on", .date, .date),
            ("uses", .list(.enumeration(use)), .enumerationList(values: values(of: use))),
            ("readings", .list(.record(reading.record)), .list), ("late", .bool, .bool),
        ],
        entries: ["readings": reading]
    )

    private static let refundFacts = message(
        "test.RefundFacts",
        [
            ("use", .enumeration(use), .enumeration(values: values(of: use))), ("cost_fen", .int, .int64),
            ("sealed", .bool, .bool),
        ]
    )

    private static func named(_ names: String...) -> [EnumType.Value] {
        names.enumerated().map { EnumType.Value(name: $0.element, number: Int32($0.offset)) }
    }

    private static func values(of type: EnumType) -> [Fact.EnumerationValue] {
        type.values.map { Fact.EnumerationValue(name: $0.name, number: $0.number) }
    }

    private static func message(
        _ name: String,
        _ fields: [(name: String, type: ValueType, kind: Fact.Kind)],
        entries: [String: PolicyContract.Message] = [:]
    ) -> PolicyContract.Message {
        let record = RecordType(
            name: name,
            fields: fields.enumerated().map { index, field in
                RecordType.Field(name: field.name, type: field.type, storage: .value(index: index))
            }
        )
        let described = fields.flatMap { field in
            [PolicyContract.Field(path: field.name, kind: field.kind)]
                + (entries[field.name]?.fields ?? []).map { .init(path: "\(field.name)[].\($0.path)", kind: $0.kind) }
        }
        return PolicyContract.Message(record: record, fields: described)
    }

    /// The path of a file under `Files`.
    static func path(_ name: String) throws -> String {
        try #require(Bundle.module.resourceURL).appendingPathComponent("Files/\(name)").path
    }

    /// The text of a file under `Files`.
    static func text(_ name: String) throws -> String {
        try String(contentsOfFile: self.path(name), encoding: .utf8)
    }

    /// A good file with pieces of its text put in place of others; each piece must be there.
    static func edited(_ edits: [(old: String, new: String)], of file: String = "good.yaml") throws -> String {
        var text = try self.text(file)
        for edit in edits {
            let range = try #require(text.range(of: edit.old), "\(file) has no \(edit.old)")
            text.replaceSubrange(range, with: edit.new)
        }
        return text
    }

    /// What loading a text against the test contract comes to.
    static func load(_ text: String) -> Result<PolicySet, PolicyProblems> {
        PolicyLoader.load(files: [("test.yaml", Array(text.utf8))], against: self.contract)
    }

    /// The problems of a text; none where it loads.
    static func problems(_ text: String) -> [PolicyDiagnostic] {
        if case .failure(let problems) = self.load(text) { problems.diagnostics } else { [] }
    }
}
