//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Evaluator {
    /// The record that a field is taken of.
    @inline(__always)
    func base(_ node: UnsafePointer<Node>) -> Value {
        switch node.pointee.base {
        case .input:
            var value = self.inputs[Int(node.pointee.a)]
            if value.kind == .record { value.aux = AttributeID.input(Int(node.pointee.a)) }
            return value
        case .local: return self.memory.state.pointee.locals[Int(node.pointee.a)]
        case .node: return self.evaluate(node.pointee.a)
        }
    }

    /// The memory of a record whose field is set; nil otherwise.
    @inline(__always)
    func present(_ node: UnsafePointer<Node>, _ record: Value) -> UnsafeRawPointer? {
        guard record.kind == .record, let memory = UnsafeRawPointer(bitPattern: record.address) else { return nil }
        let presence = Int(node.pointee.presence)
        guard presence < 0 || memory.loadUnaligned(fromByteOffset: presence, as: Int32.self) != 0 else { return nil }
        return memory
    }

    /// The truth of a node that asks one field of a record at hand, where the field is set; nil for any other node.
    @inline(__always)
    func quickTruth(_ node: UnsafePointer<Node>) -> Bool? {
        let holder: UnsafePointer<Value>
        switch node.pointee.base {
        case .input: holder = self.inputs + Int(node.pointee.a)
        case .local: holder = UnsafePointer(self.memory.state.pointee.locals) + Int(node.pointee.a)
        case .node: return nil
        }
        guard holder.pointee.kind == .record, let memory = UnsafeRawPointer(bitPattern: holder.pointee.address) else {
            return nil
        }
        let presence = Int(node.pointee.presence)
        let isPresent = presence < 0 || memory.loadUnaligned(fromByteOffset: presence, as: Int32.self) != 0
        let place = memory + Int(node.pointee.location)
        switch node.pointee.operation {
        case .fieldBool: return isPresent ? place.loadUnaligned(as: Int32.self) != 0 : nil
        case .notField: return isPresent ? place.loadUnaligned(as: Int32.self) == 0 : nil
        case .compareInt64:
            guard isPresent else { return nil }
            return node.pointee.relation.holds(place.loadUnaligned(as: Int64.self), node.pointee.constant.payload)
        case .compareInt32, .compareEnumeration:
            guard isPresent else { return nil }
            return node.pointee.relation.holds(
                Int64(place.loadUnaligned(as: Int32.self)),
                node.pointee.constant.payload
            )
        case .enumerationIn:
            guard isPresent else { return nil }
            let value = place.loadUnaligned(as: Int32.self)
            return value >= 0 && value < 64 && node.pointee.constant.payload >> Int64(value) & 1 != 0
        case .has where node.pointee.flags & Node.byAddress != 0: return place.loadUnaligned(as: UInt.self) != 0
        default: return nil
        }
    }

    /// What a node comes to that asks one field, whatever its record is.
    @inline(never)
    func truth(_ node: UnsafePointer<Node>) -> Value {
        let record = self.base(node)
        if node.pointee.operation == .has { return self.has(node, record) }
        guard record.kind == .record else { return self.absent(node, record) }
        return self.field(node, node.pointee.operation, record)
    }

    /// An input as a value, an unset one as the unknown that it is.
    func input(_ index: Int) -> Value {
        var value = self.inputs[index]
        switch value.kind {
        case .unset: return self.memory.unknown(input: index, attributeFlag: true)
        case .record: value.aux = AttributeID.input(index)
        case .list:
            // A header of its own, which names the input: its elements may be unset.
            guard let header = value.listHeader else { return value }
            value = self.memory.list(header.pointee)
            guard let named = value.listHeader, self.memory.name(named, AttributeID.input(index)) else {
                return .error(.memoryExceeded)
            }
        default: break
        }
        return value
    }

    /// What a field gives when it is not there to be read: because it is unset, or because its record is not known.
    @inline(never)
    func absent(_ node: UnsafePointer<Node>, _ record: Value) -> Value {
        switch record.kind {
        case .record, .unset, .unknown:
            return self.unknownField(node, record)
        case .choice:
            return self.overOptions(record) { option in
                guard option.kind == .record else { return self.absent(node, option) }
                return self.field(node, node.pointee.operation, option)
            }
        case .error:
            return record
        default:
            return .error(.noSuchOverload, at: node.pointee.offset)
        }
    }

    /// The unknown that an unset field is. Of an unknown record it names the field too, where the record is one
    /// attribute.
    private func unknownField(_ node: UnsafePointer<Node>, _ record: Value) -> Value {
        let parent: UInt32
        switch record.kind {
        case .record: parent = record.aux
        case .unset: parent = AttributeID.input(Int(node.pointee.a))
        default:
            guard record.flags & Value.isAttribute != 0,
                let set = UnsafePointer<UnknownSet>(bitPattern: record.address)
            else { return record }
            parent = set.pointee.attribute
        }
        let attribute = self.memory.attribute(parent: parent, field: node.pointee.field, of: node.pointee.record)
        return self.memory.unknown(attribute: attribute, flags: Value.isAttribute)
    }

    /// Reads a field of a known record.
    @inline(never)
    func field(_ node: UnsafePointer<Node>, _ operation: Node.Operation, _ record: Value) -> Value {
        guard let memory = self.present(node, record) else { return self.unknownField(node, record) }
        let location = Int(node.pointee.location)
        switch operation {
        case .fieldBool, .notField:
            let isSet = memory.loadUnaligned(fromByteOffset: location, as: Int32.self) != 0
            return .bool(isSet == (operation == .fieldBool))
        case .fieldInt32:
            return .int(Int64(memory.loadUnaligned(fromByteOffset: location, as: Int32.self)))
        case .fieldInt64:
            return .int(memory.loadUnaligned(fromByteOffset: location, as: Int64.self))
        case .fieldEnumeration:
            return .enumeration(memory.loadUnaligned(fromByteOffset: location, as: Int32.self))
        case .compareInt64:
            let value = memory.loadUnaligned(fromByteOffset: location, as: Int64.self)
            return .bool(node.pointee.relation.holds(value, node.pointee.constant.payload))
        case .compareInt32, .compareEnumeration:
            let value = Int64(memory.loadUnaligned(fromByteOffset: location, as: Int32.self))
            return .bool(node.pointee.relation.holds(value, node.pointee.constant.payload))
        case .enumerationIn:
            let value = memory.loadUnaligned(fromByteOffset: location, as: Int32.self)
            return .bool(value >= 0 && value < 64 && node.pointee.constant.payload >> Int64(value) & 1 != 0)
        case .fieldString:
            guard let text = self.text(memory, location) else { return self.unknownField(node, record) }
            return .string(text)
        case .fieldDate:
            let address = memory.loadUnaligned(fromByteOffset: location, as: UInt.self)
            guard let text = UnsafeRawPointer(bitPattern: address) else { return self.unknownField(node, record) }
            guard let date = CivilDate.day(padded: text) else {
                return .error(.invalidArgument, at: node.pointee.offset)
            }
            return .date(days: date.days)
        case .fieldRecord:
            let address = memory.loadUnaligned(fromByteOffset: location, as: UInt.self)
            guard address != 0 else { return self.unknownField(node, record) }
            return self.named(node, Value(.record, address: address), in: record)
        case .fieldList:
            let count = memory.loadUnaligned(fromByteOffset: Int(node.pointee.presence), as: Int.self)
            let address = memory.loadUnaligned(fromByteOffset: location, as: UInt.self)
            guard count > 0, let records = UnsafeRawPointer(bitPattern: address) else {
                return self.unknownField(node, record)
            }
            guard count <= Int32.max else { return .error(.memoryExceeded, at: node.pointee.offset) }
            return self.named(
                node,
                self.memory.list(ListHeader(count: count, elements: nil, memberships: nil, records: records)),
                in: record
            )
        case .fieldEnumerationList:
            let count = memory.loadUnaligned(fromByteOffset: Int(node.pointee.presence), as: Int.self)
            let address = memory.loadUnaligned(fromByteOffset: location, as: UInt.self)
            guard count > 0, let numbers = UnsafePointer<Int32>(bitPattern: address) else {
                return self.unknownField(node, record)
            }
            return self.named(node, self.memory.list(ofEnumeration: numbers, count: count), in: record)
        case .fieldValue:
            let values = memory.assumingMemoryBound(to: Value.self)
            let value = values[location]
            switch value.kind {
            case .unset: return self.unknownField(node, record)
            case .record: return self.named(node, value, in: record)
            case .list:
                // A header of its own: the host may show the same list under several names.
                return value.listHeader.map { self.named(node, self.memory.list($0.pointee), in: record) } ?? value
            default: return value
            }
        default:
            return .error(.undeclared, at: node.pointee.offset)
        }
    }

    /// Gives a record or a list that was read from a field the field's name.
    private func named(_ node: UnsafePointer<Node>, _ value: Value, in record: Value) -> Value {
        guard
            let attribute = self.memory.attribute(
                parent: record.aux,
                field: node.pointee.field,
                of: node.pointee.record
            )
        else { return .error(.memoryExceeded, at: node.pointee.offset) }
        if let header = value.listHeader {
            return self.memory.name(header, attribute) ? value : .error(.memoryExceeded, at: node.pointee.offset)
        }
        return value.kind == .record ? Value(.record, address: value.address, aux: attribute) : value
    }

    /// The text that a pointer at this place leads to, up to its NUL; nil for NULL.
    @inline(__always)
    private func text(_ memory: UnsafeRawPointer, _ location: Int) -> UnsafeRawBufferPointer? {
        let address = memory.loadUnaligned(fromByteOffset: location, as: UInt.self)
        guard let start = UnsafePointer<UInt8>(bitPattern: address) else { return nil }
        var count = 0
        while start[count] != 0 { count += 1 }
        // Its end is looked for each time that it is read.
        if count >= 64, !self.spend(Int64(count) / 16) { return nil }
        return UnsafeRawBufferPointer(start: start, count: count)
    }

    /// Whether a field is set: known for a known record, unknown for an unknown one.
    func has(_ node: UnsafePointer<Node>, _ record: Value) -> Value {
        switch record.kind {
        case .record:
            guard let memory = self.present(node, record) else { return .bool(false) }
            let location = Int(node.pointee.location)
            switch Node.Operation(rawValue: UInt8(truncatingIfNeeded: node.pointee.c)) {
            case .fieldString, .fieldDate, .fieldRecord:
                return .bool(memory.loadUnaligned(fromByteOffset: location, as: UInt.self) != 0)
            case .fieldList, .fieldEnumerationList:
                return .bool(memory.loadUnaligned(fromByteOffset: Int(node.pointee.presence), as: Int.self) > 0)
            case .fieldValue:
                return .bool(memory.assumingMemoryBound(to: Value.self)[location].kind != .unset)
            default:
                return .bool(true)
            }
        case .choice:
            return self.overOptions(record) { self.has(node, $0) }
        default:
            return self.absent(node, record)
        }
    }

    /// What a key of a map holds, or whether it is there.
    func lookUp(_ node: UnsafePointer<Node>, _ container: Value, _ key: Value) -> Value {
        if container.kind == .choice { return self.overOptions(container) { self.lookUp(node, $0, key) } }
        if let result = self.strict(container) {
            return Value(result.kind, payload: result.payload, aux: result.aux, flags: result.flags | Value.mayFail)
        }
        let isTest = node.pointee.operation == .selectKey && node.pointee.flags & Node.test != 0
        guard let header = container.mapHeader, let keys = header.pointee.keys.listHeader,
            let values = header.pointee.values.listHeader
        else { return .error(.noSuchOverload, at: node.pointee.offset) }
        guard self.spend(Int64(keys.pointee.count) / 16) else { return .error(.costExceeded, at: node.pointee.offset) }
        for index in 0..<min(keys.pointee.count, values.pointee.count) {
            let equal = self.equals(self.memory.element(keys, index), key)
            guard equal.asBool == true else { continue }
            let membership = keys.pointee.membership(index)
            if isTest {
                return membership == 0 ? .bool(true) : self.memory.unknown(set: membership, canFail: false)
            }
            let value = self.memory.element(values, index)
            guard membership != 0 else { return value }
            // The key may turn out not to be there.
            if value.kind == .unknown {
                return Value(.unknown, payload: value.payload, flags: value.flags | Value.mayFail)
            }
            return self.memory.unknown(set: self.memory.union(membership, self.memory.deepSet(value)), canFail: true)
        }
        return isTest ? .bool(false) : .error(.noSuchKey, at: node.pointee.offset)
    }
}
