//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview

/// Where a reader stands in a measure's questions.
enum JourneyPlace {
    case question(Question)
    /// An entry of a list; one behind the last is a new one.
    case entry(list: Question, index: Int)
    case check
    case result

    /// As a form says it; nil where it is none of this questionnaire.
    init?(_ text: String, _ questionnaire: Questionnaire, _ answers: Answers) {
        switch text {
        case "check": self = .check
        case "result": self = .result
        default:
            guard let question = questionnaire.question(for: text) else { return nil }
            guard text != question.path else {
                self = .question(question)
                return
            }
            // `deals[3]`, or a field of that entry, `deals[3].valid`.
            let rest = text.dropFirst(question.path.count)
            guard question.kind == .entries, rest.hasPrefix("["), let end = rest.firstIndex(of: "]"),
                let index = Int(rest[..<end].dropFirst()), (0...answers.entries(of: question).count).contains(index)
            else { return nil }
            self = .entry(list: question, index: index)
        }
    }

    var text: String {
        switch self {
        case .question(let question): question.path
        case .entry(let list, let index): "\(list.path)[\(index)]"
        case .check: "check"
        case .result: "result"
        }
    }
}

extension Answers {
    /// The entries of a list; none where it was not answered.
    func entries(of list: Question) -> [[String: Answer]] {
        guard case .entries(let entries)? = self[list] else { return [] }
        return entries
    }
}
