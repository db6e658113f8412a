//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A set of unknown attributes: one attribute, or the union of two sets. Unions share, so that merging takes
/// constant time.
struct UnknownSet: BitwiseCopyable {
    /// The addresses of the two sets; both 0 for a single attribute.
    let left: UInt
    let right: UInt
    let attribute: UInt32
    var mark: UInt32
    /// The next union of the walk at work.
    var link: UInt
}

extension Memory {
    /// The set of one attribute, as an address, the same for each who asks; 0 beyond the memory limit.
    func single(_ attribute: UInt32) -> UInt {
        let node = self.state.pointee.attributes + Int(attribute)
        if node.pointee.single == 0 {
            node.pointee.single = self.node(UnknownSet(left: 0, right: 0, attribute: attribute, mark: 0, link: 0))
        }
        return node.pointee.single
    }

    /// The union of two sets; either may be 0 for the empty one. 0 beyond the memory limit.
    func union(_ first: UInt, _ second: UInt) -> UInt {
        if first == 0 || first == second { return second }
        if second == 0 { return first }
        return self.node(UnknownSet(left: first, right: second, attribute: 0, mark: 0, link: 0))
    }

    private func node(_ set: UnknownSet) -> UInt {
        // One step: to make it, to walk over it once. What is spent too much ends the evaluation at its next look.
        _ = self.spend(1)
        guard let place = self.allocate(MemoryLayout<UnknownSet>.stride) else { return 0 }
        place.initializeMemory(as: UnknownSet.self, to: set)
        return UInt(bitPattern: place)
    }

    /// An unknown that stands for one attribute.
    func unknown(attribute: UInt32?, flags: UInt8) -> Value {
        guard let attribute else { return .error(.memoryExceeded) }
        let set = self.single(attribute)
        return set == 0 ? .error(.memoryExceeded) : Value(.unknown, address: set, flags: flags)
    }

    /// An unknown that waits for a set; an error where the set could not be made.
    func unknown(set: UInt, canFail: Bool) -> Value {
        set == 0 ? .error(.memoryExceeded) : Value(.unknown, address: set, flags: canFail ? Value.mayFail : 0)
    }

    /// The unknown that an unset input is.
    @inline(never)
    func unknown(input: Int, attributeFlag: Bool) -> Value {
        let id = self.attribute(
            parent: AttributeID.none,
            step: .input,
            number: UInt32(truncatingIfNeeded: input),
            object: 0
        )
        return self.unknown(attribute: id, flags: attributeFlag ? Value.isAttribute : 0)
    }

    /// The unknown that waits for what two unknowns wait for.
    func merge(_ first: Value, _ second: Value) -> Value {
        let set = self.union(first.address, second.address)
        return self.unknown(set: set, canFail: (first.flags | second.flags) & Value.mayFail != 0)
    }

    /// An unknown under a set: merged with `value` if that is an unknown too, else replacing it.
    func under(_ set: UInt, _ value: Value) -> Value {
        guard value.kind == .unknown else { return self.unknown(set: set, canFail: true) }
        return self.unknown(set: self.union(set, value.address), canFail: true)
    }

    /// The set of everything unknown in a value, its elements included; 0 when all is known.
    func deepSet(_ value: Value) -> UInt {
        switch value.kind {
        case .unknown:
            return value.address
        case .list, .choice:
            guard let header = value.listHeader else { return 0 }
            guard self.spend(Int64(header.pointee.count) / 4) else { return header.pointee.taint }
            var set = header.pointee.taint
            for index in 0..<header.pointee.count {
                set = self.union(set, header.pointee.membership(index))
                if let elements = header.pointee.elements { set = self.union(set, self.deepSet(elements[index])) }
            }
            return set
        case .map:
            guard let header = value.mapHeader else { return 0 }
            return self.union(self.deepSet(header.pointee.keys), self.deepSet(header.pointee.values))
        default:
            return 0
        }
    }

    /// Calls `body` once for each attribute that anything in a value waits for, in the order in which
    /// evaluation met them. Needs no memory.
    func forEachAttribute(in value: Value, _ body: (UInt32) -> Void) {
        self.beginWalk()
        self.visit(value, body)
    }

    /// Begins a walk, on which each set and each attribute is met once.
    func beginWalk() { self.state.pointee.walk += 1 }

    /// Walks on over another value.
    func forEachFurtherAttribute(in value: Value, _ body: (UInt32) -> Void) {
        self.visit(value, body)
    }

    private func visit(_ value: Value, _ body: (UInt32) -> Void) {
        switch value.kind {
        case .unknown:
            self.visit(set: value.address, body)
        case .list, .choice:
            guard let header = value.listHeader else { return }
            self.visit(set: header.pointee.taint, body)
            for index in 0..<header.pointee.count {
                self.visit(set: header.pointee.membership(index), body)
                if let elements = header.pointee.elements { self.visit(elements[index], body) }
            }
        case .map:
            guard let header = value.mapHeader else { return }
            self.visit(header.pointee.keys, body)
            self.visit(header.pointee.values, body)
        default:
            break
        }
    }

    private func visit(set: UInt, _ body: (UInt32) -> Void) {
        let walk = self.state.pointee.walk
        // The unions whose right side is still to see are a list threaded through the unions themselves. A set that is part
        // of several is met where it comes first.
        var top: UInt = 0
        var current = set
        while true {
            if let node = UnsafeMutablePointer<UnknownSet>(bitPattern: current) {
                if node.pointee.left == 0 {
                    self.visit(attribute: node.pointee.attribute, walk, body)
                } else if node.pointee.mark != walk {
                    node.pointee.mark = walk
                    node.pointee.link = top
                    top = current
                    current = node.pointee.left
                    continue
                }
            }
            guard let union = UnsafeMutablePointer<UnknownSet>(bitPattern: top) else { return }
            top = union.pointee.link
            current = union.pointee.right
        }
    }

    private func visit(attribute: UInt32, _ walk: UInt32, _ body: (UInt32) -> Void) {
        let index = Int(attribute)
        guard index < self.state.pointee.attributeCount, self.state.pointee.attributes[index].mark != walk else {
            return
        }
        self.state.pointee.attributes[index].mark = walk
        body(attribute)
    }
}
