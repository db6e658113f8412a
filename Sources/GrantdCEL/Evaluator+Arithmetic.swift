//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Evaluator {
    /// `-a`
    func negate(_ node: UnsafePointer<Node>) -> Value {
        let value = self.evaluate(node.pointee.a)
        if value.kind == .int || value.kind == .duration {
            let (result, overflow) = Int64(0).subtractingReportingOverflow(value.payload)
            return overflow ? .error(.overflow, at: node.pointee.offset) : Value(value.kind, payload: result)
        }
        guard var result = self.strict(value) else { return .error(.noSuchOverload, at: node.pointee.offset) }
        if result.kind == .unknown { result.flags |= Value.mayFail }
        return result
    }

    /// `+ - * / %`
    func arithmetic(_ node: UnsafePointer<Node>) -> Value {
        let left = self.evaluate(node.pointee.a)
        let right = self.evaluate(node.pointee.b)
        if left.kind == .int, right.kind == .int { return self.integers(node, left.payload, right.payload) }
        let isList = left.kind == .list || right.kind == .list
        if node.pointee.operation == .add, isList, let sum = self.concatenated(left, right) { return sum }
        if let result = self.strictPair(node, left, right) {
            guard result.kind == .unknown else { return result }
            return self.failing(node, result, left, right)
        }
        return self.temporal(node, left, right)
    }

    private func integers(_ node: UnsafePointer<Node>, _ left: Int64, _ right: Int64) -> Value {
        let result: (partialValue: Int64, overflow: Bool)
        switch node.pointee.operation {
        case .add: result = left.addingReportingOverflow(right)
        case .subtract: result = left.subtractingReportingOverflow(right)
        case .multiply: result = left.multipliedReportingOverflow(by: right)
        case .divide, .modulo:
            if right == 0 { return .error(.divisionByZero, at: node.pointee.offset) }
            result =
                node.pointee.operation == .divide
                ? left.dividedReportingOverflow(by: right) : left.remainderReportingOverflow(dividingBy: right)
        default: return .error(.noSuchOverload, at: node.pointee.offset)
        }
        return result.overflow ? .error(.overflow, at: node.pointee.offset) : .int(result.partialValue)
    }

    /// The result of a strict operator where an operand is an error; nil where none is.
    ///
    /// An error settles the matter whatever the other operand may be, unless that one comes first and may
    /// become an error of its own.
    func firstError(_ left: Value, _ right: Value) -> Value? {
        if left.kind == .error { return left }
        guard right.kind == .error else { return nil }
        if left.kind == .unknown || left.kind == .choice, left.canFail { return self.strict(left) }
        return right
    }

    /// The result of a strict operator whose operands are not both known: the first error, else what all
    /// unknowns wait for.
    func strictPair(_ node: UnsafePointer<Node>, _ left: Value, _ right: Value) -> Value? {
        if let error = self.firstError(left, right) { return error }
        let first = self.strict(left)
        let second = self.strict(right)
        guard let first else { return second }
        guard let second else { return first }
        if first.kind == .error { return first }
        return second.kind == .error ? second : self.memory.merge(first, second)
    }

    /// An unknown result of arithmetic, marked as one that may yet be an error; or the error that it is already.
    private func failing(_ node: UnsafePointer<Node>, _ result: Value, _ left: Value, _ right: Value) -> Value {
        var result = result
        switch node.pointee.operation {
        case .divide, .modulo:
            if right.kind == .int {
                if right.payload == 0 { return .error(.divisionByZero, at: node.pointee.offset) }
                if right.payload != -1, node.pointee.flags & Node.open == 0 { return result }
            }
        case .add:
            let isText = left.kind == .string || right.kind == .string
            if isText, node.pointee.flags & Node.open == 0 { return result }
        default: break
        }
        result.flags |= Value.mayFail
        return result
    }

    private func temporal(_ node: UnsafePointer<Node>, _ left: Value, _ right: Value) -> Value {
        let outOfRange = Value.error(.outOfRange, at: node.pointee.offset)
        switch (node.pointee.operation, left.kind, right.kind) {
        case (.add, .string, .string):
            guard self.spend(Int64(left.aux) / 16 + Int64(right.aux) / 16) else {
                return .error(.costExceeded, at: node.pointee.offset)
            }
            return self.memory.string(left.bytes, right.bytes)
        case (.add, .duration, .duration):
            let (sum, overflow) = left.payload.addingReportingOverflow(right.payload)
            return overflow ? outOfRange : .duration(nanoseconds: sum)
        case (.subtract, .duration, .duration):
            let (difference, overflow) = left.payload.subtractingReportingOverflow(right.payload)
            return overflow ? outOfRange : .duration(nanoseconds: difference)
        case (.add, .timestamp, .duration):
            return Instant(left).adding(nanoseconds: right.payload)?.value ?? outOfRange
        case (.add, .duration, .timestamp):
            return Instant(right).adding(nanoseconds: left.payload)?.value ?? outOfRange
        case (.subtract, .timestamp, .duration):
            let (negated, overflow) = Int64(0).subtractingReportingOverflow(right.payload)
            return overflow ? outOfRange : Instant(left).adding(nanoseconds: negated)?.value ?? outOfRange
        case (.subtract, .timestamp, .timestamp):
            let span = Instant(left).nanoseconds(since: Instant(right))
            return span.map { .duration(nanoseconds: $0) } ?? outOfRange
        default:
            return .error(.noSuchOverload, at: node.pointee.offset)
        }
    }

    /// One list after the other; the elements of a known list are kept beside an unknown one, so that they are
    /// asked for.
    private func concatenated(_ left: Value, _ right: Value) -> Value? {
        func count(_ value: Value) -> Int? {
            switch value.kind {
            case .list: value.listHeader?.pointee.count
            case .unknown: 1
            default: nil
            }
        }
        guard let first = count(left), let second = count(right) else { return nil }
        guard self.spend(Int64(first) + Int64(second)) else { return .error(.costExceeded) }
        guard var builder = ListBuilder(capacity: first + second, memory: self.memory) else {
            return .error(.memoryExceeded)
        }
        for part in [left, right] {
            if part.kind == .unknown {
                builder.taint = self.memory.union(builder.taint, part.address)
                guard builder.append(self.element(of: part), membership: part.address) else {
                    return .error(.memoryExceeded)
                }
            }
            guard part.kind == .list, let header = part.listHeader else { continue }
            builder.taint = self.memory.union(builder.taint, header.pointee.taint)
            for index in 0..<header.pointee.count {
                let element = self.memory.element(header, index)
                guard builder.append(element, membership: header.pointee.membership(index)) else {
                    return .error(.memoryExceeded)
                }
            }
        }
        return builder.finish()
    }
}
