//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdInterview
internal import GrantdMessages
internal import GrantdSchema

/// What the applications of a round are for: the measures whose facts they hold, and their days.
struct RoundScope {
    /// An application's day.
    private struct Day {
        let days: Int64
        let text: String
    }

    /// The names of the fields that hold facts: `medical_device_common_platform`.
    private var members: Set<String> = []
    /// The first and the last day; `nil` where no application has one. What is no day the daemon refuses.
    private var first: Day?
    private var last: Day?

    /// - Throws: Where the contract has no applications.
    init(_ round: AwardRound, _ schema: DescriptorSet) throws(RunFailure) {
        let records = try OrderRecords(schema)
        let asOf = records.application.field(named: "as_of")
        for entry in round.entries {
            if let facts = records.facts(of: entry) { self.members.insert(facts.name) }
            let text = entry.wire[entry.application].withUnsafeBytes { bytes in
                OrderRecords.bytes(of: asOf, WireReader(bytes)).map { OrderRecords.string($0) }
            }
            guard let text, let date = CivilDate(text) else { continue }
            let day = Day(days: date.days, text: text)
            if day.days < self.first?.days ?? .max { self.first = day }
            if day.days > self.last?.days ?? .min { self.last = day }
        }
    }

    /// Refuses an envelope on which some awards of the round would not draw: what is left of it would say nothing of the round.
    ///
    /// - Parameter measures: The full ids of all measures.
    /// - Throws: Where it does not bind a measure or a day of the round.
    func check(_ envelope: GrantdEnvelope, measures: [String]) throws(RunFailure) {
        let id = envelope.envelopeID.printable
        let unbound = measures.filter { self.members.contains(Self.member(of: $0)) && !Self.binds(envelope, $0) }
        if !unbound.isEmpty {
            let names = unbound.map(\.printable)
            throw .badInput(
                Language.said(
                    "预算额度 \(id) 不约束 \(names.joined(separator: "、")) 的核定；\(Self.remedy)",
                    "the envelope \(id) does not bind awards of \(names.joined(separator: ", ")): \(Self.remedy)"
                )
            )
        }
        if let first = self.first, let from = CivilDate(envelope.fromOn), first.days < from.days {
            throw Self.isOutside(id, first)
        }
        if let last = self.last, let until = CivilDate(envelope.untilOn), last.days > until.days {
            throw Self.isOutside(id, last)
        }
    }

    private static func isOutside(_ id: String, _ day: Day) -> RunFailure {
        .badInput(
            Language.said(
                "预算额度 \(id) 不约束 \(day.text) 的核定；\(Self.remedy)",
                "the envelope \(id) does not bind awards of \(day.text): \(Self.remedy)"
            )
        )
    }

    private static var remedy: String {
        Language.said(
            "请另用预算额度，或改变其范围（--measure、--programme、--from、--until）",
            "name another, or change what it binds (--measure, --programme, --from, --until)"
        )
    }

    /// Whether awards of a measure draw on an envelope.
    private static func binds(_ envelope: GrantdEnvelope, _ measure: String) -> Bool {
        if envelope.measures.isEmpty, envelope.programmes.isEmpty { return true }
        let programme = measure.prefix { $0 != "." }
        return envelope.measures.contains(measure) || envelope.programmes.contains(String(programme))
    }

    /// The field that holds the facts of a measure.
    private static func member(of measure: String) -> String {
        measure.replacing(".", with: "_").replacing("-", with: "_")
    }
}
