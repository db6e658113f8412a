//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The name of an attribute inside one workspace, good until its reset.
///
/// Either an index into the table of attributes or, with the highest bit set, the number of an input, or, with the next,
/// the number of an element of a list: so an input costs nothing until something in it turns out to be unset, and an
/// element nothing at all.
@usableFromInline
enum AttributeID {
    @inlinable static var none: UInt32 { .max }
    static let inputBit: UInt32 = 1 << 31
    /// The first number of an element of a list; those of inputs lie behind.
    static let firstElement: UInt32 = 1 << 30
    @inline(__always) static func input(_ index: Int) -> UInt32 { inputBit | UInt32(truncatingIfNeeded: index) }
}

/// One step of an attribute's path, with its parent: the table of attributes is a tree whose nodes are unique.
struct AttributeNode: BitwiseCopyable {
    enum Step: UInt8, BitwiseCopyable { case input, field, index, key }

    let parent: UInt32
    let step: Step
    /// The input, the field's index, the element's index, or the length of the key.
    let number: UInt32
    /// The record type (an unretained reference, kept alive by whoever declared the type) or the address of the
    /// key.
    let object: UInt
    var mark: UInt32
    /// The set of this attribute alone, once it was asked for; 0 before.
    var single: UInt = 0
    /// The number of the first element of the list that this attribute is, once it was asked for; 0 before.
    var elements: UInt32 = 0
}

/// One place of the hash table over ``AttributeNode``.
struct AttributeSlot: BitwiseCopyable {
    var generation: UInt32
    var id: UInt32
}

extension Memory {
    /// The attribute one step below `parent`; nil beyond the memory limit.
    func attribute(parent: UInt32, step: AttributeNode.Step, number: UInt32, object: UInt) -> UInt32? {
        var hash = UInt64(parent) &* 0x9E37_79B9_7F4A_7C15
        hash = (hash ^ UInt64(number)) &* 0xC2B2_AE3D_27D4_EB4F
        hash = (hash ^ UInt64(object) ^ UInt64(step.rawValue)) &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash >> 32
        let mask = self.state.pointee.slotCount - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        let slots = self.state.pointee.slots
        let generation = self.state.pointee.generation
        while slots[place].generation == generation {
            let node = self.state.pointee.attributes[Int(slots[place].id)]
            if node.parent == parent, node.step == step, node.number == number, node.object == object {
                return slots[place].id
            }
            place = (place + 1) & mask
        }
        let count = self.state.pointee.attributeCount
        guard count < self.state.pointee.attributeCapacity else {
            guard count < self.state.pointee.mostAttributes else { return self.refuseAttribute() }
            self.growAttributes()
            return self.attribute(parent: parent, step: step, number: number, object: object)
        }
        (self.state.pointee.attributes + count).initialize(
            to: AttributeNode(parent: parent, step: step, number: number, object: object, mark: 0)
        )
        self.state.pointee.attributeCount = count + 1
        slots[place] = AttributeSlot(generation: generation, id: UInt32(truncatingIfNeeded: count))
        return UInt32(truncatingIfNeeded: count)
    }

    /// The attribute of a field; `parent` may be an input, an attribute or none.
    @inline(never)
    func attribute(parent: UInt32, field: Int32, of type: UInt) -> UInt32? {
        self.attribute(parent: parent, step: .field, number: UInt32(bitPattern: field), object: type)
    }

    /// Doubles the table. Its room is at most twice what the limit lets in.
    private func growAttributes() {
        let old = self.state.pointee.attributeCapacity
        let attributes = self.state.pointee.attributes
        let count = self.state.pointee.attributeCount
        self.makeAttributes(capacity: old * 2)
        self.state.pointee.attributes.update(from: attributes, count: count)
        attributes.deallocate()
        self.state.pointee.attributeCount = 0
        for index in 0..<count {
            // The nodes keep their numbers: they go in again in the order they came.
            let node = self.state.pointee.attributes[index]
            _ = self.attribute(parent: node.parent, step: node.step, number: node.number, object: node.object)
            // Making it anew would take of the limit what a table that was larger before does not.
            self.state.pointee.attributes[index].single = node.single
            self.state.pointee.attributes[index].elements = node.elements
        }
    }

    @inline(never)
    private func refuseAttribute() -> UInt32? {
        _ = self.refuse()
        return nil
    }

    /// Gives back all room but that which stays over a reset.
    @inline(never)
    func giveBackAttributes() {
        self.state.pointee.attributes.deallocate()
        self.makeAttributes(capacity: Self.retainedAttributes)
    }

    /// A table that is empty; what the nodes were stays with the caller.
    private func makeAttributes(capacity: Int) {
        self.state.pointee.attributes = .allocate(capacity: capacity)
        self.state.pointee.attributeCapacity = min(capacity, self.state.pointee.mostAttributes)
        self.state.pointee.slots.deallocate()
        let slotCount = capacity * 2
        self.state.pointee.slots = .allocate(capacity: slotCount)
        self.state.pointee.slots.initialize(repeating: AttributeSlot(generation: 0, id: 0), count: slotCount)
        self.state.pointee.slotCount = slotCount
    }
}
