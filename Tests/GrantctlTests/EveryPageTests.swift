//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import GrantdEngine
import GrantdInterview
import GrantdMessages
import GrantdPolicy
import GrantdSchema
import SwiftProtobuf
import Testing

@testable import grantctl

/// Every page of every built-in measure: it fits eighty columns, and says in words what has words.
@Suite
struct EveryPageTests {
    private let policies: PolicySet
    private let engine: Engine
    private let measures: [GrantdMeasureSummary]
    private let descriptions: [GrantdMeasureDescription]
    private let codes: Set<String>

    private static let languages: [Language] = [.zh, .en]

    init() throws {
        let policies = try PolicySet.builtIn()
        let engine = Engine(policies: policies)
        self.policies = policies
        self.engine = engine
        let list: GrantdListMeasuresResponse = try Self.ask(GrantdListMeasuresRequest(), engine.listMeasures)
        self.measures = list.measures
        self.descriptions = try policies.entries.map { entry in
            try Self.ask(.with { $0.measure = entry.id } as GrantdDescribeMeasureRequest, engine.describeMeasure)
        }
        self.codes = Self.codes(self.descriptions)
    }

    private static func ask<Reply: Message>(
        _ request: some Message,
        _ call: (UnsafeRawBufferPointer, ByteWriter) throws -> Void
    ) throws -> Reply {
        let bytes: [UInt8] = try request.serializedBytes()
        let writer = ByteWriter(limit: 16 << 20)
        try bytes.withUnsafeBytes { try call($0, writer) }
        return try Reply(serializedBytes: [UInt8](writer.bytes))
    }

    // MARK: - What must not stand there

    /// Names of values, facts, rules, caps and lines, but for those that a label has, too, as `A` and `WHO`.
    private static func codes(_ descriptions: [GrantdMeasureDescription]) -> Set<String> {
        var codes: Set<String> = [
            "ELIGIBLE", "INELIGIBLE", "UNDETERMINED", "EXHAUSTED", "NOT_IN_FORCE", "EXACT", "CEILING", "FLOOR",
            "UNPUBLISHED_RATE", "UNPUBLISHED_AMOUNT", "AGENCY_RATE", "NON_MONETARY", "REQUIREMENT", "BAR", "PASS",
            "FAIL",
            "ASSUMED",
        ]
        var words: Set<String> = []
        func note(_ text: GrantdText) { words.formUnion(Self.words(text.zh) + Self.words(text.en)) }
        for description in descriptions {
            for rule in description.rules {
                codes.insert(rule.id)
                note(rule.label)
            }
            for cap in description.caps {
                codes.insert(cap.id)
                note(cap.label)
            }
            for line in description.lines {
                codes.insert(line.id)
                note(line.label)
            }
            for fact in description.facts {
                codes.formUnion(fact.values.map(\.name))
                for text in [fact.label, fact.question, fact.hint] + fact.values.map(\.label) { note(text) }
            }
            for text in [description.title, description.awardSummary, description.priorAwards] { note(text) }
            for step in description.award { note(step.label) }
        }
        // A single word may be anybody's: `subject`, `applicant`, `year`.
        return codes.filter { $0.contains { "-_".contains($0) } || $0 == $0.uppercased() }.subtracting(words)
    }

    /// Words of Latin letters, digits, `_` and `-` that begin with a letter.
    private static func words(_ text: String) -> [String] {
        text.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-")) }
            .map(String.init).filter { $0.first?.isLetter == true }
    }

    private func expectReadable(_ name: String, _ language: Language, _ write: (inout Page) -> Void) {
        var page = Page(language, hasColour: false, width: 80)
        write(&page)
        for line in page.text.split(separator: "\n") {
            #expect(String(line).columns <= 80, "\(name), \(language): \(line)")
        }
        // A measure's id is what the next command takes.
        let ids = Set(
            self.measures.flatMap {
                [$0.measure, $0.policy.programme] + $0.measure.split(separator: ".").map(String.init)
            }
        )
        let found = Self.words(page.text).filter { word in
            !ids.contains(word) && (self.codes.contains(word) || word.contains("_"))
        }
        #expect(found.isEmpty, "\(name), \(language): \(Set(found).sorted()) in\n\(page.text)")
    }

    // MARK: - Pages

    @Test("measures and documents")
    func lists() throws {
        let documents: GrantdListDocumentsResponse = try Self.ask(
            GrantdListDocumentsRequest(),
            self.engine.listDocuments
        )
        let titles = Dictionary(
            documents.documents.map { ($0.number, $0.title) },
            uniquingKeysWith: { first, _ in first }
        )
        for language in Self.languages {
            self.expectReadable("measures", language) {
                MeasuresPage(measures: self.measures, titles: titles).write(to: &$0)
            }
            self.expectReadable("documents", language) { DocumentsPage(documents: documents.documents).write(to: &$0) }
        }
    }

