//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Checks what a file declares of facts: names, numbers, types. Every problem is reported, and what could be read is kept.
final class FactsChecker {
    /// Members from here on are an agency's own; those below are the built-in programmes'.
    static let firstOwnNumber: Int64 = 10_000
    /// protobuf's largest field number.
    static let largestNumber: Int64 = (1 << 29) - 1
    /// protobuf keeps these for itself.
    static let protobufsOwn: ClosedRange<Int64> = 19_000...19_999
    /// No list on the wire has more entries.
    static let longestList: Int64 = 10_000

    let problems: Problems
    private let draft: ProgrammeDraft
    private let isBuiltIn: Bool
    private let package: String
    /// In front of the names of the programme's messages: `GreenFactory`.
    private let prefix: String
    private let shared: [String: FactDraft]
    private var messages: [FactsSchema.Message] = []
    private var members: [FactsSchema.Member] = []
    private var aliases: [String: String] = [:]
    private var measureFacts: [String: [String: FactDraft]] = [:]
    private var usedTypes: Set<String> = []
    private var standIns: UInt32 = 0

    /// - Parameter isBuiltIn: Whether the programme may have members below ``firstOwnNumber``.
    init(_ draft: ProgrammeDraft, isBuiltIn: Bool, _ problems: Problems) {
        self.draft = draft
        self.isBuiltIn = isBuiltIn
        self.problems = problems
        self.package =
            Self.isPackage(draft.package?.value ?? "") ? draft.package?.value ?? "" : FactsSchema.contractPackage
        self.prefix = Identifier.camel(draft.id?.value ?? "")
        self.shared = FactDraft.byPath(draft.facts)
    }

    /// What the file declares; `nil` where it has no id.
    func schema() -> FactsSchema? {
        guard let id = draft.id?.value else { return nil }
        if let package = self.draft.package, !Self.isPackage(package.value) {
            self.problems.add(
                .badName,
                at: package.position,
                Text(
                    zh: "“\(package.value)”不是包名；应为以点分隔的小写字母、数字和下划线，例如 cityx.v1",
                    en:
                        "\"\(package.value)\" is no package; it is lower-case letters, digits and _ parted by dots: cityx.v1"
                )
            )
        }
        let programmeScope = self.programmeTypes()
        self.checkShared(programmeScope)
        var taken: [Int64: (id: String, line: Int)] = [:]
        var reserved: Set<Int64> = []
        for number in self.draft.reserved where self.isNumber(number, "reserved") { reserved.insert(number.value) }
        var seen: Set<String> = []
        for measure in self.draft.measures {
            // A second entry of one id is another version, or an error that is told elsewhere.
            guard let id = measure.id, seen.insert(id.value).inserted else { continue }
            self.declare(measure, id, in: programmeScope, &taken, reserved)
        }
        self.checkTypesAreUsed()
        return FactsSchema(
            programme: id,
            documentNumber: self.draft.documentNumber,
            title: self.draft.title,
            package: self.package,
            messages: self.messages,
            members: self.members,
            reserved: reserved.sorted().map { UInt32($0) },
            aliases: self.aliases,
            position: self.draft.id?.position ?? self.draft.position
        )
    }

    /// The descriptions of a measure's facts by path, those of the entries of its lists included.
    func facts(ofMeasure id: String) -> [String: FactDraft] { self.measureFacts[id] ?? [:] }

    // MARK: - Types

    /// The types that a name may mean at some place of the file.
    struct Scope {
        var enumerations: [String: FactsSchema.Enumeration] = [:]
        /// Entries of lists: their full names, and the descriptions of their facts.
        var entries: [String: (fullName: String, facts: [FactDraft])] = [:]

        var names: [String] { (Array(self.enumerations.keys) + Array(self.entries.keys)).sorted() }
    }

