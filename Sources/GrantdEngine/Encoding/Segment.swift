//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Bytes of an answer that were encoded when the policies were loaded. Its memory belongs to a ``SegmentStore``.
struct Segment: BitwiseCopyable {
    let start: UnsafeRawPointer
    let count: Int
}

/// Owns the memory of segments and of other plain values that were made ready when the policies were loaded.
final class SegmentStore {
    private var blocks: [UnsafeMutableRawPointer] = []
    private let nothing = UnsafeMutableRawPointer.allocate(byteCount: 8, alignment: 8)

    init() {}

    deinit {
        for block in self.blocks { block.deallocate() }
        self.nothing.deallocate()
    }

    /// Keeps a copy of the bytes for as long as the store lives.
    func keep(_ bytes: [UInt8]) -> Segment {
        guard !bytes.isEmpty else { return self.empty }
        let block = UnsafeMutableRawPointer.allocate(byteCount: bytes.count, alignment: 8)
        block.copyMemory(from: bytes, byteCount: bytes.count)
        self.blocks.append(block)
        return Segment(start: UnsafeRawPointer(block), count: bytes.count)
    }

    /// Keeps a copy of a text's UTF-8.
    func keep(_ text: String) -> Segment { self.keep([UInt8](text.utf8)) }

    /// Keeps a copy of an array of plain values.
    func keep<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafeBufferPointer<Element> {
        guard !elements.isEmpty else { return UnsafeBufferPointer(start: nil, count: 0) }
        let block = UnsafeMutableRawPointer.allocate(
            byteCount: elements.count * MemoryLayout<Element>.stride,
            alignment: max(MemoryLayout<Element>.alignment, 16)
        )
        self.blocks.append(block)
        let start = block.initializeMemory(as: Element.self, from: elements, count: elements.count)
        return UnsafeBufferPointer(start: start, count: elements.count)
    }

    /// No bytes.
    var empty: Segment { Segment(start: UnsafeRawPointer(self.nothing), count: 0) }
}
