//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

/// Structs laid out as a C library would, and the record types that describe them.
enum HostMemory {
    struct Deal {
        var hasValid: Int32 = 0
        var valid: Int32 = 0
        var hasAmount: Int32 = 0
        var amount: Int64 = 0
    }

    struct Applicant {
        var hasKind: Int32 = 0
        var kind: Int32 = 0
    }

    struct Facts {
        var hasFlag: Int32 = 0
        var flag: Int32 = 0
        var hasSmall: Int32 = 0
        var small: Int32 = 0
        var hasAmount: Int32 = 0
        var amount: Int64 = 0
        var always: Int64 = 0
        var name: UInt = 0
        var day: UInt = 0
        var applicant: UInt = 0
        var dealCount: Int = 0
        var deals: UInt = 0
    }

    static let kind = EnumType(
        name: "g.Applicant.Kind",
        values: [.init(name: "NONE", number: 0), .init(name: "UNIVERSITY", number: 2), .init(name: "BIG", number: 70)]
    )

    static func offset<Root>(_ path: PartialKeyPath<Root>) -> Int { MemoryLayout<Root>.offset(of: path) ?? -1 }

    static let deal = RecordType(
        name: "g.Deal",
        fields: [
            .init(
                name: "valid",
                type: .bool,
                storage: .bool32(offset: offset(\Deal.valid), presence: .flag32(offset: offset(\Deal.hasValid)))
            ),
            .init(
                name: "amount",
                type: .int,
                storage: .int64(offset: offset(\Deal.amount), presence: .flag32(offset: offset(\Deal.hasAmount)))
            ),
        ]
    )
    static let applicant = RecordType(
        name: "g.Applicant",
        fields: [
            .init(
                name: "kind",
                type: .enumeration(kind),
                storage: .enumeration32(
                    offset: offset(\Applicant.kind),
                    presence: .flag32(offset: offset(\Applicant.hasKind))
                )
            )
        ]
    )
    static let facts = RecordType(
        name: "g.Facts",
        fields: [
            .init(
                name: "flag",
                type: .bool,
                storage: .bool32(offset: offset(\Facts.flag), presence: .flag32(offset: offset(\Facts.hasFlag)))
            ),
            .init(
                name: "small",
                type: .int,
                storage: .int32(offset: offset(\Facts.small), presence: .flag32(offset: offset(\Facts.hasSmall)))
            ),
            .init(
                name: "amount",
                type: .int,
                storage: .int64(offset: offset(\Facts.amount), presence: .flag32(offset: offset(\Facts.hasAmount)))
            ),
            .init(name: "always", type: .int, storage: .int64(offset: offset(\Facts.always), presence: .always)),
            .init(name: "name", type: .string, storage: .cString(offset: offset(\Facts.name))),
            .init(name: "day", type: .date, storage: .dateString(offset: offset(\Facts.day))),
            .init(name: "applicant", type: .record(applicant), storage: .record(offset: offset(\Facts.applicant))),
            .init(
                name: "deals",
                type: .list(.record(deal)),
                storage: .recordList(count: offset(\Facts.dealCount), elements: offset(\Facts.deals))
            ),
        ]
    )
    static let environment = Environment(
        container: "g.Facts",
        variables: [("facts", .record(facts)), ("as_of", .date)]
    )
}
