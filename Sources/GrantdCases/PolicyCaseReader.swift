//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdSchema

/// Reads a node as a case, and says what is wrong with it.
struct PolicyCaseReader {
    private static let keys = ["id", "request", "raw", "screen", "rpc", "expect", "expect_error", "why"]
    private static let screenKeys = ["measures", "first", "contains", "absent", "assessments"]
    private static let capKeys = ["limit_fen", "used_fen", "remaining_fen", "binding"]

    let file: String
    /// `nil` takes any expectation.
    let fields: AssessmentFields?

    func read(_ node: CaseNode, _ diagnostics: inout [CaseDiagnostic]) -> PolicyCase? {
        guard let members = node.members else {
            self.add(
                node.line,
                Text(zh: "用例应为对象，含 id、request、expect", en: "a case is an object with id, request, expect"),
                &diagnostics
            )
            return nil
        }
        let before = diagnostics.count
        // An `rpc` is for others to run, and holds what they take.
        let isOther = node["rpc"] != nil
        if !isOther { self.check(members, keys: Self.keys, of: Text(zh: "用例", en: "a case"), &diagnostics) }
        let id = node["id"]?.text ?? ""
        if id.isEmpty {
            self.add(node.line, Text(zh: "用例缺少 id，应为文本", en: "the case lacks an id, a text"), &diagnostics)
        }
        if let why = node["why"], why.text == nil {
            self.add(why.line, Text(zh: "why 应为文本", en: "why is a text"), &diagnostics)
        }
        if isOther {
            return diagnostics.count > before ? nil : self.make(node, id, .other, .error(field: nil))
        }
        let question = self.question(node, &diagnostics)
        let expectation = self.expectation(node, &diagnostics)
        guard diagnostics.count == before, let question, let expectation else { return nil }
        return self.make(node, id, question, expectation)
    }

    private func make(
        _ node: CaseNode,
        _ id: String,
        _ question: PolicyCase.Question,
        _ expectation: PolicyCase.Expectation
    ) -> PolicyCase {
        PolicyCase(id: id, line: node.line, question: question, expectation: expectation, why: node["why"]?.text ?? "")
    }

    private func question(_ node: CaseNode, _ diagnostics: inout [CaseDiagnostic]) -> PolicyCase.Question? {
        let asked = ["request", "screen", "raw"].compactMap { name in node[name].map { (name, $0) } }
        guard asked.count == 1, let (name, value) = asked.first else {
            self.add(
                node.line,
                Text(zh: "用例须有 request、screen、raw 之一，且只有其一", en: "a case has one of request, screen, raw"),
                &diagnostics
            )
            return nil
        }
        if name == "raw" {
            if let text = value.text { return .raw(text) }
            self.add(value.line, Text(zh: "raw 应为文本", en: "raw is a text"), &diagnostics)
            return nil
        }
        guard value.members != nil else {
            self.add(value.line, Text(zh: "\(name) 应为对象", en: "\(name) is an object"), &diagnostics)
            return nil
        }
        return name == "screen" ? .screen(value) : .evaluate(value)
    }

    private func expectation(_ node: CaseNode, _ diagnostics: inout [CaseDiagnostic]) -> PolicyCase.Expectation? {
        switch (node["expect"], node["expect_error"]) {
        case (let expected?, nil):
            guard let members = expected.members, !members.isEmpty else {
                self.add(
                    expected.line,
                    Text(zh: "expect 应为对象，至少写明 outcome", en: "expect is an object that names at least the outcome"),
                    &diagnostics
                )
                return nil
            }
            if node["screen"] != nil {
                self.checkScreening(members, &diagnostics)
            } else {
                self.checkAssessment(members, &diagnostics)
            }
            return .answer(expected)
        case (nil, let expected?):
            guard let members = expected.members, expected["field"].map({ $0.text != nil }) ?? true else {
                self.add(
                    expected.line,
                    Text(zh: "expect_error 应为 {field: 字段路径}", en: "expect_error is {field: the path of a field}"),
                    &diagnostics
                )
                return nil
            }
            self.check(members, keys: ["field"], of: Text(zh: "expect_error", en: "expect_error"), &diagnostics)
            return .error(field: expected["field"]?.text)
        default:
            self.add(
                node.line,
                Text(zh: "用例须有 expect、expect_error 之一，且只有其一", en: "a case has one of expect, expect_error"),
                &diagnostics
            )
            return nil
        }
    }

    // MARK: - Expectations

    private func checkScreening(_ members: [CaseNode.Member], _ diagnostics: inout [CaseDiagnostic]) {
        self.check(
            members,
            keys: Self.screenKeys,
            of: Text(zh: "筛查的 expect", en: "the expect of a screening"),
            &diagnostics
        )
        for member in members where Self.screenKeys.contains(member.name) {
            if member.name != "assessments" {
                self.checkTexts(member, &diagnostics)
            } else if let measures = member.value.members {
                for measure in measures { self.checkAssessment(measure.value.members ?? [], &diagnostics) }
            } else {
                self.wrong(member, Text(zh: "以措施编号为名的对象", en: "an object by measure"), &diagnostics)
            }
        }
    }

