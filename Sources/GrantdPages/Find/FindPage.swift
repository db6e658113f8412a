//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// Which support there is: a search, and what the list can be narrowed to.
struct FindPage {
    let context: PageContext
    let query: FindQuery

    func render() -> [UInt8] {
        let context = self.context
        let (day, problem) = self.day
        let found = day.map { self.found(on: $0) } ?? []
        let count = found.reduce(0) { $0 + $1.versions.count }
        var layout = Layout(
            context: context,
            part: .find,
            title: self.query.isEmpty
                ? context("查政策", "Find support") : context("查到 \(count) 项 · 查政策", "\(count) found · Find support"),
            languageSwitch: .link(context.link([], query: self.query.items, in: context.language.other))
        )
        layout.isWrong = problem != nil
        return layout.page {
            ProblemSummary(context: context, problems: problem.map { [(Self.dayID, context.language($0.text))] } ?? [])
                .html
            HTML(.div, .class("card hero")) {
                HTML(.h1) { context("查一查，有哪些支持", "Which support is there?") }
                HTML(.p, .class("lead")) {
                    context(
                        "收录北京市 \(context.shelf.policies.programmes.count) 份文件、\(context.shelf.entries.count) 项措施。"
                            + "给谁、给多少、依据哪一条，逐项写明；答几道题，就能测算结果。",
                        "\(context.shelf.entries.count) measures from \(context.shelf.policies.programmes.count) documents of "
                            + "Beijing: who gets what, how much, under which clause. Answer a few questions to work out yours."
                    )
                }
                self.form(problem)
            }
            HTML(.div, .class("card invite noprint")) {
                HTML(.p) {
                    HTML(.b) { context("不确定能申请哪一项？", "Not sure which ones apply to you?") }
                    " "
                    context(
                        "说说您单位的基本情况，我们按可得支持从高到低列出来。",
                        "Tell us a little about your organisation and see what it can get, most support first."
                    )
                }
                HTML(.a, .class("go"), .href(context.link("screen"))) { context("我能享受什么", "What can we get?") }
            }
            HTML(.p, .class("eyebrow"), .role("status")) {
                if problem != nil {
                    context("请先改正日期。", "Please correct the date first.")
                } else if count == 0 {
                    context(
                        "没有符合条件的措施。换个说法，或者少选一些条件再试。",
                        "Nothing found. Try other words, or fewer filters."
                    )
                } else {
                    context("共 \(count) 项措施", count == 1 ? "1 measure" : "\(count) measures")
                }
            }
            for group in found {
                HTML(.section, .class("card group")) {
                    HTML(.h2) { context(group.programme.title) }
                    HTML(.p, .class("muted")) {
                        HTML(.a, .href(context.link("documents", group.programme.documentNumber))) {
                            group.programme.documentNumber
                        }
                        " · \(context(group.programme.issuer))"
                    }
                    HTML(.ul, .class("none")) {
                        for version in group.versions { MeasureRow(context: context, version: version).html }
                    }
                }
            }
        }
    }

    // MARK: - Finding

    /// The day that is asked about, `YYYY-MM-DD`, or what is wrong with what was typed.
    private var day: (day: String?, problem: AnswerDiagnostic?) {
        guard !self.query.day.isEmpty else { return (self.context.today, nil) }
        do throws(AnswerDiagnostic) {
            let answer = try StandardQuestions.asOf.read(self.query.day, today: CalendarDay(iso: self.context.today))
            guard case .date(let day) = answer else { return (self.context.today, nil) }
            return (day.iso, nil)
        } catch {
            return (nil, error)
        }
    }

    private func found(on day: String) -> [(programme: Programme, versions: [Shelf.Version])] {
        let words = SearchWords(self.query.text)
        let open = self.query.kind.isEmpty ? nil : self.measures(openTo: self.query.kind, on: day)
        var groups: [(programme: Programme, versions: [Shelf.Version])] = []
        for entry in self.context.shelf.entries {
            guard self.query.programme.isEmpty || entry.programme.id == self.query.programme else { continue }
            // Who names a day wants what is in force on it.
            guard let version = self.query.day.isEmpty ? entry.shown(on: day) : entry.version(on: day) else { continue }
            guard self.query.support?.takes(version.measure.basis) ?? true, open?.contains(entry.id) ?? true,
                words.match(entry.words)
            else { continue }
            if groups.last?.programme.id == entry.programme.id {
                groups[groups.count - 1].versions.append(version)
            } else {
                groups.append((entry.programme, [version]))
            }
        }
        return groups
    }

