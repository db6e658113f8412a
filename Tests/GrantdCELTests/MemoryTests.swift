//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Testing

@testable internal import GrantdCEL

/// What may be used between two resets hangs on nothing that came before.
struct MemoryTests {
    /// Memory for as long as `body` runs.
    private func withMemory(limit: Int, _ body: (Memory) throws -> Void) rethrows {
        let memory = Memory(limit: limit)
        defer { memory.deallocate() }
        try body(memory)
    }

    /// Takes pieces of these sizes, one after the other in a circle, until one is refused.
    ///
    /// - Returns: How many were granted, and how many bytes they are, each rounded up as it is counted.
    private func fill(_ memory: Memory, _ sizes: [Int]) -> (count: Int, bytes: Int) {
        var count = 0
        var bytes = 0
        while true {
            let size = sizes[count % sizes.count]
            guard let place = memory.allocate(size) else { return (count, bytes) }
            // All of it can be written.
            place.initializeMemory(as: UInt8.self, repeating: 0xAA, count: size)
            count += 1
            bytes += (size + 15) & ~15
        }
    }

    private static let patterns: [[Int]] = [
        [48], [16], [64 << 10], [(64 << 10) + 16], [1 << 20], [(1 << 20) + 1], [3 << 20], [48, 100_000],
        [1, 700_000, 3],
        [(1 << 20) - 16, 48], [40_000, 70_000, 200_000],
    ]

    @Test("as much is granted after any other use as at first, and always up to the limit")
    func history() throws {
        let limit = 4 << 20
        let fresh = Self.patterns.map { sizes in
            var found = (count: 0, bytes: 0)
            self.withMemory(limit: limit) { found = self.fill($0, sizes) }
            return found
        }
        for (sizes, found) in zip(Self.patterns, fresh) {
            let next = (sizes[found.count % sizes.count] + 15) & ~15
            #expect(found.bytes <= limit)
            #expect(found.bytes + next > limit, "\(sizes)")
        }
        for before in Self.patterns {
            self.withMemory(limit: limit) { memory in
                _ = self.fill(memory, before)
                for _ in 0..<2 {
                    for (sizes, expected) in zip(Self.patterns, fresh) {
                        memory.reset()
                        #expect(self.fill(memory, sizes) == expected, "\(sizes) after \(before)")
                    }
                }
            }
        }
    }

    @Test("attributes have a limit of their own, before and after a large use, and take none of the values'")
    func attributes() throws {
        let limit = 1 << 20
        func fill(_ memory: Memory) -> (attributes: Int, sets: Int) {
            var count = 0
            while let id = memory.attribute(parent: 0, step: .index, number: UInt32(count), object: 0) {
                // The set of one attribute is made once, whatever the table had to do meanwhile.
                if count < 1000 { #expect(memory.single(id) == memory.single(id)) }
                count += 1
            }
            let sets = (0..<1000).count { memory.single(UInt32($0)) != 0 }
            return (count, sets)
        }
        self.withMemory(limit: limit) { memory in
            let first = fill(memory)
            #expect(first.attributes == limit / 64)
            #expect(first.sets == 1000)
            for _ in 0..<3 {
                memory.reset()
                #expect(fill(memory) == first)
                memory.reset()
                _ = self.fill(memory, [1 << 20])
                let full = memory.attribute(parent: 0, step: .index, number: 1, object: 0)
                #expect(full != nil)
            }
        }
    }

    @Test("what stays over a reset is bounded, and so is what is got from the heap at any time")
    func retained() throws {
        let limit = 16 << 20
        self.withMemory(limit: limit) { memory in
            for sizes in Self.patterns {
                _ = self.fill(memory, sizes)
                #expect(memory.state.pointee.totalBytes <= 2 * limit + Memory.largestBlock + Memory.retainedBytes)
                for index in 0..<200_000 {
                    _ = memory.attribute(parent: 0, step: .index, number: UInt32(index), object: 0)
                }
                memory.reset()
                #expect(memory.state.pointee.totalBytes <= Memory.retainedBytes)
                #expect(memory.state.pointee.attributeCapacity <= Memory.retainedAttributes)
            }
        }
    }
}
