//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// The questions of a measure, one a page; then all answers, then the result. What was answered stands in the form and
/// nowhere else, and a forged form is read as any other.
struct MeasureJourney {
    let context: PageContext
    let entry: Shelf.Entry

    /// Answers a form; nil: the first question.
    func respond(to form: [(name: String, value: String)]?) -> PageAnswer {
        let form = form ?? []
        let stated = form.last { $0.name == StandardQuestions.asOfPath }?.value
        let day = stated.flatMap { CalendarDay(iso: $0) } ?? CalendarDay(iso: self.context.today)
        guard let day, let version = self.entry.shown(on: day.iso) else { return .refused(.badForm) }
        let siblings = self.context.shelf.entries.filter { $0.programme.id == self.entry.programme.id }
        let questionnaire = Questionnaire(
            version.measure,
            of: self.entry.programme,
            siblings: siblings.compactMap { $0.shown(on: day.iso)?.measure }
        )
        var answers = Answers()
        // The day stands first, so that one can go back to it.
        answers.answer(StandardQuestions.asOfPath, .date(day))
        let read = Answers(formFields: form, questionnaire)
        answers.stage = read.stage
        answers.assumesUnsetBarsAbsent = read.assumesUnsetBarsAbsent
        for path in read.order where path != StandardQuestions.asOfPath {
            if let answer = read[path] { answers.answer(path, answer) } else { answers.skip(path) }
        }
        var state = JourneyState(
            context: self.context,
            entry: self.entry,
            version: version,
            interview: Interview(questionnaire),
            answers: answers
        )
        state.goesOn = form.contains { $0.name == FormField.goesOn }
        state.isChanging = form.contains { $0.name == FormField.changing }
        let place = form.last { $0.name == FormField.place }.flatMap { JourneyPlace($0.value, questionnaire, answers) }
        let typed = TypedAnswers(form, today: self.context.today)
        if form.contains(where: { $0.name == FormField.languageSwitch }) {
            return place.map { self.show($0, state, typed: typed) } ?? self.goOn(state)
        }
        guard let action = FormAction(form.last { $0.name == FormField.action }?.value ?? "") else {
            return .refused(.badForm)
        }
        return self.follow(action, at: place, state, typed)
    }

    // MARK: - What follows

    private func follow(
        _ action: FormAction,
        at place: JourneyPlace?,
        _ state: JourneyState,
        _ typed: TypedAnswers
    ) -> PageAnswer {
        var state = state
        switch action {
        case .next:
            switch place {
            case .question(let question) where question.kind != .entries: return self.take(question, state, typed)
            case .entry(let list, let index): return self.take(entry: index, of: list, state, typed)
            case .check, .result: return self.show(.result, state)
            case .question(let list) where state.answers[list] == nil:
                return self.show(.question(list), state, problems: [list.path: Self.noEntries(list)])
            case .question, nil: return self.goOn(state)
            }
        case .skip:
            guard case .question(let question)? = place, question.path != StandardQuestions.asOfPath else {
                return self.goOn(state)
            }
            // That nobody knows the entries of a list cannot be said, but of earlier awards: none are sent.
            if question.kind.isList, question.path != StandardQuestions.priorAwardsPath {
                return self.follow(.none, at: place, state, typed)
            }
            state.answers.skip(question.path)
            return self.goOn(state)
        case .none:
            guard case .question(let question)? = place, question.kind.isList else { return self.goOn(state) }
            state.answers.answer(question.path, question.kind == .entries ? .entries([]) : .choices([]))
            return self.goOn(state)
        case .back: return self.goBack(from: place, state)
        case .check:
            state.isChanging = false
            return self.show(.check, state)
        case .result: return self.show(.result, state)
        case .download:
            let json = state.questionnaire.requestJSON(state.answers, explains: true, isIndented: true)
            return .download(Array((json + "\n").utf8), name: "\(self.entry.id).json")
        case .goOn:
            state.goesOn = true
            return self.goOn(state)
        case .change(let path):
            guard let place = JourneyPlace(path, state.questionnaire, state.answers) else { return .refused(.badForm) }
            // Who adds to a list that is being asked for is not changing anything yet.
            if case .question = place { state.isChanging = true }
            return self.show(place, state)
        case .remove(let path):
            guard case .entry(let list, let index)? = JourneyPlace(path, state.questionnaire, state.answers) else {
                return .refused(.badForm)
            }
            var entries = state.answers.entries(of: list)
            if entries.indices.contains(index) { entries.remove(at: index) }
            state.answers.answer(list.path, .entries(entries))
            return self.show(.question(list), state)
        }
    }

    /// Takes what was typed for a question.
    private func take(_ question: Question, _ state: JourneyState, _ typed: TypedAnswers) -> PageAnswer {
        var state = state
        do throws(AnswerDiagnostic) {
            if let answer = try typed.read(question, self.context.language) {
                state.answers.answer(question.path, answer)
            } else if question.path != StandardQuestions.asOfPath {
                state.answers.skip(question.path)
            }
        } catch {
            return self.show(.question(question), state, typed: typed, problems: [question.path: error])
        }
        if question.path == StandardQuestions.asOfPath, case .date(let day)? = state.answers[question] {
            // Another day may have another version, which asks for other facts.
            return self.again(on: day, state)
        }
        return self.goOn(state)
    }

