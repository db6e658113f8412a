//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Evaluator {
    /// `all` (settled by a false element) and `exists` (settled by a true one).
    ///
    /// One element settles the matter whatever the others are, in any order; so `[x, 9].exists(i, i > 5)` is
    /// true though x is unknown.
    func quantifier(_ node: UnsafePointer<Node>, settling: Bool) -> Value {
        let range = self.evaluate(node.pointee.a)
        guard let header = self.elements(of: range) else { return self.notIterable(node, range) }
        let slot = self.memory.state.pointee.locals + Int(node.pointee.b)
        var set: UInt = 0
        var failure: Value?
        var canFail = false
        for index in 0..<header.pointee.count {
            guard self.spend(node.pointee.constant.payload) else {
                return .error(.costExceeded, at: node.pointee.offset)
            }
            slot.pointee = self.memory.element(header, index)
            let result = self.settled(self.evaluate(node.pointee.c))
            let membership = header.pointee.membership(index)
            switch result.kind {
            case .bool:
                guard (result.payload != 0) == settling else { continue }
                if membership == 0 { return self.tainted(result, header) }
                set = self.memory.union(set, membership)
            case .unknown:
                set = self.memory.union(set, self.memory.union(membership, result.address))
                canFail = canFail || result.canFail
            default:
                let error = result.kind == .error ? result : .error(.noSuchOverload, at: node.pointee.offset)
                if membership == 0 {
                    failure = failure ?? error
                } else {
                    set = self.memory.union(set, membership)
                    canFail = true
                }
            }
        }
        if set != 0 { return self.tainted(self.memory.unknown(set: set, canFail: canFail || failure != nil), header) }
        return self.tainted(failure ?? .bool(!settling), header)
    }

    /// `exists_one`: exactly one element is true. An error anywhere is an error; two true elements settle the rest.
    func existsOne(_ node: UnsafePointer<Node>) -> Value {
        let range = self.evaluate(node.pointee.a)
        guard let header = self.elements(of: range) else { return self.notIterable(node, range) }
        let slot = self.memory.state.pointee.locals + Int(node.pointee.b)
        var set: UInt = 0
        var canFail = false
        var found = 0
        for index in 0..<header.pointee.count {
            guard self.spend(node.pointee.constant.payload) else {
                return .error(.costExceeded, at: node.pointee.offset)
            }
            slot.pointee = self.memory.element(header, index)
            let result = self.settled(self.evaluate(node.pointee.c))
            let membership = header.pointee.membership(index)
            switch result.kind {
            case .bool:
                guard result.payload != 0 else { continue }
                if membership == 0 { found += 1 }
                set = self.memory.union(set, membership)
            case .unknown:
                set = self.memory.union(set, self.memory.union(membership, result.address))
                canFail = canFail || result.canFail
            default:
                let error = result.kind == .error ? result : .error(.noSuchOverload, at: node.pointee.offset)
                if membership == 0 { return self.tainted(error, header) }
                set = self.memory.union(set, membership)
                canFail = true
            }
        }
        if set == 0 { return self.tainted(.bool(found == 1), header) }
        if found >= 2, !canFail { return self.tainted(.bool(false), header) }
        return self.tainted(self.memory.unknown(set: set, canFail: canFail), header)
    }
}
