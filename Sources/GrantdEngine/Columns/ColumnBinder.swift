//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

/// Pairs columns with the fields that they are for: looks at types and buffers, and makes what stands for the texts of
/// dictionaries.
struct ColumnBinder {
    private let store: SegmentStore
    private let texts: Arena
    /// How many entries lists may still have.
    private var entriesLeft: Int
    private let entryLimit: Int
    /// How many bytes the texts that are named by dictionaries may still come to.
    private var textBytesLeft: Int
    private let textByteLimit: Int
    /// By list column, the fields of its entries.
    private(set) var entries: [Int: [NamedColumn]] = [:]

    /// - Parameters:
    ///   - store: Keeps what columns point at.
    ///   - texts: Keeps the texts of dictionaries.
    init(_ store: SegmentStore, _ texts: Arena, entriesLeft: Int, textBytesLeft: Int) {
        self.store = store
        self.texts = texts
        self.entriesLeft = entriesLeft
        self.entryLimit = entriesLeft
        self.textBytesLeft = textBytesLeft
        self.textByteLimit = textBytesLeft
    }

    /// Binds a column of the request.
    ///
    /// - Parameters:
    ///   - base: Of the field's struct in the block of structs, in bytes.
    ///   - otherwise: What a text has where the row has none.
    ///   - place: The column's own: `columns[3]`.
    mutating func bind(
        _ column: ColumnsRequest.Column,
        index: Int,
        rows: Int,
        to slot: FieldSlot,
        base: Int,
        otherwise: UnsafePointer<CChar>?,
        at place: String
    ) throws(CallError) -> BoundColumn {
        try column.buffers.check(rows: rows, at: place)
        guard slot.label == .repeated else {
            guard column.entries.isEmpty else {
                throw .badRequest("only a LIST column has entries; leave them out", field: place + ".entries")
            }
            let (action, table, numbers) = try self.value(column.buffers, rows, slot, place)
            return self.bound(action, index, column.buffers, slot, base, table, numbers, otherwise)
        }
        guard column.buffers.type == .list else { throw Self.wrongType(column.buffers.type, "LIST", place) }
        let list = try self.list(column, index: index, rows: rows, slot, place)
        return self.bound(.list, index, column.buffers, slot, base, nil, nil, nil, self.keep(list))
    }

    // MARK: - Lists

    private mutating func list(
        _ column: ColumnsRequest.Column,
        index: Int,
        rows: Int,
        _ slot: FieldSlot,
        _ place: String
    ) throws(CallError) -> BoundList {
        guard !column.entries.isEmpty else {
            throw .badRequest(
                "a LIST column has its values in `entries`: at least one is wanted",
                field: place + ".entries"
            )
        }
        let count = column.buffers.offsets.isEmpty ? 0 : Int(ColumnBuffers.int32(column.buffers.offsets, rows))
        guard count <= self.entriesLeft else {
            throw .badRequest(
                "the lists of a call have no more than \(self.entryLimit) entries together; send fewer rows in one call",
                field: place + ".offsets"
            )
        }
        self.entriesLeft -= count
        guard case .message(let type) = slot.kind else { return try self.numbers(column, index, count, slot, place) }
        var bound: [(number: UInt32, column: BoundColumn)] = []
        var named: [NamedColumn] = []
        for (position, entry) in column.entries.enumerated() {
            let place = "\(place).entries[\(position)]"
            let name = String(decoding: entry.path, as: UTF8.self)
            guard let field = type.field(named: name) else {
                let nearest = Suggestion.nearest(to: name, among: type.fields.map(\.name))
                throw .badRequest(
                    "no field of an entry has this path" + (nearest.map { "; did you mean \($0)?" } ?? ""),
                    field: place + ".path"
                )
            }
            guard !named.contains(where: { $0.path == name }) else {
                throw .badRequest("the same field as an entry column before; give it once", field: place + ".path")
            }
            try entry.check(rows: count, at: place)
            let (action, table, numbers) = try self.value(entry, count, field, place)
            bound.append((field.number, self.bound(action, position, entry, field, 0, table, numbers, nil)))
            named.append(NamedColumn(path: name, slot: field))
        }
        self.entries[index] = named
        bound.sort { $0.number < $1.number }
        return BoundList(
            columns: self.store.keep(bound.map(\.column)),
            image: type.emptyInstance.address,
            size: type.size
        )
    }

