//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdPages
internal import Testing

@Suite("What the engine refuses is told as what it is, and in the reader's language")
struct RefusalTests {
    private let site: Site

    init() throws { self.site = try Site() }

    private func post(_ path: String, _ form: [(name: String, value: String)], by engine: Engine) -> PageResponse {
        self.site.pages.respond(to: PageRequest(path: path, form: form, today: Site.today), by: engine)
    }

    /// An engine that gives up after so many steps.
    private func engine(steps: Int64) -> Engine {
        var limits = EngineLimits.defaults
        limits.steps = steps
        return Engine(self.site.compiled, limits: limits)
    }

    private func error(_ page: Page) -> String { page.all("p").first { $0["class"] == "error" }?.text ?? "" }

    @Test("what a policy says in English only stands on the English page alone")
    func englishAlone() throws {
        let facts = "medical_service_price_first_burden"
        let form: [(name: String, value: String)] = [
            ("as_of", Site.today), ("\(facts).special_percent_bp", "10"), ("\(facts).special_fixed_fen", "100"),
            ("go", "result"),
        ]
        let path = "/measures/medical-service-price.first-burden/ask"
        let chinese = try self.site.page(self.site.post(path, form))
        #expect(chinese.field("at") == "\(facts).special_fixed_fen")
        #expect(self.error(chinese) == "错误：这个回答与其他回答合在一起不成立，请核对后修改。")
        let english = try self.site.page(self.site.post(path, form + [("lang", "en")]))
        #expect(self.error(english).contains("an item is marked with a share or with a sum, not with both"))
    }

    @Test("a list of more entries than a call may take is told beside it")
    func tooManyEntries() throws {
        let list = "patent_conversion_institution.deals"
        var form: [(name: String, value: String)] = [("as_of", Site.today), (list, "600"), ("go", "result")]
        for index in 0..<600 {
            let entry = "\(list)[\(index)]"
            form += [
                ("\(entry).valid", "yes"), ("\(entry).kind", "TRANSFER"), ("\(entry).jurisdiction", "DOMESTIC"),
                ("\(entry).registered_or_recorded_on", "2026-03-01"), ("\(entry).held_by_applicant", "yes"),
                ("\(entry).contract_amount_fen", "5"),
            ]
        }
        let path = "/measures/patent-conversion.institution/ask"
        for (language, words) in [("zh", "请减少条目后再试"), ("en", "use fewer entries")] {
            let response = self.post(path, form + [("lang", language)], by: self.engine(steps: 2_000))
            let page = try self.site.page(response)
            #expect(page.field("at") == list)
            #expect(self.error(page).contains(words), "\(self.error(page))")
            #expect(!page.text.contains("steps"))
        }
        // It is the budget, and nothing else of the form.
        let page = try self.site.page(self.site.post(path, form))
        #expect(page.field("at") == "result")
    }

    @Test("what is too much, and of no list, has a page that says what to do", arguments: ["zh", "en"])
    func tooMuch(language: String) throws {
        // One whose rules hang on definitions: what is nothing but a field costs no step.
        let path = "/measures/medical-service-price.first-burden/ask"
        let form = [("as_of", Site.today), ("go", "result"), ("lang", language)]
        let response = self.post(path, form, by: self.engine(steps: 1))
        try self.site.expectShape(of: response, language, status: 413, path: path)
        let page = try self.site.page(response, status: 413)
        #expect(page.text.contains(language == "zh" ? "请减少条目或缩短文字后再试" : "use fewer entries or shorter texts"))
        #expect(!page.text.contains("steps"))
    }

    @Test("a screening that fails does not ask for the day that was given", arguments: ["zh", "en"])
    func screening(language: String) throws {
        let form = [("typed:as_of", Site.today), ("go", "next"), ("lang", language)]
        let response = self.post("/screen", form, by: self.engine(steps: 1))
        try self.site.expectShape(of: response, language, status: 500, path: "/screen")
        let page = try self.site.page(response, status: 500)
        #expect(page.text.contains(language == "zh" ? "原因不在您填写的内容" : "It is not for what you entered"))
        #expect(!page.text.contains(language == "zh" ? "请填写日期" : "Enter a date"))
        #expect(!page.text.contains("steps"))
        // Where there is no day, that is what is wrong.
        let without = try self.site.page(self.site.post("/screen", [("at", "result"), ("go", "result")]))
        #expect(self.error(without).contains("请填写日期"))
    }

    @Test("a day that is none is told in a summary, beside its field and in the title", arguments: ["zh", "en"])
    func wrongDay(language: String) throws {
        let days =
            language == "zh"
            ? ["x": "请填写日期", "2026-02-30": "没有2026年2月30日"]
            : ["x": "Enter a date", "2026-02-30": "There is no day 2026-2-30"]
        for (day, words) in days {
            let response = self.site.get("/", [("day", day), ("lang", language)])
            try self.site.expectShape(of: response, language, path: "/?day=\(day)")
            let page = try self.site.page(response)
            let summary = try #require(page.elements.first { $0["class"] == "problems" })
            #expect(summary["autofocus"] != nil && summary.text.contains(words), "\(summary.text)")
            #expect(page.elements.count { $0["autofocus"] != nil } == 1)
            #expect(page.all("a").contains { $0["href"] == "#day" })
            let input = try #require(page.elements.first { $0["id"] == "day" })
            #expect(input["value"] == day && input["aria-invalid"] == "true")
            #expect(input["aria-describedby"] == "day-error")
            #expect(self.error(page).contains(words))
            #expect(page.all("title").first?.text.hasPrefix(language == "zh" ? "错误：" : "Error: ") ?? false)
        }
    }

    @Test("what comes to no page is told in a whole one, with what to do", arguments: PageRefusal.allCases)
    func noPage(refusal: PageRefusal) throws {
        for (language, accepted) in [("zh", ""), ("zh", "zh-CN,en;q=0.5"), ("en", "en-GB")] {
            let response = self.site.pages.refuse(refusal, query: [], acceptLanguage: accepted)
            #expect((400...503).contains(response.status))
            try self.site.expectShape(of: response, language, status: response.status, path: "\(refusal)")
            let page = try self.site.page(response, status: response.status)
            let told = try #require(page.all("p").first { $0.isInside("main") }).text
            let words = language == "zh" ? ["请"] : ["Please", "again", "eload"]
            #expect(words.contains { told.contains($0) }, "\(told)")
            // Nothing was entered, so nothing is said of what becomes of it.
            #expect(!page.text.contains("不保存") && !page.text.contains("neither kept"))
            #expect(response.headers.contains { $0.name == "cache-control" && $0.value == "no-store" })
        }
        // What the address says goes before what the browser says.
        let stated = self.site.pages.refuse(refusal, query: [("lang", "en")], acceptLanguage: "zh")
        #expect(try self.site.page(stated, status: stated.status).all("html").first?["lang"] == "en")
    }
}
