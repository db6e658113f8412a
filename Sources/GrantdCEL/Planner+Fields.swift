//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Planner {
    /// A selection or a presence test.
    mutating func select(_ id: ExprID, _ operand: ExprID, _ field: String, test: Bool) -> Int32 {
        switch self.checked.resolutions[id] {
        case .input(let index): return self.add(Node(operation: .input, a: Int32(truncatingIfNeeded: index)), at: id)
        case .constant(let number):
            return self.add(Node(operation: .constant, constant: .enumeration(number)), at: id)
        case .field(let record, let index):
            return self.field(id, operand, record, index, test: test)
        default:
            let container = self.node(operand)
            let key = self.constants.string(Array(field.utf8))
            var node = Node(operation: .selectKey, a: container, constant: key)
            if test { node.flags = Node.test }
            return self.add(node, at: id)
        }
    }

    private mutating func field(
        _ id: ExprID,
        _ operand: ExprID,
        _ record: RecordType,
        _ index: Int,
        test: Bool
    ) -> Int32 {
        var node = Node(operation: .fieldValue)
        switch self.checked.resolutions[operand] {
        case .input(let input): (node.base, node.a) = (.input, Int32(truncatingIfNeeded: input))
        case .local(let slot) where self.isName(operand):
            (node.base, node.a) = (.local, Int32(truncatingIfNeeded: slot))
        default: (node.base, node.a) = (.node, self.node(operand))
        }
        node.record = self.reference(to: record)
        node.field = Int32(truncatingIfNeeded: index)
        var location = 0
        var presence = Presence.always
        switch record.fields[index].storage {
        case .bool32(let offset, let flag): (node.operation, location, presence) = (.fieldBool, offset, flag)
        case .int32(let offset, let flag): (node.operation, location, presence) = (.fieldInt32, offset, flag)
        case .int64(let offset, let flag): (node.operation, location, presence) = (.fieldInt64, offset, flag)
        case .enumeration32(let offset, let flag):
            (node.operation, location, presence) = (.fieldEnumeration, offset, flag)
        case .cString(let offset): (node.operation, location) = (.fieldString, offset)
        case .dateString(let offset): (node.operation, location) = (.fieldDate, offset)
        case .record(let offset): (node.operation, location) = (.fieldRecord, offset)
        case .recordList(let count, let elements):
            (node.operation, location, presence) = (.fieldList, elements, .flag32(offset: count))
        case .enumerationList(let count, let elements):
            (node.operation, location, presence) = (.fieldEnumerationList, elements, .flag32(offset: count))
        case .value(let index): (node.operation, location) = (.fieldValue, index)
        }
        node.location = Int32(clamping: location)
        if case .flag32(let offset) = presence { node.presence = Int32(clamping: offset) }
        if test {
            node.c = Int32(node.operation.rawValue)
            switch node.operation {
            case .fieldString, .fieldDate, .fieldRecord: node.flags |= Node.byAddress
            default: break
            }
            node.operation = .has
        }
        return self.add(node, at: id)
    }

    private func isName(_ id: ExprID) -> Bool {
        if case .name = self.checked.parsed.nodes[id].kind { return true }
        return false
    }

    // MARK: - Fusing

    /// `!x`, in one step where x is a bool field.
    mutating func not(_ id: ExprID, _ operand: ExprID) -> Int32 {
        let index = self.node(operand)
        let inner = self.nodes[Int(index)]
        if inner.operation == .fieldBool {
            self.nodes[Int(index)].operation = .notField
            return index
        }
        if inner.operation == .constant, let value = inner.constant.asBool {
            return self.add(Node(operation: .constant, constant: .bool(!value)), at: id)
        }
        return self.add(Node(operation: .not, a: index), at: id)
    }

    /// A comparison of a field with a constant, in one step; otherwise the node as it is.
    mutating func fused(_ index: Int32) -> Int32 {
        let node = self.nodes[Int(index)]
        switch node.operation {
        case .order, .equal, .notEqual:
            let (left, right) = (self.nodes[Int(node.a)], self.nodes[Int(node.b)])
            if right.operation == .constant {
                return self.fused(index, field: left, relation: node.relation, constant: right.constant)
            }
            if left.operation == .constant {
                return self.fused(index, field: right, relation: node.relation.mirrored, constant: left.constant)
            }
        case .in:
            let (element, list) = (self.nodes[Int(node.a)], self.nodes[Int(node.b)])
            guard element.operation == .fieldEnumeration, list.operation == .constant,
                let header = list.constant.listHeader, let elements = header.pointee.elements
            else { return index }
            var bits: UInt64 = 0
            for place in 0..<header.pointee.count {
                guard let number = elements[place].asEnum, number >= 0, number < 64 else { return index }
                bits |= 1 << UInt64(number)
            }
            var fused = element
            fused.operation = .enumerationIn
            fused.constant = .int(Int64(bitPattern: bits))
            fused.offset = node.offset
            self.nodes[Int(index)] = fused
        default: break
        }
        return index
    }

    private mutating func fused(
        _ index: Int32,
        field: Node,
        relation: Node.Relation,
        constant: Value
    ) -> Int32 {
        let operation: Node.Operation
        switch (field.operation, constant.kind) {
        case (.fieldInt32, .int): operation = .compareInt32
        case (.fieldInt64, .int): operation = .compareInt64
        case (.fieldEnumeration, .enumeration): operation = .compareEnumeration
        default: return index
        }
        var fused = field
        fused.operation = operation
        fused.relation = relation
        fused.constant = constant
        fused.offset = self.nodes[Int(index)].offset
        self.nodes[Int(index)] = fused
        return index
    }
}
