//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy

/// The messages and enums of the contract as schemas of JSON, as the daemon reads and writes them.
///
/// Requests are read more freely than replies are written: whole numbers also in strings, values of enums also by number, null
/// for what is not set. So what both hold stands twice, the request's under its name and `.Input`.
struct SchemaComponents {
    private typealias Members = [(name: String, value: JSONNode)]

    private let outline: SchemaOutline
    private let rules: ContractRules
    /// By message and field: `grantd.v1.MedicalDeviceProductApprovalFacts.approved_for_market`.
    private let facts: [String: Fact]
    /// The messages that hold facts.
    private let factMessages: Set<String>
    private let requestTypes: Set<String>
    private let replyTypes: Set<String>

    /// What of an application a screening reads.
    /// Of either alphabet, padded or not.
    private static let base64 = {
        let digit = "[A-Za-z0-9+/_-]"
        return "^(?:\(digit){4})*(?:\(digit){2}(?:==)?|\(digit){3}=?)?$"
    }()
    private static let known = "grantd.v1.KnownApplication"
    private static let application = "grantd.v1.Application"

    init(_ outline: SchemaOutline, _ policies: PolicySet) {
        self.outline = outline
        self.rules = ContractRules(policies)
        self.requestTypes = Self.types(from: outline.calls.map(\.request), outline)
        self.replyTypes = Self.types(from: outline.calls.map(\.reply), outline)
        var facts: [String: Fact] = [:]
        for measure in policies.measures {
            for fact in measure.facts {
                guard let key = Self.key(ofFact: fact.wirePath, outline) else { continue }
                facts[key] = facts[key].map { Self.wider($0, fact) } ?? fact
            }
        }
        self.facts = facts
        let members = outline.messages[Self.application]?.fields.filter { $0.oneof != nil } ?? []
        self.factMessages = Self.types(from: members.map(\.typeName), outline)
    }

    /// The messages and enums that these messages hold, they themselves among them.
    private static func types(from roots: [String], _ outline: SchemaOutline) -> Set<String> {
        var found: Set<String> = []
        var open = roots
        while let name = open.popLast() {
            guard found.insert(name).inserted, let message = outline.messages[name] else { continue }
            open += message.fields.map(\.typeName).filter { !$0.isEmpty }
        }
        return found
    }

    /// Where a fact stands that has this path in an application: its message and its field.
    private static func key(ofFact path: String, _ outline: SchemaOutline) -> String? {
        var message = self.application
        var key: String?
        for part in path.split(separator: ".") {
            let name = String(part.hasSuffix("[]") ? part.dropLast(2) : part)
            guard let field = outline.messages[message]?.fields.first(where: { $0.name == name }) else { return nil }
            key = "\(message).\(name)"
            message = field.typeName
        }
        return key
    }

    /// A fact of two measures or versions takes what either takes.
    private static func wider(_ left: Fact, _ right: Fact) -> Fact {
        func bound(_ one: Int64?, _ other: Int64?, _ pick: (Int64, Int64) -> Int64) -> Int64? {
            guard let one, let other else { return nil }
            return pick(one, other)
        }
        return Fact(
            holder: left.holder,
            path: left.path,
            wirePath: left.wirePath,
            kind: left.kind,
            unit: left.unit,
            minimum: bound(left.minimum, right.minimum, min),
            maximum: bound(left.maximum, right.maximum, max),
            excluded: left.excluded.filter { right.excluded.contains($0) },
            most: left.most.flatMap { one in right.most.map { max(one, $0) } },
            label: left.label,
            // What only one of them asks is said of neither.
            question: left.question == right.question ? left.question : Text(zh: "", en: ""),
            hint: left.hint == right.hint ? left.hint : nil
        )
    }

    // MARK: - Names

    /// What a request's type is called.
    func requestName(_ type: String) -> String { self.replyTypes.contains(type) ? type + ".Input" : type }

    static func reference(_ name: String) -> JSONNode { .object([("$ref", .text("#/components/schemas/" + name))]) }

    // MARK: - Schemas

