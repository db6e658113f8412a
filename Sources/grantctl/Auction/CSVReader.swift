//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Cuts the bytes of a CSV file into rows of cells, as RFC 4180 has them.
///
/// It works on bytes: a comma ends a cell whatever stands behind it, a mark that would join it to one character included.
/// Lines end with LF, CR LF or CR, the last one with or without.
struct CSVReader {
    /// What is no CSV, and where.
    struct Fault: Error, Equatable {
        enum Kind {
            /// A quotation mark stands inside a cell that does not begin with one, or something behind the closing one.
            case strayQuote
            /// A quoted cell has no end.
            case openQuote
        }

        let kind: Kind
        /// The line on which the row begins, from 1.
        let line: Int
        /// The cells of the row before the one that is at fault.
        let cells: [String]
    }

    private let bytes: [UInt8]
    private var offset = 0
    /// The line at which the next row begins, from 1.
    private(set) var line = 1

    /// - Parameter bytes: UTF-8; a byte order mark at its beginning is passed over.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { self.offset = 3 }
    }

    /// The next row; `nil` at the end. An empty line is a row of one empty cell.
    mutating func next() throws(Fault) -> [String]? {
        guard self.offset < self.bytes.count else { return nil }
        let firstLine = self.line
        var cells: [String] = []
        while true {
            let isQuoted = self.byte == UInt8(ascii: "\"")
            cells.append(isQuoted ? try self.quotedCell(firstLine, cells) : self.plainCell())
            switch self.byte {
            case UInt8(ascii: ","):
                self.offset += 1
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                self.skipLineEnd()
                return cells
            case nil:
                return cells
            default:
                throw Fault(kind: .strayQuote, line: firstLine, cells: Array(cells.dropLast()))
            }
        }
    }

    private var byte: UInt8? { self.offset < self.bytes.count ? self.bytes[self.offset] : nil }

    /// Up to what ends a cell; a quotation mark inside is left standing, for the caller to see.
    private mutating func plainCell() -> String {
        let start = self.offset
        scan: while let byte = self.byte {
            switch byte {
            case UInt8(ascii: ","), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\""): break scan
            default: self.offset += 1
            }
        }
        return String(decoding: self.bytes[start..<self.offset], as: UTF8.self)
    }

    private mutating func quotedCell(_ firstLine: Int, _ before: [String]) throws(Fault) -> String {
        self.offset += 1
        var cell: [UInt8] = []
        while let byte = self.byte {
            switch byte {
            case UInt8(ascii: "\""):
                self.offset += 1
                guard self.byte == UInt8(ascii: "\"") else { return String(decoding: cell, as: UTF8.self) }
                cell.append(byte)
                self.offset += 1
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                let start = self.offset
                self.skipLineEnd()
                cell += self.bytes[start..<self.offset]
            default:
                cell.append(byte)
                self.offset += 1
            }
        }
        throw Fault(kind: .openQuote, line: firstLine, cells: before)
    }

    private mutating func skipLineEnd() {
        let isReturn = self.byte == UInt8(ascii: "\r")
        self.offset += 1
        if isReturn, self.byte == UInt8(ascii: "\n") { self.offset += 1 }
        self.line += 1
    }
}
