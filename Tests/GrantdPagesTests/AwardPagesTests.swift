//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdMessages
internal import GrantdPages
internal import Testing

@Suite("The pages of the book of awards")
struct AwardPagesTests {
    private let site: Site

    init() throws { self.site = try Site() }

    private func get(
        _ path: String,
        _ query: [(name: String, value: String)] = [],
        _ book: SmallBook? = .filled,
        form: [(name: String, value: String)]? = nil
    ) async -> PageResponse {
        await self.site.pages.respond(
            to: PageRequest(
                path: path,
                query: query,
                form: form,
                today: Site.today,
                showsAwards: book?.keepsBook ?? false
            ),
            by: { self.site.engine },
            book?.calls
        )
    }

    private func page(
        _ path: String,
        _ query: [(name: String, value: String)] = [],
        _ book: SmallBook? = .filled,
        status: Int = 200
    ) async throws -> Page { try self.site.page(await self.get(path, query, book), status: status) }

    private static let places: [(path: String, query: [(name: String, value: String)])] = [
        ("/awards", []), ("/awards/envelope", [("id", "devices-2026")]), ("/awards/run", [("id", "2026-05/round")]),
        ("/awards/applicant", [("code", SmallBook.code)]), ("/awards/award", [("id", SmallBook.award(121).awardID)]),
        ("/awards/award", [("id", SmallBook.award(122).awardID)]),
        ("/awards/award", [("id", SmallBook.award(123).awardID)]),
        ("/awards/award", [("id", SmallBook.award(124).awardID)]),
    ]

    @Test("every page is well-formed, leads on, and has no code where there is a word", arguments: ["zh", "en"])
    func shapes(language: String) async throws {
        let codes = try Codes.ofBuiltIn.get()
        for (path, query) in Self.places {
            for book in [SmallBook.filled, SmallBook(envelopes: [SmallBook.envelope])] {
                let response = await self.get(path, query + [("lang", language)], book)
                guard response.status == 200 else { continue }
                try self.site.expectShape(of: response, language, typed: SmallBook.typed, path: path)
                let page = try self.site.page(response)
                let links = page.all("a").compactMap { $0["href"] }.filter { $0.hasPrefix("/") }
                #expect(links.allSatisfy { $0.contains("lang=") })
                #expect(page.all("a").contains { $0["aria-current"] == "page" })
                if language == "zh" {
                    // Names of runs and ids are the agency's own.
                    let found = codes.found(on: page).filter { !$0.hasPrefix("devices-") && !$0.hasPrefix("A-") }
                    #expect(found.isEmpty, "\(path): \(found)")
                }
            }
        }
    }

    @Test func theBookTellsEnvelopesSumsAndWhatWasBookedLast() async throws {
        let page = try await self.page("/awards")
        let bar = try #require(page.all("svg").first { $0["role"] == "img" })
        #expect(bar["aria-label"] == "医疗器械专项 1亿元，已核定 2,500万元，已预留 500万元，剩余 7,000万元")
        let widths = page.all("rect").filter { $0.parent === bar }.map { $0["width"] }
        #expect(widths == ["250", "50"])
        #expect(page.text.contains("2026年1月1日至2026年12月31日"))
        let rows = page.all("li").filter { $0["class"] == "found" }
        // Two measures, and the twenty newest.
        #expect(rows.count == 22)
        #expect(rows.contains { $0.text.contains("不记金额") && $0.text.contains("gone.measure") })
    }

    @Test func anEnvelopeTellsItsMeasuresAndItsLargest() async throws {
        var book = SmallBook.filled
        book.awards[6].amountFen = 900_000_000
        let page = try await self.page("/awards/envelope", [("id", "devices-2026")], book)
        #expect(page.heading == "医疗器械专项")
        #expect(page.text.contains("《") && page.text.contains("的全部措施"))
        let headings = page.all("h2").map(\.text)
        #expect(headings == ["涵盖", "按措施", "金额最大", "全部记录，新的在前"])
        let sums = page.all("span").filter { $0["class"] == "sum" }.map(\.text)
        // Behind those of the two measures.
        #expect(sums[2] == "900万元")
    }

