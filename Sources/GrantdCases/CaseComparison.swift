//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Compares answers, as JSON, with what cases expect. What is not named is not compared; `null` stands for *not set*.
enum CaseComparison {
    /// Compares an assessment.
    static func assessment(_ expected: CaseNode, _ reply: CaseNode, under path: String = "") -> [CaseDifference] {
        var differences: [CaseDifference] = []
        func differ(_ key: String, _ wanted: CaseNode, _ got: String?) {
            differences.append(CaseDifference(path: path + key, expected: wanted.json, got: got))
        }
        for member in expected.members ?? [] {
            let wanted = member.value
            switch member.name {
            case "failed", "assumed":
                let got = self.rules(reply, verdict: member.name == "failed" ? "FAIL" : "ASSUMED")
                if Set(got) != Set(wanted.texts ?? []) { differ(member.name, wanted, self.json(got)) }
            case "missing":
                let got = self.paths(reply)
                if Set(got) != Set(wanted.texts ?? []) || Set(got).count != got.count {
                    differ(member.name, wanted, self.json(got))
                }
            case "missing_order":
                let got = self.paths(reply)
                if got != wanted.texts ?? [] { differ(member.name, wanted, self.json(got)) }
            case "lines": differences += self.lines(wanted, reply, path + "lines.")
            case "caps": differences += self.caps(wanted, reply, path + "caps.")
            default:
                let got = reply[member.name]
                if !self.areEqual(wanted, got) { differ(member.name, wanted, self.json(got, member.name)) }
            }
        }
        return differences
    }

    /// Compares a screening.
    static func screening(_ expected: CaseNode, _ reply: CaseNode) -> [CaseDifference] {
        let assessments = reply["assessments"]?.entries ?? []
        let measures = assessments.compactMap { $0["measure"]?.text }
        var differences: [CaseDifference] = []
        for member in expected.members ?? [] {
            let wanted = member.value.texts ?? []
            let holds: Bool
            switch member.name {
            case "measures": holds = measures == wanted
            case "first": holds = Array(measures.prefix(wanted.count)) == wanted
            case "contains": holds = Set(wanted).isSubset(of: measures)
            case "absent": holds = Set(wanted).isDisjoint(with: measures)
            case "assessments":
                for inner in member.value.members ?? [] {
                    guard let found = assessments.first(where: { $0["measure"]?.text == inner.name }) else {
                        differences.append(CaseDifference(path: inner.name, expected: inner.value.json, got: nil))
                        continue
                    }
                    differences += self.assessment(inner.value, found, under: inner.name + ".")
                }
                holds = true
            default: holds = self.areEqual(member.value, reply[member.name])
            }
            guard !holds else { continue }
            differences.append(
                CaseDifference(path: member.name, expected: member.value.json, got: self.json(measures))
            )
        }
        return differences
    }

    // MARK: - Parts

    private static func rules(_ reply: CaseNode, verdict: String) -> [String] {
        (reply["findings"]?.entries ?? []).filter { $0["verdict"]?.text == verdict }.compactMap { $0["rule"]?.text }
    }

    private static func paths(_ reply: CaseNode) -> [String] {
        (reply["missing"]?.entries ?? []).compactMap { $0["path"]?.text }
    }

    private static func lines(_ expected: CaseNode, _ reply: CaseNode, _ path: String) -> [CaseDifference] {
        let lines = reply["lines"]?.entries ?? []
        return (expected.members ?? []).compactMap { member in
            let wanted = member.value
            let line = lines.first { $0["id"]?.text == member.name }
            let name = line?["quantity"] == nil && line?["amount_fen"] == nil ? "" : "amount_fen"
            func differs(_ got: String?) -> CaseDifference {
                CaseDifference(path: path + member.name, expected: wanted.json, got: got)
            }
            guard let line else { return wanted.isNull ? nil : differs(nil) }
            let value =
                line["quantity"]?["value"] ?? line["names"]?["values"] ?? line["amount_fen"] ?? line["date"]
                ?? line["name"] ?? line["flag"]
            let got = value ?? CaseNode(line: 0, content: .list([]))
            if wanted.isNull { return differs(self.json(got, name)) }
            if case .bool(true) = wanted.content {
                if case .bool(false) = got.content { return differs("false") }
                return nil
            }
            return self.areEqual(wanted, got) ? nil : differs(self.json(got, name))
        }
    }

    private static func caps(_ expected: CaseNode, _ reply: CaseNode, _ path: String) -> [CaseDifference] {
        let caps = reply["caps"]?.entries ?? []
        return (expected.members ?? []).flatMap { member -> [CaseDifference] in
            guard let cap = caps.first(where: { $0["id"]?.text == member.name }) else {
                return [CaseDifference(path: path + member.name, expected: member.value.json, got: nil)]
            }
            return (member.value.members ?? []).compactMap { value in
                guard !self.areEqual(value.value, cap[value.name]) else { return nil }
                return CaseDifference(
                    path: "\(path)\(member.name).\(value.name)",
                    expected: value.value.json,
                    got: self.json(cap[value.name], value.name)
                )
            }
        }
    }

    /// A value of an answer as a case would write it: protobuf JSON has an int64 in quotes.
    private static func json(_ value: CaseNode?, _ name: String) -> String? {
        if name.hasSuffix("_fen"), let number = value?.integer { return "\(number)" }
        return value?.json
    }

    private static func json(_ texts: [String]) -> String {
        CaseNode(line: 0, content: .list(texts.map { CaseNode(line: 0, content: .text($0)) })).json
    }

    private static func areEqual(_ wanted: CaseNode, _ got: CaseNode?) -> Bool {
        guard let got else { return wanted.isNull }
        switch (wanted.content, got.content) {
        case (.bool(let wanted), .bool(let got)): return wanted == got
        case (.number, _): return wanted.integer != nil && wanted.integer == got.integer
        case (.text(let wanted), .text(let got)): return wanted == got
        case (.text, .number): return wanted.integer != nil && wanted.integer == got.integer
        case (.list, .list): return wanted.texts != nil && wanted.texts == got.texts
        default: return false
        }
    }
}
