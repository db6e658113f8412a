//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdInterview
internal import GrantdPages
internal import GrantdPolicy
internal import Testing

@Suite("Every page is well-formed and says what it is")
struct PageShapeTests {
    private let site: Site

    init() throws { self.site = try Site() }

    private func check(_ response: PageResponse, _ language: String, status: Int = 200, path: String) throws {
        try self.site.expectShape(of: response, language, status: status, path: path)
    }

    @Test("every measure's page and first question, in both languages", arguments: ["zh", "en"])
    func measures(language: String) throws {
        for id in self.site.ids {
            for path in ["/measures/\(id)", "/measures/\(id)/ask"] {
                try self.check(self.site.get(path, [("lang", language)]), language, path: path)
            }
        }
    }

    @Test("before a programme is in force, its first version is shown and not its last")
    func comingVersion() throws {
        let text = """
            programme: coming
            document:
              number: 京X〔2027〕1号
              title: {zh: 办法, en: Measures}
              issuer: {zh: 委员会, en: Commission}
              issued: 2027-02-20
              gazette: 2027 No. 9, p. 4
            in_force: {from: 2027-03-01, until: none}
            measures:
              - id: award
                number: 10001
                title: {zh: 奖励, en: Award}
                clause: 第一条
                basis: EXACT
                figures: {most: 200万元}
                facts:
                  rated: {number: 1, type: bool, label: {zh: 已评, en: Rated}, question: {zh: 已评？, en: "Rated?"}}
                requires:
                  - {id: rated, when: facts.rated}
                award:
                  - fixed: most
                  - cap: none
                versions:
                  - in_force: {from: 2028-01-01, until: none}
                    figures: {most: 300万元}

            """
        let site = Site(try PolicyLoader.load(files: [("test.yaml", Array(text.utf8))], builtIn: []).get())
        let page = try site.page(site.get("/measures/coming.award"))
        #expect(page.text.contains("200万元"))
        #expect(!page.text.contains("300万元"))
    }

    @Test("a basis and a stage are told as the terminal tells them", arguments: Language.allCases)
    func words(language: Language) throws {
        for entry in self.site.compiled.policies.entries {
            let versions = self.site.compiled.policies.measures[entry.versions]
            // Of another version the page tells another.
            guard versions.count == 1, let measure = versions.first else { continue }
            let path = "/measures/\(entry.id)"
            let page = try self.site.page(self.site.get(path, [("lang", language.rawValue)]))
            let basis = try #require(AmountBasis(rawValue: measure.basis.rawValue))
            #expect(page.all("dd").first?.text == language.capitalized(language.basis(basis)), "\(path)")
            let stages = measure.rules.filter { $0.stage != .application }
                .compactMap { ApplicationStage(rawValue: $0.stage.rawValue).map { language.stage($0) } }
            let tags = page.all("span").filter { $0["class"] == "tag" }.map(\.text)
            for stage in Set(stages) {
                #expect(tags.count { $0 == stage } == stages.count { $0 == stage }, "\(path): \(stage)")
            }
        }
    }

    @Test("the lists, the documents and the first questions, in both languages", arguments: ["zh", "en"])
    func lists(language: String) throws {
        var paths = ["/", "/screen", "/documents"]
        paths += self.site.documents.map { "/documents/\($0)" }
        for path in paths { try self.check(self.site.get(path, [("lang", language)]), language, path: path) }
    }

    @Test(
        "what there is no page for is said in words",
        arguments: [
            ("/nothing", 404), ("/measures/medical-device.common-platfrom", 404), ("/documents/1", 404),
            ("/a/b/c/d", 404),
        ]
    )
    func missing(path: String, status: Int) throws {
        for language in ["zh", "en"] {
            try self.check(self.site.get(path, [("lang", language)]), language, status: status, path: path)
        }
    }

    @Test func aMisspeltMeasureIsGuessed() throws {
        let page = try self.site.page(self.site.get("/measures/medical-device.common-platfrom"), status: 404)
        #expect(page.all("a").contains { $0["href"] == "/measures/medical-device.common-platform" })
    }

    @Test func aPageThatIsOnlyReadTakesNoForm() throws {
        let response = self.site.post("/", [])
        _ = try self.site.page(response, status: 405)
        #expect(response.headers.contains { $0.name == "allow" && $0.value == "GET, HEAD" })
    }

    @Test func aFormWithoutBoundsIsRefused() throws {
        let many = Array(repeating: (name: "a", value: ""), count: 4097)
        _ = try self.site.page(self.site.post("/screen", many), status: 413)
        let large = [(name: "a", value: String(repeating: "x", count: 1 << 20))]
        _ = try self.site.page(self.site.post("/screen", large), status: 413)
    }

    @Test func everyPageIsGuarded() {
        for response in [self.site.get("/"), self.site.get("/nothing"), self.site.post("/screen", [])] {
            let policy = response.headers.first { $0.name == "content-security-policy" }?.value ?? ""
            for part in [
                "default-src 'none'", "style-src 'self'", "form-action 'self'", "base-uri 'none'",
                "frame-ancestors 'none'",
            ] { #expect(policy.contains(part)) }
            #expect(!policy.contains("unsafe"))
            #expect(response.headers.contains { $0.name == "referrer-policy" && $0.value == "no-referrer" })
            #expect(response.headers.contains { $0.name == "cache-control" && $0.value == "no-store" })
            #expect(!response.headers.contains { $0.name == "set-cookie" })
        }
    }

    @Test func theSheetAndThePictureAreThereForGood() throws {
        let page = try self.site.page(self.site.get("/"))
        for link in page.all("link") {
            let response = self.site.get(try #require(link["href"]))
            #expect(response.status == 200)
            #expect(response.headers.contains { $0.name == "cache-control" && $0.value.contains("immutable") })
            #expect(!response.text.contains("http:") || response.text.contains("www.w3.org/2000/svg"))
        }
    }
}