    @Test func aRunTellsItsSumsAndItsOrderOverPages() async throws {
        let first = try await self.page("/awards/run", [("id", "2026-05/round")])
        #expect(first.text.contains("123 笔"))
        #expect(first.text.contains("120 笔") && first.text.contains("2.4亿元"))
        func numbers(_ page: Page) -> [String] {
            page.all("span").filter { $0["class"] == "mark count" }.map(\.text)
        }
        #expect(numbers(first) == (1...50).map(String.init))
        let next = try #require(first.all("a").first { $0.text == "下一页" }?["href"])
        #expect(next == "/awards/run?id=2026-05%2Fround&after=50&from=51")
        let second = try await self.page("/awards/run", [("id", "2026-05/round"), ("after", "100"), ("from", "101")])
        #expect(numbers(second) == (101...123).map(String.init))
        #expect(second.all("a").contains { $0.text == "回到第一页" && $0["href"] == "/awards/run?id=2026-05%2Fround" })
        #expect(!second.all("a").contains { $0.text == "下一页" })
    }

    @Test func aRunOfMeasuresWithoutSumsTellsNone() async throws {
        var book = SmallBook.filled
        book.awards = [
            SmallBook.award(1) {
                $0.clearAmountFen()
                $0.measure = "innovative-medicine.green-channel"
                $0.runID = "words"
            }
        ]
        for (path, query) in [("/awards/run", ("id", "words")), ("/awards/applicant", ("code", SmallBook.code))] {
            let page = try await self.page(path, [query], book)
            #expect(page.all("dd").contains { $0.text == "不记金额" })
            #expect(!page.all("span").contains { $0.text == "0元" })
        }
    }

    @Test func aDryRunIsToldAsOneWithItsBudgets() async throws {
        var book = SmallBook.filled
        book.awards = [SmallBook.award(7) { $0.runID = "dry" }]
        book.keepsBook = false
        let page = try await self.page("/awards/run", [("id", "dry"), ("dry", "1")], book)
        #expect(page.text.contains("试算之后的预算额度"))
        #expect(page.all("a").contains { $0["href"] == "/awards/envelope?id=devices-2026&run=dry" })
        #expect(page.all("a").contains { $0["href"] == "/awards/award?id=\(book.awards[0].awardID)&run=dry" })
        _ = try await self.page("/awards/envelope", [("id", "devices-2026"), ("run", "dry")], book)
        let award = try await self.page("/awards/award", [("id", book.awards[0].awardID), ("run", "dry")], book)
        #expect(award.text.contains("试算"))
        // Of the daemon's own book there is none.
        _ = try await self.page("/awards/run", [("id", "dry")], book, status: 404)
    }