    @Test("describe")
    func describe() {
        #expect(self.descriptions.count > 50)
        for description in self.descriptions {
            for language in Self.languages {
                self.expectReadable("describe \(description.measure)", language) {
                    DescriptionPage(description: description).write(to: &$0)
                }
            }
        }
    }

    @Test("screen, with and without the reasoning")
    func screen() throws {
        let request = GrantdScreenRequest.with {
            $0.asOf = "2026-05-20"
            $0.includeOnRequest = true
            $0.explain = .full
        }
        let response: GrantdScreenResponse = try Self.ask(request, self.engine.screen)
        let descriptions = Dictionary(
            self.descriptions.map { ($0.measure, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        for language in Self.languages {
            self.expectReadable("screen", language) {
                ScreenPage(response: response, descriptions: descriptions, showsExplanation: false).write(to: &$0)
            }
        }
    }

    /// Of every measure nothing known, and the first worked case with each outcome.
    @Test("evaluate, and what an interview ends with")
    func evaluate() throws {
        var count = 0
        for assessment in try self.assessments() {
            count += 1
            let description = self.descriptions.first { $0.measure == assessment.measure }
            for language in Self.languages {
                self.expectReadable("evaluate \(assessment.measure) \(assessment.outcome)", language) {
                    AssessmentPage(
                        assessment: assessment,
                        description: description,
                        showsExplanation: true,
                        showsNames: false
                    ).write(to: &$0)
                }
                // With names it is as wide, and they stand below words.
                var page = Page(language, hasColour: false, width: 80)
                AssessmentPage(assessment: assessment, description: description, showsExplanation: true).write(
                    to: &page
                )
                let widest = page.text.split(separator: "\n").map { String($0).columns }.max() ?? 0
                #expect(widest <= 80, "\(assessment.measure)")
                for fact in assessment.missing {
                    #expect(!page.text.contains(". \(fact.path)\n"), "\(assessment.measure): \(fact.path)")
                }
            }
        }
        #expect(count > 150)
    }

    private func assessments() throws -> [GrantdAssessment] {
        var requests: [GrantdEvaluateRequest] = []
        for name in self.policies.programmes.map(\.id) {
            let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "Sources/GrantdPolicy/Policies/\(name).cases.jsonl")
            var seen: Set<String> = []
            for line in String(decoding: try Data(contentsOf: file), as: UTF8.self).split(separator: "\n") {
                // `{"id":"md.early-stage-project/typical","request":{…},"expect":{"outcome":"ELIGIBLE",…`
                guard let measure = line.split(separator: "/").first,
                    let outcome = line.components(separatedBy: #""outcome":""#).last?.prefix(while: { $0 != "\"" }),
                    seen.insert("\(measure) \(outcome)").inserted,
                    let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
                    let request = object["request"] as? [String: Any]
                else { continue }
                requests.append(
                    try GrantdEvaluateRequest(jsonUTF8Bytes: JSONSerialization.data(withJSONObject: request))
                )
            }
        }
        for entry in self.policies.entries {
            guard let measure = self.policies.measures[entry.versions].last else { continue }
            let json = #"{"application":{"as_of":"\#(measure.inForce.fromText)","\#(measure.factsField)":{}}}"#
            requests.append(try GrantdEvaluateRequest(jsonString: json))
        }
        return requests.compactMap { request in
            var request = request
            request.explain = .full
            // Some cases are there to be refused.
            return try? Self.ask(request, self.engine.evaluate)
        }
    }

    @Test("ask: every question and the answers that were given")
    func ask() throws {
        for description in self.descriptions {
            for language in Self.languages {
                let questionnaire = Questionnaire(description, measures: self.measures)
                let session = AskSession(
                    questionnaire,
                    Answers(),
                    terminal: try AskTerminal(language, hasColour: false, descriptor: -1),
                    assessor: nil,
                    today: try #require(CalendarDay(iso: "2026-05-20")),
                    knowsKeys: false
                )
                var answers = Answers()
                for question in questionnaire.questions {
                    self.expectReadable("ask \(description.measure) \(question.path)", language) {
                        $0.line(language(question.question), .strong)
                        session.writeDetails(question, to: &$0)
                    }
                    answers.skip(question.path)
                }
                self.expectReadable("answers \(description.measure)", language) {
                    AnswersTable(questionnaire: questionnaire, answers: answers).write(to: &$0)
                }
            }
        }
    }
}
