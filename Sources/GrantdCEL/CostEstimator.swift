//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The worst case of a checked tree, with lists and strings of the host as long as the limits say. Saturates
/// instead of overflowing.
struct CostEstimator {
    let checker: Checker

    private var limits: Limits { self.checker.environment.limits }

    /// The cost of evaluating a node once.
    func cost(_ id: ExprID) -> UInt64 {
        let own: UInt64 = 1
        switch self.checker.parsed.nodes[id].kind {
        case .null, .bool, .int, .string, .name:
            return own
        case .select(let operand, _, _), .unary(_, let operand):
            return self.sum([own, self.cost(operand)])
        case .index(let first, let second):
            return self.sum([own, self.cost(first), self.cost(second)])
        case .binary(let operation, let first, let second):
            return self.sum([own, self.cost(first), self.cost(second), self.work(operation, first, second)])
        case .and(let operands), .or(let operands), .list(let operands):
            return self.sum([own] + operands.map(self.cost))
        case .conditional(let condition, let first, let second):
            // Both branches are evaluated where the condition is unknown.
            return self.sum([own, self.cost(condition), self.cost(first), self.cost(second)])
        case .map(let keys, let values):
            let count = UInt64(keys.count)
            return self.sum([own, self.product(count, count)] + (keys + values).map(self.cost))
        case .call(_, let target, let arguments):
            let operands = (target.map { [$0] } ?? []) + arguments
            let lengths = operands.map { self.length($0) / (self.checker.types[$0] == .string ? 16 : 2) }
            return self.sum([own] + operands.map(self.cost) + lengths)
        case .macro(_, let range, _, let filter, let body):
            let inner = self.sum([own, self.cost(body), filter.map(self.cost) ?? 0])
            return self.sum([own, self.cost(range), self.product(self.length(range), inner)])
        }
    }

    private func work(_ operation: Expr.Operator, _ first: ExprID, _ second: ExprID) -> UInt64 {
        switch operation {
        case .in:
            return self.length(second)
        case .equal, .notEqual:
            // Texts are compared many bytes at a time.
            let length = min(self.length(first), self.length(second))
            return self.checker.types[first] == .string ? length / 16 : length
        case .add:
            let length = self.sum([self.length(first), self.length(second)])
            return self.checker.types[first] == .string ? length / 16 : length
        default:
            return 0
        }
    }

    /// The greatest length of a list, map or string; 0 for other values.
    private func length(_ id: ExprID) -> UInt64 {
        switch self.checker.types[id] {
        case .list, .map, .string, .dyn: break
        default: return 0
        }
        if let bytes = self.checker.text(of: id) { return UInt64(bytes.count) }
        switch self.checker.parsed.nodes[id].kind {
        case .list(let elements): return UInt64(elements.count)
        case .map(let keys, _): return UInt64(keys.count)
        case .macro(_, let range, _, _, _): return self.length(range)
        case .conditional(_, let first, let second): return self.sum([self.length(first), self.length(second)])
        case .binary(.add, let first, let second): return self.sum([self.length(first), self.length(second)])
        case .null, .bool, .int: return 0
        default: return self.checker.types[id] == .string ? self.limits.stringLength : self.limits.listLength
        }
    }

    private func sum(_ terms: [UInt64]) -> UInt64 {
        terms.reduce(0) { total, term in
            let (sum, overflow) = total.addingReportingOverflow(term)
            return overflow ? .max : sum
        }
    }

    private func product(_ first: UInt64, _ second: UInt64) -> UInt64 {
        let (product, overflow) = first.multipliedReportingOverflow(by: second)
        return overflow ? .max : product
    }
}