    /// A list of an enum's values.
    private mutating func numbers(
        _ column: ColumnsRequest.Column,
        _ index: Int,
        _ count: Int,
        _ slot: FieldSlot,
        _ place: String
    ) throws(CallError) -> BoundList {
        let entry = column.entries[0]
        guard column.entries.count == 1, entry.path.isEmpty else {
            throw .badRequest(
                "the entries are values: one entry column without a path is wanted",
                field: place + ".entries"
            )
        }
        let entryPlace = place + ".entries[0]"
        try entry.check(rows: count, at: entryPlace)
        let (action, table, numbers) = try self.value(entry, count, slot, entryPlace)
        self.entries[index] = [NamedColumn(path: "", slot: slot)]
        // Of a place for one value: its "is set" first.
        let bound = BoundColumn(
            action: action,
            index: 0,
            validity: entry.validity.isEmpty ? nil : entry.validity.baseAddress,
            data: entry.data.baseAddress ?? Self.nowhere,
            offsets: entry.offsets.baseAddress ?? Self.nowhere,
            value: 4,
            flag: 0,
            table: table ?? Self.nowhere,
            otherwise: nil,
            enumeration: numbers,
            list: nil
        )
        return BoundList(columns: self.store.keep([bound]), image: nil, size: 0)
    }

    // MARK: - Values

    /// How values of a column become values of a field.
    private mutating func value(
        _ buffers: ColumnBuffers,
        _ rows: Int,
        _ slot: FieldSlot,
        _ place: String
    ) throws(CallError) -> (BoundColumn.Action, UnsafeRawPointer?, UnsafePointer<EnumNumbers>?) {
        switch slot.kind {
        case .bool:
            guard buffers.type == .bool else { throw Self.wrongType(buffers.type, "BOOL", place) }
            return (.bool, nil, nil)
        case .int32:
            if buffers.type == .int32 { return (.int32, nil, nil) }
            guard buffers.type == .int64 else { throw Self.wrongType(buffers.type, "INT32 or INT64", place) }
            return (.int32FromInt64, nil, nil)
        case .int64:
            if buffers.type == .int64 { return (.int64, nil, nil) }
            guard buffers.type == .int32 else { throw Self.wrongType(buffers.type, "INT64 or INT32", place) }
            return (.int64FromInt32, nil, nil)
        case .enumeration(let description):
            let numbers = EnumNumbers(description, self.store)
            let kept = self.keep(numbers)
            switch buffers.type {
            case .int32: return (.enumeration, nil, kept)
            case .int64: return (.enumerationFromInt64, nil, kept)
            case .utf8: return (.enumerationByName, nil, kept)
            case .dictionary: return (.enumerationByIndex, try self.numbers(of: buffers, numbers, place), kept)
            default: throw Self.wrongType(buffers.type, "INT32, or UTF8 or DICTIONARY of names", place)
            }
        case .string:
            let isDate = slot.name == "as_of" || slot.name.hasSuffix("_on")
            switch buffers.type {
            case .utf8: return (.text, nil, nil)
            case .dictionary:
                try self.count(buffers, rows, place)
                return (.textByIndex, try self.addresses(of: buffers, place), nil)
            case .date32 where isDate: return (.day, nil, nil)
            default:
                throw Self.wrongType(buffers.type, isDate ? "DATE32, UTF8 or DICTIONARY" : "UTF8 or DICTIONARY", place)
            }
        case .bytes, .message, .other:
            throw .badRequest("this field cannot be a column", field: place + ".path")
        }
    }

