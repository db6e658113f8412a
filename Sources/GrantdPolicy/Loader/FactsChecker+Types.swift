//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Types: enums, and the entries of lists.
extension FactsChecker {
    /// The types that a name may mean at some place of the file.
    struct Scope {
        var enumerations: [String: FactsSchema.Enumeration] = [:]
        /// Entries of lists: their full names, and the descriptions of their facts.
        var entries: [String: (fullName: String, facts: [FactDraft])] = [:]

        var names: [String] { (Array(self.enumerations.keys) + Array(self.entries.keys)).sorted() }
    }

    func programmeTypes() -> Scope {
        var scope = Scope()
        var wrappers: [String: FactsSchema.Message] = [:]
        var order: [String] = []
        for type in self.draft.types where self.isTypeName(type.name, among: scope) {
            guard case .enumeration(let values)? = type.body else { continue }
            let parts = type.name.value.split(separator: ".").map(String.init)
            let (outer, inner) = parts.count == 2 ? (parts[0], parts[1]) : (parts[0], "Value")
            let fullName = "\(self.package).\(self.prefix)\(outer)"
            let enumeration = FactsSchema.Enumeration(
                path: inner,
                fullName: "\(fullName).\(inner)",
                values: self.values(values, of: type.name),
                position: type.name.position,
                places: Self.places(values)
            )
            if wrappers[outer] == nil {
                order.append(outer)
                wrappers[outer] = FactsSchema.Message(
                    fullName: fullName,
                    fields: [],
                    enumerations: [],
                    messages: [],
                    reserved: [],
                    position: type.name.position
                )
            }
            wrappers[outer]?.enumerations.append(enumeration)
            scope.enumerations[type.name.value] = enumeration
            self.aliases[type.name.value] = enumeration.fullName
        }
        self.messages += order.compactMap { wrappers[$0] }
        for outer in order {
            if let message = wrappers[outer] { self.checkValueNames(message, at: self.draft.position) }
        }
        for type in self.draft.types {
            guard case .entry(let entry)? = type.body, Self.isTypeName(type.name.value) else { continue }
            guard wrappers[type.name.value] == nil, !type.name.value.contains(".") else {
                self.addBadTypeName(type.name)
                continue
            }
            let fullName = "\(self.package).\(self.prefix)\(type.name.value)"
            let message = self.entry(entry, fullName, alias: type.name.value, in: scope)
            self.messages.append(message)
            scope.entries[type.name.value] = (fullName, entry.facts)
        }
        return scope
    }

    /// The enums that only a message has.
    func ownTypes(
        _ types: [TypeDraft],
        of fullName: String,
        alias: String?,
        in scope: inout Scope
    )
        -> [FactsSchema.Enumeration]
    {
        var own: [FactsSchema.Enumeration] = []
        var ownScope = Scope()
        for type in types where self.isTypeName(type.name, among: ownScope) {
            guard case .enumeration(let values)? = type.body else {
                if case .entry? = type.body {
                    self.diagnostics.add(
                        .badType,
                        at: type.name.position,
                        Text(
                            zh: "列表条目的类型写在文件的 types 下，或直接写在列表的 of 下",
                            en:
                                "the type of a list's entries stands under the file's types, or under the list's own \"of\""
                        )
                    )
                }
                continue
            }
            let enumeration = FactsSchema.Enumeration(
                path: type.name.value,
                fullName: "\(fullName).\(type.name.value)",
                values: self.values(values, of: type.name),
                position: type.name.position,
                places: Self.places(values)
            )
            own.append(enumeration)
            ownScope.enumerations[type.name.value] = enumeration
            if let alias { self.aliases["\(alias).\(type.name.value)"] = enumeration.fullName }
        }
        scope.enumerations.merge(ownScope.enumerations) { _, own in own }
        return own
    }

    /// The message of a list's entries.
    func entry(_ draft: EntryDraft, _ fullName: String, alias: String?, in outer: Scope) -> FactsSchema.Message {
        var scope = Scope(enumerations: outer.enumerations)
        let enumerations = self.ownTypes(draft.types, of: fullName, alias: alias, in: &scope)
        var message = FactsSchema.Message(
            fullName: fullName,
            fields: [],
            enumerations: enumerations,
            messages: [],
            reserved: [],
            position: draft.position
        )
        self.checkValueNames(message, at: draft.position)
        for fact in draft.facts {
            guard let type = fact.type, type.value == "list" else { continue }
            self.diagnostics.add(
                .badType,
                at: type.position,
                Text(
                    zh: "列表的条目里不能再有列表",
                    en: "the entry of a list holds no list of its own"
                )
            )
        }
        let facts = draft.facts.filter { $0.type?.value != "list" }
        self.declareFields(facts.map { ($0, $0) }, reserved: draft.reserved, in: scope, &message)
        return message
    }

