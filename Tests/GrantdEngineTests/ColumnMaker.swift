//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdCEL
internal import GrantdMessages
internal import GrantdSchema
internal import SwiftProtobuf

@testable internal import GrantdEngine

/// Makes columns of rows, in one of the layouts that their fields take.
struct ColumnMaker {
    typealias Cell = TableRow.Cell

    let table: TableShape
    /// Chooses among layouts.
    var generator = RandomWords(state: 7)

    init(_ table: TableShape) { self.table = table }

    mutating func request(_ rows: [TableRow]) -> GrantdEvaluateColumnsRequest {
        var request = GrantdEvaluateColumnsRequest()
        request.measure = self.table.measure
        request.rows = Int32(rows.count)
        for path in self.table.paths.shuffled(using: &self.generator) {
            guard let slot = self.table.slot(path) else { continue }
            let cells = rows.map { $0.cells[path] }
            guard cells.contains(where: { $0 != nil }) || Bool.random(using: &self.generator) else { continue }
            request.columns.append(self.column(path, slot, cells))
        }
        return request
    }

    private mutating func column(_ path: String, _ slot: FieldSlot, _ cells: [Cell?]) -> GrantdColumn {
        var column = GrantdColumn()
        column.path = path
        guard slot.label == .repeated else {
            let buffers = self.buffers(slot, cells)
            column.type = buffers.type
            column.data = buffers.data
            if let validity = buffers.validity { column.validity = validity }
            if let offsets = buffers.offsets { column.offsets = offsets }
            if let dictionary = buffers.dictionary { column.dictionary = dictionary }
            return column
        }
        column.type = .list
        if let validity = Self.validity(cells) { column.validity = validity }
        var offsets: [Int32] = [0]
        var entries: [[String: Cell]] = []
        for cell in cells {
            switch cell {
            case .entries(let list): entries += list
            case .numbers(let list): entries += list.map { ["": .number($0)] }
            default: break
            }
            offsets.append(Int32(entries.count))
        }
        column.offsets = Self.data(offsets)
        var fields: [(String, FieldSlot)] = [("", slot)]
        if case .message(let type) = slot.kind {
            fields = type.fields.map { ($0.name, $0) }
            let used = fields.filter { name, _ in entries.contains { $0[name] != nil } }
            fields = used.isEmpty ? Array(fields.prefix(1)) : used.shuffled(using: &self.generator)
        }
        for (name, field) in fields {
            let buffers = self.buffers(field, entries.map { $0[name] })
            column.entries.append(
                .with {
                    if !name.isEmpty { $0.path = name }
                    $0.type = buffers.type
                    $0.data = buffers.data
                    if let validity = buffers.validity { $0.validity = validity }
                    if let offsets = buffers.offsets { $0.offsets = offsets }
                    if let dictionary = buffers.dictionary { $0.dictionary = dictionary }
                }
            )
        }
        return column
    }

    // MARK: - Values

    private struct Buffers {
        var type = GrantdColumnType.Value.bool
        var validity: Data?
        var data = Data()
        var offsets: Data?
        var dictionary: GrantdTextValues?
    }

    private mutating func buffers(_ slot: FieldSlot, _ cells: [Cell?]) -> Buffers {
        var buffers = Buffers()
        buffers.validity = Self.validity(cells)
        switch slot.kind {
        case .bool:
            buffers.type = .bool
            buffers.data = Self.bitmap(cells.map { $0 == .bool(true) })
        case .enumeration(let description) where self.isLucky:
            // By names, as far as all numbers have one.
            let names = cells.map { cell -> String? in
                guard case .number(let number)? = cell else { return nil }
                return Int32(exactly: number).flatMap { description.name(of: $0) }
            }
            if zip(cells, names).allSatisfy({ ($0 == nil) == ($1 == nil) }) { return self.texts(names, buffers) }
            fallthrough
        case .int32, .int64, .enumeration:
            let numbers = cells.map { cell -> Int64 in if case .number(let number)? = cell { number } else { -77 } }
            if numbers.allSatisfy({ Int32(exactly: $0) != nil }), self.isLucky {
                buffers.type = .int32
                buffers.data = Self.data(numbers.map { Int32(truncatingIfNeeded: $0) })
            } else {
                buffers.type = .int64
                buffers.data = Self.data(numbers)
            }
        default:
            let texts = cells.map { cell -> String? in if case .text(let text)? = cell { text } else { nil } }
            let days = texts.map { $0.flatMap { CivilDate($0)?.days } }
            let isDay = slot.name == "as_of" || slot.name.hasSuffix("_on")
            if isDay, self.isLucky, zip(texts, days).allSatisfy({ ($0 == nil) == ($1 == nil) }) {
                buffers.type = .date32
                buffers.data = Self.data(days.map { Int32($0 ?? -1) })
            } else {
                return self.texts(texts, buffers)
            }
        }
        return buffers
    }

    private mutating func texts(_ texts: [String?], _ start: Buffers) -> Buffers {
        var buffers = start
        if self.isLucky {
            buffers.type = .utf8
            (buffers.offsets, buffers.data) = Self.utf8(texts.map { $0 ?? "" })
            return buffers
        }
        buffers.type = .dictionary
        let distinct = ["never used"] + Set(texts.compactMap { $0 }).sorted()
        let places = Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1, Int32($0)) })
        // Behind a null anything may stand.
        buffers.data = Self.data(texts.map { $0.flatMap { places[$0] } ?? -5 })
        buffers.dictionary = .with { ($0.offsets, $0.data) = Self.utf8(distinct) }
        return buffers
    }

    private var isLucky: Bool { mutating get { Bool.random(using: &self.generator) } }

    // MARK: - Buffers

    static func data<Number: FixedWidthInteger>(_ numbers: [Number]) -> Data {
        numbers.map(\.littleEndian).withUnsafeBytes { Data($0) }
    }

    static func utf8(_ texts: [String]) -> (Data, Data) {
        var offsets: [Int32] = [0]
        var data = Data()
        for text in texts {
            data.append(contentsOf: text.utf8)
            offsets.append(Int32(data.count))
        }
        return (Self.data(offsets), data)
    }

    static func bitmap(_ bits: [Bool]) -> Data {
        var bytes = Data(count: (bits.count + 7) / 8)
        for (place, bit) in bits.enumerated() where bit { bytes[place / 8] |= 1 << (place % 8) }
        return bytes
    }

    private static func validity(_ cells: [Cell?]) -> Data? {
        cells.contains { $0 == nil } ? self.bitmap(cells.map { $0 != nil }) : nil
    }
}

/// Random numbers that are the same in every run.
struct RandomWords: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state ^= self.state << 13
        self.state ^= self.state >> 7
        self.state ^= self.state << 17
        return self.state
    }
}
