//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a workspace keeps between evaluations. Reached through ``Memory`` only.
struct MemoryState: BitwiseCopyable {
    /// One block of the bump allocator.
    struct Chunk: BitwiseCopyable {
        let start: UnsafeMutableRawPointer
        let size: Int
    }

    var next: UnsafeMutableRawPointer
    var end: UnsafeMutableRawPointer
    var chunks: UnsafeMutablePointer<Chunk>
    var chunkCount: Int
    var chunkInUse: Int
    var totalBytes: Int
    let limit: Int

    var attributes: UnsafeMutablePointer<AttributeNode>
    var attributeCount: Int
    var attributeCapacity: Int
    var slots: UnsafeMutablePointer<AttributeSlot>
    var slotCount: Int
    /// Grows with each reset: slots of earlier generations count as empty.
    var generation: UInt32
    /// Grows with each walk over an unknown set: nodes marked with it have been seen.
    var walk: UInt32

    /// The variables of the macros at work, by nesting.
    let locals: UnsafeMutablePointer<Value>
    /// What the evaluation at work may still spend.
    var budget: Int64
    /// The limit that the evaluation at work has run into, if any. Whatever it came to then is no result.
    var exhausted: EvaluationError.Code?
}

/// The scratch memory of an evaluation: a bump allocator that is emptied in one go, and the table of attributes.
struct Memory: BitwiseCopyable {
    let state: UnsafeMutablePointer<MemoryState>

    static let chunkSize = 64 * 1024
    static let mostChunks = 64

    /// Makes empty memory. A first block that is small suits a plan, which keeps a few constants for its whole life.
    init(limit: Int, firstBlock: Int = Memory.chunkSize) {
        let limit = max(limit, Self.chunkSize)
        let chunks = UnsafeMutablePointer<MemoryState.Chunk>.allocate(capacity: Self.mostChunks)
        let first = UnsafeMutableRawPointer.allocate(byteCount: firstBlock, alignment: 16)
        chunks.initialize(to: MemoryState.Chunk(start: first, size: firstBlock))
        let locals = UnsafeMutablePointer<Value>.allocate(capacity: Limits.mostMacros)
        locals.initialize(repeating: .null, count: Limits.mostMacros)
        let slotCount = firstBlock < Self.chunkSize ? 8 : 256
        let slots = UnsafeMutablePointer<AttributeSlot>.allocate(capacity: slotCount)
        slots.initialize(repeating: AttributeSlot(generation: 0, id: 0), count: slotCount)
        let attributeCapacity = slotCount / 2
        self.state = .allocate(capacity: 1)
        self.state.initialize(
            to: MemoryState(
                next: first,
                end: first + firstBlock,
                chunks: chunks,
                chunkCount: 1,
                chunkInUse: 0,
                totalBytes: firstBlock,
                limit: limit,
                attributes: .allocate(capacity: attributeCapacity),
                attributeCount: 0,
                attributeCapacity: attributeCapacity,
                slots: slots,
                slotCount: slotCount,
                generation: 1,
                walk: 0,
                locals: locals,
                budget: 0,
                exhausted: nil
            )
        )
    }

    /// Gives everything back. The memory must not be used after.
    func deallocate() {
        for index in 0..<self.state.pointee.chunkCount { self.state.pointee.chunks[index].start.deallocate() }
        self.state.pointee.chunks.deallocate()
        self.state.pointee.locals.deallocate()
        self.state.pointee.attributes.deallocate()
        self.state.pointee.slots.deallocate()
        self.state.deallocate()
    }

    /// Forgets what was allocated; the blocks stay for the next time.
    func reset() {
        let first = self.state.pointee.chunks[0]
        self.state.pointee.next = first.start
        self.state.pointee.end = first.start + first.size
        self.state.pointee.chunkInUse = 0
        self.state.pointee.attributeCount = 0
        self.state.pointee.walk = 0
        if self.state.pointee.generation == .max {
            self.state.pointee.slots.update(
                repeating: AttributeSlot(generation: 0, id: 0),
                count: self.state.pointee.slotCount
            )
            self.state.pointee.generation = 0
        }
        self.state.pointee.generation += 1
    }

    /// Room for `count` bytes, aligned to 16; nil beyond the limit.
    @inline(__always)
    func allocate(_ count: Int) -> UnsafeMutableRawPointer? {
        guard count >= 0, count < 1 << 40 else { return self.refuse() }
        let rounded = (count + 15) & ~15
        let start = self.state.pointee.next
        guard rounded <= self.state.pointee.end - start else { return self.allocateSlowly(rounded) }
        self.state.pointee.next = start + rounded
        return start
    }

    /// Remembers that memory ran out: an ask-list that could not be kept must not pass for a complete one.
    @inline(never)
    func refuse() -> UnsafeMutableRawPointer? {
        self.state.pointee.exhausted = .memoryExceeded
        return nil
    }

    @inline(never)
    private func allocateSlowly(_ rounded: Int) -> UnsafeMutableRawPointer? {
        // A later block that is already there and large enough, else a new one.
        while self.state.pointee.chunkInUse + 1 < self.state.pointee.chunkCount {
            self.state.pointee.chunkInUse += 1
            let chunk = self.state.pointee.chunks[self.state.pointee.chunkInUse]
            if chunk.size >= rounded { return self.begin(chunk, rounded) }
        }
        let count = self.state.pointee.chunkCount
        guard count < Self.mostChunks else { return self.refuse() }
        let size = max(rounded, self.state.pointee.totalBytes)
        let left = self.state.pointee.limit - self.state.pointee.totalBytes
        guard rounded <= left else { return self.refuse() }
        let granted = min(size, left)
        let chunk = MemoryState.Chunk(start: .allocate(byteCount: granted, alignment: 16), size: granted)
        (self.state.pointee.chunks + count).initialize(to: chunk)
        self.state.pointee.chunkCount = count + 1
        self.state.pointee.chunkInUse = count
        self.state.pointee.totalBytes += granted
        return self.begin(chunk, rounded)
    }

    private func begin(_ chunk: MemoryState.Chunk, _ used: Int) -> UnsafeMutableRawPointer {
        self.state.pointee.next = chunk.start + used
        self.state.pointee.end = chunk.start + chunk.size
        return chunk.start
    }

    /// Room for `count` values; nil beyond the limit.
    func allocateValues(_ count: Int) -> UnsafeMutablePointer<Value>? {
        let count = max(1, count)
        guard count < 1 << 32, let room = self.allocate(count * MemoryLayout<Value>.stride) else { return nil }
        return room.bindMemory(to: Value.self, capacity: count)
    }

    /// A copy of some bytes as a text.
    func string(_ bytes: [UInt8]) -> Value {
        guard let copy = self.allocate(max(1, bytes.count)) else { return .error(.memoryExceeded) }
        bytes.withUnsafeBytes { source in
            UnsafeMutableRawBufferPointer(start: copy, count: source.count).copyMemory(from: source)
        }
        return .string(UnsafeRawBufferPointer(start: copy, count: bytes.count))
    }

    /// Two texts one after the other.
    func string(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Value {
        let count = first.count + second.count
        guard count <= UInt32.max, let copy = self.allocate(max(1, count)) else { return .error(.memoryExceeded) }
        UnsafeMutableRawBufferPointer(start: copy, count: first.count).copyMemory(from: first)
        UnsafeMutableRawBufferPointer(start: copy + first.count, count: second.count).copyMemory(from: second)
        return .string(UnsafeRawBufferPointer(start: copy, count: count))
    }
}
