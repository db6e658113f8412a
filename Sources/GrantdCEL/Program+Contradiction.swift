//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Program {
    /// The least and the most that a number can be; nil where there is none.
    package typealias Bounds = (least: Int64?, most: Int64?)

    /// A field that an expression compares with constants in ways that exclude each other, so that it is never true:
    /// `x > 5 && x < 3`, `grade == A && grade == B`. What is found is certain; others may never be true all the same.
    ///
    /// - Parameter bounds: What a field of an input can be.
    /// - Returns: The input's index and the field's name; nil where none was found.
    package func contradiction(_ bounds: (_ input: Int, _ field: String) -> Bounds) -> (input: Int, field: String)? {
        var left: [FieldPlace: Range] = [:]
        for node in self.plan.conjuncts where node.base == .input {
            let place = FieldPlace(input: node.a, record: node.record, field: node.field)
            var range = left[place] ?? Range(bounds(Int(node.a), place.name))
            switch node.operation {
            case .compareInt32, .compareInt64, .compareEnumeration:
                range.narrow(node.relation, node.constant.payload)
            case .enumerationIn: range.allowed &= UInt64(bitPattern: node.constant.payload)
            default: continue
            }
            left[place] = range
            if range.isEmpty { return (Int(node.a), place.name) }
        }
        return nil
    }

    /// A field of an input.
    private struct FieldPlace: Hashable {
        let input: Int32
        let record: UInt
        let field: Int32

        var name: String {
            guard let object = UnsafeRawPointer(bitPattern: self.record) else { return "" }
            let fields = Unmanaged<RecordType>.fromOpaque(object).takeUnretainedValue().fields
            return fields.indices.contains(Int(self.field)) ? fields[Int(self.field)].name : ""
        }
    }

    /// What a number may still be.
    private struct Range {
        var least: Int64
        var most: Int64
        /// Of an enumeration, which of the numbers from 0 to 63.
        var allowed = UInt64.max

        init(_ bounds: Bounds) {
            self.least = bounds.least ?? .min
            self.most = bounds.most ?? .max
        }

        mutating func narrow(_ relation: Node.Relation, _ value: Int64) {
            switch relation {
            case .less: self.most = min(self.most, value == .min ? .min : value - 1)
            case .lessOrEqual: self.most = min(self.most, value)
            case .greater: self.least = max(self.least, value == .max ? .max : value + 1)
            case .greaterOrEqual: self.least = max(self.least, value)
            case .equal:
                self.least = max(self.least, value)
                self.most = min(self.most, value)
            case .notEqual:
                if (0..<64).contains(value) { self.allowed &= ~(1 << UInt64(value)) }
            }
        }

        var isEmpty: Bool {
            if self.least > self.most || self.allowed == 0 { return true }
            guard self.least == self.most, (0..<64).contains(self.least) else { return false }
            return self.allowed >> UInt64(self.least) & 1 == 0
        }
    }
}

extension Plan {
    /// The nodes that must all be true for the whole to be.
    fileprivate var conjuncts: [Node] {
        var found: [Node] = []
        var open = [self.root]
        while let index = open.popLast() {
            let node = self.nodes[Int(index)]
            guard node.operation == .and else {
                found.append(node)
                continue
            }
            for child in 0..<node.b { open.append(self.children[Int(node.a + child)]) }
        }
        return found
    }
}
