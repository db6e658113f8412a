//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a list value points at.
///
/// An element may be there only *maybe*: then its membership is the unknown set on which that depends. A list
/// as a whole may be tainted: it is these elements unless what the taint waits for makes it an error or another
/// list, so no result drawn from it is ever a known value.
struct ListHeader: BitwiseCopyable {
    var count: Int
    /// The elements, or nil for a list of the host's records.
    var elements: UnsafeMutablePointer<Value>?
    /// The unknown set of each element, 0 where it is there for sure; nil when all are.
    var memberships: UnsafeMutablePointer<UInt>?
    /// The host's array of pointers to structs.
    var records: UnsafeRawPointer?
    /// The host's array of an enumeration's numbers.
    var numbers: UnsafePointer<Int32>?
    /// The unknown set under which the whole list stands, 0 for none.
    var taint: UInt = 0
    /// The attribute that the list is, if it is one.
    var attribute: UInt32 = AttributeID.none
    /// The number of its first element, where it is an attribute.
    var firstElement: UInt32 = 0

    @inline(__always)
    func membership(_ index: Int) -> UInt { self.memberships.map { $0[index] } ?? 0 }
}

/// What a map value points at: two lists of one length. Membership stands on the keys.
struct MapHeader: BitwiseCopyable {
    var keys: Value
    var values: Value
}

extension Value {
    var listHeader: UnsafeMutablePointer<ListHeader>? {
        self.kind == .list || self.kind == .choice ? UnsafeMutablePointer(bitPattern: self.address) : nil
    }

    var mapHeader: UnsafeMutablePointer<MapHeader>? {
        self.kind == .map ? UnsafeMutablePointer(bitPattern: self.address) : nil
    }

    /// The number of elements of a list, those included that are there only maybe; 0 for anything else.
    package var listCount: Int { self.kind == .list ? self.listHeader?.pointee.count ?? 0 : 0 }
}

extension Memory {
    /// A list with this header.
    func list(_ header: ListHeader, kind: ValueKind = .list) -> Value {
        guard let place = self.allocate(MemoryLayout<ListHeader>.stride) else { return .error(.memoryExceeded) }
        place.initializeMemory(as: ListHeader.self, to: header)
        return Value(kind, address: UInt(bitPattern: place))
    }

    /// The list of an enumeration's numbers that lie one behind the other.
    func list(ofEnumeration numbers: UnsafePointer<Int32>, count: Int) -> Value {
        guard count <= Int32.max else { return .error(.memoryExceeded) }
        return self.list(ListHeader(count: count, elements: nil, memberships: nil, records: nil, numbers: numbers))
    }

    /// A map of two lists.
    func map(keys: Value, values: Value) -> Value {
        guard let place = self.allocate(MemoryLayout<MapHeader>.stride) else { return .error(.memoryExceeded) }
        place.initializeMemory(as: MapHeader.self, to: MapHeader(keys: keys, values: values))
        return Value(.map, address: UInt(bitPattern: place))
    }

    /// The element at an index that is within the count.
    @inline(__always)
    func element(_ header: UnsafeMutablePointer<ListHeader>, _ index: Int) -> Value {
        if let elements = header.pointee.elements {
            var value = elements[index]
            guard header.pointee.attribute != AttributeID.none else { return value }
            if value.kind == .unset { return self.unknownElement(header, index) }
            if value.kind == .record {
                value.aux = header.pointee.firstElement &+ UInt32(truncatingIfNeeded: index)
            }
            return value
        }
        if let numbers = header.pointee.numbers { return .enumeration(numbers[index]) }
        guard let records = header.pointee.records else { return .error(.indexOutOfBounds) }
        let address = records.loadUnaligned(fromByteOffset: index * MemoryLayout<UInt>.stride, as: UInt.self)
        guard address != 0 else { return self.unknownElement(header, index) }
        return Value(
            .record,
            address: address,
            aux: header.pointee.firstElement &+ UInt32(truncatingIfNeeded: index)
        )
    }

    /// An element that is not set is unknown by itself.
    @inline(never)
    private func unknownElement(_ header: UnsafeMutablePointer<ListHeader>, _ index: Int) -> Value {
        let attribute = self.attribute(
            parent: header.pointee.attribute,
            step: .index,
            number: UInt32(truncatingIfNeeded: index),
            object: 0
        )
        return self.unknown(attribute: attribute, flags: Value.isAttribute)
    }
}

/// Collects the elements of a new list, up to a number known before.
struct ListBuilder {
    let memory: Memory
    private let elements: UnsafeMutablePointer<Value>
    private var memberships: UnsafeMutablePointer<UInt>?
    private let capacity: Int
    private(set) var count = 0
    var taint: UInt = 0

    init?(capacity: Int, memory: Memory) {
        guard let elements = memory.allocateValues(capacity) else { return nil }
        self.memory = memory
        self.elements = elements
        self.capacity = capacity
    }

    /// Adds an element, or says no when there is no room.
    mutating func append(_ value: Value, membership: UInt) -> Bool {
        guard self.count < self.capacity else { return false }
        if membership != 0, self.memberships == nil {
            guard let room = self.memory.allocate(self.capacity * MemoryLayout<UInt>.stride) else { return false }
            let memberships = room.bindMemory(to: UInt.self, capacity: self.capacity)
            memberships.initialize(repeating: 0, count: self.capacity)
            self.memberships = memberships
        }
        (self.elements + self.count).initialize(to: value)
        self.memberships?[self.count] = membership
        self.count += 1
        return true
    }

    func finish(kind: ValueKind = .list) -> Value {
        self.memory.list(
            ListHeader(
                count: self.count,
                elements: self.elements,
                memberships: self.memberships,
                records: nil,
                taint: self.taint
            ),
            kind: kind
        )
    }
}