    private func checkAssessment(_ members: [CaseNode.Member], _ diagnostics: inout [CaseDiagnostic]) {
        if let fields = self.fields {
            self.check(members, keys: fields.keys, of: Text(zh: "expect", en: "expect"), &diagnostics)
        }
        for member in members {
            switch member.name {
            case "failed", "assumed", "missing", "missing_order": self.checkTexts(member, &diagnostics)
            case "lines":
                if member.value.members == nil {
                    self.wrong(member, Text(zh: "以编号为名的对象", en: "an object by line id"), &diagnostics)
                }
            case "caps": self.checkCaps(member, &diagnostics)
            default: self.checkField(member, &diagnostics)
            }
        }
    }

    private func checkCaps(_ member: CaseNode.Member, _ diagnostics: inout [CaseDiagnostic]) {
        guard let caps = member.value.members else {
            return self.wrong(member, Text(zh: "以上限编号为名的对象", en: "an object by cap id"), &diagnostics)
        }
        for cap in caps {
            guard let values = cap.value.members else {
                self.wrong(cap, Text(zh: "对象", en: "an object"), &diagnostics)
                continue
            }
            self.check(values, keys: Self.capKeys, of: Text(zh: "上限", en: "a cap"), &diagnostics)
            for value in values where Self.capKeys.contains(value.name) && !value.value.isNull {
                if value.name == "binding" {
                    if case .bool = value.value.content { continue }
                    self.wrong(value, Text(zh: "true 或 false", en: "true or false"), &diagnostics)
                } else if value.value.integer == nil {
                    self.wrong(value, Text(zh: "整数（分）或 null", en: "a whole number of fen, or null"), &diagnostics)
                }
            }
        }
    }

    private func checkTexts(_ member: CaseNode.Member, _ diagnostics: inout [CaseDiagnostic]) {
        if member.value.texts == nil { self.wrong(member, Text(zh: "文本的清单", en: "a list of texts"), &diagnostics) }
    }

    private func checkField(_ member: CaseNode.Member, _ diagnostics: inout [CaseDiagnostic]) {
        guard let kind = self.fields?.kinds[member.name], !member.value.isNull else { return }
        switch kind {
        case .bool:
            if case .bool = member.value.content { return }
            self.wrong(member, Text(zh: "true 或 false", en: "true or false"), &diagnostics)
        case .integer:
            guard member.value.integer == nil else { return }
            self.wrong(member, Text(zh: "整数或 null", en: "a whole number, or null"), &diagnostics)
        case .text:
            guard member.value.text == nil else { return }
            self.wrong(member, Text(zh: "文本或 null", en: "a text, or null"), &diagnostics)
        case .choice(let names):
            guard member.value.text.map({ !names.contains($0) }) ?? true else { return }
            let list = names.joined(separator: ", ")
            let near = member.value.text.flatMap { Suggestion.nearest(to: $0, among: names) }
            self.add(
                member.line,
                Text(
                    zh: "\(member.name) 须为其中之一：\(list)" + (near.map { "；是否指 \"\($0)\"？" } ?? ""),
                    en: "\(member.name) must be one of \(list)" + (near.map { "; did you mean \"\($0)\"?" } ?? "")
                ),
                &diagnostics
            )
        case .other: return
        }
    }

    // MARK: - Saying so

    private func check(
        _ members: [CaseNode.Member],
        keys: [String],
        of what: Text,
        _ diagnostics: inout [CaseDiagnostic]
    ) {
        for member in members where !keys.contains(member.name) {
            let near = Suggestion.nearest(to: member.name, among: keys)
            let list = keys.joined(separator: ", ")
            self.add(
                member.line,
                Text(
                    zh: "\(what.zh) 没有键“\(member.name)”" + (near.map { "；是否指“\($0)”？" } ?? "；可用：\(list)"),
                    en: "\(what.en) has no key \"\(member.name)\""
                        + (near.map { "; did you mean \"\($0)\"?" } ?? "; there are \(list)")
                ),
                &diagnostics
            )
        }
    }

    private func wrong(_ member: CaseNode.Member, _ wanted: Text, _ diagnostics: inout [CaseDiagnostic]) {
        let got = member.value.json
        let short = got.count > 60 ? got.prefix(60) + "…" : got
        self.add(
            member.line,
            Text(
                zh: "\(member.name) 应为\(wanted.zh)，而不是 \(short)",
                en: "\(member.name) must be \(wanted.en), not \(short)"
            ),
            &diagnostics
        )
    }

    private func add(_ line: Int, _ message: Text, _ diagnostics: inout [CaseDiagnostic]) {
        diagnostics.append(CaseDiagnostic(file: self.file, line: line, message))
    }
}
