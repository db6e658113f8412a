//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages
// Reads CSV by means of the whole of Foundation, which nothing else in this tool needs.
internal import SwiftCSV

/// A bid list: a CSV file whose first row names the columns.
///
/// The four columns of ``columns`` may stand in any order, and others beside them, which are not read. An empty cell is
/// a figure that is not known, which the daemon asks for; a row without any value is no bid.
struct BidList {
    /// The columns that are read, by the names of the contract's fields.
    static let columns = ["bid_id", "price_e4yuan_per_kwh", "energy_kwh", "energy_limit_kwh"]

    /// The bids, in the order of the rows.
    let bids: [GrantdAuctionBid]
    /// The line on which the row of each bid begins, from 1.
    let lines: [Int]

    /// What is wrong with a bid list, and where.
    struct Problem: Error, Equatable {
        /// From 1.
        let line: Int
        /// The column's name, or its number where it has none; `nil` where the row as a whole is meant.
        var column: String?
        let message: String
    }

    /// Reads a file.
    init(_ input: Input) throws {
        let bytes = try input.readAll()
        do throws(Problem) {
            try self.init(csv: bytes)
        } catch {
            throw RunFailure.badInput("\(input.name.printable): \(error)")
        }
    }

    /// Reads the bytes of a file: UTF-8, with a byte order mark or without.
    init(csv bytes: [UInt8]) throws(Problem) {
        guard var text = String(validating: bytes, as: UTF8.self) else { throw Self.notUTF8(bytes) }
        // Without the end of its line the last cell is lost where it is empty.
        if let last = bytes.last, last != UInt8(ascii: "\n"), last != UInt8(ascii: "\r") { text += "\n" }
        var rows = BidRows()
        do {
            // Rows are read one by one and not kept, so none is parsed here.
            let csv = try CSV<Enumerated>(string: text, delimiter: .comma, loadColumns: false, rowLimit: 0)
            try csv.enumerateAsArray(startAt: 0, rowLimit: nil) { rows.add($0) }
        } catch {
            throw rows.problem
                ?? Problem(
                    line: rows.nextLine,
                    message: "a value that holds a quotation mark must stand in quotes, the mark doubled"
                )
        }
        if let problem = rows.firstProblem(ofLines: text.lineEnds) { throw problem }
        guard rows.hasHeader else {
            throw Problem(
                line: 1,
                message: "the list is empty; its first row names the columns: \(Self.columns.joined(separator: ","))"
            )
        }
        self.bids = rows.bids
        self.lines = rows.lines
    }

    private static func notUTF8(_ bytes: [UInt8]) -> Problem {
        // A line feed is never part of a longer character.
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let index = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
        return Problem(line: index + 1, message: "is not UTF-8; a spreadsheet saves it as “CSV UTF-8”")
    }
}

extension BidList.Problem: CustomStringConvertible {
    var description: String {
        let place = self.column.map { "line \(self.line), column \($0.printable)" } ?? "line \(self.line)"
        return "\(place): \(self.message)"
    }
}

/// Makes bids of rows, one after the other, up to the first problem.
private struct BidRows {
    private(set) var bids: [GrantdAuctionBid] = []
    private(set) var lines: [Int] = []
    private(set) var problem: BidList.Problem?
    /// The line after the rows so far.
    private(set) var nextLine = 1
    private var header: [String] = []
    /// Where each of ``BidList/columns`` stands in a row.
    private var places: [Int] = []
    private var last: (line: Int, row: [String]) = (1, [])

    var hasHeader: Bool { !self.header.isEmpty }

    /// What is wrong once all rows of a text have been added.
    ///
    /// - Parameter count: The lines of the text. The parser takes a quoted value without an end as one that ends with
    ///   the text; its row then seems to end on a line that is not there.
    func firstProblem(ofLines count: Int) -> BidList.Problem? {
        if self.nextLine - 1 == count { return self.problem }
        if let problem = self.problem, problem.line < self.last.line { return problem }
        let (line, row) = self.last
        return Self.located(row, line, max(0, row.count - 1), self.header, "the quotation mark here has no second one")
    }