    /// Takes what was typed for an entry of a list.
    private func take(entry index: Int, of list: Question, _ state: JourneyState, _ typed: TypedAnswers) -> PageAnswer {
        var state = state
        var entry: [String: Answer] = [:]
        var problems: [String: AnswerDiagnostic] = [:]
        for question in list.entries {
            let isRequired =
                list.path == StandardQuestions.priorAwardsPath
                && StandardQuestions.requiredOfPriorAward.contains(question.name)
            if typed.isEmpty(question), !isRequired { continue }
            do throws(AnswerDiagnostic) {
                if let answer = try typed.read(question, self.context.language) {
                    entry[question.name] = answer
                } else if isRequired {
                    _ = try question.read("")
                }
            } catch {
                problems[question.path] = error
            }
        }
        let place = JourneyPlace.entry(list: list, index: index)
        if problems.isEmpty, entry.isEmpty, let first = list.entries.first {
            problems[first.path] = AnswerDiagnostic(.incomplete, Words.Answers.emptyEntry)
        }
        var entries = state.answers.entries(of: list)
        if problems.isEmpty, index == entries.count, let most = list.most, entries.count >= most,
            let first = list.entries.first
        {
            problems[first.path] = AnswerDiagnostic(.tooMany, Words.Answers.tooManyEntries(most))
        }
        guard problems.isEmpty else { return self.show(place, state, typed: typed, problems: problems) }
        let before = entries
        if entries.indices.contains(index) { entries[index] = entry } else { entries.append(entry) }
        state.answers.answer(list.path, .entries(entries))
        guard state.answers.formFields(state.questionnaire).count <= Self.mostAnswers else {
            state.answers.answer(list.path, .entries(before))
            return self.show(place, state, typed: typed, problems: Self.tooMany(list))
        }
        return self.show(.question(list), state)
    }

    /// The next question, or what stands behind the last.
    private func goOn(_ state: JourneyState) -> PageAnswer {
        var state = state
        state.isChanging = false
        switch state.step() {
        case .failure(let refusal): return self.show(refusal, state)
        case .success(let step):
            if let next = step.next { return self.show(.question(next), state) }
            return self.show(step.end == .complete ? .check : .result, state)
        }
    }

    private func goBack(from place: JourneyPlace?, _ state: JourneyState) -> PageAnswer {
        if state.isChanging, case .question? = place {
            return self.follow(.check, at: place, state, TypedAnswers([], today: ""))
        }
        switch place {
        case .entry(let list, _): return self.show(.question(list), state)
        case .question(let question):
            let order = state.answers.order
            let place = order.firstIndex(of: question.path) ?? order.endIndex
            let before = order[..<place].last.flatMap { state.questionnaire.question(for: $0) }
            return before.map { self.show(.question($0), state) } ?? self.show(.question(question), state)
        case .check, .result, nil:
            let last = state.answers.order.last.flatMap { state.questionnaire.question(for: $0) }
            return last.map { self.show(.question($0), state) } ?? self.goOn(state)
        }
    }

    /// The same answers, read anew for another day.
    private func again(on day: CalendarDay, _ state: JourneyState) -> PageAnswer {
        var fields = state.answers.formFields(state.questionnaire).filter { $0.name != StandardQuestions.asOfPath }
        fields.append((StandardQuestions.asOfPath, day.iso))
        if state.goesOn { fields.append((FormField.goesOn, "1")) }
        return self.respond(to: fields)
    }

    /// More answers than these do not fit into a form, beside what is typed on a page.
    private static let mostAnswers = Pages.mostFields - 200

    private static func tooMany(_ list: Question) -> [String: AnswerDiagnostic] {
        let problem = AnswerDiagnostic(.tooMany, Words.Answers.pageIsFull)
        return list.entries.first.map { [$0.path: problem] } ?? [:]
    }

    private static func noEntries(_ list: Question) -> AnswerDiagnostic {
        AnswerDiagnostic(.empty, Words.Answers.noEntryAdded)
    }

    // MARK: - Showing

    private func show(
        _ place: JourneyPlace,
        _ state: JourneyState,
        typed: TypedAnswers? = nil,
        problems: [String: AnswerDiagnostic] = [:]
    ) -> PageAnswer {
        switch place {
        case .question(let question) where question.kind == .entries:
            return .page(ListPage(state: state, list: question, problem: problems[question.path]).render())
        case .question(let question):
            let typed = typed ?? TypedAnswers([(question, state.answers[question])], language: self.context.language)
            return .page(
                QuestionPage(state: state, question: question, typed: typed, problem: problems[question.path]).render()
            )
        case .entry(let list, let index):
            let entries = state.answers.entries(of: list)
            let entry = entries.indices.contains(index) ? entries[index] : [:]
            let typed =
                typed ?? TypedAnswers(list.entries.map { ($0, entry[$0.name]) }, language: self.context.language)
            return .page(EntryPage(state: state, list: list, index: index, typed: typed, problems: problems).render())
        case .check: return .page(CheckPage(state: state).render())
        case .result:
            switch state.assess() {
            case .failure(let refusal): return self.show(refusal, state)
            case .success(let assessment): return .page(ResultPage(state: state, assessment: assessment).render())
            }
        }
    }

    /// What the engine refuses stands beside the question that it is about.
    private func show(_ refusal: PageContext.Refusal, _ state: JourneyState) -> PageAnswer {
        switch JourneyPlace(refusal.field, state.questionnaire, state.answers) {
        case .question(let question)?
        where refusal.cause == .answers || (refusal.cause == .tooMuch && question.kind.isList):
            let problem = refusal.problem(with: question, isAnswered: state.answers[question] != nil)
            return self.show(.question(question), state, problems: [question.path: problem])
        case .entry(let list, let index)? where refusal.cause != .fault:
            let problem = refusal.problem(with: list, isAnswered: true)
            let field = list.entries.first { refusal.field.hasSuffix("." + $0.name) } ?? list.entries.first
            return self.show(.entry(list: list, index: index), state, problems: field.map { [$0.path: problem] } ?? [:])
        case .question?, .entry?, .check?, .result?, nil: return .refused(refusal.page)
        }
    }
}
