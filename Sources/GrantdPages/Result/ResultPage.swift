//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// The result: what was decided and how much, why, under which clause, what is missing, what would change it; and the
/// request itself, for who wants to ask by program.
struct ResultPage {
    let state: JourneyState
    let assessment: AssessmentReply

    private var context: PageContext { self.state.context }
    private var measure: Measure { self.state.measure }

    func render() -> [UInt8] {
        let context = self.context
        let title = context("测算结果", "Result")
        return JourneyFrame(state: self.state, place: .result, title: title).page {
            VerdictCard(
                context: context,
                measure: self.measure,
                assessment: self.assessment,
                remedies: self.state.remedies(self.assessment)
            ).html
            self.missing
            self.sum
            self.lines
            self.findings
            self.answers
            self.source
            self.request
        }
    }

    // MARK: - Parts

    private var missing: HTML {
        let missing = self.assessment.missing
        guard !missing.isEmpty else { return HTML() }
        // Several fields of one list lead to the same place.
        return HTML(.section, .class("card")) {
            HTML(.h2) { self.context("还需要这些信息", "What is still missing") }
            HTML(.ul, .class("rows")) {
                for fact in missing.prefix(40) {
                    let question = self.state.questionnaire.question(for: fact.path)
                    HTML(.li, .class("open")) {
                        HTML(.span, .class("mark"), .hidden) { "?" }
                        HTML(.span) {
                            fact.question.map { self.context($0) }
                                ?? question.map { self.context.language($0.question) }
                                ?? self.words(ofMissing: fact.path)
                            if let entry = Self.entry(of: fact.path) {
                                HTML(.span, .class("tag")) { self.context("第 \(entry) 项", "entry \(entry)") }
                            }
                        }
                        HTML(.span) {
                            if let question {
                                ActionButton(
                                    action: .change(path: fact.path),
                                    text: self.context("去回答", "Answer"),
                                    style: "plain",
                                    label: self.context(
                                        "去回答：\(question.label.zh)",
                                        "Answer: \(question.label.en)"
                                    )
                                ).html
                            }
                        }
                    }
                }
            }
            let rest = Int64(missing.count - min(missing.count, 40)) + self.assessment.missingOmitted
            if rest > 0 {
                HTML(.p, .class("muted")) { self.context("另有 \(rest) 项。", "\(rest) more.") }
            }
        }
    }

    /// What is missing that is no answer of the applicant's.
    private func words(ofMissing path: String) -> String {
        guard path == StandardQuestions.workingCalendarPath else { return path }
        return self.context(StandardQuestions.beyondCalendar.zh, StandardQuestions.beyondCalendar.en)
    }

    /// The number of a list's entry that a path names, from 1.
    private static func entry(of path: String) -> Int? {
        guard let start = path.firstIndex(of: "["), let end = path.firstIndex(of: "]"), start < end else { return nil }
        return Int(path[path.index(after: start)..<end]).map { $0 + 1 }
    }

    private var sum: HTML {
        let capIDs = Set(self.measure.caps.map(\.id))
        let steps = self.assessment.explanation.filter { $0.rule == "award" || capIDs.contains($0.rule) }
        guard !steps.isEmpty || !self.assessment.caps.isEmpty, self.assessment.outcome != .ineligible else {
            return HTML()
        }
        return HTML(.section, .class("card")) {
            HTML(.h2) { self.context("为什么是这个数", "Why this sum") }
            HTML(.ol, .class("rows")) {
                for (index, step) in steps.enumerated() {
                    HTML(.li) {
                        HTML(.span, .class("mark")) { "\(index + 1)" }
                        HTML(.span) { self.context(step.text) }
                        HTML(.span, .class("clause"), self.context.chinese) { step.clause }
                    }
                }
            }
            for use in self.assessment.caps {
                if let cap = self.measure.caps.first(where: { $0.id == use.id }) {
                    CapBar(
                        context: self.context,
                        name: self.context(cap.label),
                        clause: cap.clause,
                        cap: use,
                        taken: self.assessment.amount,
                        isTakenBound: self.assessment.basis.isBound
                    ).html
                }
            }
        }
    }

    private var lines: HTML {
        let lines = self.assessment.lines
        guard !lines.isEmpty else { return HTML() }
        return HTML(.section, .class("card")) {
            HTML(.h2) { self.context("具体内容", "In detail") }
            HTML(.dl, .class("figures")) {
                for line in lines {
                    HTML(.div) {
                        HTML(.dt) { line.label.map { self.context($0) } ?? line.id }
                        HTML(.dd, .class("words")) { self.context.words(line, of: self.measure) }
                    }
                }
            }
        }
    }

