//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

/// The entries of a list column and the fields that they are put into. Plain data, whose memory belongs to ``ColumnRows``.
struct BoundList: BitwiseCopyable {
    /// The columns of the entries, in the order in which a decoder would meet their fields.
    let columns: UnsafeBufferPointer<BoundColumn>
    /// A struct without a single field set; `nil` where the entries are values of an enum.
    let image: UnsafeRawPointer?
    /// Of that struct, in bytes.
    let size: Int

    /// Lays the entries of a row into the arena.
    ///
    /// - Parameter limit: The most entries.
    func put(
        _ row: Int,
        _ column: BoundColumn,
        into base: UnsafeMutableRawPointer,
        _ arena: Arena,
        _ limit: Int
    ) -> (fault: BoundColumn.Fault, entry: Int, column: Int)? {
        let start = column.offset(row)
        let count = column.offset(row &+ 1) &- start
        base.storeBytes(of: 0, toByteOffset: column.flag, as: Int.self)
        guard count > 0 else { return nil }
        guard count <= limit else { return (.tooMany, -1, -1) }
        let fault =
            if let image = self.image {
                self.putMessages(start, count, image, column, into: base, arena, limit)
            } else {
                self.putNumbers(start, count, column, into: base, arena, limit)
            }
        if let fault { return fault }
        base.storeBytes(of: count, toByteOffset: column.flag, as: Int.self)
        return nil
    }

    private func putMessages(
        _ start: Int,
        _ count: Int,
        _ image: UnsafeRawPointer,
        _ column: BoundColumn,
        into base: UnsafeMutableRawPointer,
        _ arena: Arena,
        _ limit: Int
    ) -> (fault: BoundColumn.Fault, entry: Int, column: Int)? {
        guard let addresses = arena.allocate(count &* MemoryLayout<UInt>.stride) else {
            return (.text(.exhausted), -1, -1)
        }
        for entry in 0..<count {
            guard let place = arena.allocate(self.size) else { return (.text(.exhausted), -1, -1) }
            place.copyMemory(from: image, byteCount: self.size)
            for index in self.columns.indices {
                guard let found = self.columns[index].put(start &+ entry, into: place, arena, limit) else { continue }
                return (found.fault, entry, self.columns[index].index)
            }
            addresses.storeBytes(
                of: place,
                toByteOffset: entry &* MemoryLayout<UInt>.stride,
                as: UnsafeMutableRawPointer.self
            )
        }
        base.storeBytes(of: addresses, toByteOffset: column.value, as: UnsafeMutableRawPointer.self)
        return nil
    }

    private func putNumbers(
        _ start: Int,
        _ count: Int,
        _ column: BoundColumn,
        into base: UnsafeMutableRawPointer,
        _ arena: Arena,
        _ limit: Int
    ) -> (fault: BoundColumn.Fault, entry: Int, column: Int)? {
        guard let numbers = arena.allocate(count &* 4), let values = self.columns.first else {
            return (.text(.exhausted), -1, -1)
        }
        // Room for a value and its "is set", as a field has them: the column is bound to these offsets.
        guard let place = arena.allocate(8) else { return (.text(.exhausted), -1, -1) }
        for entry in 0..<count {
            if let found = values.put(start &+ entry, into: place, arena, limit) {
                return (found.fault, entry, values.index)
            }
            guard place.load(as: Int32.self) != 0 else { return (.noEntry, entry, values.index) }
            numbers.storeBytes(
                of: place.load(fromByteOffset: 4, as: Int32.self),
                toByteOffset: entry &* 4,
                as: Int32.self
            )
        }
        base.storeBytes(of: numbers, toByteOffset: column.value, as: UnsafeMutableRawPointer.self)
        return nil
    }
}
