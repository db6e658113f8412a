//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdSchema

/// A column and the field that its values are put into, a row after the other. Plain data, whose memory belongs to
/// ``ColumnRows``.
struct BoundColumn: BitwiseCopyable {
    /// How a value gets from the one to the other.
    enum Action: UInt8 {
        case bool
        case int32
        case int32FromInt64
        case int64
        case int64FromInt32
        case enumeration
        case enumerationFromInt64
        /// By the numbers of the dictionary's names.
        case enumerationByIndex
        case enumerationByName
        case text
        /// By the addresses of the dictionary's texts.
        case textByIndex
        case day
        case list
    }

    /// What does not fit in a row.
    enum Fault {
        case int32
        case enumeration
        case text(Arena.TextFault)
        case day
        case tooMany
        case noEntry
    }

    /// A number of an enum's that stands for a name that it does not have.
    static let noNumber = Int32.min

    /// What stands in place of the address of a text of a dictionary that is none: only the rows that have it are wrong.
    static func mark(_ fault: Arena.TextFault) -> UInt {
        switch fault {
        case .notUTF8: 1
        case .holdsNUL: 2
        case .exhausted: 3
        }
    }

    @inline(__always)
    private static func fault(_ address: UInt) -> Arena.TextFault? {
        if address > 3 { return nil }
        return address == 1 ? .notUTF8 : address == 2 ? .holdsNUL : .exhausted
    }

    let action: Action
    /// Among the columns of its level.
    let index: Int
    /// `nil`: every row has a value.
    let validity: UnsafeRawPointer?
    let data: UnsafeRawPointer
    let offsets: UnsafeRawPointer
    /// Of the value, and of its "is set" or of the count of a list, in the struct.
    let value: Int
    let flag: Int
    /// By entry of the dictionary, what it stands for.
    let table: UnsafeRawPointer
    /// What a text has where the row has none.
    let otherwise: UnsafePointer<CChar>?
    let enumeration: UnsafePointer<EnumNumbers>?
    let list: UnsafePointer<BoundList>?

    /// Puts the value of a row into a struct.
    ///
    /// - Returns: What does not fit, and in which entry of a list, by which of its columns.
    @inline(__always)
    func put(
        _ row: Int,
        into base: UnsafeMutableRawPointer,
        _ arena: Arena,
        _ limit: Int
    ) -> (fault: Fault, entry: Int, column: Int)? {
        if let validity = self.validity, !Self.bit(validity, row) {
            self.putNothing(into: base)
            return nil
        }
        switch self.action {
        case .bool: self.put(Self.bit(self.data, row) ? 1 as Int32 : 0, into: base)
        case .int32: self.put(self.int32(row), into: base)
        case .int64: self.put(self.int64(row), into: base)
        case .int64FromInt32: self.put(Int64(self.int32(row)), into: base)
        case .int32FromInt64:
            guard let number = Int32(exactly: self.int64(row)) else { return (.int32, -1, -1) }
            self.put(number, into: base)
        case .enumeration:
            let number = self.int32(row)
            guard self.enumeration?.pointee.has(number) == true else { return (.enumeration, -1, -1) }
            self.put(number, into: base)
        case .enumerationByIndex:
            let number = self.entry(row, of: Int32.self)
            guard number != Self.noNumber else { return (.enumeration, -1, -1) }
            self.put(number, into: base)
        case .textByIndex:
            let address = self.entry(row, of: UInt.self)
            if let fault = Self.fault(address) { return (.text(fault), -1, -1) }
            self.put(UnsafePointer(bitPattern: address), into: base)
        case .enumerationFromInt64, .enumerationByName, .text, .day, .list:
            return self.putSlowly(row, into: base, arena, limit)
        }
        return nil
    }

