//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Checker {
    /// A call of a function: chooses the overload by the static types of its arguments.
    mutating func call(_ id: ExprID, _ name: String, _ target: ExprID?, _ arguments: [ExprID]) {
        let operands = (target.map { [$0] } ?? []) + arguments
        for operand in operands { self.visit(operand) }
        let types = operands.map { self.types[$0] }
        let focus = self.parsed.nodes[id].focus
        if FunctionTable.special.contains(name) {
            self.special(id, name, isMember: target != nil, operands)
            return
        }
        guard let named = FunctionTable.byName[name] else {
            let suggestion = self.suggestion(
                for: name,
                among: FunctionTable.byName.keys.sorted() + FunctionTable.special.sorted()
            )
            self.report(.unknownFunction(name, suggestion: suggestion, focus))
            self.resolutions[id] = .failure(.noSuchOverload)
            return
        }
        let fitting = named.filter { index in
            let row = FunctionTable.rows[index]
            guard row.parameters.count == types.count else { return false }
            guard row.style == .both || (row.style == .member) == (target != nil) else { return false }
            return zip(row.parameters, types).allSatisfy { $0.accepts($1) }
        }
        guard let first = fitting.first else {
            let note = self.otherStyle(of: name, named, target, operands) ?? self.signatures(named)
            self.report(.noOverload(name, types, focus, note: note))
            self.resolutions[id] = .failure(.noSuchOverload)
            return
        }
        let results = Set(fitting.map { FunctionTable.rows[$0].result })
        self.types[id] = results.count == 1 ? FunctionTable.rows[first].result : .dyn
        // An argument of an open type leaves the choice to its value, even where only one row is left.
        let isOpen = types.contains(.dyn)
        self.resolutions[id] = isOpen ? .functions(name) : .function(first)
        self.checkLiterals(name, operands)
    }

    private mutating func special(_ id: ExprID, _ name: String, isMember: Bool, _ operands: [ExprID]) {
        let types = operands.map { self.types[$0] }
        let focus = self.parsed.nodes[id].focus
        switch name {
        case "certain" where !isMember && types.count == 1 && types[0].isCompatible(with: .bool):
            self.types[id] = .bool
        case "dyn" where !isMember && types.count == 1:
            self.types[id] = .dyn
        case "matches" where types.count == 2 && types.allSatisfy { $0.isCompatible(with: .string) }:
            self.types[id] = .bool
            guard case .string(let bytes) = self.parsed.nodes[operands[1]].kind else {
                // The pattern is compiled with the program, so it has to be known by then.
                self.errors.append(.literalNeeded(name, self.parsed.nodes[operands[1]].range))
                return
            }
            if case .failure(let reason) = Pattern.compile(bytes) {
                let text = String(decoding: bytes, as: UTF8.self)
                self.errors.append(
                    .invalidLiteral(name, text, self.parsed.nodes[operands[1]].range, note: reason.text)
                )
            }
        default:
            self.report(.noOverload(name, types, focus))
            self.resolutions[id] = .failure(.noSuchOverload)
        }
    }

    /// How the call is written where only the dot is wrong: `sum(x)` for `x.sum()`, `text.size()` for the other way round.
    private func otherStyle(of name: String, _ rows: [Int], _ target: ExprID?, _ operands: [ExprID]) -> Phrase? {
        let fits = rows.contains { index in
            let row = FunctionTable.rows[index]
            return row.parameters.count == operands.count
                && zip(row.parameters, operands).allSatisfy { $0.accepts(self.types[$1]) }
        }
        guard fits else { return nil }
        let texts = operands.map {
            String(decoding: self.parsed.source.bytes[self.parsed.nodes[$0].range], as: UTF8.self)
        }
        let call =
            target == nil
            ? "\(texts.first ?? "").\(name)(\(texts.dropFirst().joined(separator: ", ")))"
            : "\(name)(\(texts.joined(separator: ", ")))"
        return Phrase(zh: "请写 \(call)", en: "write \(call)")
    }

    /// What a function could be called with, for a note.
    private func signatures(_ rows: [Int]) -> Phrase {
        let texts = rows.map { index in
            let row = FunctionTable.rows[index]
            let parameters = row.parameters.map { parameter in
                switch parameter {
                case .exactly(let type): type.description
                case .anyList: "list"
                case .anyMap: "map"
                }
            }
            if row.style == .member {
                return "\(parameters[0]).\(row.name)(\(parameters.dropFirst().joined(separator: ", ")))"
            }
            return "\(row.name)(\(parameters.joined(separator: ", ")))"
        }
        return Phrase(
            zh: "可用：" + texts.joined(separator: "、"),
            en: "there is " + texts.joined(separator: ", ")
        )
    }

    /// The bytes of a text that is known already: a literal, or a constant.
    func text(of id: ExprID) -> [UInt8]? {
        if case .string(let bytes) = self.parsed.nodes[id].kind { return bytes }
        if case .literal(.string(let text)) = self.resolutions[id] { return Array(text.utf8) }
        return nil
    }

    /// Literals that can only be wrong are found now and not when a fact meets them.
    private mutating func checkLiterals(_ name: String, _ operands: [ExprID]) {
        // A multiple stands between the two that it compares.
        let place = name == "at_least" || name == "at_most" ? 1 : operands.count - 1
        guard operands.indices.contains(place), let bytes = self.text(of: operands[place]) else { return }
        let valid: Bool
        let note: Phrase
        switch name {
        case "date":
            valid = bytes.withUnsafeBytes { CivilDate(iso: $0) != nil }
            note = Phrase(zh: "日期写作 YYYY-MM-DD，且必须存在", en: "a date is written YYYY-MM-DD and must exist")
        case "timestamp":
            valid = bytes.withUnsafeBytes { Instant(rfc3339: $0) != nil }
            note = Phrase(
                zh: "时刻写作 YYYY-MM-DDTHH:MM:SSZ，年份 1 至 9999",
                en: "a timestamp is written YYYY-MM-DDTHH:MM:SSZ, from the year 1 to 9999"
            )
        case "duration":
            valid = bytes.withUnsafeBytes { Span.nanoseconds($0) != nil }
            note = Phrase(
                zh: "时长写作 1h30m 或 90s，最长约 292 年",
                en: "a duration is written like 1h30m or 90s and is at most about 292 years"
            )
        case "percent":
            valid = bytes.withUnsafeBytes { Multiple(percentage: $0) != nil }
            note = Phrase(zh: "比例写作 30% 或 2.5%", en: "a rate is written like 30% or 2.5%")
        case "at_least", "at_most":
            valid = bytes.withUnsafeBytes { Multiple($0) != nil }
            note = Phrase(zh: "倍数写作 3、2.5、60% 或 1/3", en: "a multiple is written like 3, 2.5, 60% or 1/3")
        default:
            return
        }
        guard !valid else { return }
        self.report(
            .invalidLiteral(
                name,
                String(decoding: bytes, as: UTF8.self),
                self.parsed.nodes[operands[place]].range,
                note: note
            )
        )
    }
}
