//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdMessages

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
    struct Fault: Error, Equatable {
        /// From 1.
        let line: Int
        /// The column's name, or its number where it has none; `nil` where the row as a whole is meant.
        var column: String?
        let message: String
    }

    /// Reads a file.
    init(_ input: Input) throws {
        let bytes = try input.readAll()
        do throws(Fault) {
            try self.init(csv: bytes)
        } catch {
            throw RunFailure.badInput("\(input.name.printable): \(error)")
        }
    }

    /// Reads the bytes of a file: UTF-8, with a byte order mark or without.
    init(csv bytes: [UInt8]) throws(Fault) {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw Self.notUTF8(bytes) }
        var rows = BidRows()
        var reader = CSVReader(bytes)
        while true {
            let line = reader.line
            let row: [String]?
            do throws(CSVReader.Fault) {
                row = try reader.next()
            } catch {
                throw rows.fault(of: error)
            }
            guard let row else { break }
            try rows.add(row, line)
        }
        guard rows.hasHeader else {
            let columns = Self.columns.joined(separator: ",")
            throw Fault(
                line: 1,
                message: Language.said(
                    "表是空的；第一行应写明各列名称：\(columns)",
                    "the list is empty; its first row names the columns: \(columns)"
                )
            )
        }
        self.bids = rows.bids
        self.lines = rows.lines
    }

    private static func notUTF8(_ bytes: [UInt8]) -> Fault {
        // A line feed is never part of a longer character.
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let index = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
        return Fault(
            line: index + 1,
            message: Language.said(
                "不是 UTF-8；请在电子表格中另存为“CSV UTF-8”",
                "is not UTF-8; a spreadsheet saves it as “CSV UTF-8”"
            )
        )
    }
}

extension BidList.Fault: CustomStringConvertible {
    var description: String {
        let column = self.column?.printable
        return Language.said(
            "第 \(self.line) 行\(column.map { "，\($0) 列" } ?? "")：\(self.message)",
            "line \(self.line)\(column.map { ", column \($0)" } ?? ""): \(self.message)"
        )
    }
}

/// Makes bids of rows, one after the other, up to the first problem.
private struct BidRows {
    private(set) var bids: [GrantdAuctionBid] = []
    private(set) var lines: [Int] = []
    private var header: [String] = []
    /// Where each of ``BidList/columns`` stands in a row.
    private var places: [Int] = []
    /// The bid of each id, by the bytes of the id: two that only look equal are two.
    private var bidsByID: [[UInt8]: Int] = [:]

    var hasHeader: Bool { !self.header.isEmpty }

    /// What is no CSV, as a problem of the list.
    func fault(of fault: CSVReader.Fault) -> BidList.Fault {
        switch fault.kind {
        case .strayQuote:
            BidList.Fault(
                line: fault.line,
                message: Language.said(
                    "含引号的值须整个放在引号内，其中的引号写两个",
                    "a value that holds a quotation mark must stand in quotes, the mark doubled"
                )
            )
        case .openQuote:
            Self.located(
                fault.cells,
                fault.line,
                fault.cells.count,
                self.header,
                Language.said("此处的引号没有配对的另一个", "the quotation mark here has no second one")
            )
        }
    }

    mutating func add(_ row: [String], _ line: Int) throws(BidList.Fault) {
        guard row.contains(where: { !$0.isEmpty }) else { return }
        guard self.hasHeader else { return try self.readHeader(row, line) }
        let bid = try self.bid(row, line)
        if bid.hasBidID, let first = self.bidsByID.updateValue(self.bids.count, forKey: Array(bid.bidID.utf8)) {
            throw Self.located(
                row,
                line,
                self.places[0],
                self.header,
                Language.said(
                    "“\(bid.bidID.shortened.printable)”与第 \(self.lines[first]) 行的编号相同",
                    "“\(bid.bidID.shortened.printable)” is the id of line \(self.lines[first]), too"
                )
            )
        }
        self.bids.append(bid)
        self.lines.append(line)
    }

    private mutating func readHeader(_ row: [String], _ line: Int) throws(BidList.Fault) {
        self.header = row.map(\.trimmed)
        if row.count == 1, let separator = [";", "\t"].first(where: { row[0].contains($0) }) {
            throw BidList.Fault(
                line: line,
                message: separator == ";"
                    ? Language.said("各列以分号分隔；请改用逗号", "the columns are separated by semicolons; commas are wanted")
                    : Language.said("各列以制表符分隔；请改用逗号", "the columns are separated by tabs; commas are wanted")
            )
        }
        for column in BidList.columns {
            let places = self.header.indices.filter { self.header[$0] == column }
            guard let place = places.first else {
                throw BidList.Fault(
                    line: line,
                    message: Language.said("没有 \(column) 列", "there is no column \(column)")
                )
            }
            guard places.count == 1 else {
                throw Self.located(
                    row,
                    line,
                    places[1],
                    self.header,
                    Language.said("有两列同名", "there are two columns of this name")
                )
            }
            self.places.append(place)
        }
    }

    private func bid(_ row: [String], _ line: Int) throws(BidList.Fault) -> GrantdAuctionBid {
        guard row.count == self.header.count else {
            throw BidList.Fault(
                line: line,
                message: Language.said(
                    "该行有 \(row.count) 格，而第一行写明 \(self.header.count) 列",
                    "the row has \(row.count) cells where the first row names \(self.header.count) columns"
                )
            )
        }
        var bid = GrantdAuctionBid()
        let id = row[self.places[0]]
        if !id.isEmpty { bid.bidID = id }
        let price = Language.said(
            "，以万分之一元计（0.3598 元写作 3598）",
            " in ten-thousandths of a yuan (0.3598 yuan is 3598)"
        )
        let energy = Language.said("，以千瓦时计", " in kWh")
        if let number = try self.integer(row, line, at: self.places[1], price) { bid.priceE4YuanPerKwh = number }
        if let number = try self.integer(row, line, at: self.places[2], energy) { bid.energyKwh = number }
        if let number = try self.integer(row, line, at: self.places[3], energy) { bid.energyLimitKwh = number }
        return bid
    }

    private func integer(
        _ row: [String],
        _ line: Int,
        at place: Int,
        _ unit: String
    ) throws(BidList.Fault) -> Int64? {
        let text = row[place].trimmed
        guard !text.isEmpty else { return nil }
        guard let number = Int64(text) else {
            let shown = text.shortened.printable
            let digits = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
            let isWhole =
                !digits.isEmpty && digits.utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
            let message =
                isWhole
                ? Language.said("“\(shown)”超出 64 位整数", "“\(shown)” is beyond 64 bits")
                : Language.said("须为整数\(unit)，而不是“\(shown)”", "must be a whole number\(unit), not “\(shown)”")
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
    ) -> BidList.Fault {
        // Where the first row is at fault, a name may be all sorts of things.
        let name = place < header.count && header[place].count <= 60 ? header[place] : ""
        return BidList.Fault(
            line: row.prefix(place).reduce(line) { $0 + $1.lineEnds },
            column: name.isEmpty ? "\(place + 1)" : name,
            message: message
        )
    }
}

extension String {
    /// Its first forty characters, for a message.
    fileprivate var shortened: String { self.count > 40 ? String(self.prefix(40)) + "…" : self }

    /// The ends of lines: `\n`, `\r\n` and `\r`.
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