    /// Counts the texts that rows name: a long one that all of them name is looked at for each of them, and costs few bytes here.
    private mutating func count(_ buffers: ColumnBuffers, _ rows: Int, _ place: String) throws(CallError) {
        for row in 0..<rows where buffers.isSet(row) {
            let index = Int(ColumnBuffers.int32(buffers.data, row))
            self.textBytesLeft -= buffers.dictionaryText(index).count
            guard self.textBytesLeft >= 0 else {
                throw .overLimit(
                    "the texts that the rows of a call name in dictionaries have no more than \(self.textByteLimit) bytes together; send fewer rows in one call, or shorter texts",
                    field: place + ".dictionary"
                )
            }
        }
    }

    /// By text of the dictionary, its address as of a decoded text, or what is wrong with it.
    private func addresses(of buffers: ColumnBuffers, _ place: String) throws(CallError) -> UnsafeRawPointer {
        let table = try self.table(buffers.dictionaryCount * MemoryLayout<UInt>.stride, place)
        for index in 0..<buffers.dictionaryCount {
            let address: UInt
            do throws(Arena.TextFault) {
                address = UInt(bitPattern: try self.texts.text(buffers.dictionaryText(index)))
            } catch .exhausted {
                throw Self.tooLarge(place)
            } catch {
                // Wrong only for the rows that have it, as a text of their own would be.
                address = BoundColumn.mark(error)
            }
            table.storeBytes(of: address, toByteOffset: index * MemoryLayout<UInt>.stride, as: UInt.self)
        }
        return UnsafeRawPointer(table)
    }

    /// By text of the dictionary, the number of the enum's value of that name.
    private func numbers(
        of buffers: ColumnBuffers,
        _ numbers: EnumNumbers,
        _ place: String
    ) throws(CallError) -> UnsafeRawPointer {
        let table = try self.table(buffers.dictionaryCount * 4, place)
        for index in 0..<buffers.dictionaryCount {
            // Wrong only for the rows that have it: a dictionary may hold more than is used.
            let number = numbers.number(named: buffers.dictionaryText(index)) ?? BoundColumn.noNumber
            table.storeBytes(of: number, toByteOffset: index * 4, as: Int32.self)
        }
        return UnsafeRawPointer(table)
    }

    private func table(_ size: Int, _ place: String) throws(CallError) -> UnsafeMutableRawPointer {
        guard let table = self.texts.allocate(max(size, 8)) else { throw Self.tooLarge(place) }
        return table
    }

    // MARK: - Parts

    private func bound(
        _ action: BoundColumn.Action,
        _ index: Int,
        _ buffers: ColumnBuffers,
        _ slot: FieldSlot,
        _ base: Int,
        _ table: UnsafeRawPointer?,
        _ numbers: UnsafePointer<EnumNumbers>?,
        _ otherwise: UnsafePointer<CChar>?,
        _ list: UnsafePointer<BoundList>? = nil
    ) -> BoundColumn {
        BoundColumn(
            action: action,
            index: index,
            validity: buffers.validity.isEmpty ? nil : buffers.validity.baseAddress,
            data: buffers.data.baseAddress ?? Self.nowhere,
            offsets: buffers.offsets.baseAddress ?? Self.nowhere,
            value: base + slot.offset,
            flag: base + slot.quantifierOffset,
            table: table ?? Self.nowhere,
            otherwise: otherwise,
            enumeration: numbers,
            list: list
        )
    }

    private func keep<Value: BitwiseCopyable>(_ value: Value) -> UnsafePointer<Value>? {
        self.store.keep([value]).baseAddress
    }

    /// Stands where a buffer is empty, and nothing is read.
    private nonisolated(unsafe) static let nowhere: UnsafeRawPointer = {
        let room = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 16)
        room.initializeMemory(as: UInt8.self, repeating: 0, count: 16)
        return UnsafeRawPointer(room)
    }()

    private static func wrongType(_ type: ColumnType?, _ wanted: String, _ place: String) -> CallError {
        .badRequest("the field takes \(wanted), and the column is \(type?.name ?? "none")", field: place + ".type")
    }

    private static func tooLarge(_ place: String) -> CallError {
        .overLimit("the dictionary needs more memory than a call may take", field: place + ".dictionary")
    }
}
