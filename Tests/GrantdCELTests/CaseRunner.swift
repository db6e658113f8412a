//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

/// Runs cases of the two line formats: plain ones and those with unknown inputs.
struct CaseRunner {
    /// What is wrong with a case, or nil where it passes.
    func failure(of test: JSONValue) -> String? {
        let text = test["expr"].string ?? ""
        let unknown = test["unknown"].array.compactMap(\.string)
        let workspace = Workspace()
        var variables: [(name: String, type: ValueType)] = []
        var inputs: [Value] = []
        for entry in test["type_env"].array {
            guard let name = entry["name"].string, let type = Self.type(entry["type"].string ?? "") else {
                return "unreadable type_env"
            }
            variables.append((name, type))
            inputs.append(Self.input(name, variables.count - 1, test["bindings"][name], unknown, workspace))
        }
        let environment = Environment(
            container: test["container"].string ?? "",
            variables: variables,
            checking: test["disable_check"].bool == true ? .none : .strict
        )
        let program: Program
        switch environment.compile(text) {
        case .failure(let diagnostics):
            let isExpected = ["error", "any_error"].contains(test["expect"]["kind"].string)
            let messages = diagnostics.map(\.description).joined(separator: "\n")
            return isExpected ? nil : "does not compile: \(messages)"
        case .program(let compiled):
            program = compiled
        }
        if inputs.isEmpty { inputs.append(.unset) }
        let result = inputs.withUnsafeBufferPointer { buffer -> Value in
            guard let base = buffer.baseAddress else { return .unset }
            return program.evaluate(base, workspace)
        }
        let seen = Seen(result, workspace, names: variables.map(\.name))
        return self.failure(test["expect"], seen, unknown, program)
    }

    /// A result in a form that can be compared and shown.
    struct Seen {
        let value: String?
        let error: String?
        let unknowns: [String]

        init(_ result: Value, _ workspace: Workspace, names: [String]) {
            self.unknowns = workspace.unknowns(of: result).map { $0.description(inputNames: names) }
            self.error = workspace.error(of: result)?.text
            self.value = result.isError || !self.unknowns.isEmpty ? nil : CaseRunner.shown(result, workspace)
        }

        var shown: String {
            self.value ?? self.error.map { "error \($0)" } ?? "unknown \(self.unknowns)"
        }
    }

    private func failure(_ expect: JSONValue, _ seen: Seen, _ listed: [String], _ program: Program) -> String? {
        let isMet: Bool
        switch expect["kind"].string {
        case "value", "typed":
            isMet =
                seen.value == Self.shown(expect["value"])
                && (expect["kind"].string == "value"
                    || expect["deduced_type"].string.map { $0 == "\(program.resultType)" } ?? true)
        case "error", "any_error":
            isMet = seen.error != nil
        case "unknown":
            if !expect["or"].isNull, self.failure(expect["or"], seen, listed, program) == nil { return nil }
            func covers(_ path: String, _ other: String) -> Bool {
                path == other || path.hasPrefix(other + ".") || path.hasPrefix(other + "[")
            }
            let must = expect["must_ask"].array.compactMap(\.string)
            let isComplete = must.allSatisfy { needed in seen.unknowns.contains { covers($0, needed) } }
            let isListed = seen.unknowns.allSatisfy { path in listed.contains { covers(path, $0) } }
            let exact = expect["ask"].isNull || expect["ask"].array.compactMap(\.string) == seen.unknowns
            isMet = seen.value == nil && seen.error == nil && isComplete && isListed && exact
        default:
            return "unreadable expectation"
        }
        guard !isMet else { return nil }
        let asked = expect["must_ask"].array.compactMap(\.string) + expect["ask"].array.compactMap(\.string)
        let wanted = expect["value"].isNull ? "\(expect["kind"].string ?? "?") \(asked)" : Self.shown(expect["value"])
        return "expected \(wanted), found \(seen.shown)"
    }

    // MARK: - Values

