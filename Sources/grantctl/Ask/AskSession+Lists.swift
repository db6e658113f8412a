//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview

/// Lists: an entry at a time.
extension AskSession {
    /// Asks for entries until there are no more; `<` takes the last one back.
    func askEntries(_ list: Question) async throws {
        var entries: [[String: Answer]] = []
        if case .entries(let known)? = self.answers[list] { entries = known }
        let mayBeUnknown = list.path == StandardQuestions.priorAwardsPath
        let yesOrNo = Question(path: "more", kind: .flag, label: .empty, question: .empty)
        while !self.isOver, !self.isFinishing {
            try self.say(
                entries.isEmpty
                    ? self.language(Words.Terminal.anyEntries)
                    : Words.Terminal.moreEntries(entries.count, self.language),
                .plain
            )
            switch try await self.reply(to: yesOrNo, of: list, isRequired: !mayBeUnknown || !entries.isEmpty) {
            case .answer(.flag(true)):
                if let most = list.most, entries.count >= most {
                    try self.say(Words.Terminal.mostEntries(most, self.language), .bad)
                    continue
                }
                guard let entry = try await self.askEntry(list, number: entries.count + 1) else { continue }
                entries.append(entry)
                try self.showEntry(entry, number: entries.count, list)
            case .answer:
                self.answers.answer(list.path, .entries(entries))
                return
            case .skip:
                self.answers.skip(list.path)
                return
            case .back:
                // What was entered last goes first.
                guard entries.popLast() == nil else { continue }
                self.answers.forget(list.path)
                try self.goBack()
                return
            case .finish: self.isFinishing = true
            case .end: self.isOver = true
            }
        }
        if !entries.isEmpty { self.answers.answer(list.path, .entries(entries)) }
    }

    /// - Returns: `nil` where it was given up.
    private func askEntry(_ list: Question, number: Int) async throws -> [String: Answer]? {
        var entry: [String: Answer] = [:]
        var place = 0
        let isAward = list.path == StandardQuestions.priorAwardsPath
        while list.entries.indices.contains(place) {
            let question = list.entries[place]
            try self.terminal.show { page in
                page.line()
                page.line(
                    "  " + Words.Terminal.entry(number, page.language) + page.language(question.question),
                    .strong
                )
                self.writeDetails(question, to: &page)
            }
            let isRequired = isAward && StandardQuestions.requiredOfPriorAward.contains(question.name)
            switch try await self.reply(to: question, of: list, isRequired: isRequired) {
            case .answer(let answer): entry[question.name] = answer
            case .skip: entry[question.name] = nil
            case .back:
                guard place > 0 else { return nil }
                place -= 1
                continue
            case .finish:
                self.isFinishing = true
                return self.started(entry, list)
            case .end:
                self.isOver = true
                return self.started(entry, list)
            }
            place += 1
        }
        return entry
    }

    /// An entry of which not everything was asked, if it is one: an award without its day or sum is none.
    private func started(_ entry: [String: Answer], _ list: Question) -> [String: Answer]? {
        list.path == StandardQuestions.priorAwardsPath || entry.isEmpty ? nil : entry
    }

    private func showEntry(_ entry: [String: Answer], number: Int, _ list: Question) throws {
        let parts = list.entries.compactMap { question in
            entry[question.name].map {
                self.language.labelled(self.language(question.label), question.text(of: $0, self.language))
            }
        }
        try self.say("\(number). " + parts.joined(separator: self.language(Words.semicolon)), .good)
    }
}
