//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Evaluator {
    /// A list literal. An element that is an error makes it one; an unknown that may become an error taints it.
    func list(_ node: UnsafePointer<Node>) -> Value {
        let count = Int(node.pointee.b)
        guard var builder = ListBuilder(capacity: count, memory: self.memory) else {
            return .error(.memoryExceeded, at: node.pointee.offset)
        }
        for index in 0..<count {
            let value = self.evaluate(self.children[Int(node.pointee.a) + index])
            if let failure = self.append(value, membership: 0, to: &builder) { return failure }
        }
        return builder.finish()
    }

    /// Adds an element to a list being made; the error that the whole list then is, or nil.
    private func append(_ value: Value, membership: UInt, to builder: inout ListBuilder) -> Value? {
        var taint: UInt = 0
        switch value.kind {
        case .error:
            // An element that is there only maybe makes an error only maybe.
            if membership == 0 { return value }
            builder.taint = self.memory.union(builder.taint, membership)
            return nil
        case .unknown where value.canFail:
            taint = value.address
        case .choice where value.canFail:
            taint = self.memory.deepSet(value)
        case .list:
            taint = value.listHeader?.pointee.taint ?? 0
        default: break
        }
        // Whether it comes to an error depends on whether the element is there, too.
        if taint != 0 { builder.taint = self.memory.union(builder.taint, self.memory.union(membership, taint)) }
        return builder.append(value, membership: membership) ? nil : .error(.memoryExceeded)
    }

    /// A map literal. Keys must be known to tell the map; one that is not leaves all of it unknown.
    func map(_ node: UnsafePointer<Node>) -> Value {
        let count = Int(node.pointee.b)
        let offset = node.pointee.offset
        guard var keys = ListBuilder(capacity: count, memory: self.memory),
            var values = ListBuilder(capacity: count, memory: self.memory),
            self.spend(Int64(count) * Int64(count) / 16)
        else { return .error(.memoryExceeded, at: offset) }
        var set: UInt = 0
        var isOpen = false
        let known = self.memory.allocateValues(count)
        guard let known else { return .error(.memoryExceeded, at: offset) }
        for index in 0..<count {
            let key = self.evaluate(self.children[Int(node.pointee.a) + 2 * index])
            let value = self.evaluate(self.children[Int(node.pointee.a) + 2 * index + 1])
            if key.kind == .error { return key }
            if value.kind == .error { return value }
            set = self.memory.union(set, self.memory.union(self.memory.deepSet(key), self.memory.deepSet(value)))
            switch key.kind {
            case .unknown, .choice: isOpen = true
            case .bool, .int, .string: break
            default: return .error(.noSuchOverload, at: offset)
            }
            if value.kind == .unknown, value.canFail { isOpen = true }
            if value.kind == .list, let header = value.listHeader, header.pointee.taint != 0 { isOpen = true }
            (known + index).initialize(to: key)
            for earlier in 0..<index where self.equals(known[earlier], key).asBool == true {
                return .error(.duplicateKey, at: offset)
            }
            guard keys.append(key, membership: 0), values.append(value, membership: 0) else {
                return .error(.memoryExceeded, at: offset)
            }
        }
        if isOpen { return self.memory.unknown(set: set, canFail: true) }
        return self.memory.map(keys: keys.finish(), values: values.finish())
    }

    /// `list[index]`, `map[key]`
    func index(_ node: UnsafePointer<Node>) -> Value {
        let container = self.evaluate(node.pointee.a)
        let key = self.evaluate(node.pointee.b)
        if let error = self.firstError(container, key) { return error }
        if container.kind == .list, let header = container.listHeader { return self.element(node, header, key) }
        let isMap = container.kind == .map || container.kind == .choice
        if isMap, key.kind != .unknown, key.kind != .choice { return self.lookUp(node, container, key) }
        if let map = container.mapHeader, let values = map.pointee.values.listHeader {
            // Any of the entries may be meant.
            let set = self.memory.union(self.memory.deepSet(key), self.memory.deepSet(map.pointee.keys))
            return self.anyElement(values, under: set)
        }
        guard var result = self.strictPair(node, container, key) else {
            return .error(.noSuchOverload, at: node.pointee.offset)
        }
        if result.kind == .unknown { result.flags |= Value.mayFail }
        return result
    }

    private func element(
        _ node: UnsafePointer<Node>,
        _ header: UnsafeMutablePointer<ListHeader>,
        _ key: Value
    ) -> Value {
        if key.kind == .unknown || key.kind == .choice {
            if header.pointee.count == 0, header.pointee.taint == 0 {
                return .error(.indexOutOfBounds, at: node.pointee.offset)
            }
            return self.anyElement(header, under: self.memory.deepSet(key))
        }
        guard key.kind == .int else { return .error(.noSuchOverload, at: node.pointee.offset) }
        guard key.payload >= 0, key.payload < Int64(header.pointee.count) else {
            let failure = Value.error(.indexOutOfBounds, at: node.pointee.offset)
            guard header.pointee.taint != 0, key.payload >= 0 else { return failure }
            return self.anyElement(header, under: 0)
        }
        let index = Int(key.payload)
        // Where an element up to this one is there only maybe, the place may belong to another.
        if header.pointee.memberships != nil {
            var set: UInt = 0
            for place in 0...index { set = self.memory.union(set, header.pointee.membership(place)) }
            if set != 0 { return self.anyElement(header, under: set) }
        }
        return self.tainted(self.memory.element(header, index), header)
    }

    /// An element that nobody knows yet which it is.
    private func anyElement(_ header: UnsafeMutablePointer<ListHeader>, under set: UInt) -> Value {
        let count = header.pointee.count
        guard let room = self.memory.allocateValues(count), self.spend(Int64(count)) else {
            return .error(.memoryExceeded)
        }
        var set = self.memory.union(set, header.pointee.taint)
        for index in 0..<count {
            (room + index).initialize(to: self.memory.element(header, index))
            set = self.memory.union(set, header.pointee.membership(index))
        }
        return self.join(room, count, under: set, canFail: true)
    }

    // MARK: - Macros that make lists

    /// `list.filter(x, condition)`
    func filter(_ node: UnsafePointer<Node>) -> Value {
        self.overElements(node) { element, membership, result, builder in
            switch result.kind {
            case .bool:
                guard result.payload != 0 else { return nil }
                return self.append(element, membership: membership, to: &builder)
            case .unknown, .choice:
                let settled = self.settled(result)
                if settled.kind == .error { return settled }
                let set = self.memory.union(membership, settled.address)
                if settled.canFail { builder.taint = self.memory.union(builder.taint, set) }
                return self.append(element, membership: set, to: &builder)
            case .error:
                return self.append(result, membership: membership, to: &builder)
            default:
                let failure = Value.error(.noSuchOverload, at: node.pointee.offset)
                return self.append(failure, membership: membership, to: &builder)
            }
        }
    }

    /// `list.map(x, expression)`
    func transform(_ node: UnsafePointer<Node>) -> Value {
        self.overElements(node) { _, membership, result, builder in
            self.append(result, membership: membership, to: &builder)
        }
    }

    /// Evaluates the body for each element and collects what `add` makes of it; `add` returns the error that
    /// the whole is, or nil.
    @inline(__always)
    private func overElements(
        _ node: UnsafePointer<Node>,
        _ add: (_ element: Value, _ membership: UInt, _ result: Value, _ builder: inout ListBuilder) -> Value?
    ) -> Value {
        let range = self.evaluate(node.pointee.a)
        guard let header = self.elements(of: range) else { return self.notIterable(node, range) }
        guard var builder = ListBuilder(capacity: header.pointee.count, memory: self.memory) else {
            return .error(.memoryExceeded, at: node.pointee.offset)
        }
        builder.taint = header.pointee.taint
        if range.kind == .unknown || range.kind == .choice {
            builder.taint = self.memory.union(builder.taint, self.memory.deepSet(range))
        }
        let slot = self.memory.state.pointee.locals + Int(node.pointee.b)
        for index in 0..<header.pointee.count {
            guard self.spend(node.pointee.constant.payload) else {
                return .error(.costExceeded, at: node.pointee.offset)
            }
            let element = self.memory.element(header, index)
            slot.pointee = element
            let result = self.evaluate(node.pointee.c)
            if let failure = add(element, header.pointee.membership(index), result, &builder) {
                return self.tainted(failure, header)
            }
        }
        return builder.finish()
    }

    /// What a macro goes over: the elements of a list, the keys of a map, or one element that stands for those
    /// of an unknown list.
    func elements(of range: Value) -> UnsafeMutablePointer<ListHeader>? {
        switch range.kind {
        case .list:
            return range.listHeader
        case .map:
            return range.mapHeader?.pointee.keys.listHeader
        case .unknown, .choice:
            let unknown = self.settled(range)
            guard unknown.kind == .unknown else { return nil }
            guard var builder = ListBuilder(capacity: 1, memory: self.memory),
                builder.append(self.element(of: unknown), membership: unknown.address)
            else { return nil }
            if unknown.canFail { builder.taint = unknown.address }
            return builder.finish().listHeader
        default:
            return nil
        }
    }

    /// The error of a macro over something without elements.
    func notIterable(_ node: UnsafePointer<Node>, _ range: Value) -> Value {
        if range.kind == .error { return range }
        let isUnknown = range.kind == .unknown || range.kind == .choice
        return .error(isUnknown ? .memoryExceeded : .noSuchOverload, at: node.pointee.offset)
    }
}
