//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Facts: each is a field of a message.
extension FactsChecker {
    /// Declares a message's fields. Each fact comes as it stands there, and completed by the programme's.
    ///
    /// - Returns: The descriptions of the facts of its lists' entries, by path.
    @discardableResult
    func declareFields(
        _ facts: [(written: FactDraft, whole: FactDraft)],
        reserved: [Located<Int64>],
        in scope: Scope,
        _ message: inout FactsSchema.Message
    ) -> [String: FactDraft] {
        var gone: Set<Int64> = []
        for number in reserved where self.isNumber(number, "reserved") { gone.insert(number.value) }
        message.reserved = gone.sorted().map { UInt32($0) }
        var numbers: [Int64: Located<String>] = [:]
        var entryFacts: [String: FactDraft] = [:]
        for (written, fact) in facts {
            let name = fact.path
            // That there is no description was told already, in one.
            if fact.isDescribed || self.shared[name.value] != nil { self.checkDescription(fact) }
            let number = self.numberOf(written, &numbers, gone)
            guard self.isFactName(name) else { continue }
            guard let type = self.type(of: fact, in: scope, &message, &entryFacts) else { continue }
            message.fields.append(
                FactsSchema.Field(
                    name: name.value,
                    number: number,
                    type: type,
                    unit: Unit(ofField: name.value),
                    most: fact.most.map { Int(clamping: $0.value) },
                    label: fact.label,
                    question: fact.question,
                    hint: fact.hint,
                    position: written.number?.position ?? name.position
                )
            )
        }
        message.fields.sort { $0.number < $1.number }
        return entryFacts
    }

    func checkDescription(_ fact: FactDraft) {
        for (key, isThere) in [
            ("label", fact.label != nil), ("question", fact.question != nil), ("type", fact.type != nil),
        ]
        where !isThere {
            self.diagnostics.add(
                .missingKey,
                at: fact.path.position,
                Text(
                    zh: "事实“\(fact.path.value)”须有“\(key)”",
                    en: "the fact \"\(fact.path.value)\" needs the key \"\(key)\""
                )
            )
        }
    }

    func numberOf(
        _ fact: FactDraft,
        _ numbers: inout [Int64: Located<String>],
        _ reserved: Set<Int64>
    ) -> UInt32 {
        guard let number = fact.number else {
            self.diagnostics.add(
                .missingKey,
                at: fact.path.position,
                Text(
                    zh: "事实“\(fact.path.value)”须有“number”，即其字段编号",
                    en: "the fact \"\(fact.path.value)\" needs the key \"number\", its field number"
                )
            )
            return self.standIn()
        }
        guard self.isNumber(number, "number") else { return self.standIn() }
        if let other = numbers[number.value] {
            self.diagnostics.add(
                .duplicateNumber,
                at: number.position,
                Text(
                    zh: "编号 \(number.value) 已属于第 \(other.position.line) 行的“\(other.value)”",
                    en:
                        "the number \(number.value) is that of \"\(other.value)\" on line \(other.position.line) already"
                )
            )
            return self.standIn()
        }
        if self.isReserved(number, reserved) { return self.standIn() }
        numbers[number.value] = fact.path
        return UInt32(number.value)
    }

    func type(
        of fact: FactDraft,
        in scope: Scope,
        _ message: inout FactsSchema.Message,
        _ entryFacts: inout [String: FactDraft]
    ) -> FactsSchema.FieldType? {
        guard let type = fact.type else { return nil }
        let name = fact.path
        if type.value != "list" {
            for (key, position) in [("of", fact.of?.position ?? fact.entries?.position), ("most", fact.most?.position)]
            {
                guard let position else { continue }
                self.diagnostics.add(
                    .unknownKey,
                    at: position,
                    Text(zh: "“\(key)”与类型 list 同用", en: "\"\(key)\" goes with the type list")
                )
            }
        }
        let number = NumberType(type.value)
        if let wire = fact.wire, number == nil {
            self.diagnostics.add(
                .unknownKey,
                at: wire.position,
                Text(zh: "“wire”只用于整数", en: "\"wire\" goes with whole numbers")
            )
        }
        self.checkSuffix(name, type, number)
        switch type.value {
        case "bool": return .bool
        case "text": return .text
        case "date": return .date
        case "list": return self.list(fact, in: scope, &message, &entryFacts)
        default:
            if let number { return self.number(number, fact) }
            if let enumeration = scope.enumerations[type.value] {
                self.usedTypes.insert(type.value)
                return .enumeration(enumeration.fullName)
            }
            let isEntry = scope.entries[type.value] != nil
            let known = ["bool", "text", "date", "list"] + NumberType.all.map(\.name) + scope.names
            let hint = isEntry ? Text(zh: "", en: "") : self.diagnostics.suggestion(for: type.value, among: known)
            self.diagnostics.add(
                .badType,
                at: type.position,
                isEntry
                    ? Text(
                        zh: "“\(type.value)”是列表条目的类型；请写 type: list、of: \(type.value)",
                        en: "\"\(type.value)\" is what a list holds; write type: list and of: \(type.value)"
                    )
                    : Text(
                        zh: "没有类型“\(type.value)”；可用：bool、text、date、list、"
                            + NumberType.all.map(\.name).joined(separator: "、") + "，或 types 下的枚举\(hint.zh)",
                        en: "there is no type \"\(type.value)\"; it is one of bool, text, date, list, "
                            + NumberType.all.map(\.name).joined(separator: ", ")
                            + ", or an enum under types\(hint.en)"
                    )
            )
            return nil
        }
    }

