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
@Suite("Words, not codes")
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

    @Test func noPageOfAMeasureHasAny() throws {
        for id in self.site.ids {
            for path in ["/measures/\(id)", "/measures/\(id)/ask"] {
                try self.expectNone(self.site.page(self.site.get(path)), path)
            }
            // What nothing is known of: all is missing, every bar is open.
            let path = "/measures/\(id)/ask"
            let form = [("as_of", Site.today), ("at", "check")]
            for action in ["check", "result"] {
                try self.expectNone(self.site.page(self.site.post(path, form + [("go", action)])), "\(path) \(action)")
            }
        }
    }

    @Test func noQuestionHasAny() throws {
        for measure in self.site.compiled.policies.measures {
            for fact in measure.facts where !fact.path.contains("[]") {
                let path = "/measures/\(measure.id)/ask"
                let form = [("as_of", Site.today), ("go", "change \(fact.wirePath)")]
                let response = self.site.post(path, form)
                // A fact of another version is not asked today.
                if response.status == 200 { try self.expectNone(self.site.page(response), "\(path) \(fact.wirePath)") }
            }
        }
    }

    @Test func noOtherPageHasAny() throws {
        for path in ["/", "/screen", "/documents"] { try self.expectNone(self.site.page(self.site.get(path)), path) }
        let screen = try self.site.page(self.site.get("/screen"))
        let found = self.site.post("/screen", screen.fields + [("typed:as_of", Site.today), ("go", "next")])
        try self.expectNone(self.site.page(found), "what was screened")
    }

    private func expectNone(_ page: Page, _ place: String) throws {
        let found = self.codes.found(on: page)
        #expect(found.isEmpty, "\(place): \(found)")
    }
}