    /// The measures that do not rule out an applicant of whom only the kind is known; nil where there is no such kind.
    private func measures(openTo kind: String, on day: String) -> Set<String>? {
        guard self.kinds.contains(where: { $0.name == kind }) else { return nil }
        let json =
            #"{"as_of":""# + day + #"","applicant":{"kind":""# + kind + #""},"include_on_request":true}"#
        guard case .success(let screening) = self.context.screen(json, isTrial: true) else { return nil }
        return Set(screening.assessments.map(\.measure))
    }

    /// The kinds of applicant that any measure tells apart.
    private var kinds: [Fact.EnumerationValue] {
        let fact = self.context.shelf.applicantFacts.first { $0.wirePath == "applicant.kind" }
        guard case .enumeration(let values)? = fact?.kind else { return [] }
        return values.filter { $0.number != 0 }
    }

    // MARK: - The form

    /// The id of the day's field.
    private static let dayID = "day"

    private func form(_ problem: AnswerDiagnostic?) -> HTML {
        let context = self.context
        let query = self.query
        return HTML(.form, .action(Link([])), .get, .role("search")) {
            if context.keepsLanguage {
                HTML(.input, .type("hidden"), .name("lang"), .value(context.language.rawValue))
            }
            HTML(.div, .class("search")) {
                HTML(.div, .class("field")) {
                    HTML(.label, .for("q")) { context("关键词", "Words") }
                    HTML(
                        .input,
                        .id("q"),
                        .type("search"),
                        .name("q"),
                        .value(query.text),
                        .maxLength(200),
                        .placeholder(context("例如：算力券、注册上市、中试平台", "For example: voucher, registration, platform"))
                    )
                }
            }
            HTML(.div, .class("filters")) {
                self.select(
                    "programme",
                    context("政策文件", "Programme"),
                    query.programme,
                    [("", context("全部", "All"))]
                        + context.shelf.policies.programmes.map { ($0.id, context($0.title)) }
                )
                self.select(
                    "kind",
                    context("申请人类型", "Applicant"),
                    query.kind,
                    [("", context("不限", "Any"))] + self.kinds.map { ($0.name, context($0.label)) }
                )
                self.select(
                    "support",
                    context("支持方式", "Support"),
                    query.support?.rawValue ?? "",
                    [
                        ("", context("不限", "Any")),
                        (FindQuery.Support.sum.rawValue, context("标准明确的资金", "Money, at a fixed rate or sum")),
                        (FindQuery.Support.ceiling.rawValue, context("有最高限额的资金", "Money, up to a limit")),
                        (FindQuery.Support.other.rawValue, context("非资金或金额未公布", "No money, or not published")),
                    ]
                )
                HTML(.div, .class(problem == nil ? "field" : "field wrong")) {
                    HTML(.label, .for(Self.dayID)) { context("在这一天有效", "In force on") }
                    if let problem {
                        HTML(.p, .class("error"), .id("day-error")) {
                            context.language.errorPrefix
                            context.language(problem.text)
                        }
                    }
                    HTML(
                        .input,
                        .id(Self.dayID),
                        .type("text"),
                        .name("day"),
                        .value(query.day),
                        .maxLength(40),
                        .placeholder(context.day(context.today)),
                        problem == nil ? nil : .invalid,
                        problem == nil ? nil : .describedBy("day-error")
                    )
                }
            }
            HTML(.button, .class("go")) { context("查找", "Search") }
        }
    }

    private func select(_ name: String, _ label: String, _ chosen: String, _ options: [(String, String)]) -> HTML {
        HTML(.div, .class("field")) {
            HTML(.label, .for(name)) { label }
            HTML(.select, .id(name), .name(name)) {
                for (value, text) in options {
                    HTML(.option, .value(value), value == chosen ? .selected : nil) { text }
                }
            }
        }
    }
}
