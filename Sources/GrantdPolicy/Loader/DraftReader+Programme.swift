//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension DraftReader {
    /// The whole file.
    func programme(_ node: YAMLNode) -> ProgrammeDraft? {
        let keys = [
            "programme", "package", "document", "in_force", "reserved", "types", "facts", "rules", "define", "measures",
            "figures",
        ]
        guard let group = self.group(node, "the file", keys: keys) else { return nil }
        return self.reading(group["figures"].map { self.figures($0) } ?? []).programme(node, group)
    }

    private func programme(_ node: YAMLNode, _ group: Group) -> ProgrammeDraft {
        var draft = ProgrammeDraft(position: node.position)
        draft.id = self.required("programme", of: group).flatMap { self.id($0, "a programme") }
        if let document = self.required("document", of: group) { self.document(document, into: &draft) }
        if let interval = self.required("in_force", of: group) {
            draft.inForce = self.interval(interval, beside: ["clause"])
            draft.inForceClause = self.clause(ofInterval: interval)
        }
        draft.package = group["package"].flatMap { self.located($0, "package") }
        if let reserved = group["reserved"] { draft.reserved = self.numbers(reserved, "reserved") }
        if let types = group["types"] { draft.types = self.types(types) }
        draft.figures = self.figures
        draft.shared = self.sharedParts(group)
        if let measures = self.required("measures", of: group) {
            let items = self.list(measures, "measures")
            if items.isEmpty, case .sequence = measures.content {
                self.diagnostics.add(
                    .wrongType,
                    at: measures.position,
                    Text(zh: "measures 至少要有一项措施", en: "measures must hold at least one measure")
                )
            }
            var room = Self.roomForVersions
            for item in items {
                draft.measures += self.versions(of: item, within: draft.inForce, by: draft.inForceClause, &room).map {
                    self.rereading(group, for: $0, &room)
                }
            }
        }
        return draft
    }

    /// What several measures share, with this reader's figures in its texts and tables.
    private func sharedParts(_ group: Group) -> SharedParts {
        var parts = SharedParts()
        if let facts = group["facts"] { parts.facts = self.facts(facts) }
        if let rules = group["rules"] { parts.rules = self.sharedRules(rules) }
        if let definitions = group["define"] {
            parts.definitions = self.named(definitions, "define").compactMap { self.definition($0.name, $0.value) }
        }
        return parts
    }

    /// A measure whose figures win over the programme's reads what it shares once more, with its own.
    private func rereading(_ group: Group, for draft: MeasureDraft, _ room: inout Int) -> MeasureDraft {
        guard draft.overridesFigures else { return draft }
        for key in ["facts", "rules", "define"] { room -= group[key]?.weight ?? 0 }
        guard room >= 0 else {
            self.reportNoRoom(at: draft.position)
            return draft
        }
        var reader = self
        reader.figures = draft.figures
        var draft = draft
        draft.sharedParts = reader.sharedParts(group)
        return draft
    }

    private func document(_ node: YAMLNode, into draft: inout ProgrammeDraft) {
        let keys = ["number", "title", "issuer", "issued", "gazette"]
        guard let group = self.group(node, "document", keys: keys) else { return }
        draft.documentNumber = self.required("number", of: group).flatMap { self.words($0, "number") }
        draft.title = self.required("title", of: group).flatMap { self.text($0, "title") }
        draft.issuer = self.required("issuer", of: group).flatMap { self.text($0, "issuer") }
        draft.issued = self.required("issued", of: group).flatMap { self.date($0, "issued")?.text }
        draft.gazette = self.required("gazette", of: group).flatMap { self.words($0, "gazette") }
    }

    private func sharedRules(_ node: YAMLNode) -> [SharedRuleDraft] {
        self.named(node, "rules").compactMap { name, value in
            guard let name = self.id(name, "a rule") else { return nil }
            let keys = ["when", "ground", "any_of", "unless", "where", "clause", "label", "stage", "assumable"]
            guard let group = self.group(value, "a rule", keys: keys) else {
                return SharedRuleDraft(name: name, rule: nil)
            }
            let isBar = group["ground"] != nil || group["any_of"] != nil
            return SharedRuleDraft(name: name, rule: isBar ? self.bar(group) : self.requirement(group))
        }
    }

    /// A condition that must be true.
    func requirement(_ group: Group) -> RuleDraft {
        for key in ["unless", "assumable"] {
            guard let value = group.values[key] else { continue }
            self.diagnostics.add(
                .unknownKey,
                at: value.key,
                Text(zh: "“\(key)”只与禁止情形同用；这条规则是条件", en: "\"\(key)\" goes with a bar; this rule is a requirement")
            )
        }
        var draft = self.rule(group)
        draft.condition = self.required("when", of: group).flatMap { self.expression($0, "when") }.map { .when($0) }
        return draft
    }

    /// A condition that must be false.
    func bar(_ group: Group) -> RuleDraft {
        var draft = self.rule(group)
        if let value = group.values["when"] {
            self.diagnostics.add(
                .unknownKey,
                at: value.key,
                Text(zh: "禁止情形用“ground”；“when”用于条件", en: "a bar has a \"ground\"; \"when\" goes with a requirement")
            )
        }
        let unless = group["unless"].map { self.expression($0, "unless") }
        var grounds: [GroundDraft] = []
        if let list = group.values["any_of"] {
            if let ground = group.values["ground"] {
                self.diagnostics.add(
                    .unknownKey,
                    at: ground.key,
                    Text(zh: "禁止情形只写“ground”或“any_of”之一", en: "a bar has a \"ground\" or \"any_of\", not both")
                )
            }
            for item in self.list(list.node, "any_of") {
                guard let entry = self.group(item, "an entry of any_of", keys: ["ground", "unless"]) else { continue }
                let ground = self.required("ground", of: entry).flatMap { self.expression($0, "ground") }
                grounds.append(
                    GroundDraft(ground: ground, unless: entry["unless"].flatMap { self.expression($0, "unless") })
                )
            }
            if grounds.isEmpty, case .sequence(let items) = list.node.content, items.isEmpty {
                self.diagnostics.add(
                    .wrongType,
                    at: list.node.position,
                    Text(zh: "any_of 至少要有一项", en: "any_of must hold at least one ground")
                )
            }
        } else {
            let ground = self.required("ground", of: group).flatMap { self.expression($0, "ground") }
            grounds.append(GroundDraft(ground: ground, unless: nil))
        }
        draft.condition = .bar(grounds: grounds, unless: unless ?? nil)
        if let assumable = group["assumable"] {
            draft.assumable = self.choice(assumable, "assumable", [("true", true), ("false", false)]) ?? true
        }
        return draft
    }

    private func rule(_ group: Group) -> RuleDraft {
        let stages = Stage.allCases.map { (name: $0.name, value: $0) }
        return RuleDraft(
            position: group.position,
            guardCondition: group["where"].flatMap { self.expression($0, "where") },
            clause: group["clause"].flatMap { self.words($0, "clause") },
            label: group["label"].flatMap { self.text($0, "label") },
            labelPosition: group["label"]?.position,
            hasLabel: group["label"] != nil || group.misspelt.contains("label"),
            stage: group["stage"].flatMap { self.choice($0, "stage", stages) } ?? .application,
            assumable: true
        )
    }

    /// The value of `values`: labels of names.
    func valueLabels(_ node: YAMLNode) -> ValueLabelsDraft {
        let labels = self.named(node, "values").map { name, value in
            (name: name, label: self.text(value, Subject(zh: "\(name.value) 的标签", en: "the label of \(name.value)")))
        }
        return ValueLabelsDraft(position: node.position, labels: labels)
    }
}
