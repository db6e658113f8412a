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
    /// Where the block in use ends, or where the limit ends it.
    var end: UnsafeMutableRawPointer
    var chunks: UnsafeMutablePointer<Chunk>
    var chunkCount: Int
    var chunkCapacity: Int
    var chunkInUse: Int
    /// The sizes of all blocks, in bytes.
    var totalBytes: Int
    /// What was asked for since the reset in the blocks before the one in use, in bytes.
    var usedBefore: Int
    /// The most that may be asked for between two resets, in bytes.
    let limit: Int

    var attributes: UnsafeMutablePointer<AttributeNode>
    var attributeCount: Int
    var attributeCapacity: Int
    /// The most attributes between two resets.
    let mostAttributes: Int
    var slots: UnsafeMutablePointer<AttributeSlot>
    var slotCount: Int
    /// Grows with each reset: slots of earlier generations count as empty.
    var generation: UInt32
    /// Grows with each walk over an unknown set: nodes marked with it have been seen.
    var walk: UInt32

    /// The variables of the macros at work, by nesting.
    let locals: UnsafeMutablePointer<Value>
    /// The steps that may be spent before the next checkpoint.
    var budget: Int64
    /// The steps that may be spent after it.
    var reserve: Int64
    /// How many steps lie between two checkpoints.
    var checkpoint: Int64
    /// Who knows whether to go on; not kept alive by this.
    var owner: Unmanaged<Workspace>?
    /// The blocks of numbers given to the elements of lists, in their order; see ``ElementBlock``.
    var blocks: UnsafeMutablePointer<ElementBlock>?
    var blockCount: Int
    var blockCapacity: Int
    /// The limit that the evaluation at work has run into, if any. Whatever it came to then is no result.
    var exhausted: EvaluationError.Code?
}

/// The scratch memory of an evaluation: a bump allocator that is emptied in one go, and the table of attributes.
///
/// What may be used between two resets hangs on nothing that came before the first of them: counted is what was asked for,
/// not what was got from the heap for it, and values and attributes have each a limit of their own. What was got stays for the
/// next time up to ``retainedBytes`` and ``retainedAttributes``; the rest is given back at the reset. At no time is more
/// taken from the heap than twice the limit, ``largestBlock`` and ``retainedBytes``, and for attributes the limit once more.
struct Memory: BitwiseCopyable {
    let state: UnsafeMutablePointer<MemoryState>

    static let chunkSize = 64 * 1024
    /// The largest block that is got ahead of need, in bytes.
    static let largestBlock = 1 << 20
    /// The most bytes of blocks that stay over a reset.
    static let retainedBytes = 1 << 20
    /// The most attributes whose room stays over a reset.
    static let retainedAttributes = 4_096
    /// What an attribute takes of the limit, in bytes: its node and its two places in the table, rounded up.
    private static let attributeBytes = 64

    /// Makes empty memory. A first block that is small suits a plan, which keeps a few constants for its whole life.
    init(limit: Int, firstBlock: Int = Memory.chunkSize) {
        let limit = max(limit, Self.chunkSize)
        let chunkCapacity = 4
        let chunks = UnsafeMutablePointer<MemoryState.Chunk>.allocate(capacity: chunkCapacity)
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
                chunkCapacity: chunkCapacity,
                chunkInUse: 0,
                totalBytes: firstBlock,
                usedBefore: 0,
                limit: limit,
                attributes: .allocate(capacity: attributeCapacity),
                attributeCount: 0,
                attributeCapacity: attributeCapacity,
                mostAttributes: limit / Self.attributeBytes,
                slots: slots,
                slotCount: slotCount,
                generation: 1,
                walk: 0,
                locals: locals,
                budget: 0,
                reserve: 0,
                checkpoint: Self.checkpoint,
                owner: nil,
                blocks: nil,
                blockCount: 0,
                blockCapacity: 0,
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

    /// Forgets what was allocated. What was got from the heap stays for the next time, up to a bound.
    func reset() {
        self.state.pointee.walk = 0
        // Most evaluations allocate nothing.
        if self.state.pointee.next == self.state.pointee.chunks[0].start, self.state.pointee.attributeCount == 0 {
            return
        }
        if self.state.pointee.totalBytes > Self.retainedBytes { self.giveBackBlocks() }
        if self.state.pointee.attributeCapacity > Self.retainedAttributes { self.giveBackAttributes() }
        let first = self.state.pointee.chunks[0]
        self.state.pointee.next = first.start
        self.state.pointee.end = first.start + min(first.size, self.state.pointee.limit)
        self.state.pointee.chunkInUse = 0
        self.state.pointee.usedBefore = 0
        self.state.pointee.attributeCount = 0
        self.state.pointee.blocks = nil
        self.state.pointee.blockCount = 0
        self.state.pointee.blockCapacity = 0
        if self.state.pointee.generation == .max {
            self.state.pointee.slots.update(
                repeating: AttributeSlot(generation: 0, id: 0),
                count: self.state.pointee.slotCount
            )
            self.state.pointee.generation = 0
        }
        self.state.pointee.generation += 1
    }

    /// Gives back the newest blocks, until what is left may stay.
    @inline(never)
    private func giveBackBlocks() {
        while self.state.pointee.totalBytes > Self.retainedBytes, self.state.pointee.chunkCount > 1 {
            let last = self.state.pointee.chunks[self.state.pointee.chunkCount - 1]
            last.start.deallocate()
            self.state.pointee.chunkCount -= 1
            self.state.pointee.totalBytes -= last.size
        }
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
        let start = self.state.pointee.chunks[self.state.pointee.chunkInUse].start
        let used = self.state.pointee.usedBefore + (self.state.pointee.next - start)
        guard rounded <= self.state.pointee.limit - used else { return self.refuse() }
        self.state.pointee.usedBefore = used
        // A later block that is already there and large enough, else a new one.
        while self.state.pointee.chunkInUse + 1 < self.state.pointee.chunkCount {
            self.state.pointee.chunkInUse += 1
            let chunk = self.state.pointee.chunks[self.state.pointee.chunkInUse]
            if chunk.size >= rounded { return self.begin(chunk, rounded) }
        }
        let size = max(rounded, min(self.state.pointee.totalBytes, Self.largestBlock))
        let chunk = MemoryState.Chunk(start: .allocate(byteCount: size, alignment: 16), size: size)
        self.append(chunk)
        self.state.pointee.chunkInUse = self.state.pointee.chunkCount - 1
        self.state.pointee.totalBytes += size
        return self.begin(chunk, rounded)
    }

    private func append(_ chunk: MemoryState.Chunk) {
        let count = self.state.pointee.chunkCount
        if count == self.state.pointee.chunkCapacity {
            let chunks = UnsafeMutablePointer<MemoryState.Chunk>.allocate(capacity: count * 2)
            chunks.update(from: self.state.pointee.chunks, count: count)
            self.state.pointee.chunks.deallocate()
            self.state.pointee.chunks = chunks
            self.state.pointee.chunkCapacity = count * 2
        }
        (self.state.pointee.chunks + count).initialize(to: chunk)
        self.state.pointee.chunkCount = count + 1
    }

    private func begin(_ chunk: MemoryState.Chunk, _ used: Int) -> UnsafeMutableRawPointer {
        self.state.pointee.next = chunk.start + used
        self.state.pointee.end =
            chunk.start + min(chunk.size, self.state.pointee.limit - self.state.pointee.usedBefore)
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
