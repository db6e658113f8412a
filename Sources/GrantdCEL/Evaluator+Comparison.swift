//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Evaluator {
    /// `< <= > >=` of anything but two integers or two dates.
    @inline(never)
    func order(_ node: UnsafePointer<Node>, _ left: Value, _ right: Value) -> Value {
        if let result = self.strictPair(node, left, right) { return self.opened(node, result) }
        guard left.kind == right.kind else { return .error(.noSuchOverload, at: node.pointee.offset) }
        let relation = node.pointee.relation
        switch left.kind {
        case .bool, .int, .duration, .date:
            return .bool(relation.holds(left.payload, right.payload))
        case .timestamp:
            if left.payload != right.payload { return .bool(relation.holds(left.payload, right.payload)) }
            return .bool(relation.holds(Int64(left.aux), Int64(right.aux)))
        case .string:
            let shorter = min(left.aux, right.aux)
            if shorter >= 64, !self.spend(Int64(shorter) / 16) { return .error(.costExceeded, at: node.pointee.offset) }
            let order: Int64 = Text.less(left.bytes, right.bytes) ? -1 : Text.equal(left.bytes, right.bytes) ? 0 : 1
            return .bool(relation.holds(order, 0))
        default:
            return .error(.noSuchOverload, at: node.pointee.offset)
        }
    }

    /// Marks an unknown as one that may yet be an error, where the operator's types are open.
    private func opened(_ node: UnsafePointer<Node>, _ result: Value) -> Value {
        guard result.kind == .unknown, node.pointee.flags & Node.open != 0 else { return result }
        return Value(.unknown, payload: result.payload, flags: result.flags | Value.mayFail)
    }

    /// `==` and `!=`
    func equality(_ node: UnsafePointer<Node>) -> Value {
        let left = self.evaluate(node.pointee.a)
        let right = self.evaluate(node.pointee.b)
        if let error = self.firstError(left, right) { return error }
        var result = self.equals(left, right)
        if result.kind == .error { result.aux = node.pointee.offset }
        guard result.kind == .bool else { return result }
        return .bool((result.payload != 0) == (node.pointee.relation == .equal))
    }

    /// Whether two values are equal: a bool, unknown where that is not settled yet, an error for records.
    func equals(_ left: Value, _ right: Value) -> Value {
        switch (left.kind, right.kind) {
        case (.unknown, _), (.choice, _), (_, .unknown), (_, .choice):
            return self.unsettled(left, right)
        case (.bool, .bool), (.int, .int), (.duration, .duration), (.date, .date), (.enumeration, .enumeration):
            return .bool(left.payload == right.payload)
        case (.timestamp, .timestamp):
            return .bool(left.payload == right.payload && left.aux == right.aux)
        case (.string, .string):
            guard left.aux == right.aux else { return .bool(false) }
            if left.aux >= 64, !self.spend(Int64(left.aux) / 16) { return .error(.costExceeded) }
            return .bool(Text.equal(left.bytes, right.bytes))
        case (.null, .null):
            return .bool(true)
        case (.list, .list):
            return self.listsEqual(left, right)
        case (.map, .map):
            return self.mapsEqual(left, right)
        case (.record, .record):
            return .error(.noSuchOverload)
        default:
            return .bool(false)
        }
    }

    /// What waits for everything unknown in two values.
    private func unsettled(_ left: Value, _ right: Value) -> Value {
        let set = self.memory.union(self.memory.deepSet(left), self.memory.deepSet(right))
        let canFail =
            (left.kind == .unknown && left.canFail) || (right.kind == .unknown && right.canFail)
            || left.kind == .choice || right.kind == .choice
        return self.memory.unknown(set: set, canFail: canFail)
    }

    private func listsEqual(_ left: Value, _ right: Value) -> Value {
        guard let first = left.listHeader, let second = right.listHeader else { return .bool(false) }
        let isOpen = first.pointee.taint != 0 || second.pointee.taint != 0
        if isOpen || first.pointee.memberships != nil || second.pointee.memberships != nil {
            let set = self.memory.union(self.memory.deepSet(left), self.memory.deepSet(right))
            if set != 0 { return self.memory.unknown(set: set, canFail: isOpen) }
        }
        guard first.pointee.count == second.pointee.count else { return .bool(false) }
        guard self.spend(Int64(first.pointee.count)) else { return .error(.costExceeded) }
        var unknown: Value?
        for index in 0..<first.pointee.count {
            let result = self.equals(self.memory.element(first, index), self.memory.element(second, index))
            switch result.kind {
            case .bool:
                if result.payload == 0 { return result }
            case .unknown:
                unknown = unknown.map { self.memory.merge($0, result) } ?? result
            default: return result
            }
            if let merged = unknown, merged.kind == .error { return merged }
        }
        return unknown ?? .bool(true)
    }

    private func mapsEqual(_ left: Value, _ right: Value) -> Value {
        guard let first = left.mapHeader, let second = right.mapHeader,
            let firstKeys = first.pointee.keys.listHeader, let secondKeys = second.pointee.keys.listHeader,
            let firstValues = first.pointee.values.listHeader, let secondValues = second.pointee.values.listHeader
        else { return .bool(false) }
        let set = self.memory.union(self.memory.deepSet(left), self.memory.deepSet(right))
        if set != 0 { return self.memory.unknown(set: set, canFail: false) }
        let count = firstKeys.pointee.count
        guard count == secondKeys.pointee.count else { return .bool(false) }
        guard self.spend(Int64(count) * Int64(count) / 4) else { return .error(.costExceeded) }
        for index in 0..<count {
            let key = self.memory.element(firstKeys, index)
            let place = (0..<count).first { self.equals(self.memory.element(secondKeys, $0), key).asBool == true }
            guard let place else { return .bool(false) }
            let result = self.equals(self.memory.element(firstValues, index), self.memory.element(secondValues, place))
            guard result.asBool == true else { return result }
        }
        return .bool(true)
    }

    /// `x in list`, `key in map`
    func membership(_ node: UnsafePointer<Node>) -> Value {
        let element = self.evaluate(node.pointee.a)
        let container = self.evaluate(node.pointee.b)
        if let error = self.firstError(element, container) { return error }
        let list = container.mapHeader?.pointee.keys ?? container
        guard list.kind == .list, let header = list.listHeader else {
            return self.strictPair(node, element, container) ?? .error(.noSuchOverload, at: node.pointee.offset)
        }
        // Nothing is in an empty list, whatever it may be; but looking for an error is an error.
        if header.pointee.count == 0, header.pointee.taint == 0 {
            return element.canFail ? self.strict(element) ?? .bool(false) : .bool(false)
        }
        guard self.spend(Int64(header.pointee.count) / 4) else { return .error(.costExceeded, at: node.pointee.offset) }
        if element.kind == .unknown || element.kind == .choice {
            return self.opened(node, self.unsettled(element, list))
        }
        var set: UInt = 0
        var canFail = false
        for index in 0..<header.pointee.count {
            let result = self.equals(self.memory.element(header, index), element)
            let membership = header.pointee.membership(index)
            switch result.kind {
            case .bool:
                guard result.payload != 0 else { continue }
                if membership == 0 { return self.tainted(result, header) }
                set = self.memory.union(set, membership)
            case .unknown:
                set = self.memory.union(set, self.memory.union(membership, result.address))
                canFail = canFail || result.canFail
            default:
                return .error(.noSuchOverload, at: node.pointee.offset)
            }
        }
        return self.tainted(set == 0 ? .bool(false) : self.memory.unknown(set: set, canFail: canFail), header)
    }

    /// A result drawn from a list: under what the list as a whole waits for.
    func tainted(_ result: Value, _ header: UnsafeMutablePointer<ListHeader>) -> Value {
        let taint = header.pointee.taint
        guard taint != 0 else { return result }
        switch result.kind {
        case .record, .choice, .map, .list:
            guard let room = self.memory.allocateValues(1) else { return .error(.memoryExceeded) }
            room.initialize(to: result)
            return self.join(room, 1, under: taint, canFail: true)
        default:
            return self.memory.under(taint, result)
        }
    }
}
