//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview

/// A list: what was entered in a short table, with a button to change or remove each, and one to add another.
struct ListPage {
    let state: JourneyState
    let list: Question
    let problem: AnswerDiagnostic?

    func render() -> [UInt8] {
        let context = self.state.context
        let language = context.language
        let entries = self.state.answers.entries(of: self.list)
        let progress = self.state.progress(at: self.list)
        let next = FormAction.change(path: "\(self.list.path)[\(entries.count)]")
        let isFull = self.list.most.map { entries.count >= $0 } ?? false
        let frame = JourneyFrame(
            state: self.state,
            place: .question(self.list),
            title: progress?.words ?? language(self.list.label),
            isWrong: self.problem != nil
        )
        return frame.page {
            ProblemSummary(context: context, problems: self.problem.map { [("entries", language($0.text))] } ?? []).html
            HTML(.div, .class("card")) {
                progress?.html
                HTML(.h1, .class("ask")) { language(self.list.question) }
                if !self.list.hint.isEmpty { HTML(.p, .class("muted")) { language(self.list.hint) } }
                HTML(.div, .id("entries"), .class(self.problem == nil ? "entries" : "entries wrong")) {
                    if let problem {
                        HTML(.p, .class("error")) { language(Words.errorPrefix) + language(problem.text) }
                    }
                    if entries.isEmpty {
                        HTML(.p, .class("muted")) { context(Words.Journey.noneAdded) }
                    } else {
                        EntryTable(context: context, list: self.list, entries: entries, isChangeable: true).html
                    }
                }
                WhyView(context: context, reasons: self.state.reasons(for: self.list)).html
                HTML(.div, .class("actions")) {
                    if entries.isEmpty {
                        ActionButton(action: next, text: language(Words.Journey.addEntry), style: "go").html
                        ActionButton(action: .none, text: language(Words.Journey.noEntries)).html
                        if self.list.path == StandardQuestions.priorAwardsPath {
                            ActionButton(action: .skip, text: language(Words.Journey.skip)).html
                        }
                    } else {
                        ActionButton(action: .next, text: context(Words.Journey.noMoreEntries), style: "go")
                            .html
                        if !isFull { ActionButton(action: next, text: context(Words.Journey.addAnother)).html }
                    }
                    self.state.isChanging
                        ? ActionButton(action: .check, text: context(Words.Journey.backToCheck)).html
                        : ActionButton(action: .back, text: language(Words.Journey.back)).html
                }
            }
        }
    }
}

/// The entries of a list, a row each.
struct EntryTable {
    let context: PageContext
    let list: Question
    let entries: [[String: Answer]]
    let isChangeable: Bool

    /// More would not be read; the rest is counted.
    private static let mostRows = 200
    /// As many as fit beside each other.
    private static let mostColumns = 4

    var html: HTML {
        let context = self.context
        let language = context.language
        // The first that any entry answers.
        let columns = self.list.entries.filter { question in self.entries.contains { $0[question.name] != nil } }
            .prefix(self.isChangeable ? Self.mostColumns : Self.mostColumns + 2)
        return HTML(.div, .class("scroll"), .reachable, .role("region"), .label(language(self.list.label))) {
            HTML(.table) {
                HTML(.thead) {
                    HTML(.tr) {
                        HTML(.th, .scope("col")) { context(Words.Journey.entryNumber) }
                        for column in columns { HTML(.th, .scope("col")) { language(column.label) } }
                        if self.isChangeable { HTML(.th, .scope("col")) { context(Words.Journey.entryActions) } }
                    }
                }
                HTML(.tbody) {
                    for (index, entry) in self.entries.prefix(Self.mostRows).enumerated() {
                        HTML(.tr) {
                            HTML(.th, .scope("row")) { "\(index + 1)" }
                            for column in columns {
                                HTML(.td) {
                                    entry[column.name].map { column.text(of: $0, language) }
                                        ?? Question.unknown(language)
                                }
                            }
                            if self.isChangeable { HTML(.td) { self.buttons(index) } }
                        }
                    }
                }
            }
            if self.entries.count > Self.mostRows {
                HTML(.p, .class("muted")) {
                    Words.Journey.notListed(self.entries.count - Self.mostRows, context.language)
                }
            }
        }
    }

    private func buttons(_ index: Int) -> HTML {
        let language = self.context.language
        let path = "\(self.list.path)[\(index)]"
        return HTML(.span) {
            ActionButton(
                action: .change(path: path),
                text: language(Words.Journey.change),
                style: "plain",
                label: Words.Journey.change(entry: index + 1, language)
            ).html
            " "
            ActionButton(
                action: .remove(path: path),
                text: language(Words.Journey.remove),
                style: "plain",
                label: Words.Journey.remove(entry: index + 1, language)
            ).html
        }
    }
}