    static func places(_ drafts: [EnumValueDraft]) -> [String: SourcePosition] {
        Dictionary(drafts.map { ($0.name.value, $0.name.position) }, uniquingKeysWith: { first, _ in first })
    }

    func values(_ drafts: [EnumValueDraft], of type: Located<String>) -> [Fact.EnumerationValue] {
        var values: [Fact.EnumerationValue] = []
        var numbers: [Int64: String] = [:]
        for draft in drafts {
            if !Self.isValueName(draft.name.value) || Keywords.all.contains(draft.name.value) {
                self.diagnostics.add(
                    .badName,
                    at: draft.name.position,
                    Text(
                        zh: "“\(draft.name.value)”不能作枚举值的名称：应为大写字母、数字和下划线，以字母开头，且不是编程语言的关键字",
                        en:
                            "\"\(draft.name.value)\" cannot name a value: upper-case letters, digits and _, a letter first, "
                            + "and no keyword of a language"
                    )
                )
            }
            guard let number = draft.number else { continue }
            guard Int32(exactly: number.value) != nil, number.value >= 0 else {
                self.diagnostics.add(
                    .badNumber,
                    at: number.position,
                    Text(
                        zh: "枚举值的编号为 0 至 \(Int32.max)，不能是 \(number.value)",
                        en: "a value's number is from 0 to \(Int32.max), not \(number.value)"
                    )
                )
                continue
            }
            if let other = numbers[number.value] {
                self.diagnostics.add(
                    .duplicateNumber,
                    at: number.position,
                    Text(
                        zh: "编号 \(number.value) 已属于“\(other)”",
                        en: "the number \(number.value) is \(other)'s already"
                    )
                )
                continue
            }
            numbers[number.value] = draft.name.value
            values.append(
                Fact.EnumerationValue(name: draft.name.value, number: Int32(number.value), label: draft.label)
            )
        }
        if let zero = numbers[0], ["NONE", "OTHER"].contains(zero) {
        } else {
            self.diagnostics.add(
                .missingKey,
                at: type.position,
                Text(
                    zh: "枚举“\(type.value)”须有编号为 0 的 NONE（已知均不是）或 OTHER（其他）",
                    en: "the enum \"\(type.value)\" needs NONE, known to be none of these, or OTHER, with the number 0"
                )
            )
        }
        return values.sorted { $0.number < $1.number }
    }

    /// In protobuf the names of values stand beside their enum: two enums in one message must not share any.
    func checkValueNames(_ message: FactsSchema.Message, at position: SourcePosition) {
        var owners: [String: String] = [:]
        for enumeration in message.enumerations where !enumeration.path.contains(".") {
            for value in enumeration.values {
                if let other = owners[value.name] {
                    let path = enumeration.path
                    self.diagnostics.add(
                        .badName,
                        at: position,
                        Text(
                            zh: "枚举 \(other) 和 \(path) 都有 \(value.name)；请把后者写作 \(path).Value，使其名称自成一域",
                            en:
                                "the enums \(other) and \(path) both have \(value.name); write the second as \(path).Value, "
                                + "which keeps its names apart"
                        )
                    )
                    break
                }
                owners[value.name] = enumeration.path
            }
        }
    }

    func checkTypesAreUsed() {
        for type in self.draft.types where type.body != nil && !self.usedTypes.contains(type.name.value) {
            self.diagnostics.add(
                .unusedType,
                at: type.name.position,
                Text(
                    zh: "没有事实使用类型“\(type.name.value)”",
                    en: "no fact has the type \"\(type.name.value)\""
                )
            )
        }
    }

    func isTypeName(_ name: Located<String>, among scope: Scope) -> Bool {
        if Self.isTypeName(name.value), scope.enumerations[name.value] == nil { return true }
        if !Self.isTypeName(name.value) { self.addBadTypeName(name) }
        return false
    }

    func addBadTypeName(_ name: Located<String>) {
        self.diagnostics.add(
            .badName,
            at: name.position,
            Text(
                zh: "“\(name.value)”不能作类型名：应如 Rating 或 Rating.Value，以大写字母开头，只含字母和数字",
                en:
                    "\"\(name.value)\" cannot name a type: letters and digits, a capital first, as in Rating or Rating.Value"
            )
        )
    }
}
