//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// An assessment, as a page shows it.
struct AssessmentReply {
    struct Finding {
        let rule: String
        let kind: RuleFinding.Kind
        let verdict: RuleFinding.Verdict
        let clause: String
    }

    struct MissingFact {
        let path: String
        let question: Text?
    }

    struct Line {
        enum Value {
            case amount(fen: Int64)
            case quantity(Int64, unit: String)
            case date(String)
            case name(String)
            case flag(Bool)
            case names([String])
        }

        let id: String
        let value: Value?
        let basis: AmountBasis?
        let label: Text?
    }

    struct CapUse {
        let id: String
        let limit: Int64
        /// In fen; nil where it is not known.
        let used: Int64?
        let remaining: Int64?
        let isBinding: Bool
    }

    struct Step {
        let rule: String
        let clause: String
        let text: Text
    }

    let measure: String
    let asOf: String
    let outcome: AssessmentOutcome
    let amount: Int64?
    let potential: Int64?
    let basis: AmountBasis
    let bindingCap: String?
    let findings: [Finding]
    let missing: [MissingFact]
    let missingOmitted: Int64
    let lines: [Line]
    let caps: [CapUse]
    let explanation: [Step]
    let documentNumber: String
    let digest: String
    let engineVersion: String
    let inForceFrom: String?
    let inForceUntil: String?

    init(_ reply: KeptReply) {
        self.init(reply.view)
        withExtendedLifetime(reply.arena) {}
    }

    init(_ view: ReplyView) {
        self.measure = view.string("measure") ?? ""
        self.asOf = view.string("as_of") ?? ""
        self.outcome = Self.value(view, "outcome") ?? .undetermined
        self.amount = view.number("amount_fen")
        self.potential = view.number("potential_amount_fen")
        self.basis = Self.value(view, "basis") ?? .nonMonetary
        self.bindingCap = view.string("binding_cap")
        self.findings = view.messages("findings").map { finding in
            Finding(
                rule: finding.string("rule") ?? "",
                kind: Self.value(finding, "kind") ?? .requirement,
                verdict: Self.value(finding, "verdict") ?? .unknown,
                clause: finding.string("clause") ?? ""
            )
        }
        self.missing = view.messages("missing").map {
            MissingFact(path: $0.string("path") ?? "", question: $0.text("question"))
        }
        self.missingOmitted = view.number("missing_omitted") ?? 0
        self.lines = view.messages("lines").map(Self.line)
        self.caps = view.messages("caps").map { cap in
            CapUse(
                id: cap.string("id") ?? "",
                limit: cap.number("limit_fen") ?? 0,
                used: cap.number("used_fen"),
                remaining: cap.number("remaining_fen"),
                isBinding: cap.flag("binding") ?? false
            )
        }
        self.explanation = view.messages("explanation").map { step in
            Step(
                rule: step.string("rule") ?? "",
                clause: step.string("clause") ?? "",
                text: step.text("text") ?? Text(zh: "", en: "")
            )
        }
        let policy = view.message("policy")
        self.documentNumber = policy?.string("document_number") ?? ""
        self.digest = policy?.string("digest") ?? ""
        self.engineVersion = policy?.string("engine_version") ?? ""
        self.inForceFrom = policy?.string("in_force_from")
        self.inForceUntil = policy?.string("in_force_until")
    }

    /// The value of an enum; nil where it is unset.
    private static func value<Value: RawRepresentable>(_ view: ReplyView, _ name: String) -> Value?
    where Value.RawValue == Int32 {
        view.number(name).flatMap { Value(rawValue: Int32(truncatingIfNeeded: $0)) }
    }

    private static func line(_ line: ReplyView) -> Line {
        let value: Line.Value? =
            if let fen = line.number("amount_fen") {
                .amount(fen: fen)
            } else if let quantity = line.message("quantity") {
                .quantity(quantity.number("value") ?? 0, unit: quantity.string("unit") ?? "")
            } else if let date = line.string("date") {
                .date(date)
            } else if let name = line.string("name") {
                .name(name)
            } else if let flag = line.flag("flag") {
                .flag(flag)
            } else if let names = line.message("names") {
                .names(names.strings("values"))
            } else {
                nil
            }
        return Line(
            id: line.string("id") ?? "",
            value: value,
            basis: Self.value(line, "basis"),
            label: line.text("label")
        )
    }
}
