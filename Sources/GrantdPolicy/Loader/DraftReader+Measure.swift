//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension DraftReader {
    private static let measureKeys = [
        "id", "number", "title", "clause", "basis", "in_force", "screened", "agency_rate", "reserved", "types", "facts",
        "refuse", "requires", "bars", "once", "caps", "award", "used_up", "calculator", "define", "lines", "figures",
        "versions",
    ]

    /// The bases that a file may name. An agency's own rate is written as `agency_rate`.
    private static let bases = Basis.allCases.filter { $0 != .agencyRate }.map { (name: $0.name, value: $0) }

    /// One entry of `measures`, or a version of it that has been written out.
    func measure(_ node: YAMLNode) -> MeasureDraft? {
        guard let group = self.group(node, "a measure", keys: Self.measureKeys) else { return nil }
        guard let own = group["figures"].map({ self.figures($0) }), !own.isEmpty else {
            return self.measure(node, group)
        }
        self.warnOfRepeated(own)
        var draft = self.reading(own).measure(node, group)
        if own.contains(where: { self.figures.byName[$0.name.value] != nil }) {
            draft.overridesFigures = true
        }
        return draft
    }

    private func measure(_ node: YAMLNode, _ group: Group) -> MeasureDraft {
        var draft = MeasureDraft(position: node.position, factsPosition: node.position)
        draft.figures = self.figures
        draft.id = self.required("id", of: group).flatMap { self.id($0, "a measure") }
        draft.title = self.required("title", of: group).flatMap { self.text($0, "title") }
        draft.clause = self.required("clause", of: group).flatMap { self.words($0, "clause") }
        draft.basis = self.required("basis", of: group).flatMap { self.basis($0) }
        if let interval = group["in_force"] {
            draft.hasOwnInterval = true
            draft.inForce = self.interval(interval, beside: ["clause", "where"]).map {
                Located(value: $0, position: interval.position)
            }
            draft.inForceClause = self.clause(ofInterval: interval)
            draft.inForceCondition = self.condition(ofInterval: interval)
        }
        if let screened = group["screened"] {
            let choices = [("always", false), ("on request", true)]
            draft.isScreenedOnRequest = self.choice(screened, "screened", choices) ?? false
        }
        if let rate = group["agency_rate"] {
            draft.agencyRate = self.ratio(rate, "agency_rate").map { Located(value: $0, position: rate.position) }
        }
        draft.number = group["number"].flatMap { self.number($0, "number") }
        if let reserved = group["reserved"] { draft.reserved = self.numbers(reserved, "reserved") }
        if let types = group["types"] { draft.types = self.types(types) }
        if let facts = group.values["facts"] {
            draft.factsPosition = facts.key
            draft.facts = self.facts(facts.node)
        }
        if let refusals = group["refuse"] {
            draft.refusals = self.all(self.list(refusals, "refuse"), in: &draft) { self.refusal($0) }
        }
        if let requires = group["requires"] {
            draft.requires = self.all(self.list(requires, "requires"), in: &draft) {
                self.ruleReference($0, isBar: false)
            }
        }
        if let bars = group["bars"] {
            draft.bars = self.all(self.list(bars, "bars"), in: &draft) { self.ruleReference($0, isBar: true) }
        }
        if let once = group["once"], self.choice(once, "once", [("subject", true)]) != nil {
            draft.once = once.position
        }
        if let caps = group["caps"] { draft.caps = self.caps(caps) }
        draft.award = self.required("award", of: group).flatMap { self.award($0) }
        if let usedUp = group["used_up"] {
            draft.usedUp = self.usedUp(usedUp)
            if draft.usedUp == nil { draft.isWhole = false }
        }
        if let calculator = group["calculator"] {
            draft.calculator = self.calculator(calculator)
            if draft.calculator == nil { draft.isWhole = false }
        }
        if let definitions = group["define"] {
            draft.definitions = self.all(self.named(definitions, "define"), in: &draft) {
                self.definition($0.name, $0.value)
            }
        }
        if let lines = group["lines"] {
            draft.lines = self.all(self.list(lines, "lines"), in: &draft) { self.line($0) }
        }
        return draft
    }

    /// What could be read of a list; the draft is not whole where something could not.
    private func all<Node, Value>(_ nodes: [Node], in draft: inout MeasureDraft, _ read: (Node) -> Value?) -> [Value] {
        let values = nodes.compactMap(read)
        if values.count < nodes.count { draft.isWhole = false }
        return values
    }

    private func basis(_ node: YAMLNode) -> Located<Basis>? {
        if node.scalar == Basis.agencyRate.name {
            let message = Text(
                zh: "请写 basis: \(Basis.unpublishedRate.name)，比例写在 agency_rate",
                en: "write basis: \(Basis.unpublishedRate.name) and the rate as agency_rate"
            )
            self.diagnostics.add(.badChoice, at: node.position, message)
            return nil
        }
        return self.choice(node, "basis", Self.bases).map { Located(value: $0, position: node.position) }
    }

    private func ruleReference(_ node: YAMLNode, isBar: Bool) -> RuleReferenceDraft? {
        if let name = node.scalar, !name.isEmpty { return .shared(Located(value: name, position: node.position)) }
        let keys =
            isBar
            ? ["id", "ground", "any_of", "unless", "where", "clause", "label", "stage", "assumable"]
            : ["id", "when", "where", "clause", "label", "stage"]
        guard let group = self.group(node, isBar ? "a bar" : "a requirement", keys: keys) else { return nil }
        let id = self.required("id", of: group).flatMap { self.id($0, "a rule") }
        let rule = isBar ? self.bar(group) : self.requirement(group)
        // Without an id of its own the rule is still checked, at its place.
        return .own(id: id ?? Located(value: "", position: node.position), rule)
    }

    private func caps(_ node: YAMLNode) -> [CapDraft] {
        self.named(node, "caps").compactMap { name, value in
            guard !self.isCutSum(name, value) else { return nil }
            guard let scope = CapScope(name: name.value) else {
                let names = CapScope.names
                let hint = self.diagnostics.suggestion(for: name.value, among: names)
                let list = names.joined(separator: ", ")
                let message = Text(
                    zh: "上限没有“\(name.value)”这一范围；可选：\(list)，其中 3 可为 2 至 99\(hint.zh)",
                    en:
                        "a cap cannot be per \"\(name.value)\"; it is one of \(list), where 3 stands for 2 to 99\(hint.en)"
                )
                self.diagnostics.add(.unknownCap, at: name.position, message)
                return nil
            }
            return CapDraft(scope: Located(value: scope, position: name.position), limit: self.money(value, "a cap"))
        }
    }

    /// One entry of `define`, of the programme or of a measure.
    func definition(_ name: Located<String>, _ node: YAMLNode) -> DefinitionDraft? {
        let reserved = ExpressionCompiler.inputs
        guard Identifier.isSnake(name.value), !reserved.contains(name.value) else {
            let list = reserved.joined(separator: ", ")
            let message = Text(
                zh: "“\(name.value)”不能作表达式的名称：用小写字母、数字和 _，且不能是 \(list)",
                en: "\"\(name.value)\" cannot name an expression: lower-case letters, digits and _, and none of \(list)"
            )
            self.diagnostics.add(.badID, at: name.position, message)
            return nil
        }
        if case .mapping = node.content {
            return self.table(definedBy: node).map { DefinitionDraft(name: name, body: .table($0)) }
        }
        return self.expression(node, "define").map { DefinitionDraft(name: name, body: .expression($0)) }
    }

    /// The unit of a line: people read its words in their language, so that it is one of those that there are.
    private func unit(_ node: YAMLNode) -> Unit? {
        guard let name = self.located(node, "unit") else { return nil }
        if let unit = Unit(lineName: name.value) { return unit }
        let names = Unit.ofLines.map(\.lineName)
        let hint = self.diagnostics.suggestion(for: name.value, among: names)
        self.diagnostics.add(
            .badChoice,
            at: name.position,
            name.value == Unit.fen.rawValue || name.value == "money"
                ? Text(zh: "金额写作 amount，不写 quantity 和 unit", en: "money is an \"amount\", not a quantity with a unit")
                : Text(
                    zh: "没有单位“\(name.value)”；可用：\(names.joined(separator: "、"))，其他事物用 count\(hint.zh)",
                    en: "there is no unit \"\(name.value)\"; it is one of \(names.joined(separator: ", ")), and "
                        + "anything else a count\(hint.en)"
                )
        )
        return nil
    }

    private func line(_ node: YAMLNode) -> LineDraft? {
        let kinds = ["amount", "quantity", "date", "month", "name", "names", "flag"]
        let keys = ["id"] + kinds + ["unit", "when", "asked", "basis", "label", "values"]
        guard let group = self.group(node, "a line", keys: keys) else { return nil }
        var draft = LineDraft(position: node.position)
        draft.id = self.required("id", of: group).flatMap { self.id($0, "a line") }
        draft.when = group["when"].flatMap { self.expression($0, "when") }
        if let asked = group["asked"] {
            draft.isAsked = self.choice(asked, "asked", [("true", true), ("false", false)]) ?? false
        }
        draft.basis = group["basis"].flatMap { self.basis($0)?.value }
        draft.label = self.required("label", of: group).flatMap { self.text($0, "label") }
        let given = kinds.filter { group[$0] != nil }
        guard given.count == 1, let kind = given.first, let value = group[kind] else {
            let list = kinds.joined(separator: ", ")
            self.diagnostics.add(
                given.isEmpty ? .missingKey : .unknownKey,
                at: node.position,
                Text(zh: "明细行恰好有下列之一：\(list)", en: "a line has exactly one of \(list)")
            )
            return draft
        }
        draft.value = self.expression(value, "\(kind)")
        switch kind {
        case "amount": draft.kind = .amount
        case "quantity":
            draft.kind = self.required("unit", of: group).flatMap { self.unit($0) }.map { .quantity(unit: $0) }
        case "date": draft.kind = .date
        case "month": draft.kind = .month
        case "name": draft.kind = .name
        case "names": draft.kind = .names
        default: draft.kind = .flag
        }
        if kind != "quantity", let unit = group.values["unit"] {
            self.diagnostics.add(
                .unknownKey,
                at: unit.key,
                Text(zh: "“unit”只与 quantity 同用", en: "\"unit\" goes with a quantity")
            )
        }
        draft.values = group["values"].map { self.valueLabels($0) }
        if kind != "name", kind != "names", let values = group.values["values"] {
            self.diagnostics.add(
                .unknownKey,
                at: values.key,
                Text(zh: "“values”只与 name 或 names 同用", en: "\"values\" goes with a name or names")
            )
        }
        return draft
    }
}