    func number(_ type: NumberType, _ fact: FactDraft) -> FactsSchema.FieldType? {
        switch fact.wire?.value {
        case nil: return type.isShort ? .int32 : .int64
        case "int32": return .int32
        case "int64": return .int64
        default:
            if let wire = fact.wire {
                self.diagnostics.add(
                    .badChoice,
                    at: wire.position,
                    Text(zh: "“wire”为 int32 或 int64", en: "\"wire\" is int32 or int64")
                )
            }
            return nil
        }
    }

    func list(
        _ fact: FactDraft,
        in scope: Scope,
        _ message: inout FactsSchema.Message,
        _ entryFacts: inout [String: FactDraft]
    ) -> FactsSchema.FieldType? {
        let name = fact.path
        if let most = fact.most {
            if most.value < 1 || most.value > Self.longestList {
                self.diagnostics.add(
                    .badNumber,
                    at: most.position,
                    Text(
                        zh: "列表最多 1 至 \(Self.longestList) 条，不能是 \(most.value)",
                        en: "a list has at most 1 to \(Self.longestList) entries, not \(most.value)"
                    )
                )
            }
        } else {
            self.diagnostics.add(
                .missingKey,
                at: name.position,
                Text(
                    zh: "列表“\(name.value)”须有“most”：最多几条，1 至 \(Self.longestList)",
                    en: "the list \"\(name.value)\" needs the key \"most\": how many entries, 1 to \(Self.longestList)"
                )
            )
        }
        if let entries = fact.entries {
            let fullName = "\(message.fullName).\(Identifier.camel(name.value))Item"
            message.messages.append(self.entry(entries, fullName, alias: nil, in: scope))
            for inner in entries.facts { entryFacts["\(name.value)[].\(inner.path.value)"] = inner }
            return .entries(fullName)
        }
        guard let of = fact.of else {
            self.diagnostics.add(
                .missingKey,
                at: name.position,
                Text(
                    zh: "列表“\(name.value)”须有“of”：条目的事实，或 types 下的类型名",
                    en: "the list \"\(name.value)\" needs the key \"of\": the facts of an entry, or a type under types"
                )
            )
            return nil
        }
        self.usedTypes.insert(of.value)
        if let enumeration = scope.enumerations[of.value] { return .enumerations(enumeration.fullName) }
        guard let entry = scope.entries[of.value] else {
            let hint = self.diagnostics.suggestion(for: of.value, among: scope.names)
            self.diagnostics.add(
                .badType,
                at: of.position,
                Text(
                    zh: "types 下没有“\(of.value)”；列表由枚举值或有自己事实的条目组成\(hint.zh)",
                    en: "there is no type \"\(of.value)\" under types; a list holds values of an enum, or entries "
                        + "with facts of their own\(hint.en)"
                )
            )
            return nil
        }
        for inner in entry.facts { entryFacts["\(name.value)[].\(inner.path.value)"] = inner }
        return .entries(entry.fullName)
    }

    /// The programme's facts are declared by the measures that have them; what is wrong with one is told here, once and
    /// where it stands.
    func checkShared() {
        for fact in self.draft.facts {
            let path = fact.path.value
            guard !self.isFieldElsewhere(fact), let number = fact.number else { continue }
            self.diagnostics.add(
                .badNumber,
                at: number.position,
                Text(
                    zh: "“\(path)”由多项措施共用，编号写在各措施的 facts 下：\(path): \(number.value)",
                    en:
                        "\"\(path)\" is shared; its number stands in the facts of each measure: \(path): \(number.value)"
                )
            )
        }
    }

    /// Whether a description is of a field that is declared elsewhere: the applicant's by the contract, those of a list's
    /// entries by the list. What only a declaration has is told of.
    func isFieldElsewhere(_ fact: FactDraft) -> Bool {
        let path = fact.path.value
        let isApplicant = path.hasPrefix("applicant.")
        guard isApplicant || path.contains("[") else { return false }
        for (key, position) in [
            ("number", fact.number?.position), ("type", fact.type?.position),
            ("of", fact.of?.position ?? fact.entries?.position), ("most", fact.most?.position),
            ("wire", fact.wire?.position),
        ] {
            guard let position else { continue }
            self.diagnostics.add(
                .unknownKey,
                at: position,
                isApplicant
                    ? Text(
                        zh: "“\(path)”是申请人的字段，由接口契约规定；请去掉“\(key)”",
                        en: "\"\(path)\" is a field of the applicant, which the contract declares; leave \"\(key)\" out"
                    )
                    : Text(
                        zh: "“\(path)”由其列表的 of 声明；请去掉“\(key)”",
                        en: "\"\(path)\" is declared by the \"of\" of its list; leave \"\(key)\" out"
                    )
            )
        }
        return true
    }
}
