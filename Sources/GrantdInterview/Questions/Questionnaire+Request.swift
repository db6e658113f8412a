//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The request that some answers make.
extension Questionnaire {
    /// The method that takes the request: `grantd.v1.Calculator/Evaluate`, or `…/Screen` without a measure.
    package var method: String { "grantd.v1.Calculator/" + (self.measure == nil ? "Screen" : "Evaluate") }

    /// The request as protobuf JSON, with the names of the .proto and its members in a fixed order: the same answers give
    /// the same text.
    ///
    /// - Parameters:
    ///   - explains: Ask for the whole reasoning.
    ///   - isIndented: Spread over lines, for a person.
    package func requestJSON(_ answers: Answers, explains: Bool, isIndented: Bool = false) -> String {
        var members =
            self.measure == nil ? self.screening(answers) : [("application", .object(self.application(answers)))]
        if answers.stage != .application { members.append(("stage", .string(answers.stage.name))) }
        if answers.assumesUnsetBarsAbsent { members.append(("assume_unset_bars_absent", .bool(true))) }
        if explains { members.append(("explain", .string("FULL"))) }
        return JSONText.object(members).text(isIndented: isIndented)
    }

    /// A line of a shell that sends the request to a daemon.
    ///
    /// - Parameters:
    ///   - origin: `http://127.0.0.1:7843`.
    ///   - asksForTokens: The daemon wants a token: the shell's variable `TOKEN` stands in its place.
    package func curl(_ answers: Answers, origin: String, asksForTokens: Bool = false) -> String {
        let body = self.requestJSON(answers, explains: true).replacing("'", with: "'\\''")
        let address = "\(origin)/\(self.method)".replacing("'", with: "'\\''")
        let token = asksForTokens ? " -H \"authorization: Bearer $TOKEN\"" : ""
        return "curl -sS -H 'content-type: application/json'\(token) -d '\(body)' '\(address)'"
    }

    private func application(_ answers: Answers) -> [(name: String, value: JSONText)] {
        var members = self.common(answers)
        if self.asksForPriorAwards, answers[StandardQuestions.priorAwardsPath] == nil {
            members.append(("prior_awards_unknown", .bool(true)))
        }
        // The member says which measure it is, whatever is known.
        if let member = self.factsMember { members.append((member, self.object(under: member + ".", answers))) }
        return members
    }

    private func screening(_ answers: Answers) -> [(name: String, value: JSONText)] {
        let members = self.common(answers)
        // That there was support does not say how much of which cap it used up.
        guard self.asksForPriorAwards, answers[StandardQuestions.priorAwardsPath] != .flag(false) else {
            return members
        }
        return members + [("prior_awards_unknown", .bool(true))]
    }

    /// What an application and a screening have both.
    private func common(_ answers: Answers) -> [(name: String, value: JSONText)] {
        var members: [(name: String, value: JSONText)] = []
        for path in [StandardQuestions.asOfPath, StandardQuestions.subjectPath] {
            if let question = self.question(for: path), let answer = answers[path] {
                members.append((path, Self.json(answer, question)))
            }
        }
        let applicant = self.object(under: StandardQuestions.applicantPrefix, answers)
        if case .object(let facts) = applicant, !facts.isEmpty { members.append(("applicant", applicant)) }
        if let question = self.question(for: StandardQuestions.priorAwardsPath), let answer = answers[question],
            case .entries(let awards) = answer, !awards.isEmpty
        {
            members.append((question.path, Self.json(answer, question)))
        }
        return members
    }

    /// The answers whose paths begin so, in the order of the questions.
    private func object(under prefix: String, _ answers: Answers) -> JSONText {
        let members = self.questions.compactMap { question -> (path: [Substring], value: JSONText)? in
            guard question.path.hasPrefix(prefix), let answer = answers[question] else { return nil }
            return (question.path.dropFirst(prefix.count).split(separator: "."), Self.json(answer, question))
        }
        return Self.nested(members[...])
    }

    /// Members of messages within messages stand together, where the first of them stands.
    private static func nested(_ members: ArraySlice<(path: [Substring], value: JSONText)>) -> JSONText {
        var rest = members
        var object: [(name: String, value: JSONText)] = []
        while let first = rest.first, let name = first.path.first {
            let same = rest.filter { $0.path.first == name }
            rest = rest.filter { $0.path.first != name }[...]
            let isValue = first.path.count == 1
            let inner = same.map { (path: Array($0.path.dropFirst()), value: $0.value) }
            object.append((String(name), isValue ? first.value : Self.nested(inner[...])))
        }
        return .object(object)
    }

    private static func json(_ answer: Answer, _ question: Question) -> JSONText {
        switch answer {
        case .flag(let flag): .bool(flag)
        case .number(let number): .number(number)
        case .date(let day): .string(day.iso)
        case .text(let text), .choice(let text): .string(text)
        case .choices(let names): .array(names.map { .string($0) })
        case .entries(let entries):
            .array(
                entries.map { entry in
                    .object(
                        question.entries.compactMap { inner in
                            entry[inner.name].map { (inner.name, Self.json($0, inner)) }
                        }
                    )
                }
            )
        }
    }
}