    private func programmeTypes() -> Scope {
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
    private func ownTypes(
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
                    self.problems.add(
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
    private func entry(_ draft: EntryDraft, _ fullName: String, alias: String?, in outer: Scope) -> FactsSchema.Message
    {
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
            self.problems.add(
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

    private static func places(_ drafts: [EnumValueDraft]) -> [String: SourcePosition] {
        Dictionary(drafts.map { ($0.name.value, $0.name.position) }, uniquingKeysWith: { first, _ in first })
    }

    private func values(_ drafts: [EnumValueDraft], of type: Located<String>) -> [Fact.EnumerationValue] {
        var values: [Fact.EnumerationValue] = []
        var numbers: [Int64: String] = [:]
        for draft in drafts {
            if !Self.isValueName(draft.name.value) || Keywords.all.contains(draft.name.value) {
                self.problems.add(
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
                self.problems.add(
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
                self.problems.add(
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
            self.problems.add(
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
    private func checkValueNames(_ message: FactsSchema.Message, at position: SourcePosition) {
        var owners: [String: String] = [:]
        for enumeration in message.enumerations where !enumeration.path.contains(".") {
            for value in enumeration.values {
                if let other = owners[value.name] {
                    let path = enumeration.path
                    self.problems.add(
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

    private func checkTypesAreUsed() {
        for type in self.draft.types where type.body != nil && !self.usedTypes.contains(type.name.value) {
            self.problems.add(
                .unusedType,
                at: type.name.position,
                Text(
                    zh: "没有事实使用类型“\(type.name.value)”",
                    en: "no fact has the type \"\(type.name.value)\""
                )
            )
        }
    }

    private func isTypeName(_ name: Located<String>, among scope: Scope) -> Bool {
        if Self.isTypeName(name.value), scope.enumerations[name.value] == nil { return true }
        if !Self.isTypeName(name.value) { self.addBadTypeName(name) }
        return false
    }

    private func addBadTypeName(_ name: Located<String>) {
        self.problems.add(
            .badName,
            at: name.position,
            Text(
                zh: "“\(name.value)”不能作类型名：应如 Rating 或 Rating.Value，以大写字母开头，只含字母和数字",
                en:
                    "\"\(name.value)\" cannot name a type: letters and digits, a capital first, as in Rating or Rating.Value"
            )
        )
    }

    // MARK: - Measures

    private func declare(
        _ measure: MeasureDraft,
        _ id: Located<String>,
        in programmeScope: Scope,
        _ taken: inout [Int64: (id: String, line: Int)],
        _ reserved: Set<Int64>
    ) {
        let fullID = "\(self.draft.id?.value ?? "").\(id.value)"
        let member = Identifier.member(ofMeasure: fullID)
        let fullName = "\(self.package).\(Identifier.camel(member))Facts"
        var scope = programmeScope
        let enumerations = self.ownTypes(measure.types, of: fullName, alias: nil, in: &scope)
        var message = FactsSchema.Message(
            fullName: fullName,
            fields: [],
            enumerations: enumerations,
            messages: [],
            reserved: [],
            position: id.position
        )
        self.checkValueNames(message, at: measure.position)
        var whole: [(FactDraft, FactDraft)] = []
        var byPath: [String: FactDraft] = [:]
        for fact in measure.facts {
            let path = fact.path.value
            if path.hasPrefix("applicant.") || path.contains("[") {
                byPath[path] = fact
                continue
            }
            guard let other = self.shared[path] else {
                if !fact.isDescribed { self.addUndescribed(fact.path) }
                byPath[path] = fact
                whole.append((fact, fact))
                continue
            }
            let completed = fact.completed(by: other)
            byPath[path] = completed
            whole.append((fact, completed))
        }
        let entryFacts = self.declareFields(whole, reserved: measure.reserved, in: scope, &message)
        // A measure may word a fact of an entry in its own way.
        for (path, fact) in entryFacts {
            byPath[path] = byPath[path]?.completed(by: fact) ?? fact
        }
        self.measureFacts[id.value] = byPath
        let number = self.memberNumber(of: measure, id, &taken, reserved)
        self.messages.append(message)
        self.members.append(
            FactsSchema.Member(
                measure: id.value,
                name: member,
                number: number,
                messageName: fullName,
                title: measure.title,
                clause: measure.clause,
                position: measure.number?.position ?? id.position
            )
        )
    }

    /// The number of a measure's member. One that is wrong is told and replaced, so that the measure is checked all the same.
    private func memberNumber(
        of measure: MeasureDraft,
        _ id: Located<String>,
        _ taken: inout [Int64: (id: String, line: Int)],
        _ reserved: Set<Int64>
    ) -> UInt32 {
        guard let number = measure.number else {
            self.problems.add(
                .missingKey,
                at: id.position,
                Text(
                    zh: "措施须有“number”：它在 Application.facts 中的字段编号，自 \(Self.firstOwnNumber) 起",
                    en:
                        "a measure needs the key \"number\", its field of Application.facts, from \(Self.firstOwnNumber) on"
                )
            )
            return self.standIn()
        }
        guard self.isNumber(number, "number") else { return self.standIn() }
        if let other = taken[number.value] {
            self.problems.add(
                .duplicateNumber,
                at: number.position,
                Text(
                    zh: "编号 \(number.value) 已属于第 \(other.line) 行的措施“\(other.id)”",
                    en:
                        "the number \(number.value) is that of the measure \"\(other.id)\" on line \(other.line) already"
                )
            )
            return self.standIn()
        }
        if self.isReserved(number, reserved) { return self.standIn() }
        if number.value < Self.firstOwnNumber, !self.isBuiltIn {
            self.problems.add(
                .badNumber,
                at: number.position,
                Text(
                    zh: "\(Self.firstOwnNumber) 以下的编号属于内置项目；请取 \(Self.firstOwnNumber) 及以上的编号，而非 \(number.value)",
                    en: "numbers below \(Self.firstOwnNumber) are the built-in programmes'; take one from "
                        + "\(Self.firstOwnNumber) on, not \(number.value)"
                )
            )
            return self.standIn()
        }
        taken[number.value] = (id.value, number.position.line)
        return UInt32(number.value)
    }

    /// Whether a number is one of those that are not to be used again; told.
    private func isReserved(_ number: Located<Int64>, _ reserved: Set<Int64>) -> Bool {
        guard reserved.contains(number.value) else { return false }
        self.problems.add(
            .duplicateNumber,
            at: number.position,
            Text(
                zh: "编号 \(number.value) 已列入 reserved，不得再用",
                en: "the number \(number.value) is reserved, and is not to be used again"
            )
        )
        return true
    }

    /// A number that no file can give, for what has a wrong one: the file is refused in any case.
    private func standIn() -> UInt32 {
        self.standIns += 1
        return UInt32(Self.largestNumber) + self.standIns
    }

    private func addUndescribed(_ path: Located<String>) {
        let names = self.shared.keys.sorted()
        let hint = self.problems.suggestion(for: path.value, among: names)
        self.problems.add(
            .undescribedFact,
            at: path.position,
            Text(
                zh: "文件的 facts 没有描述“\(path.value)”；请在此写明 number、type、label 和 question\(hint.zh)",
                en:
                    "the file's facts do not describe \"\(path.value)\"; write number, type, label and question here\(hint.en)"
            )
        )
    }

    // MARK: - Fields

    /// Declares a message's fields. Each fact comes as it stands there, and completed by the programme's.
    ///
    /// - Returns: The descriptions of the facts of its lists' entries, by path.
    @discardableResult
    private func declareFields(
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
                    unit: FactUnit(ofField: name.value),
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

    private func checkDescription(_ fact: FactDraft) {
        for (key, isThere) in [
            ("label", fact.label != nil), ("question", fact.question != nil), ("type", fact.type != nil),
        ]
        where !isThere {
            self.problems.add(
                .missingKey,
                at: fact.path.position,
                Text(
                    zh: "事实“\(fact.path.value)”须有“\(key)”",
                    en: "the fact \"\(fact.path.value)\" needs the key \"\(key)\""
                )
            )
        }
    }

    private func numberOf(
        _ fact: FactDraft,
        _ numbers: inout [Int64: Located<String>],
        _ reserved: Set<Int64>
    ) -> UInt32 {
        guard let number = fact.number else {
            self.problems.add(
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
            self.problems.add(
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

    private func type(
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
                self.problems.add(
                    .unknownKey,
                    at: position,
                    Text(zh: "“\(key)”与类型 list 同用", en: "\"\(key)\" goes with the type list")
                )
            }
        }
        let number = NumberType(rawValue: type.value)
        if let wire = fact.wire, number == nil {
            self.problems.add(
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
            let known = ["bool", "text", "date", "list"] + NumberType.allCases.map(\.rawValue) + scope.names
            let hint = isEntry ? Text(zh: "", en: "") : self.problems.suggestion(for: type.value, among: known)
            self.problems.add(
                .badType,
                at: type.position,
                isEntry
                    ? Text(
                        zh: "“\(type.value)”是列表条目的类型；请写 type: list、of: \(type.value)",
                        en: "\"\(type.value)\" is what a list holds; write type: list and of: \(type.value)"
                    )
                    : Text(
                        zh: "没有类型“\(type.value)”；可用：bool、text、date、list、"
                            + NumberType.allCases.map(\.rawValue).joined(separator: "、") + "，或 types 下的枚举\(hint.zh)",
                        en: "there is no type \"\(type.value)\"; it is one of bool, text, date, list, "
                            + NumberType.allCases.map(\.rawValue).joined(separator: ", ")
                            + ", or an enum under types\(hint.en)"
                    )
            )
            return nil
        }
    }

    private func number(_ type: NumberType, _ fact: FactDraft) -> FactsSchema.FieldType? {
        switch fact.wire?.value {
        case nil: return type.isShort ? .int32 : .int64
        case "int32": return .int32
        case "int64": return .int64
        default:
            if let wire = fact.wire {
                self.problems.add(
                    .badChoice,
                    at: wire.position,
                    Text(zh: "“wire”为 int32 或 int64", en: "\"wire\" is int32 or int64")
                )
            }
            return nil
        }
    }

    private func list(
        _ fact: FactDraft,
        in scope: Scope,
        _ message: inout FactsSchema.Message,
        _ entryFacts: inout [String: FactDraft]
    ) -> FactsSchema.FieldType? {
        let name = fact.path
        if let most = fact.most {
            if most.value < 1 || most.value > Self.longestList {
                self.problems.add(
                    .badNumber,
                    at: most.position,
                    Text(
                        zh: "列表最多 1 至 \(Self.longestList) 条，不能是 \(most.value)",
                        en: "a list has at most 1 to \(Self.longestList) entries, not \(most.value)"
                    )
                )
            }
        } else {
            self.problems.add(
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
            self.problems.add(
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
            let hint = self.problems.suggestion(for: of.value, among: scope.names)
            self.problems.add(
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

    /// The programme's facts are declared by the measures that have them; a type is looked at here as well, so that what is
    /// wrong is told once and where it stands.
    private func checkShared(_ scope: Scope) {
        for fact in self.draft.facts {
            let path = fact.path.value
            if let number = fact.number {
                self.problems.add(
                    .badNumber,
                    at: number.position,
                    Text(
                        zh: "“\(path)”由多项措施共用，编号写在各措施的 facts 下：\(path): \(number.value)",
                        en:
                            "\"\(path)\" is shared; its number stands in the facts of each measure: \(path): \(number.value)"
                    )
                )
            }
            if path.hasPrefix("applicant."), let type = fact.type {
                self.problems.add(
                    .unknownKey,
                    at: type.position,
                    Text(
                        zh: "申请人的字段由接口契约规定，不写类型",
                        en: "the fields of the applicant are the contract's own, and have no type here"
                    )
                )
            }
        }
    }

    // MARK: - Names and numbers

    private func isNumber(_ number: Located<Int64>, _ what: String) -> Bool {
        guard number.value >= 1, number.value <= Self.largestNumber, !Self.protobufsOwn.contains(number.value) else {
            self.problems.add(
                .badNumber,
                at: number.position,
                Text(
                    zh: "字段编号为 1 至 \(Self.largestNumber)，其中 19000 至 19999 为 protobuf 保留；不能是 \(number.value)",
                    en: "a field number is from 1 to \(Self.largestNumber), but none of 19000 to 19999, which are "
                        + "protobuf's own; not \(number.value)"
                )
            )
            return false
        }
        return true
    }

    private func isFactName(_ name: Located<String>) -> Bool {
        guard Identifier.isSnake(name.value), !Keywords.all.contains(name.value), !name.value.hasSuffix("_") else {
            self.problems.add(
                .badName,
                at: name.position,
                Text(
                    zh: "“\(name.value)”不能作事实的名称：应为小写字母、数字和下划线，以字母开头，且不是编程语言的关键字",
                    en:
                        "\"\(name.value)\" cannot name a fact: lower-case letters, digits and _, a letter first, and no "
                        + "keyword of a language"
                )
            )
            return false
        }
        return true
    }

    /// A name ends as its type says, so that whoever reads a request sees the unit.
    private func checkSuffix(_ name: Located<String>, _ type: Located<String>, _ number: NumberType?) {
        let wanted = number.map(\.suffix) ?? (type.value == "date" ? "_on" : nil)
        if let wanted, !name.value.hasSuffix(wanted) {
            self.problems.add(
                .badName,
                at: name.position,
                Text(
                    zh: "类型为 \(type.value) 的事实，名称以“\(wanted)”结尾：\(name.value)\(wanted)",
                    en: "the name of a fact of the type \(type.value) ends in \"\(wanted)\": \(name.value)\(wanted)"
                )
            )
            return
        }
        guard wanted == nil else { return }
        if type.value == "text", name.value.hasSuffix("_on") {
            self.problems.add(
                .badType,
                at: type.position,
                Text(
                    zh: "名称以“_on”结尾的是日期；请写 type: date，或改名",
                    en: "what ends in \"_on\" is a date; write type: date, or name it otherwise"
                )
            )
        }
        if number != nil, let unit = FactUnit(ofField: name.value) {
            let meant = NumberType.allCases.first { $0.suffix == "_" + unit.rawValue }?.rawValue ?? unit.rawValue
            self.problems.add(
                .badType,
                at: type.position,
                Text(
                    zh: "名称以“_\(unit.rawValue)”结尾的，类型为 \(meant)",
                    en: "what ends in \"_\(unit.rawValue)\" has the type \(meant)"
                )
            )
        }
    }

    private static func isTypeName(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return (1...2).contains(parts.count)
            && parts.allSatisfy { part in
                guard let first = part.utf8.first, (0x41...0x5A).contains(first), part.utf8.count <= Identifier.longest
                else { return false }
                return part.utf8.allSatisfy {
                    (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || (0x30...0x39).contains($0)
                } && !Keywords.all.contains(String(part))
            }
    }

    private static func isValueName(_ text: String) -> Bool {
        guard let first = text.utf8.first, (0x41...0x5A).contains(first), text.utf8.count <= Identifier.longest else {
            return false
        }
        return text.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    }

    private static func isPackage(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return text.utf8.count <= Identifier.longest && !parts.isEmpty
            && parts.allSatisfy { Identifier.isSnake(String($0)) && !Keywords.all.contains(String($0)) }
    }
}
