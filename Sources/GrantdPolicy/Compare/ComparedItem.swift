//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A thing of a policy set in words, so that two of a kind can be compared.
struct ComparedItem {
    /// What makes two items the same thing.
    struct Key: Hashable {
        let part: ComparedPart
        let id: String
    }

    let key: Key
    let clause: String
    let headline: Text
    /// What it says, in the order in which it is told.
    let aspects: [(name: ComparedAspect, text: Text)]

    init(
        _ part: ComparedPart,
        _ id: String,
        clause: String = "",
        _ headline: Text,
        _ aspects: [(name: ComparedAspect, text: Text?)]
    ) {
        self.key = Key(part: part, id: id)
        self.clause = clause
        self.headline = headline
        self.aspects = aspects.compactMap { name, text in text.map { (name, $0) } }
    }

    func change(
        _ fate: PolicyComparison.Fate,
        _ aspects: [PolicyComparison.Change.Aspect] = []
    ) -> PolicyComparison.Change {
        PolicyComparison.Change(
            fate: fate,
            part: self.key.part,
            id: self.key.id,
            clause: self.clause,
            headline: self.headline,
            aspects: aspects
        )
    }

    /// Where it differs from what it was.
    func aspects(against old: ComparedItem) -> [PolicyComparison.Change.Aspect] {
        ComparedAspect.allCases.compactMap { name in
            let before = old.aspects.first { $0.name == name }?.text
            let after = self.aspects.first { $0.name == name }?.text
            return before == after ? nil : PolicyComparison.Change.Aspect(name: name, old: before, new: after)
        }
    }

    // MARK: - Words

    /// A text that is the same in both languages.
    static func plain(_ text: some CustomStringConvertible) -> Text { Text(zh: "\(text)", en: "\(text)") }

    static func words(_ interval: DateInterval) -> Text {
        guard let until = interval.untilText else {
            return Text(zh: "\(interval.fromText) 起", en: "from \(interval.fromText)")
        }
        return Text(zh: "\(interval.fromText) 至 \(until)", en: "\(interval.fromText) to \(until)")
    }
}

extension ComparedItem {
    /// The document of a programme.
    init(_ programme: Programme) {
        self.init(
            .document,
            "",
            programme.title,
            [
                (.title, programme.title), (.number, Self.plain(programme.documentNumber)), (.issuer, programme.issuer),
                (.issued, Self.plain(programme.issued)), (.gazette, Self.plain(programme.gazette)),
                (.inForce, Self.words(programme.inForce)),
            ]
        )
    }

    /// What a measure says by itself.
    init(_ measure: Measure) {
        self.init(
            .measure,
            "",
            clause: measure.clause,
            measure.title,
            [
                (.title, measure.title), (.clause, Self.plain(measure.clause)),
                (.basis, Self.plain(measure.basis.name)),
                (.inForce, Self.words(measure.inForce)),
                // Where it is the measure's own clause, that is told.
                (.inForceClause, measure.inForceClause == measure.clause ? nil : Self.plain(measure.inForceClause)),
                (
                    .screening,
                    measure.isScreenedOnRequest
                        ? Text(zh: "仅应要求列出", en: "only on request") : Text(zh: "列出", en: "always")
                ),
                (.member, Self.plain("\(measure.factsField) = \(measure.factsNumber)")),
            ]
        )
    }

    /// The documents of a register.
    static func items(of register: DocumentRegister) -> [ComparedItem] {
        register.documents.map { document in
            let programme: Text =
                switch document.measures {
                case .programme(let id): Self.plain(id)
                case .absent(let reason): reason
                }
            return ComparedItem(
                .document,
                document.number,
                document.title,
                [
                    (.title, document.title), (.issuer, document.issuer), (.issued, Self.plain(document.issued)),
                    (.gazette, Self.plain(document.gazette)), (.inForce, Self.words(document.inForce)),
                    (.programme, programme),
                ]
            )
        }
            + register.ended.map { ended in
                ComparedItem(
                    .document,
                    ended.number,
                    ended.title,
                    [
                        (.title, ended.title),
                        (.inForce, Text(zh: "至 \(ended.lastDayText)", en: "until \(ended.lastDayText)")),
                        (.number, Self.plain(ended.endedBy)),
                    ]
                )
            }
    }

    /// The steps of a measure's award, each in words and with what it reads.
    static func steps(of measure: Measure) -> [Text] {
        guard let award = measure.award, let words = AwardWords(measure) else { return [] }
        return zip(award, words.steps).map { step, words in
            switch step {
            case .base(_, let expression, _):
                Text(zh: "\(words.label.zh)（\(expression)）", en: "\(words.label.en) (\(expression))")
            default: words.label
            }
        }
    }

