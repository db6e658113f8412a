//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdEngine
import GrantdPages
import GrantdPolicy
import Testing

/// The pages behind the answers of the worked cases are looked at where they are walked through.
@Suite("Words of the page's language, not codes")
struct WordsTests {
    private let site: Site
    private let codes: Codes

    init() throws {
        self.site = try Site()
        self.codes = try Codes.ofBuiltIn.get()
    }

    @Test func aCodeIsSeen() {
        let text = "结论 INELIGIBLE，面积 20 m2，缺 applicant_kind，可得 12345元、1234.56元、1,234.56元、最高 200万元；A 轮、WHO"
        #expect(self.codes.found(in: text) == ["INELIGIBLE", "m2", "applicant_kind", "12345元"])
    }

    @Test func wordsOfTheOtherLanguageAreSeen() throws {
        let foreign = try ForeignWords.ofBuiltIn.get()
        #expect(foreign.found(in: "issued as 京经信发〔2025〕19号, 第7条, it would be：符合条件", "en") == ["：符合条件"])
        #expect(foreign.found(in: "令牌放在变量 TOKEN 中；用 grantctl auction。Not eligible，A 轮", "zh") == ["Not eligible"])
    }

    @Test("no page of a measure has any", arguments: ["zh", "en"])
    func measures(language: String) throws {
        for id in self.site.ids {
            for path in ["/measures/\(id)", "/measures/\(id)/ask"] {
                try self.expectNone(self.site.get(path, [("lang", language)]), language, path)
            }
            // What nothing is known of: all is missing, every bar is open.
            let path = "/measures/\(id)/ask"
            let form = [("as_of", Site.today), ("at", "check"), ("lang", language)]
            for action in ["check", "result"] {
                try self.expectNone(self.site.post(path, form + [("go", action)]), language, "\(path) \(action)")
            }
        }
    }

    @Test("no question has any", arguments: ["zh", "en"])
    func questions(language: String) throws {
        for measure in self.site.compiled.policies.measures {
            for fact in measure.facts where !fact.path.contains("[]") {
                let path = "/measures/\(measure.id)/ask"
                let form = [("as_of", Site.today), ("go", "change \(fact.wirePath)"), ("lang", language)]
                let response = self.site.post(path, form)
                // A fact of another version is not asked today.
                if response.status == 200 { try self.expectNone(response, language, "\(path) \(fact.wirePath)") }
            }
        }
    }

    @Test("no other page has any", arguments: ["zh", "en"])
    func others(language: String) throws {
        for path in ["/", "/screen", "/documents"] {
            try self.expectNone(self.site.get(path, [("lang", language)]), language, path)
        }
        let screen = try self.site.page(self.site.get("/screen", [("lang", language)]))
        let found = self.site.post("/screen", screen.fields + [("typed:as_of", Site.today), ("go", "next")])
        try self.expectNone(found, language, "what was screened")
    }

    private func expectNone(_ response: PageResponse, _ language: String, _ place: String) throws {
        let page = try self.site.page(response)
        #expect(page.all("html").first?["lang"]?.hasPrefix(language) ?? false, "\(place)")
        let foreign = try ForeignWords.ofBuiltIn.get().found(on: page, language)
        #expect(foreign.isEmpty, "\(place): \(foreign)")
        guard language == "zh" else { return }
        let found = self.codes.found(on: page)
        #expect(found.isEmpty, "\(place): \(found)")
    }
}