    @Test func anAwardTellsWhatBecameOfIt() async throws {
        let page = try await self.page("/awards/award", [("id", SmallBook.award(122).awardID)])
        let list = try #require(page.all("ol").first { $0["class"] == "rows" })
        let rows = page.all("li").filter { $0.parent === list }.map(\.text)
        #expect(
            rows == [
                "1预留 200万元2026年6月1日 04:30 · 经信局", "2核定 150万元，退回 50万元2026年6月1日 09:00",
                "3更正为 50万元理由：核减重复投入2026年6月2日 09:00 · 审计", "4退回 50万元理由：主动退回2026年6月3日 09:00",
            ]
        )
        let held = try await self.page("/awards/award", [("id", SmallBook.award(121).awardID)])
        // By the clocks of Beijing it is the next month.
        #expect(held.text.contains("预留至 2026年7月1日 00:00"))
        let ended = try await self.page("/awards/award", [("id", SmallBook.award(123).awardID)])
        #expect(ended.text.contains("预留到期，退回 200万元"))
    }

    @Test(
        "a search leads to what it means",
        arguments: [
            ("91110000ma0000001k", "/awards/applicant?code=91110000MA0000001K"),
            ("　９１１１００００MA0000001K ", "/awards/applicant?code=91110000MA0000001K"),
            ("01h00000000000000000000121", "/awards/award?id=01H00000000000000000000121"),
            ("2026-05/round", "/awards/run?id=2026-05%2Fround"), ("dry-1", "/awards/run?id=dry-1&dry=1"),
        ]
    )
    func search(text: String, place: String) async throws {
        var book = SmallBook.filled
        book.awards.append(SmallBook.award(200) { $0.runID = "dry-1" })
        let response = await self.get("/awards", [("q", text)], book)
        #expect(response.status == 303)
        #expect(response.headers.first { $0.name == "location" }?.value == place)
    }

    @Test(arguments: ["none", "没有", "01H00000000000000000000999", "\"><script>", String(repeating: "x", count: 199)])
    func aSearchThatFindsNothingSaysSo(text: String) async throws {
        let page = try await self.page("/awards", [("q", text)], status: 404)
        #expect(page.all("script").isEmpty)
        #expect(page.all("input").contains { $0["aria-invalid"] == "true" && $0["value"] == text })
    }

    @Test func whoMayNotReadTheBookIsToldSo() async throws {
        for (path, query) in Self.places {
            let page = try await self.page(path, query, nil, status: 403)
            #expect(page.text.contains("只对主管部门开放"))
            #expect(!page.text.contains(SmallBook.code))
        }
    }

    @Test func whereThereIsNoBookThePageSaysHowToHaveOne() async throws {
        let book = SmallBook(keepsBook: false)
        #expect(try await self.page("/awards", [], book).text.contains("grantd serve --ledger"))
        for (path, query) in Self.places.dropFirst() { _ = try await self.page(path, query, book, status: 404) }
    }

    @Test func whatIsNotThereAndWhatFailsIsSaid() async throws {
        for (path, query) in Self.places.dropFirst() where !path.hasSuffix("applicant") {
            for value in ["", "none", "\"><script>alert('1')</script>"] {
                let page = try await self.page(path, [(query[0].name, value)], status: 404)
                #expect(page.all("script").isEmpty)
            }
        }
        _ = try await self.page("/awards/nothing", status: 404)
        _ = try await self.page("/awards/run/x", status: 404)
        var book = SmallBook.filled
        book.failure = CallError(code: 2003, message: "the book of awards: <the file> is locked")
        let english = try await self.page("/awards", [("lang", "en")], book, status: 503)
        #expect(english.text.contains("<the file> is locked"))
        // Why is said in words of the reader's language, or not at all.
        let chinese = try await self.page("/awards", [], book, status: 503)
        #expect(chinese.text.contains("什么也没有丢失或改动") && !chinese.text.contains("locked"))
        book.failure = CallError(code: 2003, message: "the daemon is stopping; call another one or try again later")
        let stopping = try await self.page("/awards", [], book, status: 503)
        #expect(stopping.text.contains("服务正在停止；请稍后再试"))
        book.failure = .badRequest("the next_page_token of the page before is wanted", field: "page_token")
        _ = try await self.page("/awards/run", [("id", "2026-05/round"), ("after", "x")], book, status: 404)
        let message = "the check character of the unified social credit code does not match (GB 32100-2015)"
        book.failure = .badRequest(message, field: "unified_social_credit_code")
        for (language, words) in [("zh", "统一社会信用代码校验位不符（GB 32100-2015）"), ("en", message)] {
            let query = [("code", "91110108MA01CX7K1X"), ("lang", language)]
            #expect(try await self.page("/awards/applicant", query, book, status: 404).text.contains(words))
        }
        _ = try self.site.page(await self.get("/awards", [], .filled, form: []), status: 405)
    }

    @Test func whatTheBookHoldsIsNeverMarkup() async throws {
        let markup = "\"><script>alert('1')</script>"
        var book = SmallBook(
            awards: [
                SmallBook.award(1) {
                    $0.subjectID = markup
                    $0.applicationID = markup
                    $0.runID = markup
                    $0.caller = markup
                    $0.entries[0].reason = markup
                }
            ],
            envelopes: [SmallBook.envelope]
        )
        book.envelopes[0].title.zh = markup
        book.envelopes[0].measures = [markup]
        for (path, query) in Self.places {
            let query = path.hasSuffix("run") ? [("id", markup)] : query
            let response = await self.get(
                path,
                query.map { ($0.name, $0.name == "id" && path.hasSuffix("award") ? book.awards[0].awardID : $0.value) },
                book
            )
            #expect(response.status == 200, "\(path)")
            #expect(try self.site.page(response).all("script").isEmpty)
        }
    }

    @Test func pagesSayWhetherTheyKeepWhatIsEntered() throws {
        for keeps in [true, false] {
            for (language, kept, not) in [
                ("zh", "记入本服务的日志", "不保存、不外传"), ("en", "is kept in this service's log", "neither kept"),
            ] {
                let request = PageRequest(
                    path: "/screen",
                    query: [("lang", language)],
                    today: Site.today,
                    keepsDecisions: keeps
                )
                let page = try self.site.page(self.site.pages.respond(to: request, by: self.site.engine))
                #expect(page.text.contains(kept) == keeps)
                #expect(page.text.contains(not) == !keeps)
            }
        }
    }

    @Test func onlyThosePagesLeadToTheBookWhoseReaderMaySeeIt() throws {
        for shows in [true, false] {
            let response = self.site.pages.respond(
                to: PageRequest(path: "/", today: Site.today, showsAwards: shows),
                by: self.site.engine
            )
            #expect(try self.site.page(response).all("a").contains { $0["href"] == "/awards" } == shows)
        }
        // The short way around the roles leads nowhere.
        _ = try self.site.page(self.site.get("/awards"), status: 404)
    }
}
