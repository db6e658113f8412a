//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdClient
internal import GrantdInterview
internal import GrantdMessages

/// `grantctl auction FILE`: a year's auction, cleared.
struct AuctionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "auction",
        abstract: Language.said(
            "对风电、光伏年度机制电价竞价进行出清。",
            "Clear a year's auction of the price mechanism for wind and solar power."
        ),
        discussion: Language.said(
            """
            FILE 为 UTF-8 的 CSV 文件，以逗号分隔，第一行写明列名：bid_id、price_e4yuan_per_kwh（以万分之一元计：0.3598 元写作 3598）、\
            energy_kwh、energy_limit_kwh，顺序不限；其他列不读。数字均为整数；空格表示尚不知道。每份申报的 bid_id 不得重复。

            --output 把结果写成 CSV，列为 bid_id、status、mechanism_kwh、rule；- 为标准输出。以 = + - @ 开头的编号前加 '，\
            以免电子表格把它当作公式。
            """,
            """
            FILE is a CSV file in UTF-8, with commas, whose first row names its columns: bid_id, price_e4yuan_per_kwh (in \
            ten-thousandths of a yuan: 0.3598 yuan is 3598), energy_kwh and energy_limit_kwh, in any order; other \
            columns are not read. All figures are whole numbers; an empty cell is a figure that is not known. Each bid has \
            a bid_id of its own.

            --output writes the results as CSV, with the columns bid_id, status, mechanism_kwh and rule; - is standard \
            output. An id that begins with = + - @ has a ' in front, so that no spreadsheet takes it for a formula.
            """
        )
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Option(
        name: .customLong("id"),
        help: .said("竞价的名称；原样写在答复里。", "What the auction is called; comes back in the response.")
    )
    var auctionID = "auction"

    @Option(help: .said("当年机制电量总规模，大于 0。", "The year's mechanism volume, over 0.", valueName: "kwh"))
    var volume: Int64?

    @Option(
        help: .said(
            "竞价上限，以万分之一元计。",
            "The highest price that may be bid, in ten-thousandths of a yuan.",
            valueName: "e4yuan"
        )
    )
    var priceCap: Int64?

    // A floor under 0 begins with a hyphen.
    @Option(
        parsing: .unconditional,
        help: .said(
            "竞价下限，以万分之一元计；当年公告设有下限时填写。",
            "The lowest price that may be bid, in ten-thousandths of a yuan, where the year's notice sets one.",
            valueName: "e4yuan"
        )
    )
    var priceFloor: Int64?

    @Option(
        help: .said(
            "按该日有效的政策出清；默认最新版本。",
            "Clear by the policy in force on this day; without it by its newest version.",
            valueName: "yyyy-mm-dd"
        )
    )
    var asOf: String?

    @Option(
        help: .said(
            "把各份申报按价格与出清位置画成 SVG 图。",
            "Draw the bids by price, and where the auction cleared, as an SVG.",
            valueName: "file"
        )
    )
    var svg: String?

    @Option(
        name: .customLong("output"),
        help: .said("把结果写成 CSV；- 为标准输出。", "Write the results here, as CSV; - is standard output.", valueName: "file")
    )
    var resultFile: String?

    @Argument(help: .said("申报；- 或不写为标准输入。", "The bids; - or nothing is standard input.", valueName: "file.csv"))
    var file: String?

    func validate() throws {
        if self.resultFile == "-", self.output.form != nil {
            throw ValidationError(
                Language.said(
                    "--output - 把 CSV 写到标准输出；请去掉 --json 或 --page",
                    "--output - puts CSV on standard output; leave --json or --page out"
                )
            )
        }
        if self.svg == "-" { throw ValidationError(Language.said("--svg 须为文件", "--svg takes a file")) }
    }

    func run() async throws {
        let list = try BidList(Input(self.file))
        var request = GrantdClearAuctionRequest()
        request.auctionID = self.auctionID
        if let volume = self.volume { request.mechanismVolumeKwh = volume }
        if let priceCap = self.priceCap { request.priceCapE4YuanPerKwh = priceCap }
        if let priceFloor = self.priceFloor { request.priceFloorE4YuanPerKwh = priceFloor }
        if let asOf = self.asOf { request.asOf = asOf }
        request.bids = list.bids
        let response = try await self.connection.withClient { [request] client in
            try await client.clearAuction(request)
        }
        if let svg = self.svg {
            let picture = BidStackPicture(request: request, response: response, language: self.output.language)
            try OutputFile.write(Array(picture.svg.utf8), to: svg)
        }
        let results = ResultList(results: response.results)
        if let resultFile = self.resultFile, resultFile != "-" { try OutputFile.write(results.csv, to: resultFile) }
        if self.resultFile != "-" {
            try self.output.show(response) { [request] page in
                AuctionPage(request: request, response: response, lines: list.lines).write(to: &page)
            }
        } else {
            // Rows say nothing of why there are none.
            if let reason = Self.reasonForNothing(response) { Output.complain(reason) }
            try Output.write(results.csv)
        }
        if response.outcome == .invalid { throw RunFailure.told(ExitCode(65)) }
    }

    /// Why there are no results; `nil` where there are.
    private static func reasonForNothing(_ response: GrantdClearAuctionResponse) -> String? {
        switch response.outcome {
        case .cleared, .nothingSelected: return nil
        case .invalid:
            let field = response.field.printable
            if response.field.hasSuffix(".bid_id") {
                return Language.said(
                    "未出清：\(field) 与前面的申报编号相同",
                    "nothing was cleared: \(field) is the id of an earlier bid, too"
                )
            }
            return response.field == "price_floor_e4yuan_per_kwh"
                ? Language.said("未出清：\(field) 高于竞价上限", "nothing was cleared: \(field) is over the price cap")
                : Language.said("未出清：\(field) 无效", "nothing was cleared: \(field) is not valid")
        case .undetermined:
            let paths = response.missing.prefix(5).map(\.path.printable).joined(separator: Language.said("、", ", "))
            let count = response.missing.count
            let more = count > 5 ? Language.said("等 \(count) 项", " and \(count - 5) more") : ""
            return Language.said("未出清：缺少 \(paths)\(more)", "nothing was cleared: missing \(paths)\(more)")
        }
    }
}
