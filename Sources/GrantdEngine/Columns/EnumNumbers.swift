//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

/// The numbers and names of an enum, for looking up what a column holds.
struct EnumNumbers: BitwiseCopyable {
    private let lowest: Int64
    /// How many numbers stand in a row from there.
    private let inRow: UInt64
    private let numbers: UnsafeBufferPointer<Int32>
    private let names: UnsafeBufferPointer<Segment>

    init(_ description: EnumDescription, _ store: SegmentStore) {
        let numbers = description.values.map(\.number)
        self.lowest = Int64(numbers.first ?? 0)
        var inRow = 0
        while inRow < numbers.count, Int64(numbers[inRow]) == self.lowest + Int64(inRow) { inRow += 1 }
        self.inRow = UInt64(inRow)
        self.numbers = store.keep(numbers)
        self.names = store.keep(description.values.map { store.keep($0.name) })
    }

    @inline(__always)
    func has(_ number: Int32) -> Bool {
        UInt64(bitPattern: Int64(number) &- self.lowest) < self.inRow || self.numbers.contains(number)
    }

    /// The number of a name; `nil` where there is no such name.
    func number(named name: UnsafeRawBufferPointer) -> Int32? {
        for index in self.names.indices where self.names[index].count == name.count {
            let known = UnsafeRawBufferPointer(start: self.names[index].start, count: name.count)
            if known.elementsEqual(name) { return self.numbers[index] }
        }
        return nil
    }
}
