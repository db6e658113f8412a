//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Answers as the hidden fields of a form: nothing of them is kept anywhere else.
extension Answers {
    /// The name of the fields that name questions to which nobody knows the answer.
    package static let unknownField = "unknown"
    /// The name of the field for ``stage``, by its name in the contract.
    package static let stageField = "stage"
    /// The name of the field that says that ``assumesUnsetBarsAbsent``.
    package static let assumptionField = "assume"

    /// Names and values of the fields, in the order of the answers: a question's path and its answer, or
    /// `unknown` and its path; of a list the number of its entries, then `PATH[0].NAME` for what is known of each.
    package func formFields(_ questionnaire: Questionnaire) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        for path in self.order {
            guard let question = questionnaire.question(for: path) else { continue }
            guard let answer = self[path] else {
                fields.append((Self.unknownField, path))
                continue
            }
            guard case .entries(let entries) = answer else {
                fields.append((path, question.plainText(of: answer)))
                continue
            }
            fields.append((path, "\(entries.count)"))
            for (index, entry) in entries.enumerated() {
                for inner in question.entries {
                    guard let value = entry[inner.name] else { continue }
                    fields.append(("\(path)[\(index)].\(inner.name)", inner.plainText(of: value)))
                }
            }
        }
        if self.stage != .application { fields.append((Self.stageField, self.stage.name)) }
        if self.assumesUnsetBarsAbsent { fields.append((Self.assumptionField, "1")) }
        return fields
    }

    /// Reads them back. Whatever does not fit, as in a forged form, is left out, and the question is open again; names that
    /// the questionnaire does not have are passed over.
    package init(formFields fields: [(name: String, value: String)], _ questionnaire: Questionnaire) {
        self.init()
        var lists: [String: [[String: Answer]]] = [:]
        for (name, value) in fields {
            if name == Self.stageField, let stage = ApplicationStage.allCases.first(where: { $0.name == value }) {
                self.stage = stage
            }
            if name == Self.assumptionField { self.assumesUnsetBarsAbsent = true }
            if name == Self.unknownField {
                guard let question = questionnaire.question(for: value), question.path == value else { continue }
                if !question.kind.isList || value == StandardQuestions.priorAwardsPath { self.skip(value) }
                continue
            }
            guard let question = questionnaire.question(for: name) else { continue }
            if name != question.path {
                guard let (index, inner) = Self.place(name, in: question), var entries = lists[question.path],
                    entries.indices.contains(index), let answer = try? inner.read(value)
                else { continue }
                // Taken out, so that it is not copied for each field.
                lists[question.path] = nil
                entries[index][inner.name] = answer
                lists[question.path] = entries
            } else if question.kind == .entries, name == StandardQuestions.priorAwardsPath, value == "no" {
                // As a screening asks for them.
                self.answer(name, .entries([]))
            } else if question.kind == .entries {
                // A form has no more fields than this.
                guard let count = Int(value), (0...min(question.most ?? .max, 4_096)).contains(count) else { continue }
                lists[name] = Array(repeating: [:], count: count)
                self.answer(name, .entries([]))
            } else if let answer = try? question.read(value) {
                self.answer(name, answer)
            }
        }
        for (path, entries) in lists { self.answer(path, .entries(entries)) }
    }

    /// `deals[3].valid` as the fourth entry and its question.
    private static func place(_ name: String, in list: Question) -> (index: Int, question: Question)? {
        let rest = name.dropFirst(list.path.count)
        guard rest.hasPrefix("["), let end = rest.firstIndex(of: "]"), let index = Int(rest[..<end].dropFirst()) else {
            return nil
        }
        let inner = rest[rest.index(after: end)...]
        guard inner.hasPrefix("."), let question = list.entries.first(where: { $0.name == inner.dropFirst() }) else {
            return nil
        }
        return (index, question)
    }
}
