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
                ? context(Words.Site.find) : Words.Find.title(found: count, context.language),
            languageSwitch: .link(context.link([], query: self.query.items, in: context.language.other))
        )
        layout.isWrong = problem != nil
        return layout.page {
            ProblemSummary(context: context, problems: problem.map { [(Self.dayID, context.language($0.text))] } ?? [])
                .html
            HTML(.div, .class("card hero")) {
                HTML(.h1) { context(Words.Find.heading) }
                HTML(.p, .class("lead")) {
                    Words.Find.lead(
                        measures: context.shelf.entries.count,
                        documents: context.shelf.policies.programmes.count,
                        context.language
                    )
                }
                self.form(problem)
            }
            HTML(.div, .class("card invite noprint")) {
                HTML(.p) {
                    HTML(.b) { context(Words.Find.inviteTitle) }
                    " "
                    context(Words.Find.inviteText)
                }
                HTML(.a, .class("go"), .href(context.link("screen"))) { context(Words.Site.screen) }
            }
            HTML(.p, .class("eyebrow"), .role("status")) {
                if problem != nil {
                    context(Words.Find.correctDate)
                } else if count == 0 {
                    context(Words.Find.nothing)
                } else {
                    Words.Find.count(count, context.language)
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
                    HTML(.label, .for("q")) { context(Words.Find.text) }
                    HTML(
                        .input,
                        .id("q"),
                        .type("search"),
                        .name("q"),
                        .value(query.text),
                        .maxLength(200),
                        .placeholder(context(Words.Find.textExample))
                    )
                }
            }
            HTML(.div, .class("filters")) {
                self.select(
                    "programme",
                    context(Words.Find.programme),
                    query.programme,
                    [("", context(Words.Find.allProgrammes))]
                        + context.shelf.policies.programmes.map { ($0.id, context($0.title)) }
                )
                self.select(
                    "kind",
                    context(Words.Find.applicant),
                    query.kind,
                    [("", context(Words.Find.any))] + self.kinds.map { ($0.name, context($0.label)) }
                )
                self.select(
                    "support",
                    context(Words.Measure.support),
                    query.support?.rawValue ?? "",
                    [
                        ("", context(Words.Find.any)),
                        (FindQuery.Support.sum.rawValue, context(Words.Find.fixedSum)),
                        (FindQuery.Support.ceiling.rawValue, context(Words.Find.cappedSum)),
                        (FindQuery.Support.other.rawValue, context(Words.Find.otherSupport)),
                    ]
                )
                HTML(.div, .class(problem == nil ? "field" : "field wrong")) {
                    HTML(.label, .for(Self.dayID)) { context(Words.Find.day) }
                    if let problem {
                        HTML(.p, .class("error"), .id("day-error")) {
                            context(Words.errorPrefix)
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
            HTML(.button, .class("go")) { context(Words.Find.search) }
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
