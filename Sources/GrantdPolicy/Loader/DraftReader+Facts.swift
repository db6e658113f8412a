//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension DraftReader {
    /// The entries of `types`, of the programme, of a measure or of a list's entries.
    func types(_ node: YAMLNode) -> [TypeDraft] {
        self.named(node, "types").map { name, value in
            guard
                let group = self.group(
                    value,
                    Subject(zh: "类型", en: "a type"),
                    keys: ["enum", "types", "of", "reserved"]
                )
            else {
                return TypeDraft(name: name, body: nil)
            }
            if let values = group["enum"] {
                for key in ["of", "types", "reserved"] {
                    guard let other = group.values[key] else { continue }
                    self.diagnostics.add(
                        .unknownKey,
                        at: other.key,
                        Text(
                            zh: "“\(key)”与列表条目的“of”同用；此类型为枚举",
                            en: "\"\(key)\" goes with \"of\", the entries of a list; this type is an enum"
                        )
                    )
                }
                return TypeDraft(name: name, body: .enumeration(self.enumValues(values)))
            }
            guard let of = group["of"] else {
                self.diagnostics.add(
                    .missingKey,
                    at: group.position,
                    Text(
                        zh: "类型须有“enum”（枚举值）或“of”（列表条目的事实）",
                        en: "a type needs \"enum\", its values, or \"of\", the facts of a list's entries"
                    )
                )
                return TypeDraft(name: name, body: nil)
            }
            var entry = EntryDraft(position: of.position)
            if let types = group["types"] { entry.types = self.types(types) }
            entry.facts = self.facts(of)
            if let reserved = group["reserved"] { entry.reserved = self.numbers(reserved, "reserved") }
            return TypeDraft(name: name, body: .entry(entry))
        }
    }

    private func enumValues(_ node: YAMLNode) -> [EnumValueDraft] {
        self.named(node, "enum").map { name, value in
            guard let group = self.group(value, Subject(zh: "枚举值", en: "a value"), keys: ["number", "label"]) else {
                return EnumValueDraft(name: name, number: nil, label: nil)
            }
            return EnumValueDraft(
                name: name,
                number: self.required("number", of: group).flatMap { self.number($0, "number") },
                label: self.required("label", of: group).flatMap {
                    self.text($0, Subject(zh: "\(name.value) 的标签", en: "the label of \(name.value)"))
                }
            )
        }
    }

    /// The entries of `facts`: a group of keys each, or the number of a fact that the programme describes.
    func facts(_ node: YAMLNode) -> [FactDraft] {
        self.named(node, "facts").map { name, value in
            var draft = FactDraft(path: name)
            if let text = value.scalar, Int64(text) != nil {
                draft.number = self.number(value, Subject(zh: "\(name.value) 的编号", en: "the number of \(name.value)"))
                draft.isDescribed = false
                return draft
            }
            let keys = [
                "number", "type", "of", "most", "wire", "label", "question", "hint", "minimum", "maximum", "excludes",
            ]
            guard let group = self.group(value, Subject(zh: "事实", en: "a fact"), keys: keys) else { return draft }
            draft.number = group["number"].flatMap { self.number($0, "number") }
            draft.type = group["type"].flatMap { self.located($0, "type") }
            if let of = group["of"] {
                if case .mapping = of.content {
                    draft.entries = EntryDraft(position: of.position, facts: self.facts(of))
                } else {
                    draft.of = self.located(of, "of")
                }
            }
            draft.most = group["most"].flatMap { self.number($0, "most") }
            draft.wire = group["wire"].flatMap { self.located($0, "wire") }
            draft.label = group["label"].flatMap { self.text($0, "label") }
            draft.question = group["question"].flatMap { self.text($0, "question") }
            draft.hint = group["hint"].flatMap { self.text($0, "hint") }
            if let minimum = group["minimum"] {
                draft.minimum =
                    minimum.scalar == "none"
                    ? .none(minimum.position)
                    : self.integer(minimum, "minimum").map { .value($0, minimum.position) }
            } else {
                draft.minimum = .byUnit
            }
            draft.maximum = group["maximum"].flatMap { self.number($0, "maximum") }
            if let excludes = group["excludes"] {
                draft.excludes = self.list(excludes, "excludes").compactMap {
                    self.located($0, Subject(zh: "取值", en: "a value"))
                }
            }
            return draft
        }
    }

    /// A list of numbers that are not to be used again.
    func numbers(_ node: YAMLNode, _ what: Subject) -> [Located<Int64>] {
        self.list(node, what).compactMap { self.number($0, Subject(zh: "编号", en: "a number")) }
    }

    /// A whole number and its place.
    func number(_ node: YAMLNode, _ what: Subject) -> Located<Int64>? {
        self.integer(node, what).map { Located(value: $0, position: node.position) }
    }

    /// A text and its place.
    func located(_ node: YAMLNode, _ what: Subject) -> Located<String>? {
        self.string(node, what).map { Located(value: $0, position: node.position) }
    }
}
