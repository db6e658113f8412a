//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import GrantdMessages
import GrantdService
import SwiftProtobuf
import Testing

@testable import GrantdDecisionLog

@Suite("The log of decisions, as it is read")
struct ReadingTests {
    private static func log(_ count: Int) throws -> LogFolder {
        let folder = try LogFolder()
        let recording = try Recording(folder)
        try recording.evaluate(count: count)
        recording.log.close()
        return folder
    }

    /// Where each entry begins.
    private static func offsets(_ folder: LogFolder) throws -> [Int] {
        let reader = try SegmentReader(path: folder.segment(1))
        var offsets = [Int(reader.offset)]
        while try reader.next() != nil { offsets.append(Int(reader.offset)) }
        return offsets
    }

    @Test("a byte that is changed anywhere is found, and the entry named: the first that is wrong")
    func everyByte() throws {
        let folder = try Self.log(3)
        let offsets = try Self.offsets(folder)
        let whole = try folder.bytes(1)
        for place in 0..<whole.count {
            // The state says how an entry's body stands, and is no part of the chain: see the test of a forged erasure.
            if let entry = offsets.last(where: { $0 <= place }), (4..<8).contains(place - entry) { continue }
            var bytes = whole
            bytes[place] ^= 0x10
            try folder.put(bytes, 1)
            let finding = try LogVerifier(directory: folder.path).run().finding
            guard place >= SegmentHeader.size else {
                #expect(finding == .header(path: folder.segment(1), number: 1), "byte \(place)")
                continue
            }
            let entry = UInt64(offsets.lastIndex { $0 <= place } ?? 0) + 1
            guard case .entry(_, let damage)? = finding else {
                Issue.record("byte \(place) is not found")
                continue
            }
            #expect(damage.entry == entry, "byte \(place)")
        }
    }

    @Test("a state that is changed is found where the body is still there")
    func state() throws {
        let folder = try Self.log(2)
        let whole = try folder.bytes(1)
        let offset = try Self.offsets(folder)[1]
        for state in [UInt8(2), 3, 255] {
            var bytes = whole
            bytes[offset + 4] = state
            try folder.put(bytes, 1)
            guard case .entry(_, let damage)? = try LogVerifier(directory: folder.path).run().finding else {
                Issue.record("\(state) is not found")
                continue
            }
            #expect(damage.entry == 2)
            #expect(damage.reason == .layout)
        }
    }

    @Test("an entry that is taken out, put in twice, or put elsewhere is found; so is a segment that is missing")
    func order() throws {
        let folder = try Self.log(3)
        let whole = try folder.bytes(1)
        let offsets = try Self.offsets(folder)
        let pieces = zip(offsets, offsets.dropFirst()).map { Array(whole[$0..<$1]) }
        let head = Array(whole[..<offsets[0]])
        let orders: [([Int], UInt64)] = [([0, 2, 3], 2), ([0, 1, 1, 2, 3], 3), ([0, 2, 1, 3], 2)]
        for (order, entry) in orders {
            try folder.put(head + order.flatMap { pieces[$0] }, 1)
            guard case .entry(_, let damage)? = try LogVerifier(directory: folder.path).run().finding else {
                Issue.record("\(order) is not found")
                continue
            }
            #expect(damage.reason == .number)
            #expect(damage.entry == entry)
        }
        try folder.put(whole, 1)
        for _ in 0..<2 {
            let recording = try Recording(folder)
            try recording.evaluate(count: 2)
            recording.log.close()
        }
        #expect(try LogVerifier(directory: folder.path).run().finding == nil)
        try FileManager.default.removeItem(atPath: folder.segment(2))
        #expect(try LogVerifier(directory: folder.path).run().finding == .gap(path: folder.segment(3), number: 3))
        // The oldest may be gone: that is retention.
        try FileManager.default.removeItem(atPath: folder.segment(1))
        let rest = try LogVerifier(directory: folder.path).run()
        #expect(rest.finding == nil)
        #expect(rest.firstSegment == 3)
    }

    @Test("who noted an entry finds out that the end was cut off, or all was written anew")
    func expected() throws {
        let folder = try Self.log(3)
        let last = try #require(try LogVerifier(directory: folder.path).run().last)
        #expect(try LogVerifier(directory: folder.path, expected: last).run().finding == nil)
        let offsets = try Self.offsets(folder)
        try folder.put(Array(try folder.bytes(1)[..<offsets[3]]), 1)
        #expect(try LogVerifier(directory: folder.path).run().finding == nil)
        #expect(
            try LogVerifier(directory: folder.path, expected: last).run().finding
                == .notExpected(number: last.number, found: nil)
        )
        let other = try Self.log(3)
        guard case .notExpected(4, .some)? = try LogVerifier(directory: other.path, expected: last).run().finding else {
            Issue.record("another log is not found out")
            return
        }
    }

    @Test("a directory without a log, or none, is said")
    func none() throws {
        let folder = try LogFolder()
        let empty = #expect(throws: DecisionLogFault.self) { try LogVerifier(directory: folder.path).run() }
        #expect(empty?.message.contains("holds no log of decisions") == true)
        let missing = #expect(throws: DecisionLogFault.self) { try LogVerifier(directory: "/nonexistent").run() }
        #expect(missing?.code == .system)
    }

    @Test("bytes at random, and whole logs with random changes, are read to an error or an end, never further")
    func mutations() throws {
        let folder = try Self.log(4)
        let whole = try folder.bytes(1)
        var generator = Xorshift(state: 0x9E37_79B9_7F4A_7C15)
        for _ in 0..<2_000 {
            var bytes = whole
            switch Int.random(in: 0..<5, using: &generator) {
            case 0:
                for _ in 0..<Int.random(in: 1...20, using: &generator) {
                    bytes[Int.random(in: SegmentHeader.size..<bytes.count, using: &generator)] = .random(
                        in: 0...255,
                        using: &generator
                    )
                }
            case 1:
                bytes.removeSubrange(Int.random(in: SegmentHeader.size..<bytes.count, using: &generator)...)
            case 2:
                let start = Int.random(in: SegmentHeader.size..<bytes.count, using: &generator)
                let end = Int.random(in: start..<bytes.count, using: &generator)
                bytes.removeSubrange(start..<end)
            case 3:
                // A length that lies.
                let offset = try Self.offsets(folder, of: whole).randomElement(using: &generator) ?? SegmentHeader.size
                for index in offset..<min(offset + 4, bytes.count) {
                    bytes[index] = .random(in: 0...255, using: &generator)
                }
            default:
                let count = Int.random(in: 0..<3_000, using: &generator)
                bytes = Array(whole[..<SegmentHeader.size])
                bytes += (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            }
            try folder.put(bytes, 1)
            let reader = try SegmentReader(path: folder.segment(1))
            var count = 0
            do {
                while let entry = try reader.next() {
                    _ = KeptEntry(entry)
                    count += 1
                }
            } catch {
                #expect(error.offset <= UInt64(bytes.count))
            }
            #expect(count <= 5)
        }
    }

    private static func offsets(_ folder: LogFolder, of whole: [UInt8]) throws -> [Int] {
        try folder.put(whole, 1)
        return try self.offsets(folder).dropLast()
    }
}

/// The same numbers each time.
struct Xorshift: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state ^= self.state << 13
        self.state ^= self.state >> 7
        self.state ^= self.state << 17
        return self.state
    }
}
