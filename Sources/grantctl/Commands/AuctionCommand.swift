//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdClient
internal import GrantdMessages

/// `grantctl auction FILE`: a year's auction, cleared.
struct AuctionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "auction",
        abstract: "Clear a year's auction of the price mechanism for wind and solar power.",
        discussion: """
            FILE is a CSV file in UTF-8 whose first row names its columns: bid_id, price_e4yuan_per_kwh (in \
            ten-thousandths of a yuan: 0.3598 yuan is 3598), energy_kwh and energy_limit_kwh, in any order; other \
            columns are not read. All figures are whole numbers; an empty cell is a figure that is not known.

            The results are written as CSV, with the columns bid_id, status, mechanism_kwh and rule: to --output, else \
            to standard output where it is no terminal and neither --json nor --page is given.
            """
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Option(name: .customLong("id"), help: "What the auction is called; comes back in the response.")
    var auctionID = "auction"

    @Option(help: ArgumentHelp("The year's mechanism volume, over 0.", valueName: "kwh"))
    var volume: Int64?

    @Option(
        help: ArgumentHelp("The highest price that may be bid, in ten-thousandths of a yuan.", valueName: "e4yuan")
    )
    var priceCap: Int64?

    // A floor under 0 begins with a hyphen.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The lowest price that may be bid, in ten-thousandths of a yuan, where the year's notice sets one.",
            valueName: "e4yuan"
        )
    )
    var priceFloor: Int64?

    @Option(
        help: ArgumentHelp(
            "Clear by the policy in force on this day; without it by its newest version.",
            valueName: "yyyy-mm-dd"
        )
    )
    var asOf: String?

    @Option(help: ArgumentHelp("Draw the bids by price, and where the auction cleared, as an SVG.", valueName: "file"))
    var svg: String?

    @Option(
        name: .customLong("output"),
        help: ArgumentHelp("Write the results here, as CSV.", valueName: "file")
    )
    var resultFile: String?

    @Argument(help: ArgumentHelp("The bids; - or nothing is standard input.", valueName: "file.csv"))
    var file: String?

    func validate() throws {
        if self.resultFile == "-" {
            throw ValidationError("leave --output out to have the results on standard output")
        }
        if self.svg == "-" { throw ValidationError("--svg takes a file") }
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
        if let resultFile = self.resultFile { try OutputFile.write(results.csv, to: resultFile) }
        if self.output.form != nil || self.output.isPage {
            try self.output.show(response) { [request] page in
                AuctionPage(request: request, response: response, lines: list.lines).write(to: &page)
            }
        } else {
            // Rows say nothing of why there are none.
            if let reason = Self.reasonForNothing(response) { Output.complain(reason) }
            if self.resultFile == nil { try Output.write(results.csv) }
        }
    }

    /// Why there are no results; `nil` where there are.
    private static func reasonForNothing(_ response: GrantdClearAuctionResponse) -> String? {
        switch response.outcome {
        case .cleared, .nothingSelected: return nil
        case .invalid:
            let isRepeated = response.field.hasSuffix(".bid_id")
            let isFloor = response.field == "price_floor_e4yuan_per_kwh"
            let problem =
                isRepeated ? "is the id of an earlier bid, too" : isFloor ? "is over the price cap" : "is not valid"
            return "nothing was cleared: \(response.field.printable) \(problem)"
        case .undetermined:
            let paths = response.missing.prefix(5).map(\.path.printable).joined(separator: ", ")
            let more = response.missing.count > 5 ? " and \(response.missing.count - 5) more" : ""
            return "nothing was cleared: missing \(paths)\(more)"
        }
    }
}
