//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The place of a fact among the inputs: an input, and the way from it down to a field.
package struct AttributePath: Sendable, Hashable {
    /// One step on the way.
    package enum Step: Sendable, Hashable {
        /// A field of a record, by its index in ``RecordType/fields``.
        case field(RecordType, Int)
        /// An element of a list, from 0.
        case index(Int)
        /// A key of a map.
        case key(String)
    }

    /// The index of the input, -1 where the path hangs on none.
    package let input: Int
    /// The steps from there, outermost first.
    package let steps: [Step]

    /// A path from its parts.
    package init(input: Int, steps: [Step]) {
        self.input = input
        self.steps = steps
    }

    /// The path as expressions write it: `facts.deals[2].valid`. An input without a name is shown by its number.
    package func description(inputNames: [String]) -> String {
        var text = inputNames.indices.contains(self.input) ? inputNames[self.input] : "input \(self.input)"
        for step in self.steps {
            switch step {
            case .field(let type, let index):
                text += "." + (type.fields.indices.contains(index) ? type.fields[index].name : "?")
            case .index(let index): text += "[\(index)]"
            case .key(let key): text += "." + key
            }
        }
        return text
    }
}

/// An unset attribute inside a workspace, for hot paths: reading it allocates nothing. Good until the workspace
/// is reset.
package struct AttributeReference: BitwiseCopyable {
    let memory: Memory
    let id: UInt32

    /// The last step, from which ``parent`` leads back to the input.
    package enum Step: BitwiseCopyable, Hashable {
        /// The input with this index.
        case input(Int)
        /// The field with this index in the record type that the parent is of.
        case field(Int)
        /// The element with this index.
        case index(Int)
        /// A key of a map.
        case key
    }

    /// The last step of the path.
    package var step: Step {
        guard let node = self.node else { return .input(Int(self.id & ~AttributeID.inputBit)) }
        return switch node.step {
        case .input: .input(Int(node.number))
        case .field: .field(Int(node.number))
        case .index: .index(Int(node.number))
        case .key: .key
        }
    }

    /// The attribute one step up; nil for an input.
    package var parent: AttributeReference? {
        guard let node = self.node, node.parent != AttributeID.none else { return nil }
        return AttributeReference(memory: self.memory, id: node.parent)
    }

    /// The path as a value of its own, which outlives the workspace.
    package var path: AttributePath {
        var steps: [AttributePath.Step] = []
        var id = self.id
        while let node = AttributeReference(memory: self.memory, id: id).node {
            switch node.step {
            case .input:
                return AttributePath(input: Int(node.number), steps: steps.reversed())
            case .field:
                guard let object = UnsafeRawPointer(bitPattern: node.object) else { break }
                let type = Unmanaged<RecordType>.fromOpaque(object).takeUnretainedValue()
                steps.append(.field(type, Int(node.number)))
            case .index:
                steps.append(.index(Int(node.number)))
            case .key:
                let bytes = UnsafeRawBufferPointer(
                    start: UnsafeRawPointer(bitPattern: node.object),
                    count: Int(node.number)
                )
                steps.append(.key(String(decoding: bytes, as: UTF8.self)))
            }
            id = node.parent
        }
        let input = id == AttributeID.none ? -1 : Int(id & ~AttributeID.inputBit)
        return AttributePath(input: input, steps: steps.reversed())
    }

    private var node: AttributeNode? {
        if let (list, place) = self.memory.element(numbered: self.id) {
            return AttributeNode(parent: list, step: .index, number: place, object: 0, mark: 0)
        }
        let index = Int(self.id)
        guard self.id < AttributeID.inputBit, index < self.memory.state.pointee.attributeCount else { return nil }
        return self.memory.state.pointee.attributes[index]
    }
}
