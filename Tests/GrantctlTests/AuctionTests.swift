//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import FoundationXML
import GrantdInterview
import GrantdMessages
import GrantdTesting
import SwiftProtobuf
import Testing

@testable import grantctl

@Suite("An auction")
struct AuctionTests {
    /// One bid of each status.
    private static let request = GrantdClearAuctionRequest.with {
        $0.mechanismVolumeKwh = 25
        $0.priceCapE4YuanPerKwh = 3598
        $0.bids = [
            Self.bid("A", 2000, 10), Self.bid("B\u{1B}", 2500, 20), Self.bid("C", 3000, 5), Self.bid("D", 3600, 1),
        ]
    }

    private static let response = GrantdClearAuctionResponse.with {
        $0.outcome = .cleared
        $0.clearingPriceE4YuanPerKwh = 2500
        $0.allocatedKwh = 25
        $0.unallocatedKwh = 0
        $0.results = [
            Self.result("A", .selected, 10), Self.result("B\u{1B}", .marginal, 15), Self.result("C", .notSelected, 0),
            Self.result("D", .rejected, 0, "price-above-cap"),
        ]
        $0.policy.documentNumber = "京发改规〔2025〕5号"
        $0.policy.inForceFrom = "2026-01-01"
        $0.policy.digest = "0123456789abcdef"
    }

    private static func bid(_ id: String, _ price: Int64, _ energy: Int64) -> GrantdAuctionBid {
        .with {
            $0.bidID = id
            $0.priceE4YuanPerKwh = price
            $0.energyKwh = energy
            $0.energyLimitKwh = energy
        }
    }

    private static func result(
        _ id: String,
        _ status: GrantdAuctionStatus.Value,
        _ energy: Int64,
        _ rule: String? = nil
    ) -> GrantdAuctionResult {
        .with {
            $0.bidID = id
            $0.status = status
            $0.mechanismKwh = energy
            if let rule { $0.rule = rule }
        }
    }

    private func page(
        _ request: GrantdClearAuctionRequest,
        _ response: GrantdClearAuctionResponse,
        _ language: Language
    ) -> String {
        var page = Page(language, hasColour: false)
        let lines = request.bids.indices.map { $0 + 2 }
        AuctionPage(request: request, response: response, lines: lines).write(to: &page)
        return page.text
    }

    private func picture(
        _ request: GrantdClearAuctionRequest,
        _ response: GrantdClearAuctionResponse,
        _ language: Language
    ) throws -> Drawing {
        try #require(Drawing(BidStackPicture(request: request, response: response, language: language).svg))
    }

    // MARK: - The results as CSV

