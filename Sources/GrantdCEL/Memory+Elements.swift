//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The numbers of the elements of one list: `count` of them from `first` on, in the order of the elements.
struct ElementBlock: BitwiseCopyable {
    /// The attribute that the list is.
    let list: UInt32
    let first: UInt32
    let count: UInt32
}

extension Memory {
    /// Gives a list that was read from an input or a field that name, and its elements their numbers.
    ///
    /// - Returns: Whether there was memory for it.
    func name(_ list: UnsafeMutablePointer<ListHeader>, _ attribute: UInt32) -> Bool {
        list.pointee.attribute = attribute
        guard list.pointee.numbers == nil else { return true }
        var named = attribute
        if attribute >= AttributeID.inputBit {
            let input = attribute & ~AttributeID.inputBit
            guard let id = self.attribute(parent: AttributeID.none, step: .input, number: input, object: 0) else {
                return false
            }
            named = id
        }
        let known = self.state.pointee.attributes[Int(named)].elements
        if known != 0 {
            list.pointee.firstElement = known
            return true
        }
        guard let first = self.addBlock(of: named, count: list.pointee.count) else { return false }
        self.state.pointee.attributes[Int(named)].elements = first
        list.pointee.firstElement = first
        return true
    }

    /// The list and the place in it that an element's number stands for; nil for the number of anything else.
    func element(numbered id: UInt32) -> (list: UInt32, index: UInt32)? {
        guard id >= AttributeID.firstElement, id < AttributeID.inputBit, let blocks = self.state.pointee.blocks else {
            return nil
        }
        // The last block that begins at or before the number.
        var low = 0
        var high = self.state.pointee.blockCount
        while high - low > 1 {
            let middle = (low + high) / 2
            if blocks[middle].first <= id { low = middle } else { high = middle }
        }
        let block = blocks[low]
        guard id >= block.first, id - block.first < block.count else { return nil }
        return (block.list, id - block.first)
    }

    private func addBlock(of list: UInt32, count: Int) -> UInt32? {
        let blockCount = self.state.pointee.blockCount
        if blockCount == self.state.pointee.blockCapacity {
            let capacity = max(16, blockCount * 2)
            guard let room = self.allocate(capacity * MemoryLayout<ElementBlock>.stride) else { return nil }
            let blocks = room.bindMemory(to: ElementBlock.self, capacity: capacity)
            if let old = self.state.pointee.blocks { blocks.update(from: old, count: blockCount) }
            self.state.pointee.blocks = blocks
            self.state.pointee.blockCapacity = capacity
        }
        guard let blocks = self.state.pointee.blocks else { return nil }
        let last = blockCount == 0 ? nil : blocks[blockCount - 1]
        let first = last.map { $0.first + $0.count } ?? AttributeID.firstElement
        guard count < Int(AttributeID.inputBit - first) else {
            _ = self.refuse()
            return nil
        }
        (blocks + blockCount).initialize(
            to: ElementBlock(list: list, first: first, count: UInt32(truncatingIfNeeded: count))
        )
        self.state.pointee.blockCount = blockCount + 1
        return first
    }
}