    static func type(_ text: String) -> ValueType? {
        switch text {
        case "bool": return .bool
        case "int": return .int
        case "string": return .string
        case "timestamp": return .timestamp
        case "duration": return .duration
        case "date": return .date
        case "dyn": return .dyn
        default: break
        }
        if text.hasPrefix("list("), text.hasSuffix(")") {
            return self.type(String(text.dropFirst(5).dropLast())).map { .list($0) }
        }
        if text.hasPrefix("map("), text.hasSuffix(")") {
            let parts = text.dropFirst(4).dropLast().split(separator: ",", maxSplits: 1).map {
                String($0.drop { $0 == " " })
            }
            guard parts.count == 2, let key = self.type(parts[0]), let value = self.type(parts[1]) else { return nil }
            return .map(key, value)
        }
        return nil
    }

    static func input(
        _ name: String,
        _ index: Int,
        _ binding: JSONValue,
        _ unknown: [String],
        _ workspace: Workspace
    ) -> Value {
        if unknown.contains(name) || binding.isNull { return .unset }
        guard binding["type"].string == "map" else { return self.value(binding, workspace) }
        var entries: [(key: Value, value: Value)] = []
        let hidden = unknown.filter { $0.hasPrefix(name + ".") }.map { String($0.dropFirst(name.count + 1)) }
        for entry in binding["value"].array where !hidden.contains(entry.array[0]["value"].string ?? "") {
            entries.append((self.value(entry.array[0], workspace), self.value(entry.array[1], workspace)))
        }
        for key in hidden { entries.append((workspace.string(key), .unset)) }
        return workspace.map(entries, input: index)
    }

    static func value(_ json: JSONValue, _ workspace: Workspace) -> Value {
        switch json["type"].string {
        case "bool": .bool(json["value"].bool ?? false)
        case "int": .int(json["value"].string.flatMap { Int64($0) } ?? 0)
        case "string": workspace.string(json["value"].string ?? "")
        case "date": .date(days: json["value"].string.flatMap { CivilDate($0) }?.days ?? 0)
        case "list": workspace.list(json["value"].array.map { self.value($0, workspace) })
        default: .null
        }
    }

    /// A value as text, the same for a result and for what a case expects.
    static func shown(_ value: Value, _ workspace: Workspace) -> String {
        switch value.kind {
        case .null: return "null"
        case .bool: return "bool \(value.asBool == true)"
        case .int: return "int \(value.asInt ?? 0)"
        case .string: return "string \(value.asString.map { Array($0.utf8) } ?? [])"
        case .date: return "date \(value.asDate.flatMap { CivilDate(days: $0) }?.description ?? "")"
        case .list:
            let elements = (0..<value.listCount).compactMap { workspace.element(of: value, at: $0) }
            return "list [\(elements.map { self.shown($0, workspace) }.joined(separator: ", "))]"
        case .map:
            guard let (keys, values) = workspace.entries(of: value) else { return "?" }
            let entries = (0..<keys.listCount).compactMap { index -> String? in
                guard let key = workspace.element(of: keys, at: index),
                    let held = workspace.element(of: values, at: index)
                else { return nil }
                return "\(self.shown(key, workspace)): \(self.shown(held, workspace))"
            }
            return "map [\(entries.sorted().joined(separator: ", "))]"
        default: return "\(value.kind)"
        }
    }

    static func shown(_ json: JSONValue) -> String {
        switch json["type"].string {
        case "null": return "null"
        case "bool": return "bool \(json["value"].bool == true)"
        case "string": return "string \(Array((json["value"].string ?? "").utf8))"
        case "list": return "list [\(json["value"].array.map { self.shown($0) }.joined(separator: ", "))]"
        case "map":
            let entries = json["value"].array.map { "\(self.shown($0.array[0])): \(self.shown($0.array[1]))" }
            return "map [\(entries.sorted().joined(separator: ", "))]"
        case let type: return "\(type ?? "?") \(json["value"].string ?? "?")"
        }
    }
}
