//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

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
        self.checkEveryFieldIsDescribed()
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

    /// Facts that the measure describes itself: each must be a field of its message, and be read.
    private func checkOwnFacts() {
        for draft in self.draft.facts {
            let path = draft.path.value
            let isApplicant = path.hasPrefix("applicant.")
            let full = isApplicant ? path : "facts." + path
            guard self.field(full) != nil else {
                let known = isApplicant ? self.contract.applicant : self.member.message
                let names = known.fields.map { isApplicant ? "applicant." + $0.path : $0.path }
                let hint = Suggestion.suffix(for: path, among: names)
                let holder = isApplicant ? "the applicant has" : "the facts of this measure have"
                self.problems.add(.unknownFact, at: draft.path.position, "\(holder) no field \"\(path)\"\(hint)")
                continue
            }
            if self.compiler.isWhole, !self.isRead(full) {
                self.problems.add(
                    .unusedFact,
                    at: draft.path.position,
                    "no expression of the measure reads \"\(path)\""
                )
            }
        }
    }

    private func checkEveryFieldIsDescribed() {
        for field in self.member.message.fields {
            let full = "facts." + field.path
            guard self.factDraft(read: full) != nil else {
                let message = "the facts of this measure have a field \"\(field.path)\" that is not described"
                self.problems.add(.undescribedFact, at: self.draft.factsPosition, message)
                continue
            }
            let isOwn = self.ownFacts[field.path] != nil
            if !isOwn { self.useSharedFact(field.path) }
            if !isOwn, self.compiler.isWhole, !self.isRead(full) {
                let message = "no expression of the measure reads \"\(field.path)\", which its facts hold"
                self.problems.add(.unusedFact, at: self.draft.factsPosition, message)
            }
        }
        for path in self.compiler.references where path.hasPrefix("applicant.") {
            guard self.factDraft(read: path) == nil else {
                self.useSharedFact(path)
                continue
            }
            let message = "the measure reads \"\(path)\", which is described neither in its facts nor in the file's"
            self.problems.add(.undescribedFact, at: self.draft.factsPosition, message)
        }
    }

    /// Fields of a list's entries tell the entries apart; it is enough that the list is read.
    private func isRead(_ path: String) -> Bool {
        if let bracket = path.firstIndex(of: "[") { return self.compiler.wasRead(String(path[..<bracket])) }
        return self.compiler.wasRead(path)
    }

    private func field(_ path: String) -> PolicyContract.Field? {
        if path.hasPrefix("facts.") { return self.member.message.field(String(path.dropFirst("facts.".count))) }
        if path.hasPrefix("applicant.") {
            return self.contract.applicant.field(String(path.dropFirst("applicant.".count)))
        }
        return nil
    }

    private func fact(_ path: String) -> Fact? {
        guard let draft = self.factDraft(read: path), let field = self.field(path) else { return nil }
        let isInteger = field.kind == .int32 || field.kind == .int64
        let unit = isInteger ? FactUnit(ofField: field.path) : nil
        var minimum: Int64?
        switch draft.minimum {
        case .byUnit: minimum = unit == nil ? nil : 0
        case .none?, nil: break
        case .value(let value, let position):
            minimum = value
            if !isInteger { self.reportMinimum(of: path, at: position) }
        }
        if case .none(let position)? = draft.minimum, !isInteger { self.reportMinimum(of: path, at: position) }
        guard let label = draft.label, let question = draft.question else { return nil }
        let isApplicant = path.hasPrefix("applicant.")
        return Fact(
            holder: isApplicant ? .applicant : .facts,
            path: field.path,
            wirePath: isApplicant ? path : "\(self.member.name).\(field.path)",
            kind: field.kind,
            unit: unit?.rawValue,
            minimum: minimum,
            label: label,
            question: question
        )
    }

    private func reportMinimum(of path: String, at position: SourcePosition) {
        self.problems.add(.wrongType, at: position, "\"\(path)\" is no number, so it has no minimum")
    }
}

/// The units that a fact's name ends in. Facts with a unit are 0 or more unless their file says otherwise.
enum FactUnit: String, CaseIterable {
    case fen
    case squareMetres = "m2"
    case kilowattHours = "kwh"
    case count

    init?(ofField path: String) {
        guard let unit = Self.allCases.first(where: { path.hasSuffix("_" + $0.rawValue) }) else { return nil }
        self = unit
    }
}