    @inline(never)
    private func putSlowly(
        _ row: Int,
        into base: UnsafeMutableRawPointer,
        _ arena: Arena,
        _ limit: Int
    ) -> (fault: Fault, entry: Int, column: Int)? {
        switch self.action {
        case .enumerationFromInt64:
            guard let number = Int32(exactly: self.int64(row)), self.enumeration?.pointee.has(number) == true else {
                return (.enumeration, -1, -1)
            }
            self.put(number, into: base)
        case .enumerationByName:
            guard let number = self.enumeration?.pointee.number(named: self.text(row)) else {
                return (.enumeration, -1, -1)
            }
            self.put(number, into: base)
        case .text:
            do throws(Arena.TextFault) {
                self.put(try arena.text(self.text(row)), into: base)
            } catch {
                return (.text(error), -1, -1)
            }
        case .day:
            guard let date = CivilDate(days: Int64(self.int32(row))) else { return (.day, -1, -1) }
            guard let room = arena.allocate(16) else { return (.text(.exhausted), -1, -1) }
            room.storeBytes(of: 0, toByteOffset: 8, as: UInt64.self)
            var cursor = room
            cursor.put(day: date.days)
            self.put(UnsafePointer(room.assumingMemoryBound(to: CChar.self)), into: base)
        case .list:
            return self.list?.pointee.put(row, self, into: base, arena, limit)
        default: break
        }
        return nil
    }

    // MARK: - Values

    @inline(__always)
    private static func bit(_ bitmap: UnsafeRawPointer, _ row: Int) -> Bool {
        bitmap.load(fromByteOffset: row &>> 3, as: UInt8.self) &>> UInt8(truncatingIfNeeded: row & 7) & 1 != 0
    }

    @inline(__always)
    private func int32(_ row: Int) -> Int32 {
        Int32(littleEndian: self.data.loadUnaligned(fromByteOffset: row &* 4, as: Int32.self))
    }

    @inline(__always)
    private func int64(_ row: Int) -> Int64 {
        Int64(littleEndian: self.data.loadUnaligned(fromByteOffset: row &* 8, as: Int64.self))
    }

    /// Where the row's text begins in ``data``, or its first entry among all; of the row behind the last, where they end.
    @inline(__always)
    func offset(_ row: Int) -> Int {
        Int(Int32(littleEndian: self.offsets.loadUnaligned(fromByteOffset: row &* 4, as: Int32.self)))
    }

    private func text(_ row: Int) -> UnsafeRawBufferPointer {
        let start = self.offset(row)
        return UnsafeRawBufferPointer(start: self.data + start, count: self.offset(row &+ 1) &- start)
    }

    /// What the row's text of the dictionary stands for: one that it has, as was checked.
    @inline(__always)
    private func entry<Entry: BitwiseCopyable>(_ row: Int, of type: Entry.Type) -> Entry {
        self.table.load(fromByteOffset: Int(self.int32(row)) &* MemoryLayout<Entry>.stride, as: Entry.self)
    }

    // MARK: - Places

    @inline(__always)
    private func put(_ number: Int32, into base: UnsafeMutableRawPointer) {
        base.storeBytes(of: number, toByteOffset: self.value, as: Int32.self)
        base.storeBytes(of: 1, toByteOffset: self.flag, as: Int32.self)
    }

    @inline(__always)
    private func put(_ number: Int64, into base: UnsafeMutableRawPointer) {
        base.storeBytes(of: number, toByteOffset: self.value, as: Int64.self)
        base.storeBytes(of: 1, toByteOffset: self.flag, as: Int32.self)
    }

    @inline(__always)
    private func put(_ text: UnsafePointer<CChar>?, into base: UnsafeMutableRawPointer) {
        base.storeBytes(of: text, toByteOffset: self.value, as: UnsafePointer<CChar>?.self)
    }

    @inline(__always)
    private func putNothing(into base: UnsafeMutableRawPointer) {
        switch self.action {
        case .text, .textByIndex, .day: self.put(self.otherwise, into: base)
        case .list: base.storeBytes(of: 0, toByteOffset: self.flag, as: Int.self)
        default: base.storeBytes(of: 0, toByteOffset: self.flag, as: Int32.self)
        }
    }
}