    /// All schemas, by name.
    var all: [(name: String, value: JSONNode)] {
        var schemas: Members = []
        for type in self.requestTypes.sorted() {
            if let message = self.outline.messages[type] {
                schemas.append((self.requestName(type), self.request(message)))
            } else if let enumeration = self.outline.enumerations[type] {
                schemas.append((self.requestName(type), self.enumeration(enumeration, isRequest: true)))
            }
        }
        if self.requestTypes.contains(Self.application), let application = self.outline.messages[Self.application] {
            schemas.append((Self.known, self.knownApplication(application)))
        }
        for type in self.replyTypes.sorted() {
            if let message = self.outline.messages[type] {
                schemas.append((type, self.reply(message)))
            } else if let enumeration = self.outline.enumerations[type] {
                schemas.append((type, self.enumeration(enumeration, isRequest: false)))
            }
        }
        return schemas
    }

    private static func described(_ comment: String, _ members: Members) -> JSONNode {
        .object((comment.isEmpty ? [] : [("description", .text(comment))]) + members)
    }

    private func request(_ message: SchemaOutline.Message) -> JSONNode {
        let properties = message.fields.map { ($0.name, self.request($0, of: message.name)) }
        var members: Members = [
            ("type", .text("object")), ("properties", .object(properties)), ("additionalProperties", .bool(false)),
        ]
        let required = ContractRules.required(message.name)
        if !required.isEmpty { members.append(("required", .texts(required))) }
        // An application must have one of its facts; any other oneof may be left unset.
        if message.name == Self.application {
            members.append(("oneOf", Self.oneEach(message.fields.filter { $0.oneof != nil })))
            members.append(("examples", .list([self.example(message)])))
        }
        return Self.described(message.comment, members)
    }

    private static func oneEach(_ fields: [SchemaOutline.Field]) -> JSONNode {
        .list(fields.map { .object([("required", .texts([$0.name]))]) })
    }

    private func example(_ application: SchemaOutline.Message) -> JSONNode {
        var members: Members = [("as_of", .text("2026-05-20"))]
        if let member = application.fields.first(where: { $0.oneof != nil }) {
            members.append((member.name, .object([])))
        }
        return .object(members)
    }

    private func knownApplication(_ application: SchemaOutline.Message) -> JSONNode {
        let fields = application.fields.filter { !$0.name.hasPrefix("prior_awards") }
        return Self.described(
            "An application of which only `subject_id` and the facts are read. Earlier awards stand in the request itself.",
            [
                ("type", .text("object")),
                ("properties", .object(fields.map { ($0.name, self.request($0, of: application.name)) })),
                ("additionalProperties", .bool(false)),
                ("oneOf", Self.oneEach(fields.filter { $0.oneof != nil })),
            ]
        )
    }

    // MARK: - Fields of requests

    private func request(_ field: SchemaOutline.Field, of message: String) -> JSONNode {
        let fact = self.facts["\(message).\(field.name)"]
        var comment = field.comment
        if let fact, comment.isEmpty {
            comment = [fact.label, fact.question, fact.hint].compactMap { $0 }.filter { !$0.zh.isEmpty }
                .map { "\($0.en) \($0.zh)" }.joined(separator: " ")
        }
        // What must be set, and the member of a oneof, is not null.
        let isNullable = field.oneof == nil && !ContractRules.required(message).contains(field.name)
        if field.isRepeated {
            let most = fact?.most ?? self.rules.most(message, field.name)
            return Self.described(
                comment,
                [
                    ("type", .texts(["array", "null"])),
                    ("items", .object(self.value(field, of: message, fact, isNullable: false))),
                    ("maxItems", .number(Int64(most))),
                ]
            )
        }
        return Self.described(comment, self.value(field, of: message, fact, isNullable: isNullable))
    }