    mutating func add(_ row: [String]) {
        let line = self.nextLine
        self.last = (line, row)
        self.nextLine += 1 + row.reduce(0) { $0 + $1.lineEnds }
        guard self.problem == nil, row.contains(where: { !$0.isEmpty }) else { return }
        do throws(BidList.Problem) {
            if self.hasHeader {
                self.bids.append(try self.bid(row, line))
                self.lines.append(line)
            } else {
                try self.readHeader(row, line)
            }
        } catch {
            self.problem = error
        }
    }

    private mutating func readHeader(_ row: [String], _ line: Int) throws(BidList.Problem) {
        self.header = row.map(\.trimmed)
        for column in BidList.columns {
            let places = self.header.indices.filter { self.header[$0] == column }
            guard let place = places.first else {
                throw BidList.Problem(line: line, message: "there is no column \(column)")
            }
            guard places.count == 1 else {
                throw Self.located(row, line, places[1], self.header, "there are two columns of this name")
            }
            self.places.append(place)
        }
    }

    private func bid(_ row: [String], _ line: Int) throws(BidList.Problem) -> GrantdAuctionBid {
        guard row.count == self.header.count else {
            throw BidList.Problem(
                line: line,
                message: "the row has \(row.count) cells where the first row names \(self.header.count) columns"
            )
        }
        var bid = GrantdAuctionBid()
        let id = row[self.places[0]]
        if !id.isEmpty { bid.bidID = id }
        let price = "in ten-thousandths of a yuan (0.3598 yuan is 3598)"
        if let number = try self.integer(row, line, at: self.places[1], price) { bid.priceE4YuanPerKwh = number }
        if let number = try self.integer(row, line, at: self.places[2], "in kWh") { bid.energyKwh = number }
        if let number = try self.integer(row, line, at: self.places[3], "in kWh") { bid.energyLimitKwh = number }
        return bid
    }

    private func integer(
        _ row: [String],
        _ line: Int,
        at place: Int,
        _ unit: String
    ) throws(BidList.Problem) -> Int64? {
        let text = row[place].trimmed
        guard !text.isEmpty else { return nil }
        guard let number = Int64(text) else {
            let shown = (text.count > 40 ? String(text.prefix(40)) + "…" : text).printable
            let digits = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
            let isWhole =
                !digits.isEmpty && digits.utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
            let message = isWhole ? "“\(shown)” is beyond 64 bits" : "must be a whole number \(unit), not “\(shown)”"
            throw Self.located(row, line, place, self.header, message)
        }
        return number
    }

    /// A problem of one cell: on its own line where the cells before it hold line ends.
    private static func located(
        _ row: [String],
        _ line: Int,
        _ place: Int,
        _ header: [String],
        _ message: String
    ) -> BidList.Problem {
        // Where the first row is at fault, a name may be all sorts of things.
        let name = place < header.count && header[place].count <= 60 ? header[place] : ""
        return BidList.Problem(
            line: row.prefix(place).reduce(line) { $0 + $1.lineEnds },
            column: name.isEmpty ? "\(place + 1)" : name,
            message: message
        )
    }
}

extension String {
    /// The ends of lines, as SwiftCSV counts them: `\n`, `\r\n` and `\r`.
    fileprivate var lineEnds: Int {
        var count = 0
        var isAfterReturn = false
        for byte in self.utf8 {
            if byte == UInt8(ascii: "\r") || (byte == UInt8(ascii: "\n") && !isAfterReturn) { count += 1 }
            isAfterReturn = byte == UInt8(ascii: "\r")
        }
        return count
    }

    /// The text without the spaces around it.
    fileprivate var trimmed: String {
        let front = self.drop(while: \.isWhitespace)
        return front.lastIndex { !$0.isWhitespace }.map { String(front[...$0]) } ?? ""
    }
}