    @Test("has its results as CSV, with quotes where a reader needs them")
    func csv() {
        let results = [
            Self.result("a", .selected, 5), Self.result("b,\"c\"", .marginal, 3),
            Self.result("d\r\ne", .notSelected, 0),
            Self.result(" f", .rejected, 0, "no-energy"),
        ]
        #expect(
            String(decoding: ResultList(results: results).csv, as: UTF8.self)
                == "bid_id,status,mechanism_kwh,rule\na,SELECTED,5,\n\"b,\"\"c\"\"\",MARGINAL,3,\n"
                + "\"d\r\ne\",NOT_SELECTED,0,\n\" f\",REJECTED,0,no-energy\n"
        )
    }

    // MARK: - The page

    @Test("is a page in Chinese")
    func pageInChinese() {
        #expect(
            self.page(Self.request, Self.response, .zh)
                == """
                机制电价竞价出清
                4 份申报

                结论      已出清
                出清价格  0.2500 元/千瓦时
                竞价上限  0.3598 元/千瓦时
                机制电量  25 千瓦时
                已分配    25 千瓦时
                未分配    0 千瓦时

                申报结果
                              份数  机制电量
                  入选           1        10
                  按比例入选     1        15
                  未入选         1         0
                  不合规         1         0

                申报明细
                  申报  元/千瓦时  申报电量  机制电量  结果
                  A        0.2000        10        10  入选
                  B�       0.2500        20        15  按比例入选
                  C        0.3000         5         0  未入选
                  D        0.3600         1         0  不合规      价格高于竞价上限

                依据 京发改规〔2025〕5号 · 2026-01-01 起
                政策文件与工作日历 SHA-256 0123456789abcdef

                """
        )
    }

    @Test("is a page in English")
    func pageInEnglish() {
        #expect(
            self.page(Self.request, Self.response, .en)
                == """
                Auction of the renewables price mechanism
                4 bids

                Outcome         Cleared
                Clearing price  0.2500 yuan/kWh
                Price cap       0.3598 yuan/kWh
                Volume          25 kWh
                Allocated       25 kWh
                Unallocated     0 kWh

                Bids by status
                                bids  mechanism kWh
                  selected         1             10
                  marginal         1             15
                  not selected     1              0
                  rejected         1              0

                Bids
                  bid  yuan/kWh  energy kWh  mechanism kWh  status
                  A      0.2000          10             10  selected
                  B�     0.2500          20             15  marginal
                  C      0.3000           5              0  not selected
                  D      0.3600           1              0  rejected      price above the cap

                Under 京发改规〔2025〕5号 · from 2026-01-01
                policy file and calendar SHA-256 0123456789abcdef

                """
        )
    }

    @Test("says what is missing, and where the list and the command line have it")
    func missing() {
        var request = GrantdClearAuctionRequest()
        request.bids = [Self.bid("A", 2000, 10)]
        var response = GrantdClearAuctionResponse()
        response.outcome = .undetermined
        response.missing = ["mechanism_volume_kwh", "price_cap_e4yuan_per_kwh", "bids[0].energy_kwh", "bids[9].bid_id"]
            .map { path in GrantdMissingFact.with { $0.path = path } }
        #expect(
            self.page(request, response, .en)
                == """
                Auction of the renewables price mechanism
                1 bid

                Outcome  Cannot be cleared yet: facts are missing

                Missing
                  1. Volume (--volume)
                  2. Price cap (--price-cap)
                  3. energy_kwh of line 2
                  4. bids[9].bid_id

                """
        )
        response = GrantdClearAuctionResponse()
        response.outcome = .invalid
        response.field = "bids[0].bid_id"
        #expect(
            self.page(request, response, .zh)
                == "机制电价竞价出清\n1 份申报\n\n结论  未出清：所给数据无效\n位置  第 2 行的 bid_id\n"
        )
    }

    @Test("is a page with the floor, the day and a bid under the floor")
    func floorAndDay() {
        var request = Self.request
        request.priceFloorE4YuanPerKwh = -50
        request.asOf = "2026-10-01"
        request.bids[3].priceE4YuanPerKwh = -51
        var response = Self.response
        response.results[3].rule = "price-below-floor"
        let zh = self.page(request, response, .zh)
        #expect(zh.contains("竞价上限  0.3598 元/千瓦时\n竞价下限  -0.0050 元/千瓦时\n计算日期  2026-10-01\n"))
        #expect(zh.contains("  D       -0.0051         1         0  不合规      价格低于竞价下限\n"))
        let en = self.page(request, response, .en)
        #expect(en.contains("Price floor     -0.0050 yuan/kWh\nAs of           2026-10-01\n"))
        #expect(en.contains("price below the floor\n"))
        response = GrantdClearAuctionResponse()
        response.outcome = .invalid
        response.field = "price_floor_e4yuan_per_kwh"
        #expect(self.page(request, response, .en).contains("Price floor (--price-floor)"))
    }

    @Test("shows the first bids of many, and says of how many")
    func manyBids() {
        var request = GrantdClearAuctionRequest()
        var response = GrantdClearAuctionResponse()
        request.bids = (0..<1_234).map { Self.bid("A-\($0)", 2000, 10) }
        response.outcome = .cleared
        response.results = request.bids.map { Self.result($0.bidID, .selected, 10) }
        let text = self.page(request, response, .zh)
        #expect(text.contains("申报明细（前 20 份，共 1,234 份）"))
        #expect(text.contains("  A-19 "))
        #expect(!text.contains("  A-20 "))
        #expect(text.contains("  入选        1,234    12,340\n"))
    }

    // MARK: - The picture

    @Test("is a picture: a step for each bid that took part, lines, axes with units")
    func draws() throws {
        let zh = try self.picture(Self.request, Self.response, .zh)
        // The ground, three colours and three bids.
        #expect(zh.elements.count { $0 == "rect" } == 7)
        for text in [
            "已出清", "入选 1", "按比例入选 1", "未入选 1", "不合规 1（未列入图中）", "出清价格 0.2500 元/千瓦时", "机制电量 25 千瓦时",
            "申报价格（元/千瓦时）", "申报电量累计（千瓦时/年）", "A：0.2000 元/千瓦时，10 千瓦时",
        ] { #expect(zh.texts.contains(text), "\(text)") }
        let en = try self.picture(Self.request, Self.response, .en)
        for text in [
            "Clearing price 0.2500 yuan/kWh", "Volume 25 kWh", "Energy bid, added up (kWh a year)", "not selected 1",
        ] {
            #expect(en.texts.contains(text), "\(text)")
        }
    }

    @Test("is a picture whose axes count in large units")
    func units() throws {
        var request = Self.request
        for index in request.bids.indices { request.bids[index].energyKwh *= 1_000_000 }
        #expect(try self.picture(request, Self.response, .zh).texts.contains("申报电量累计（万千瓦时/年）"))
        #expect(try self.picture(request, Self.response, .en).texts.contains("Energy bid, added up (GWh a year)"))
    }

    @Test("is a picture in which a bid under 0 hangs below the others")
    func negativePrices() throws {
        var request = Self.request
        request.bids[0].priceE4YuanPerKwh = -500
        var response = Self.response
        response.clearingPriceE4YuanPerKwh = 2500
        let stack = BidStack(request.bids, response.results)
        #expect(stack.steps.map(\.price) == [-500, 2500, 3000])
        let drawing = try self.picture(request, response, .en)
        #expect(drawing.elements.count { $0 == "rect" } == 7)
        #expect(drawing.texts.contains("A: -0.0500 yuan/kWh, 10 kWh"))
        #expect(drawing.texts.contains("0.0") && drawing.texts.contains("0.3"))
        response.clearingPriceE4YuanPerKwh = -500
        #expect(try self.picture(request, response, .en).texts.contains("Clearing price -0.0500 yuan/kWh"))
    }

    @Test("is a picture with nothing in it where nothing was cleared")
    func emptyPicture() throws {
        var response = GrantdClearAuctionResponse()
        response.outcome = .invalid
        let drawing = try self.picture(GrantdClearAuctionRequest(), response, .zh)
        #expect(drawing.texts.contains("未出清：所给数据无效"))
        #expect(drawing.elements.count { $0 == "rect" } == 4)
    }

    @Test("is a picture that is well-formed, whatever the bids are called and hold")
    func escaped() throws {
        let id = "<&\">]]>\u{1}\u{FFFF}"
        let request = GrantdClearAuctionRequest.with {
            $0.mechanismVolumeKwh = .max
            $0.bids = [Self.bid(id, .max, .max), Self.bid("b", 0, .max), Self.bid("c", .min, .min)]
        }
        var response = GrantdClearAuctionResponse()
        response.outcome = .cleared
        response.clearingPriceE4YuanPerKwh = .max
        response.results = request.bids.map { Self.result($0.bidID, .selected, .max) }
        let drawing = try self.picture(request, response, .en)
        #expect(drawing.texts.contains { $0.hasPrefix("<&\">]]>\u{FFFD}\u{FFFD}: 922,337,203,685,477.5807 yuan/kWh") })
    }

    @Test("is a small picture of very many bids")
    func thinned() throws {
        let count = 20_000
        let statuses: [GrantdAuctionStatus.Value] = [.selected, .marginal, .notSelected]
        var request = GrantdClearAuctionRequest()
        var response = GrantdClearAuctionResponse()
        // In no order.
        for index in (0..<count).map({ $0 * 7_919 % count }) {
            request.bids.append(Self.bid("A-\(index)", Int64(index / 10), Int64(1 + index % 3)))
            response.results.append(Self.result("A-\(index)", statuses[index * 3 / count], 0))
        }
        let stack = BidStack(request.bids, response.results)
        #expect((1_000...BidStack.mostSteps).contains(stack.steps.count))
        #expect(stack.steps.reduce(0) { $0 + $1.bids } == count)
        #expect(stack.steps.reduce(0) { $0 + $1.energy } == stack.energy)
        #expect(stack.counts[.marginal] == 6_667 || stack.counts[.marginal] == 6_666)
        #expect(stack.steps.map(\.price) == stack.steps.map(\.price).sorted())
        let svg = BidStackPicture(request: request, response: response, language: .zh).svg
        #expect(svg.utf8.count < 500_000)
        #expect(Drawing(svg) != nil)
    }

    // MARK: - The tool

    @Test("ends with 65 where the list is malformed, and asks nobody")
    func badList() async throws {
        let csv = "bid_id,price_e4yuan_per_kwh,energy_kwh,energy_limit_kwh\nA,0.25,1,1\n"
        let result = try await Tool.run(["auction", "--address", "127.0.0.1:1", "-"], input: csv)
        #expect(result.code == 65)
        #expect(result.output.isEmpty)
        #expect(
            result.errors.hasPrefix(
                "grantctl: standard input: line 2, column price_e4yuan_per_kwh: must be a whole number "
            )
        )
    }

    @Test("ends with 64 where the command line is wrong, and with 69 where nobody answers")
    func others() async throws {
        for arguments in [
            ["--volume", "1.5"], ["--output", "-", "--json"], ["--svg", "-"], ["--price-cap", "0.3598"],
        ] {
            let result = try await Tool.run(["auction", "-"] + arguments)
            #expect(result.code == 64, "\(arguments)")
        }
        let csv = "bid_id,price_e4yuan_per_kwh,energy_kwh,energy_limit_kwh\nA,1,1,1\n"
        let result = try await Tool.run(["auction", "--address", "127.0.0.1:1", "-"], input: csv)
        #expect(result.code == 69)
        #expect(result.output.isEmpty)
    }

    @Test("ends with 65 where two bids have one id, or the daemon finds the auction invalid")
    func invalid() async throws {
        let header = "bid_id,price_e4yuan_per_kwh,energy_kwh,energy_limit_kwh\n"
        let twice = try await Tool.run(
            ["auction", "--address", "127.0.0.1:1", "-"],
            input: header + "A,1,1,1\nB,1,1,1\nA,2,2,2\n"
        )
        #expect(twice.code == 65)
        #expect(twice.errors == "grantctl: standard input: line 4, column bid_id: “A” is the id of line 2, too\n")
        try await withLiveServer { server in
            let result = try await Tool.run(
                ["auction", "--address", server.address, "--volume", "5", "--price-cap", "999999", "-"],
                input: header + "A,1,1,1\n"
            )
            #expect(result.code == 65)
            #expect(result.output.contains("Price cap (--price-cap)"))
        }
    }

    @Test("writes no id that a spreadsheet would run", arguments: ["=", "+", "-", "@", "\t", "\r", "＝"])
    func formulas(start: String) {
        let results = [GrantdAuctionResult.with { ($0.bidID, $0.status) = ("\(start)1+1", .selected) }]
        let row = String(decoding: ResultList(results: results).csv, as: UTF8.self).dropFirst(
            "bid_id,status,mechanism_kwh,rule\n".count
        )
        #expect(row.hasPrefix("'\(start)") || row.hasPrefix("\"'\(start)"))
    }

    @Test("is cleared by a daemon: rows, a picture, a page, a message")
    func cleared() async throws {
        let csv = """
            bid_id,price_e4yuan_per_kwh,energy_kwh,energy_limit_kwh
            "A,1",2000,10,10
            B,2500,20,20
            C,3000,5,5
            D,3600,1,1

            """
        let rows = """
            bid_id,status,mechanism_kwh,rule
            "A,1",SELECTED,10,
            B,MARGINAL,15,
            C,NOT_SELECTED,0,
            D,REJECTED,0,price-above-cap

            """
        try await withLiveServer { server in
            let figures = ["--volume", "25", "--price-cap", "3598"]
            let arguments = ["auction", "--address", server.address, "-"]
            let plain = try await Tool.run(arguments + figures + ["--output", "-"], input: csv)
            #expect(plain.code == 0)
            #expect(plain.output == rows)
            #expect(plain.errors.isEmpty)

            try await Tool.withFile("old") { picture in
                try await Tool.withFile("old") { results in
                    let files = ["--svg", picture, "--output", results, "--page", "--lang", "en"]
                    let page = try await Tool.run(arguments + figures + files, input: csv)
                    #expect(page.code == 0)
                    #expect(page.output.contains("\nClearing price  0.2500 yuan/kWh\n"))
                    #expect(try String(contentsOfFile: results, encoding: .utf8) == rows)
                    let svg = try String(contentsOfFile: picture, encoding: .utf8)
                    #expect(Drawing(svg) != nil)
                }
            }

            let floor = try await Tool.run(
                arguments + figures + ["--price-floor", "-5", "--as-of", "2026-10-01", "--output", "-"],
                input: csv
            )
            #expect(floor.output == rows)
            let over = try await Tool.run(
                arguments + figures + ["--price-floor", "3599", "--output", "-"],
                input: csv
            )
            #expect(over.code == 65)
            #expect(
                over.errors == "grantctl: nothing was cleared: price_floor_e4yuan_per_kwh is over the price cap\n"
            )
            let tooEarly = try await Tool.run(arguments + figures + ["--as-of", "2025-11-05"], input: csv)
            #expect(tooEarly.code != 0)
            #expect(tooEarly.errors.contains("as_of"))

            let json = try await Tool.run(arguments + figures + ["--json"], input: csv)
            #expect(try GrantdClearAuctionResponse(jsonString: json.output).results.count == 4)

            let page = try await Tool.run(arguments + figures, input: csv)
            #expect(page.output.contains("\nClearing price  0.2500 yuan/kWh\n"))

            let unknown = try await Tool.run(arguments + ["--output", "-"], input: csv)
            #expect(unknown.code == 0)
            #expect(unknown.output == "bid_id,status,mechanism_kwh,rule\n")
            #expect(
                unknown.errors
                    == "grantctl: nothing was cleared: missing mechanism_volume_kwh, price_cap_e4yuan_per_kwh\n"
            )

            let unwritable = try await Tool.run(
                arguments + figures + ["--output", "/nonexistent/results.csv"],
                input: csv
            )
            #expect(unwritable.code == 1)
            #expect(
                unwritable.errors == "grantctl: cannot write /nonexistent/results.csv: No such file or directory\n"
            )
        }
    }
}

/// What an XML parser finds in a picture.
private struct Drawing {
    /// The names of the elements, in their order.
    let elements: [String]
    /// What stands in them, markup undone.
    let texts: [String]

    /// `nil` where the document is not well-formed.
    init?(_ svg: String) {
        let reader = Reader()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = reader
        guard parser.parse(), reader.elements.first == "svg" else { return nil }
        self.elements = reader.elements
        self.texts = reader.texts
    }

    private final class Reader: NSObject, XMLParserDelegate {
        var elements: [String] = []
        var texts: [String] = []
        private var text = ""

        func parser(
            _ parser: XMLParser,
            didStartElement elementName: String,
            namespaceURI: String?,
            qualifiedName qName: String?,
            attributes attributeDict: [String: String] = [:]
        ) {
            self.elements.append(elementName)
            self.text = ""
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) { self.text += string }

        func parser(
            _ parser: XMLParser,
            didEndElement elementName: String,
            namespaceURI: String?,
            qualifiedName qName: String?
        ) {
            if !self.text.isEmpty { self.texts.append(self.text) }
            self.text = ""
        }
    }
}
