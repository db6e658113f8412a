//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Checker {
    /// A single name: a macro's variable, an input or an enumeration's constant.
    mutating func name(_ id: ExprID, _ name: String, rooted: Bool) -> Path? {
        if !rooted, let slot = self.locals.lastIndex(where: { $0.name == name }) {
            self.types[id] = self.locals[slot].type
            self.resolutions[id] = .local(slot)
            return self.locals[slot].path
        }
        if let path = self.resolve(id, name, rooted: rooted) { return path.value }
        self.undeclared(id, name)
        return nil
    }

    /// `operand.field`: first as one dotted name, the longest first, then as a selection.
    mutating func select(_ id: ExprID, _ operand: ExprID, _ field: String, test: Bool) -> Path? {
        if !test, let (name, rooted, base) = self.dotted(id) {
            let isLocal = !rooted && self.locals.contains { $0.name == base }
            if !isLocal {
                if let path = self.resolve(id, name, rooted: rooted) { return path.value }
                if !self.isDeclared(prefixOf: id) {
                    self.undeclared(id, name)
                    return nil
                }
            }
        }
        let path = self.visit(operand).map { Path(input: $0.input, text: $0.text + "." + field) }
        switch self.types[operand] {
        case .record(let record):
            if let index = record.index(of: field) {
                self.types[id] = record.fields[index].type
                self.resolutions[id] = .field(record, index)
                if case .record = self.types[id], !test { break }
                self.refer(to: path, type: self.types[id], at: id)
            } else {
                let suggestion = self.suggestion(for: field, among: record.fields.map(\.name))
                let focus = self.parsed.nodes[id].focus
                self.report(.noSuchField(field, type: self.types[operand], suggestion: suggestion, focus))
                self.resolutions[id] = .failure(.noSuchKey)
            }
        case .map(let key, let value):
            if !key.isCompatible(with: .string) {
                self.report(.noSelection(self.types[operand], self.parsed.nodes[id].focus))
            }
            self.types[id] = value
            self.refer(to: path, type: value, at: id)
        case .dyn: break
        default: self.report(.noSelection(self.types[operand], self.parsed.nodes[id].focus))
        }
        if test { self.types[id] = .bool }
        return path
    }

    /// A chain of selections on a name, as one dotted name; nil for anything else.
    private func dotted(_ id: ExprID) -> (name: String, rooted: Bool, base: String)? {
        var fields: [String] = []
        var current = id
        while true {
            switch self.parsed.nodes[current].kind {
            case .select(let operand, let field, test: false):
                fields.append(field)
                current = operand
            case .name(let name, let rooted):
                return (([name] + fields.reversed()).joined(separator: "."), rooted, name)
            default:
                return nil
            }
        }
    }

    /// Whether any shorter part of a dotted name is declared.
    private func isDeclared(prefixOf id: ExprID) -> Bool {
        var current = id
        while case .select(let operand, _, _) = self.parsed.nodes[current].kind {
            if let (name, rooted, _) = self.dotted(operand), self.lookUp(name, rooted: rooted) != nil { return true }
            current = operand
        }
        return false
    }

    private func lookUp(_ name: String, rooted: Bool) -> Environment.Declaration? {
        if rooted { return self.environment.declarations[name] }
        for prefix in self.environment.prefixes {
            if let found = self.environment.declarations[prefix + name] { return found }
        }
        return nil
    }

    /// A path that may be none, to tell "found, no path" from "not found".
    private struct Found { let value: Path? }

    private mutating func resolve(_ id: ExprID, _ name: String, rooted: Bool) -> Found? {
        switch self.lookUp(name, rooted: rooted) {
        case .input(let index):
            let variable = self.environment.variables[index]
            self.types[id] = variable.type
            self.resolutions[id] = .input(index)
            let path = Path(input: index, text: variable.name)
            if case .record = variable.type {} else { self.refer(to: path, type: variable.type, at: id) }
            return Found(value: path)
        case .constant(let type, let number):
            self.types[id] = .enumeration(type)
            self.resolutions[id] = .constant(number)
            return Found(value: nil)
        case .literal(let value):
            self.types[id] = value.type
            self.resolutions[id] = .literal(value)
            self.constants.insert(name)
            return Found(value: nil)
        case nil:
            return nil
        }
    }

    private mutating func undeclared(_ id: ExprID, _ name: String) {
        // Of a dotted name the whole may be a constant misspelt, or its first part a variable.
        let first = String(name.prefix { $0 != "." })
        let suggestion =
            self.suggestion(for: name, among: self.knownNames())
            ?? self.suggestion(for: first, among: self.knownNames())
        self.report(
            .undeclared(
                name,
                container: self.environment.container,
                suggestion: suggestion,
                self.parsed.nodes[id].range
            )
        )
        self.resolutions[id] = .failure(.undeclared)
    }

    /// Every name that could stand here.
    private func knownNames() -> [String] {
        var known = Array(self.environment.declarations.keys)
        for local in self.locals { known.append(local.name) }
        for prefix in self.environment.prefixes where !prefix.isEmpty {
            known += self.environment.declarations.keys.lazy.filter { $0.hasPrefix(prefix) }.map {
                String($0.dropFirst(prefix.count))
            }
        }
        return known.sorted()
    }
}

/// Guesses what a misspelt name was meant to be.
enum Spelling {
    /// The candidate with the fewest edits, if these are few; the first of several.
    static func nearest(to name: String, among candidates: [String]) -> String? {
        let limit = name.utf8.count > 4 ? 2 : 1
        var best: (name: String, distance: Int)?
        guard name.utf8.count <= 100 else { return nil }
        for candidate in candidates where abs(candidate.utf8.count - name.utf8.count) <= limit {
            let distance = self.distance(Array(name.utf8), Array(candidate.utf8))
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    private static func distance(_ first: [UInt8], _ second: [UInt8]) -> Int {
        var row = Array(0...second.count)
        for (index, byte) in first.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, other) in second.enumerated() {
                let substituted = diagonal + (byte == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(substituted, row[column] + 1, diagonal + 1)
            }
        }
        return row[second.count]
    }
}
