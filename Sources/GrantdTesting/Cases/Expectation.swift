//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation

/// Compares answers, decoded to JSON values, with what cases expect.
enum Expectation {
    /// Compares an assessment.
    static func assessment(_ expected: [String: Any], _ reply: [String: Any]) -> [String] {
        var differences: [String] = []
        func differ(_ key: String, _ wanted: Any, _ got: Any?) {
            differences.append("\(key) is \(got.map { "\($0)" } ?? "unset") instead of \(wanted)")
        }
        for (key, wanted) in expected.sorted(by: { $0.key < $1.key }) {
            switch key {
            case "failed", "assumed":
                let got = self.rules(reply, verdict: key == "failed" ? "FAIL" : "ASSUMED")
                if Set(got) != Set(wanted as? [String] ?? []) { differ(key, wanted, got) }
            case "missing":
                let got = self.strings(reply, "missing", "path")
                if Set(got) != Set(wanted as? [String] ?? []) || Set(got).count != got.count {
                    differ(key, wanted, got)
                }
            case "missing_order":
                let got = self.strings(reply, "missing", "path")
                if got != wanted as? [String] ?? [] { differ(key, wanted, got) }
            case "lines":
                differences += self.lines(wanted as? [String: Any] ?? [:], reply)
            case "caps":
                differences += self.caps(wanted as? [String: Any] ?? [:], reply)
            default:
                if !self.areEqual(wanted, reply[key]) { differ(key, wanted, reply[key]) }
            }
        }
        return differences
    }

    /// Compares a screening.
    static func screening(_ expected: [String: Any], _ reply: [String: Any]) -> [String] {
        let assessments = reply["assessments"] as? [[String: Any]] ?? []
        let measures = assessments.compactMap { $0["measure"] as? String }
        var differences: [String] = []
        for (key, wanted) in expected.sorted(by: { $0.key < $1.key }) {
            let holds: Bool
            switch key {
            case "measures": holds = measures == wanted as? [String]
            case "first": holds = Array(measures.prefix((wanted as? [String])?.count ?? 0)) == wanted as? [String]
            case "contains": holds = Set(wanted as? [String] ?? []).isSubset(of: measures)
            case "absent": holds = Set(wanted as? [String] ?? []).isDisjoint(with: measures)
            case "assessments":
                for (measure, inner) in wanted as? [String: [String: Any]] ?? [:] {
                    guard let found = assessments.first(where: { $0["measure"] as? String == measure }) else {
                        differences.append("\(measure) is left out")
                        continue
                    }
                    differences += self.assessment(inner, found).map { "\(measure): \($0)" }
                }
                holds = true
            default: holds = self.areEqual(wanted, reply[key])
            }
            if !holds { differences.append("\(key) is \(measures) instead of \(wanted)") }
        }
        return differences
    }

    // MARK: - Parts

    private static func rules(_ reply: [String: Any], verdict: String) -> [String] {
        (reply["findings"] as? [[String: Any]] ?? [])
            .filter { $0["verdict"] as? String == verdict }
            .compactMap { $0["rule"] as? String }
    }

    private static func strings(_ reply: [String: Any], _ list: String, _ key: String) -> [String] {
        (reply[list] as? [[String: Any]] ?? []).compactMap { $0[key] as? String }
    }

    private static func lines(_ expected: [String: Any], _ reply: [String: Any]) -> [String] {
        var lines: [String: [String: Any]] = [:]
        for line in reply["lines"] as? [[String: Any]] ?? [] { lines[line["id"] as? String ?? ""] = line }
        return expected.sorted { $0.key < $1.key }.compactMap { id, wanted in
            guard let line = lines[id] else { return wanted is NSNull ? nil : "line \(id) is left out" }
            if wanted is NSNull { return "line \(id) is there" }
            if self.isBool(wanted), (wanted as? NSNumber)?.boolValue == true {
                return line["flag"] as? Bool == false ? "line \(id) is false" : nil
            }
            var got: Any?
            for key in ["amount_fen", "date", "name", "flag"] where line[key] != nil { got = line[key] }
            if let quantity = line["quantity"] as? [String: Any] { got = quantity["value"] }
            if let names = line["names"] as? [String: Any] { got = names["values"] }
            return self.areEqual(wanted, got)
                ? nil : "line \(id) is \(got.map { "\($0)" } ?? "empty") instead of \(wanted)"
        }
    }

    private static func caps(_ expected: [String: Any], _ reply: [String: Any]) -> [String] {
        var caps: [String: [String: Any]] = [:]
        for cap in reply["caps"] as? [[String: Any]] ?? [] { caps[cap["id"] as? String ?? ""] = cap }
        return expected.sorted { $0.key < $1.key }.flatMap { id, wanted -> [String] in
            guard let cap = caps[id] else { return ["cap \(id) is left out"] }
            return (wanted as? [String: Any] ?? [:]).sorted { $0.key < $1.key }.compactMap { key, value in
                self.areEqual(value, cap[key])
                    ? nil : "cap \(id).\(key) is \(cap[key].map { "\($0)" } ?? "unset") instead of \(value)"
            }
        }
    }

    /// Whether a JSON value is a bool and no number.
    private static func isBool(_ value: Any) -> Bool {
        guard let number = value as? NSNumber else { return value is Bool }
        return String(cString: number.objCType) == "c" || type(of: value) == Bool.self
    }

    private static func areEqual(_ wanted: Any, _ got: Any?) -> Bool {
        if wanted is NSNull { return got == nil }
        guard let got else { return false }
        if let wanted = wanted as? [String] { return wanted == got as? [String] }
        if let text = wanted as? String {
            if let number = got as? Int64 { return Int64(text) == number }
            return text == got as? String
        }
        if let flag = got as? Bool { return self.isBool(wanted) && (wanted as? NSNumber)?.boolValue == flag }
        if let number = got as? Int64 { return !self.isBool(wanted) && (wanted as? NSNumber)?.int64Value == number }
        return false
    }
}
