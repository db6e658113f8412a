//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdClient
internal import GrantdInterview
internal import GrantdJSON
internal import GrantdMessages
internal import GrantdSchema
internal import SwiftProtobuf

/// The applications of a round as a file has them, one a line, read whole before anything is awarded.
struct AwardRound {
    /// One line.
    struct Entry {
        /// From 1.
        let line: Int
        /// A serialized `AwardBatchEntry`, its key included.
        let wire: [UInt8]
        /// Where the application stands in ``wire``.
        let application: Range<Int>
        let key: String
        /// The sum that the agency awards, in fen; `nil` where the line sets none.
        let amountFen: Int64?
    }

    /// What is wrong with a line.
    struct FaultyLine {
        let line: Int
        let fault: RequestFault
        /// The application's own name; empty where it has none.
        let applicationID: String
    }

    private(set) var entries: [Entry] = []
    /// The first lines that are no applications, at most ``mostFaultyLines``.
    private(set) var faultyLines: [FaultyLine] = []
    /// How many such lines there are.
    private(set) var malformed = 0

    static let mostFaultyLines = 20

    /// Reads a file. Lines without anything but white space are passed over.
    ///
    /// - Parameters:
    ///   - schema: The contract by which lines are read.
    ///   - key: Makes the key of a line that brings none.
    init(_ input: Input, schema: DescriptorSet, key: (_ line: Int) -> String) throws {
        let reader: AwardLineReader
        do throws(RequestFault) {
            reader = try AwardLineReader(schema)
        } catch {
            throw RunFailure.other(error.printable)
        }
        var cutter = LineCutter()
        while true {
            let bytes = try input.read(upTo: 128 * 1024)
            for block in cutter.cut(bytes) { self.read(block, reader, key) }
            if bytes.isEmpty { break }
        }
    }

    private mutating func read(_ block: LineBlock, _ reader: AwardLineReader, _ key: (Int) -> String) {
        for (index, line) in block.lines.enumerated() {
            let number = block.firstLine + index
            guard let line else {
                let message = Language.said("该行过长，不可能是一份申请", "the line is too long for an application")
                let fault = RequestFault(field: "", message: message)
                self.add(FaultyLine(line: number, fault: fault, applicationID: ""))
                continue
            }
            let text = block.bytes[line]
            if text.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
            do throws(RequestFault) {
                self.entries.append(try reader.read(text, line: number, key: key(number)))
            } catch {
                self.add(FaultyLine(line: number, fault: error, applicationID: error.applicationID(in: text)))
            }
        }
    }

    private mutating func add(_ line: FaultyLine) {
        self.malformed += 1
        if self.faultyLines.count < Self.mostFaultyLines { self.faultyLines.append(line) }
    }
}

/// Reads a line: `{"application": {…}, "amount_fen": …, "idempotency_key": …}`, or an application by itself.
struct AwardLineReader {
    private let entries: RequestReader<GrantdAwardBatchEntry>
    private let applications: RequestReader<GrantdApplication>

    init(_ schema: DescriptorSet) throws(RequestFault) {
        self.entries = try RequestReader(schema, unnamed: "application")
        self.applications = try RequestReader(schema)
    }

    /// - Parameter key: For a line that brings none.
    func read(_ text: ArraySlice<UInt8>, line: Int, key: String) throws(RequestFault) -> AwardRound.Entry {
        var wire = try text.withUnsafeBufferPointer { text throws(RequestFault) -> [UInt8] in
            if JSONLookup.range(of: "application", in: text) != nil { return try self.entries.wire(text) }
            var entry = MessageBytes()
            entry.add(try self.applications.wire(text), field: 1)
            return entry.bytes
        }
        var application: Range<Int>?
        var amount: Int64?
        var ownKey: String?
        wire.withUnsafeBytes { bytes in
            var reader = WireReader(bytes)
            let start = reader.cursor
            while let tag = reader.tag() {
                switch (tag.field, tag.wireType) {
                case (1, 2): application = reader.lengthDelimited().map { $0.cursor - start..<$0.end - start }
                case (2, 0): amount = reader.varint().map { Int64(bitPattern: $0) }
                case (3, 2):
                    ownKey = reader.lengthDelimited().map { OrderRecords.string($0) }
                default: if !reader.skip(wireType: tag.wireType) { return }
                }
            }
        }
        guard let application else {
            throw RequestFault(field: "application", message: Language.said("须填写", "must be set"))
        }
        if ownKey == nil {
            var added = MessageBytes()
            added.add(key, field: 3)
            wire += added.bytes
        }
        return AwardRound.Entry(
            line: line,
            wire: wire,
            application: application,
            key: ownKey ?? key,
            amountFen: amount
        )
    }
}
