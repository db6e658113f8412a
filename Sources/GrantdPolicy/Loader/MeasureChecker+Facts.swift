//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

extension MeasureChecker {
    /// The description of the fact that `facts.x` or `applicant.x` reads.
    func factDraft(read path: String) -> FactDraft? {
        let name = path.hasPrefix("facts.") ? String(path.dropFirst("facts.".count)) : path
        guard name != path || path.hasPrefix("applicant.") else { return nil }
        return self.ownFacts[name] ?? self.shared.facts[name]
    }

    /// Every fact that the measure asks for, in the order in which its expressions first read them; `nil` after a
    /// problem.
    ///
    /// The fields of a list's entries stand behind the list.
    func checkFacts() -> [Fact]? {
        self.checkOwnFacts()
        self.checkEveryFactIsRead()
        var facts: [Fact?] = []
        var listed: Set<String> = []
        func list(_ path: String) {
            guard listed.insert(path).inserted else { return }
            facts.append(self.fact(path))
            guard path.hasPrefix("facts.") else { return }
            let entries = path.dropFirst("facts.".count) + "[]."
            for field in self.member.message.fields where field.path.hasPrefix(entries) { list("facts." + field.path) }
        }
        for path in self.compiler.references where self.field(path) != nil {
            // The fields of an entry follow their list.
            if let bracket = path.firstIndex(of: "[") { list(String(path[..<bracket])) } else { list(path) }
        }
        let whole = facts.compactMap { $0 }
        return whole.count == facts.count ? whole : nil
    }

    /// Descriptions that are of no field of the message: of the applicant, and of entries in the measure's own words.
    private func checkOwnFacts() {
        for draft in self.draft.facts {
            let path = draft.path.value
            let isApplicant = path.hasPrefix("applicant.")
            guard isApplicant || path.contains("[") else { continue }
            let full = isApplicant ? path : "facts." + path
            guard self.field(full) != nil else {
                let known = isApplicant ? self.contract.applicant : self.member.message
                let names = known.fields.map { isApplicant ? "applicant." + $0.path : $0.path }
                let hint = self.diagnostics.suggestion(for: path, among: names)
                self.diagnostics.add(
                    .unknownFact,
                    at: draft.path.position,
                    isApplicant
                        ? Text(zh: "申请人没有字段“\(path)”\(hint.zh)", en: "the applicant has no field \"\(path)\"\(hint.en)")
                        : Text(zh: "本措施没有事实“\(path)”\(hint.zh)", en: "the measure has no fact \"\(path)\"\(hint.en)")
                )
                continue
            }
            if isApplicant, self.compiler.isWhole, !self.isRead(full) { self.addUnread(path, at: draft.path.position) }
        }
    }

    private func addUnread(_ path: String, at position: SourcePosition) {
        self.diagnostics.add(
            .unusedFact,
            at: position,
            Text(
                zh: "本措施没有条件或计算读取“\(path)”",
                en: "no expression of the measure reads \"\(path)\""
            )
        )
    }

    private func checkEveryFactIsRead() {
        let described = FactDraft.byPath(self.draft.facts)
        for field in self.member.message.fields {
            if self.shared.facts[field.path] != nil { self.useSharedFact(field.path) }
            guard self.compiler.isWhole, !self.isRead("facts." + field.path) else { continue }
            // Another version of the measure may read it.
            if let draft = described[field.path] { self.unreadFields[field.path] = draft.path.position }
        }
        for path in self.compiler.references where path.hasPrefix("applicant.") {
            guard self.factDraft(read: path) == nil else {
                self.useSharedFact(path)
                continue
            }
            let message = Text(
                zh: "措施读取“\(path)”，但其 facts 和文件的 facts 都没有说明它",
                en: "the measure reads \"\(path)\", which is described neither in its facts nor in the file's"
            )
            self.diagnostics.add(.undescribedFact, at: self.draft.factsPosition, message)
        }
    }

    /// Fields of a list's entries tell the entries apart; it is enough that the list is read.
    private func isRead(_ path: String) -> Bool {
        if let bracket = path.firstIndex(of: "[") { return self.compiler.wasRead(String(path[..<bracket])) }
        return self.compiler.wasRead(path)
    }

    func field(_ path: String) -> PolicyContract.Field? {
        if path.hasPrefix("facts.") { return self.member.message.field(String(path.dropFirst("facts.".count))) }
        if path.hasPrefix("applicant.") {
            return self.contract.applicant.field(String(path.dropFirst("applicant.".count)))
        }
        return nil
    }

