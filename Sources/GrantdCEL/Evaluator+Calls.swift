//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Evaluator {
    /// The most parameters that a function has.
    static let mostParameters = 4

    /// A call of a function of the table: strict in all its arguments.
    func call(_ node: UnsafePointer<Node>) -> Value {
        let count = Int(node.pointee.b)
        guard count > 0, count <= Self.mostParameters else { return .error(.noSuchOverload, at: node.pointee.offset) }
        var room = (Value.null, Value.null, Value.null, Value.null)
        return withUnsafeMutablePointer(to: &room) { room in
            let arguments = UnsafeMutableRawPointer(room).assumingMemoryBound(to: Value.self)
            let children = self.children + Int(node.pointee.a)
            var isPlain = node.pointee.operation == .call
            for index in 0..<count {
                let value = self.evaluate(children[index])
                arguments[index] = value
                switch value.kind {
                case .error, .unknown, .choice, .list: isPlain = false
                default: break
                }
            }
            guard isPlain else { return self.callSlowly(node, arguments, count) }
            return self.apply(node, arguments, count)
        }
    }

    /// A call where an argument is not known, may not be, or chooses the function.
    @inline(never)
    private func callSlowly(
        _ node: UnsafePointer<Node>,
        _ arguments: UnsafeMutablePointer<Value>,
        _ count: Int
    ) -> Value {
        var unknown: Value?
        var taint: UInt = 0
        for index in 0..<count {
            let value = self.settled(arguments[index])
            arguments[index] = value
            switch value.kind {
            case .error:
                if let unknown, unknown.canFail { return unknown }
                return value
            case .unknown:
                unknown =
                    unknown.map { $0.kind == .unknown ? self.memory.merge($0, value) : $0 } ?? self.element(of: value)
            case .list: taint = self.memory.union(taint, value.listHeader?.pointee.taint ?? 0)
            default: break
            }
        }
        if var unknown {
            guard unknown.kind == .unknown else { return unknown }
            for index in 0..<count where arguments[index].kind == .list {
                unknown = self.memory.unknown(
                    set: self.memory.union(unknown.address, self.memory.deepSet(arguments[index])),
                    canFail: unknown.canFail
                )
            }
            if unknown.kind == .unknown, self.canFail(node) { unknown.flags |= Value.mayFail }
            return unknown
        }
        let result = self.apply(node, arguments, count)
        return taint == 0 ? result : self.memory.under(taint, result)
    }

    private func canFail(_ node: UnsafePointer<Node>) -> Bool {
        guard node.pointee.operation == .call else { return true }
        return self.tables._withUnsafeGuaranteedRef { $0.entries[Int(node.pointee.c)].canFail }
    }

    /// Calls the function on known arguments.
    private func apply(_ node: UnsafePointer<Node>, _ arguments: UnsafeMutablePointer<Value>, _ count: Int) -> Value {
        let index = Int(node.pointee.c)
        var result = self.tables._withUnsafeGuaranteedRef { tables in
            if node.pointee.operation == .call { return self.apply(tables.entries + index, arguments, count) }
            for function in tables.groups[index] {
                let fits = (0..<count).allSatisfy { function.parameters[$0].accepts(arguments[$0]) }
                guard fits else { continue }
                var entry = PlanTables.Entry(function)
                return withUnsafeMutablePointer(to: &entry) { self.apply($0, arguments, count) }
            }
            return .error(.noSuchOverload)
        }
        if result.kind == .error, result.aux == 0 { result.aux = node.pointee.offset }
        return result
    }

    @inline(__always)
    private func apply(
        _ entry: UnsafeMutablePointer<PlanTables.Entry>,
        _ arguments: UnsafeMutablePointer<Value>,
        _ count: Int
    ) -> Value {
        if entry.pointee.isLinear {
            var size: Int64 = 0
            for index in 0..<count {
                let argument = arguments[index]
                size += argument.kind == .string ? Int64(argument.aux) / 16 : Int64(argument.listCount) / 2
            }
            guard self.spend(size) else { return .error(.costExceeded) }
        }
        return entry.pointee.implementation(arguments, self.memory)
    }

    /// `text.matches('pattern')`
    func matches(_ node: UnsafePointer<Node>) -> Value {
        let text = self.evaluate(node.pointee.a)
        if let result = self.strict(text) { return result }
        guard text.kind == .string else { return .error(.noSuchOverload, at: node.pointee.offset) }
        return self.tables._withUnsafeGuaranteedRef { tables in
            let pattern = tables.patterns[Int(node.pointee.c)]
            guard self.spend(Int64(text.aux) / 4 * Int64(pattern.program.count)) else {
                return .error(.costExceeded, at: node.pointee.offset)
            }
            guard let isMatch = pattern.matches(text.bytes, memory: self.memory) else {
                return .error(.memoryExceeded, at: node.pointee.offset)
            }
            return .bool(isMatch)
        }
    }
}
