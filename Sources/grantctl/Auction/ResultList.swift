//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages

/// What became of the bids, as CSV.
struct ResultList {
    let results: [GrantdAuctionResult]

    /// A header and a row for each bid, in their order; every row ends with a line feed.
    var csv: [UInt8] {
        var text = "bid_id,status,mechanism_kwh,rule\n"
        for result in self.results {
            text += Self.text(result.bidID) + "," + Self.name(of: result.status) + ","
            text += "\(result.mechanismKwh)," + Self.cell(result.rule) + "\n"
        }
        return Array(text.utf8)
    }

    /// A cell that a spreadsheet does not run: a text that it would take as a formula has an apostrophe in front.
    static func text(_ text: String) -> String { self.cell(self.isFormula(text) ? "'" + text : text) }

    private static func isFormula(_ text: String) -> Bool {
        switch text.unicodeScalars.first {
        case "=", "+", "-", "@", "\t", "\r", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}": true
        default: false
        }
    }

    /// A cell as RFC 4180 has it: in quotes where it would be read as something else, a quotation mark doubled. Spaces
    /// at its ends are kept by quotes too, as some readers drop them.
    static func cell(_ text: String) -> String {
        let needsQuotes =
            text.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }
            || text.first?.isWhitespace == true || text.last?.isWhitespace == true
        guard needsQuotes else { return text }
        var cell = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" { cell.unicodeScalars.append(scalar) }
            cell.unicodeScalars.append(scalar)
        }
        return cell + "\""
    }

    /// The contract's name.
    private static func name(of status: GrantdAuctionStatus.Value) -> String {
        switch status {
        case .selected: "SELECTED"
        case .marginal: "MARGINAL"
        case .notSelected: "NOT_SELECTED"
        case .rejected: "REJECTED"
        }
    }
}
