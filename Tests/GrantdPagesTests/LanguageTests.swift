//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Testing

@Suite("The language of a page")
struct LanguageTests {
    private let site: Site

    init() throws { self.site = try Site() }

    @Test(
        "the browser decides where nothing is said",
        arguments: [
            ("", "zh-CN"), ("en", "en"), ("en-GB,en;q=0.9", "en"), ("zh-TW", "zh-CN"), ("de, en;q=0.5", "en"),
            ("en;q=0.5, zh;q=0.9", "zh-CN"), ("fr", "zh-CN"), ("*;q=1, ;;,,q", "zh-CN"), ("en;q=0", "zh-CN"),
        ]
    )
    func accepted(header: String, tag: String) throws {
        let page = try self.site.page(self.site.get("/", accepts: header))
        #expect(page.all("html").first?["lang"] == tag)
    }

    @Test func whatIsSaidGoesBeforeTheBrowserAndStays() throws {
        let page = try self.site.page(self.site.get("/", [("lang", "en")], accepts: "zh"))
        #expect(page.all("html").first?["lang"] == "en")
        let places = page.all("a").compactMap { $0["href"] }.filter { $0.hasPrefix("/") }
        #expect(places.allSatisfy { $0.contains("lang=en") || $0.contains("lang=zh") })
        #expect(places.count { $0.contains("lang=zh") } == 1)
    }

    @Test("a page that is not there leads to itself in the other language, if it can be asked for again")
    func errors() throws {
        let path = "/measures/medical-device.no such/ask"
        let page = try self.site.page(self.site.get(path, [("a", "ü"), ("lang", "zh")]), status: 404)
        let switches = page.all("a").filter { $0["class"] == "tongue" }
        #expect(switches.map { $0["href"] } == ["/measures/medical-device.no%20such/ask?a=%C3%BC&lang=en"])
        let sent = try self.site.page(self.site.post("/documents", []), status: 405)
        let long = try self.site.page(
            self.site.get("/" + String(repeating: "x", count: 2_000), [("lang", "en")]),
            status: 413
        )
        for page in [sent, long] { #expect(!page.all("a").contains { $0["class"] == "tongue" }) }
    }

    @Test func theSwitchKeepsPlaceAnswersAndWhatIsTyped() throws {
        let path = "/measures/medical-device.common-platform/ask"
        var page = try self.site.page(self.site.get(path))
        page = try self.site.page(
            self.site.post(path, page.fields + [("typed:applicant.registered_in_beijing", "yes"), ("go", "next")])
        )
        let heading = page.heading
        let typed = try #require(page.typed.first)
        let english = try self.site.page(self.site.post(path, page.fields + [(typed, "no"), ("switch", "en")]))
        #expect(english.all("html").first?["lang"] == "en")
        #expect(english.field("at") == page.field("at"))
        #expect(english.field("applicant.registered_in_beijing") == "yes")
        #expect(english.all("input").contains { $0["name"] == typed && $0["value"] == "no" && $0["checked"] != nil })
        let back = try self.site.page(self.site.post(path, english.fields + [("switch", "zh")]))
        #expect(back.heading == heading)
    }
}