    private func value(
        _ field: SchemaOutline.Field,
        of message: String,
        _ fact: Fact?,
        isNullable: Bool
    ) -> Members {
        func types(_ names: String...) -> JSONNode {
            let all = isNullable ? names + ["null"] : names
            return all.count == 1 ? .text(all[0]) : .texts(all)
        }
        func choice(_ schema: JSONNode) -> Members {
            isNullable
                ? [("anyOf", .list([schema, .object([("type", .text("null"))])]))]
                : [("allOf", .list([schema]))]
        }
        switch field.type {
        case .bool: return [("type", types("boolean"))]
        case .int32: return self.number(field, of: message, fact, type: types("integer", "string"), isLong: false)
        case .int64: return self.number(field, of: message, fact, type: types("integer", "string"), isLong: true)
        case .string:
            let rules = self.rules.text(message, field.name, isFact: self.factMessages.contains(message))
            return [("type", types("string"))]
                + rules.map { name, value in
                    guard isNullable, name == "enum", case .list(let values) = value else { return (name, value) }
                    return ("anyOf", .list([.object([("enum", .list(values))]), .object([("type", .text("null"))])]))
                }
        case .bytes:
            return [
                ("type", types("string")), ("contentEncoding", .text("base64")), ("pattern", .text(Self.base64)),
            ]
        case .message:
            let name =
                field.name == "known" && message == "grantd.v1.ScreenRequest"
                ? Self.known : self.requestName(field.typeName)
            return choice(Self.reference(name))
        case .enumeration:
            let excluded = fact?.excluded ?? []
            guard !excluded.isEmpty, let enumeration = self.outline.enumerations[field.typeName] else {
                return choice(Self.reference(self.requestName(field.typeName)))
            }
            let left = enumeration.values.filter { value in !excluded.contains { Int64($0) == value.number } }
            return choice(.object(Self.values(left, isRequest: true)))
        }
    }

    private func number(
        _ field: SchemaOutline.Field,
        of message: String,
        _ fact: Fact?,
        type: JSONNode,
        isLong: Bool
    ) -> Members {
        let isFact = self.factMessages.contains(message)
        let implied = isFact ? Unit(ofField: field.name)?.impliedMinimum : ContractRules.minimum(message, field.name)
        let least = (fact.map(\.minimum) ?? implied) ?? (isLong ? Int64.min : Int64(Int32.min))
        let most = fact?.maximum ?? (isLong ? Int64.max : Int64(Int32.max))
        // In strings only numbers of so many digits that they are of the type for certain: a longer one is written as a number.
        let longest: Int64 = isLong ? 999_999_999_999_999_999 : 999_999_999
        let inStrings = max(least, -longest)...min(most, longest)
        var members: Members = [
            ("type", type), ("minimum", .number(least)), ("maximum", .number(most)),
            ("pattern", .text(NumberPattern.of(inStrings))),
        ]
        if let unit = fact?.unit ?? (isFact ? Unit(ofField: field.name) : nil) {
            members.append(("x-unit", .text(unit.rawValue)))
        }
        return members
    }

    // MARK: - Enums

    private static func values(
        _ values: [(name: String, number: Int64, comment: String)],
        isRequest: Bool
    ) -> Members {
        let names = values.map { JSONNode.text($0.name) }
        guard isRequest else { return [("type", .text("string")), ("enum", .list(names))] }
        return [
            ("type", .texts(["string", "integer"])),
            ("enum", .list(names + values.map { .number($0.number) })),
        ]
    }

    private func enumeration(_ enumeration: SchemaOutline.Enumeration, isRequest: Bool) -> JSONNode {
        let lines = enumeration.values.map { "- `\($0.name)`\($0.comment.isEmpty ? "" : ": " + $0.comment)" }
        let comment = ([enumeration.comment, ""].filter { !$0.isEmpty } + lines).joined(separator: "\n")
        return Self.described(comment, Self.values(enumeration.values, isRequest: isRequest))
    }

    // MARK: - Replies

    private func reply(_ message: SchemaOutline.Message) -> JSONNode {
        Self.described(
            message.comment,
            [
                ("type", .text("object")),
                ("properties", .object(message.fields.map { ($0.name, self.reply($0)) })),
            ]
        )
    }

    private func reply(_ field: SchemaOutline.Field) -> JSONNode {
        let value: Members =
            switch field.type {
            case .bool: [("type", .text("boolean"))]
            case .int32: [("type", .text("integer")), ("format", .text("int32"))]
            case .int64: [("type", .text("string")), ("format", .text("int64")), ("pattern", .text("^-?[0-9]{1,19}$"))]
            case .string: [("type", .text("string"))]
            case .bytes:
                [
                    ("type", .text("string")), ("contentEncoding", .text("base64")), ("pattern", .text(Self.base64)),
                ]
            case .message, .enumeration: [("allOf", .list([Self.reference(field.typeName)]))]
            }
        guard field.isRepeated else { return Self.described(field.comment, value) }
        return Self.described(field.comment, [("type", .text("array")), ("items", .object(value))])
    }
}