    /// All that has a name of its own in a measure.
    static func items(of measure: Measure) -> [ComparedItem] {
        var items = measure.rules.map(Self.item)
        items += measure.caps.map { cap in
            let limit = MoneyLiteral.words(fen: cap.limit)
            return ComparedItem(
                .cap,
                cap.id,
                clause: cap.clause,
                Text(zh: "\(cap.label.zh)：\(limit.zh)", en: "\(cap.label.en): \(limit.en)"),
                [(.limit, limit), (.label, cap.label), (.clause, Self.plain(cap.clause))]
            )
        }
        items += measure.facts.map(Self.item)
        items += measure.lines.map(Self.item)
        items += measure.definitions.map { definition in
            ComparedItem(
                .definition,
                definition.name,
                Self.plain(definition.expression),
                [(.condition, Self.plain(definition.expression))]
            )
        }
        var places: [String: Int] = [:]
        items += measure.refusals.map { refusal in
            places[refusal.field, default: 0] += 1
            let place = places[refusal.field] ?? 1
            return ComparedItem(
                .refusal,
                place == 1 ? refusal.field : "\(refusal.field)#\(place)",
                Self.plain(refusal.message),
                [(.label, Self.plain(refusal.message))]
            )
        }
        if let usedUp = measure.usedUp {
            items.append(
                ComparedItem(
                    .usedUp,
                    usedUp.cap,
                    usedUp.label,
                    [(.label, usedUp.label), (.condition, Self.plain(usedUp.expression))]
                )
            )
        }
        items += (measure.calculator?.figures ?? [:]).sorted { $0.key < $1.key }.map { name, value in
            ComparedItem(.figure, name, Self.plain(value), [(.value, Self.plain(value))])
        }
        return items
    }

    private static func item(_ rule: Rule) -> ComparedItem {
        ComparedItem(
            rule.isBar ? .bar : .requirement,
            rule.id,
            clause: rule.clause,
            rule.label,
            [
                (.label, rule.label), (.clause, Self.plain(rule.clause)),
                (.condition, rule.expression.isEmpty ? nil : Self.plain(rule.expression)),
                (.stage, Self.plain(rule.stage.name)),
            ]
        )
    }

    private static func item(_ fact: Fact) -> ComparedItem {
        let (type, values) = Self.type(of: fact.kind)
        return ComparedItem(
            .fact,
            fact.wirePath,
            fact.label,
            [
                (.type, type), (.unit, fact.unit?.longName), (.minimum, fact.minimum.map(Self.plain)),
                (.maximum, fact.maximum.map(Self.plain)), (.values, values), (.label, fact.label),
                (.question, fact.question), (.hint, fact.hint), (.most, fact.most.map(Self.plain)),
            ]
        )
    }

    private static func type(of kind: Fact.Kind) -> (type: Text, values: Text?) {
        func values(_ values: [Fact.EnumerationValue]) -> Text {
            Text(
                zh: values.map { "\($0.name) = \($0.number) \($0.label.zh)" }.joined(separator: "；"),
                en: values.map { "\($0.name) = \($0.number) \($0.label.en)" }.joined(separator: "; ")
            )
        }
        return switch kind {
        case .bool: (Self.plain("bool"), nil)
        case .int32: (Self.plain("int32"), nil)
        case .int64: (Self.plain("int64"), nil)
        case .string: (Self.plain("string"), nil)
        case .date: (Self.plain("date"), nil)
        case .enumeration(let names): (Self.plain("enum"), values(names))
        case .list: (Self.plain("list"), nil)
        case .enumerationList(let names): (Self.plain("list of enum"), values(names))
        }
    }

    private static func item(_ line: LineRule) -> ComparedItem {
        let (type, unit): (String, Unit?) =
            switch line.kind {
            case .amount: ("amount", nil)
            case .quantity(let unit): ("quantity", unit)
            case .date: ("date", nil)
            case .month: ("month", nil)
            case .name: ("name", nil)
            case .names: ("names", nil)
            case .flag: ("flag", nil)
            }
        return ComparedItem(
            .line,
            line.id,
            line.label,
            [
                (.type, Self.plain(type)), (.unit, unit?.longName), (.condition, Self.plain(line.expression)),
                (.basis, Self.plain(line.basis.name)), (.label, line.label),
            ]
        )
    }
}
