//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Evaluator {
    /// `&&` (settled by false) and `||` (settled by true) over any number of operands.
    ///
    /// An operand that settles the matter does so whatever the others are, errors and unknowns too. Otherwise
    /// the unknown operands decide, all of them together; an error counts only where nothing is unknown.
    @inline(__always)
    func logic(_ node: UnsafePointer<Node>, settling: Bool) -> Value {
        let first = Int(node.pointee.a)
        var index = first
        let end = first + Int(node.pointee.b)
        while index < end {
            let operand = self.children[index]
            index += 1
            // Most operands ask one field, and need no call.
            if let truth = self.quickTruth(self.nodes + Int(operand)) {
                if truth == settling { return .bool(settling) }
                continue
            }
            let value = self.evaluate(operand)
            if value.kind == .bool {
                if (value.payload != 0) == settling { return value }
                continue
            }
            return self.logicSlowly(node, from: index, value, settling: settling)
        }
        return .bool(!settling)
    }

    @inline(never)
    private func logicSlowly(_ node: UnsafePointer<Node>, from start: Int, _ first: Value, settling: Bool) -> Value {
        var unknown: Value?
        var failure: Value?
        var value = first
        var index = start
        let end = Int(node.pointee.a) + Int(node.pointee.b)
        while true {
            switch value.kind {
            case .bool:
                if (value.payload != 0) == settling { return value }
            case .unknown, .choice:
                let settled = self.strict(value) ?? value
                unknown = unknown.map { $0.kind == .unknown ? self.memory.merge($0, settled) : $0 } ?? settled
            case .error:
                failure = failure ?? value
            default:
                failure = failure ?? .error(.noSuchOverload, at: node.pointee.offset)
            }
            guard index < end else { break }
            value = self.evaluate(self.children[index])
            index += 1
        }
        guard var result = unknown else { return failure ?? .bool(!settling) }
        if failure != nil, result.kind == .unknown { result.flags |= Value.mayFail }
        return result
    }

    /// `certain(a)`: whether a is known to be true.
    func certain(_ node: UnsafePointer<Node>) -> Value {
        let operand = self.nodes + Int(node.pointee.a)
        if let truth = self.quickTruth(operand) { return .bool(truth) }
        switch operand.pointee.operation {
        case .fieldBool, .notField, .compareInt32, .compareInt64, .compareEnumeration, .enumerationIn:
            // Nobody is told what an unset field is called.
            let record = operand.pointee.base == .node ? Value.null : self.base(operand)
            if record.kind == .record, self.present(operand, record) == nil { return .bool(false) }
        default: break
        }
        let value = self.evaluate(node.pointee.a)
        return value.kind == .error ? value : .bool(value.asBool ?? false)
    }

    /// `a ? b : c`. Where a is unknown, the result waits for a, and for what the branches wait for unless the condition is
    /// to be asked for first.
    func conditional(_ node: UnsafePointer<Node>) -> Value {
        let condition = self.evaluate(node.pointee.a)
        if condition.kind == .bool {
            return self.evaluate(condition.payload != 0 ? node.pointee.b : node.pointee.c)
        }
        guard let result = self.strict(condition) else { return .error(.noSuchOverload, at: node.pointee.offset) }
        guard result.kind == .unknown else { return result }
        let first = self.evaluate(node.pointee.b)
        let second = self.evaluate(node.pointee.c)
        // Whatever the condition turns out to be, the result is an error.
        if first.kind == .error, second.kind == .error { return first }
        if !result.canFail, self.isScalar(first), first.kind == second.kind, self.equals(first, second).asBool == true {
            return first
        }
        if node.pointee.flags & Node.conditionFirst != 0 {
            let mayFail = result.canFail || !self.isSettledScalar(first) || !self.isSettledScalar(second)
            return Value(.unknown, payload: result.payload, flags: mayFail ? Value.mayFail : 0)
        }
        guard let room = self.memory.allocateValues(2) else { return .error(.memoryExceeded, at: node.pointee.offset) }
        room.initialize(to: first)
        (room + 1).initialize(to: second)
        return self.join(room, 2, under: result.address, canFail: result.canFail)
    }

    /// A scalar, or an unknown that will be a value whatever is answered.
    private func isSettledScalar(_ value: Value) -> Bool {
        value.kind == .unknown ? !value.canFail : self.isScalar(value)
    }

    private func isScalar(_ value: Value) -> Bool {
        switch value.kind {
        case .null, .bool, .int, .string, .timestamp, .duration, .date, .enumeration: true
        default: false
        }
    }

    /// One of several values, the set decides which.
    ///
    /// Records and lists are kept apart, so that what is later read of each of them is asked for too; of
    /// scalars only the unknown ones matter.
    func join(_ options: UnsafeMutablePointer<Value>, _ count: Int, under set: UInt, canFail: Bool) -> Value {
        var set = set
        var canFail = canFail
        var records = 0
        var lists = 0
        var elements = 0
        for index in 0..<count {
            let option = options[index]
            switch option.kind {
            case .unknown:
                set = self.memory.union(set, option.address)
                canFail = canFail || option.canFail
            case .error: canFail = true
            case .record, .choice, .map: records += 1
            case .list:
                lists += 1
                elements += option.listHeader?.pointee.count ?? 0
            default: break
            }
        }
        if lists > 0 { return self.joinLists(options, count, elements: elements, under: set) }
        guard records > 0 else { return self.memory.unknown(set: set, canFail: canFail) }
        guard var builder = ListBuilder(capacity: records, memory: self.memory) else { return .error(.memoryExceeded) }
        for index in 0..<count where [.record, .choice, .map].contains(options[index].kind) {
            guard builder.append(options[index], membership: 0) else { return .error(.memoryExceeded) }
        }
        builder.taint = set
        var choice = builder.finish(kind: .choice)
        if canFail, choice.kind == .choice { choice.flags |= Value.mayFail }
        return choice
    }

    private func joinLists(
        _ options: UnsafeMutablePointer<Value>,
        _ count: Int,
        elements: Int,
        under set: UInt
    ) -> Value {
        guard self.spend(Int64(elements)),
            var builder = ListBuilder(capacity: elements + count, memory: self.memory)
        else { return .error(.memoryExceeded) }
        builder.taint = set
        for index in 0..<count {
            let option = options[index]
            if option.kind == .unknown, !builder.append(self.element(of: option), membership: set) {
                return .error(.memoryExceeded)
            }
            guard let header = option.listHeader, option.kind == .list else { continue }
            builder.taint = self.memory.union(builder.taint, header.pointee.taint)
            for place in 0..<header.pointee.count {
                let membership = self.memory.union(set, header.pointee.membership(place))
                guard builder.append(self.memory.element(header, place), membership: membership) else {
                    return .error(.memoryExceeded)
                }
            }
        }
        return builder.finish()
    }

    /// What stands for any element of an unknown list: unknown as the list is, and naming no field of its own.
    func element(of unknown: Value) -> Value {
        Value(.unknown, payload: unknown.payload, flags: unknown.flags & Value.mayFail)
    }

    /// Applies an operation to each option of an undecided record and joins the results.
    func overOptions(_ choice: Value, _ body: (Value) -> Value) -> Value {
        guard let header = choice.listHeader, let options = header.pointee.elements,
            self.spend(Int64(header.pointee.count)),
            let results = self.memory.allocateValues(header.pointee.count)
        else { return .error(.memoryExceeded) }
        for index in 0..<header.pointee.count { (results + index).initialize(to: body(options[index])) }
        return self.join(results, header.pointee.count, under: header.pointee.taint, canFail: choice.canFail)
    }
}