    private var findings: HTML {
        guard !self.assessment.findings.isEmpty else { return HTML() }
        let shown = Set(self.measure.caps.map(\.id)).union(["award"])
        return HTML(.section, .class("card")) {
            HTML(.h2) { self.context("逐条核对", "Rule by rule") }
            FindingList(context: self.context, measure: self.measure, findings: self.assessment.findings).html
            HTML(.details, .class("noprint")) {
                HTML(.summary) { self.context("查看完整的判断过程", "The whole reasoning") }
                HTML(.ol, .class("reasons")) {
                    for step in self.assessment.explanation where !shown.contains(step.rule) {
                        HTML(.li) {
                            self.context(step.text)
                            HTML(.span, .class("clause"), self.context.chinese) { step.clause }
                        }
                    }
                }
            }
        }
    }

    private var answers: HTML {
        let answers = AnswerList(state: self.state)
        return HTML(.section, .class("card")) {
            HTML(.h2) { self.context("我的回答", "Your answers") }
            answers.terms
            answers.html
            answers.tables(under: .h3)
            if self.assessment.outcome == .ineligible, self.hasUnasked {
                HTML(.div, .class("actions noprint")) {
                    ActionButton(action: .goOn, text: self.context("继续回答其余问题", "Answer the rest too")).html
                }
            }
        }
    }

    private var hasUnasked: Bool {
        self.state.questionnaire.questions.contains { self.state.answers.isOpen($0) }
    }

    private var source: HTML {
        let context = self.context
        let programme = self.state.entry.programme
        let until = self.assessment.inForceUntil
        return HTML(.section, .class("card")) {
            HTML(.h2) { context("依据与留存", "Source and record") }
            HTML(.p) {
                context.quoted(programme.title)
                context("（\(programme.documentNumber)），", " (\(programme.documentNumber)), ")
                context.gazette(programme.gazette)
                context("。", ".")
            }
            HTML(.p) {
                context(
                    "以\(context.day(self.assessment.asOf))为准；施行期：",
                    "As of \(context.day(self.assessment.asOf)); in force "
                )
                context.interval(from: self.assessment.inForceFrom, until: until)
                context("。", ".")
            }
            HTML(.p, .class("muted")) {
                context("政策文件校验码 ", "Digest of the policy file ")
                HTML(.span, .class("digest")) { self.assessment.digest }
                context("，测算引擎 \(self.assessment.engineVersion)", ", engine \(self.assessment.engineVersion)")
            }
            HTML(.p, .class("muted noprint")) {
                context(
                    "需要留存的，可以直接打印本页（Ctrl+P 或 ⌘P，已按 A4 排版），或下载请求文件。",
                    "To keep it, print this page (Ctrl+P or ⌘P, laid out for A4), or download the request."
                )
            }
            HTML(.div, .class("actions noprint")) {
                ActionButton(action: .check, text: context("核对和修改我的回答", "Check and change my answers")).html
                ActionButton(action: .download, text: context("下载请求（JSON）", "Download the request (JSON)")).html
            }
        }
    }

    private var request: HTML {
        let context = self.context
        let questionnaire = self.state.questionnaire
        return HTML(.section, .class("card fold noprint")) {
            HTML(.details) {
                HTML(.summary) { context("用程序查询：请求与 curl 命令", "Ask by program: the request and a line for curl") }
                self.copy(
                    "request",
                    context("请求（JSON）", "The request (JSON)"),
                    12,
                    questionnaire.requestJSON(self.state.answers, explains: true, isIndented: true)
                )
                self.copy(
                    "curl",
                    context.asksForTokens
                        ? context("curl 命令（令牌放在变量 TOKEN 中）", "For curl (with the token in the variable TOKEN)")
                        : context("curl 命令", "For curl"),
                    4,
                    questionnaire.curl(
                        self.state.answers,
                        origin: context.origin,
                        asksForTokens: context.asksForTokens
                    )
                )
            }
        }
    }

    private func copy(_ id: String, _ label: String, _ rows: Int, _ text: String) -> HTML {
        HTML(.div, .class("field")) {
            HTML(.label, .for(id)) { label }
            HTML(.textarea, .id(id), .rows(rows), .readOnly) { text }
        }
    }
}