    private func fact(_ path: String) -> Fact? {
        guard let draft = self.factDraft(read: path), let field = self.field(path) else { return nil }
        let isInteger = field.kind == .int32 || field.kind == .int64
        let unit = isInteger ? Unit(ofField: field.path) : nil
        var minimum: Int64?
        switch draft.minimum {
        case .byUnit: minimum = unit?.impliedMinimum
        case .none?, nil: break
        case .value(let value, let position):
            minimum = value
            if !isInteger { self.reportMinimum(of: path, at: position) }
        }
        if case .none(let position)? = draft.minimum, !isInteger { self.reportMinimum(of: path, at: position) }
        if let maximum = draft.maximum {
            if !isInteger { self.reportMinimum(of: path, at: maximum.position) }
            if let minimum, minimum > maximum.value {
                let message = Text(
                    zh: "“\(path)”的最大值小于最小值 \(minimum)",
                    en: "the maximum of \"\(path)\" lies under its minimum, \(minimum)"
                )
                self.diagnostics.add(.badInterval, at: maximum.position, message)
            }
        }
        let isApplicant = path.hasPrefix("applicant.")
        let hasRange = draft.maximum != nil || !draft.excludes.isEmpty
        if isApplicant, hasRange {
            let message = Text(
                zh: "“\(path)”不是措施自己的事实：只有自己的事实可写 maximum 或 excludes",
                en: "\"\(path)\" is no fact of the measure's own: only those have a maximum or excludes"
            )
            self.diagnostics.add(.wrongType, at: draft.path.position, message)
        }
        let excluded = self.excluded(draft.excludes, of: path, field.kind)
        guard let label = draft.label, let question = draft.question else { return nil }
        return Fact(
            holder: isApplicant ? .applicant : .facts,
            path: field.path,
            wirePath: isApplicant ? path : "\(self.member.name).\(field.path)",
            kind: path == ApplicantLabels.kindPath ? Self.labelled(field.kind) : field.kind,
            unit: unit,
            minimum: minimum,
            maximum: draft.maximum?.value,
            excluded: excluded,
            most: draft.most.map { Int(clamping: $0.value) },
            label: label,
            question: question,
            hint: draft.hint
        )
    }

    /// The applicant's kind, whose labels the contract has.
    private static func labelled(_ kind: Fact.Kind) -> Fact.Kind {
        guard case .enumeration(let values) = kind else { return kind }
        return .enumeration(
            values: values.map {
                Fact.EnumerationValue(name: $0.name, number: $0.number, label: ApplicantLabels.kinds[$0.name])
            }
        )
    }

    /// By name of a value, what people read in its place.
    func nameLabels(of type: EnumType) -> [String: Text] {
        for field in self.member.message.fields + self.contract.applicant.fields {
            switch field.kind {
            case .enumeration(let values), .enumerationList(let values):
                guard values.map(\.name) == type.values.map(\.name) else { continue }
                return Dictionary(values.map { ($0.name, $0.label) }, uniquingKeysWith: { first, _ in first })
            default: continue
            }
        }
        return [:]
    }

    private func reportMinimum(of path: String, at position: SourcePosition) {
        self.diagnostics.add(
            .wrongType,
            at: position,
            Text(zh: "“\(path)”不是数，没有最小值或最大值", en: "\"\(path)\" is no number, so it has no minimum or maximum")
        )
    }

    /// The numbers of the values of an enum that are no answer here.
    private func excluded(_ names: [Located<String>], of path: String, _ kind: Fact.Kind) -> [Int32] {
        let values: [Fact.EnumerationValue]
        switch kind {
        case .enumeration(let known), .enumerationList(let known): values = known
        default:
            if let first = names.first {
                self.diagnostics.add(
                    .wrongType,
                    at: first.position,
                    Text(zh: "“\(path)”不是枚举，不能排除取值", en: "\"\(path)\" is no enum, so no value can be excluded")
                )
            }
            return []
        }
        return names.compactMap { name in
            if let value = values.first(where: { $0.name == name.value }) { return value.number }
            let hint = self.diagnostics.suggestion(for: name.value, among: values.map(\.name))
            self.diagnostics.add(
                .badChoice,
                at: name.position,
                Text(
                    zh: "“\(path)”没有取值“\(name.value)”\(hint.zh)",
                    en: "\"\(path)\" has no value \"\(name.value)\"\(hint.en)"
                )
            )
            return nil
        }
    }
}
