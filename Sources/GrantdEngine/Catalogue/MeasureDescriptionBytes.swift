//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdSchema

/// Encodes a version of a measure as a `MeasureDescription`.
enum MeasureDescriptionBytes {
    static func make(_ measure: Measure, _ programme: Programme) -> MessageBytes {
        var description = MessageBytes()
        description.add(measure.id, field: ReplyField.MeasureDescription.measure)
        description.add(measure.title, field: ReplyField.MeasureDescription.title)
        description.add(measure.clause, field: ReplyField.MeasureDescription.clause)
        description.add(varint: UInt64(measure.basis.rawValue), field: ReplyField.MeasureDescription.basis)
        let message = programme.contract.member(measure.factsField)?.type
        for fact in measure.facts {
            description.add(self.fact(fact, of: message), field: ReplyField.MeasureDescription.facts)
        }
        for rule in measure.rules { description.add(self.rule(rule), field: ReplyField.MeasureDescription.rules) }
        for cap in measure.caps { description.add(self.cap(cap), field: ReplyField.MeasureDescription.caps) }
        if let usedUp = measure.usedUp {
            var cap = MessageBytes()
            cap.add(usedUp.cap, field: ReplyField.CapDescription.id)
            cap.add(measure.clause, field: ReplyField.CapDescription.clause)
            cap.add(usedUp.label, field: ReplyField.CapDescription.label)
            description.add(cap, field: ReplyField.MeasureDescription.caps)
        }
        description.add(
            MeasureSegments.policy(of: measure, in: programme),
            field: ReplyField.MeasureDescription.policy
        )
        if let words = AwardWords(measure) {
            for (step, stepWords) in zip(measure.award ?? [], words.steps) {
                description.add(
                    AwardStepBytes.make(step, stepWords, of: measure),
                    field: ReplyField.MeasureDescription.award
                )
            }
            description.add(words.summary, field: ReplyField.MeasureDescription.awardSummary)
        }
        if measure.hangsOnPriorAwards {
            description.add(Self.priorAwards, field: ReplyField.MeasureDescription.priorAwards)
        }
        for line in measure.lines { description.add(self.line(line), field: ReplyField.MeasureDescription.lines) }
        return description
    }

    private static let priorAwards = Text(
        zh: "此前获得的本项支持计入上限或影响资格。申请中未列此前支持的，按“未申报”处理，视同没有；尚未查明的，请注明未知。",
        en:
            "Earlier awards of this measure use up its caps or rule an application out. One that lists none is taken as none "
            + "reported, as if there were none; where nobody has looked, say that they are unknown."
    )

    private static func fact(_ fact: Fact, of facts: MessageType?) -> MessageBytes {
        var message = MessageBytes()
        message.add(fact.wirePath, field: ReplyField.FactDescription.path)
        message.add(self.type(fact.kind), field: ReplyField.FactDescription.type)
        if let unit = fact.unit { message.add(unit.rawValue, field: ReplyField.FactDescription.unit) }
        message.add(fact.label, field: ReplyField.FactDescription.label)
        message.add(fact.question, field: ReplyField.FactDescription.question)
        switch fact.kind {
        case .enumeration(let values), .enumerationList(let values):
            // What is refused is no answer to choose.
            for value in values where !fact.excluded.contains(value.number) {
                message.add(self.value(value), field: ReplyField.FactDescription.values)
            }
        default: break
        }
        if let hint = fact.hint { message.add(hint, field: ReplyField.FactDescription.hint) }
        if let number = self.number(of: fact, in: fact.holder == .applicant ? .applicant : facts) {
            message.add(varint: UInt64(number), field: ReplyField.FactDescription.number)
        }
        if let minimum = fact.minimum {
            message.add(varint: UInt64(bitPattern: minimum), field: ReplyField.FactDescription.minimum)
        }
        if let maximum = fact.maximum {
            message.add(varint: UInt64(bitPattern: maximum), field: ReplyField.FactDescription.maximum)
        }
        if let most = fact.most { message.add(varint: UInt64(most), field: ReplyField.FactDescription.most) }
        return message
    }

    /// The number of a fact's field, `deals[].valid` in the message of an entry.
    private static func number(of fact: Fact, in message: MessageType?) -> UInt32? {
        let names = fact.path.replacing("[]", with: "").split(separator: ".").map(String.init)
        var message = message
        for name in names.dropLast() {
            guard case .message(let inner)? = message?.field(named: name)?.kind else { return nil }
            message = inner
        }
        return names.last.flatMap { message?.field(named: $0)?.number }
    }

    private static func value(_ value: Fact.EnumerationValue) -> MessageBytes {
        var message = MessageBytes()
        message.add(value.name, field: ReplyField.EnumValueDescription.name)
        message.add(
            varint: UInt64(bitPattern: Int64(value.number)),
            field: ReplyField.EnumValueDescription.number
        )
        message.add(value.label, field: ReplyField.EnumValueDescription.label)
        return message
    }

    private static func line(_ line: LineRule) -> MessageBytes {
        var message = MessageBytes()
        message.add(line.id, field: ReplyField.LineDescription.id)
        message.add(line.label, field: ReplyField.LineDescription.label)
        if case .quantity(let unit) = line.kind { message.add(unit.lineName, field: ReplyField.LineDescription.unit) }
        for (name, label) in line.nameLabels.sorted(by: { $0.key < $1.key }) {
            var value = MessageBytes()
            value.add(name, field: ReplyField.EnumValueDescription.name)
            value.add(label, field: ReplyField.EnumValueDescription.label)
            message.add(value, field: ReplyField.LineDescription.values)
        }
        return message
    }

    private static func type(_ kind: Fact.Kind) -> String {
        switch kind {
        case .bool: "bool"
        case .int32: "int32"
        case .int64: "int64"
        case .string: "string"
        case .date: "date"
        case .enumeration(let values): "enum(\(values.map(\.name).joined(separator: ", ")))"
        case .list: "list"
        case .enumerationList(let values): "list of enum(\(values.map(\.name).joined(separator: ", ")))"
        }
    }

    private static func rule(_ rule: Rule) -> MessageBytes {
        var message = MessageBytes()
        message.add(rule.id, field: ReplyField.RuleDescription.id)
        message.add(varint: rule.isBar ? 2 : 1, field: ReplyField.RuleDescription.kind)
        if !rule.expression.isEmpty { message.add(rule.expression, field: ReplyField.RuleDescription.expression) }
        message.add(rule.label, field: ReplyField.RuleDescription.label)
        message.add(rule.clause, field: ReplyField.RuleDescription.clause)
        message.add(varint: UInt64(clamping: rule.stage.rawValue), field: ReplyField.RuleDescription.stage)
        return message
    }

    private static func cap(_ cap: Cap) -> MessageBytes {
        var message = MessageBytes()
        message.add(cap.id, field: ReplyField.CapDescription.id)
        message.add(varint: UInt64(clamping: cap.limit), field: ReplyField.CapDescription.limitFen)
        message.add(cap.clause, field: ReplyField.CapDescription.clause)
        message.add(cap.label, field: ReplyField.CapDescription.label)
        return message
    }
}
