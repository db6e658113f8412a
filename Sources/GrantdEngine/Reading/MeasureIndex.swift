//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import GrantdPolicy

/// Finds measures by full id and by the number of their facts, and their versions by day. Plain data, whose memory belongs
/// to a ``SegmentStore``.
struct MeasureIndex: BitwiseCopyable {
    private struct Slot: BitwiseCopyable {
        var hash: UInt64
        /// -1: empty.
        var entry: Int
        var id: Segment
    }

    /// A version of a measure as a day sees it.
    struct Version: BitwiseCopyable {
        /// Among all versions of the policy set.
        let index: Int
        let isInForce: Bool
    }

    private let slots: UnsafeBufferPointer<Slot>
    private let mask: Int
    /// By facts number; -1: none.
    private let byNumber: UnsafeBufferPointer<Int32>
    /// By version.
    private let dates: UnsafeBufferPointer<Dates>
    /// By entry.
    private let ranges: UnsafeBufferPointer<Versions>

    /// The days of one version, both in.
    private struct Dates: BitwiseCopyable {
        let from: Int64
        let until: Int64
    }

    /// The versions of an entry, by date.
    private struct Versions: BitwiseCopyable {
        let first: Int
        let end: Int
    }

    init(_ policies: PolicySet, _ store: SegmentStore) {
        let entries = policies.entries
        var capacity = 16
        while capacity < entries.count * 4 { capacity *= 2 }
        let mask = capacity - 1
        var slots = [Slot](repeating: Slot(hash: 0, entry: -1, id: store.empty), count: capacity)
        let most = entries.map { Int($0.factsNumber) }.max() ?? 0
        var byNumber = [Int32](repeating: -1, count: most + 1)
        for (index, entry) in entries.enumerated() {
            byNumber[Int(entry.factsNumber)] = Int32(truncatingIfNeeded: index)
            let id = store.keep(entry.id)
            let hash = Self.hash(id.start, count: id.count)
            var place = Int(truncatingIfNeeded: hash) & mask
            while slots[place].entry >= 0 { place = (place + 1) & mask }
            slots[place] = Slot(hash: hash, entry: index, id: id)
        }
        self.mask = mask
        self.slots = store.keep(slots)
        self.byNumber = store.keep(byNumber)
        self.dates = store.keep(policies.measures.map { Dates(from: $0.inForce.from, until: $0.inForce.until ?? .max) })
        self.ranges = store.keep(entries.map { Versions(first: $0.versions.lowerBound, end: $0.versions.upperBound) })
    }

    /// The version of an entry that `day` asks for: the one in force, else the nearest: the last that began before,
    /// else the first.
    func version(of entry: Int, on day: Int64) -> Version {
        let range = self.ranges[entry]
        var nearest = range.first
        for index in range.first..<range.end {
            guard self.dates[index].from <= day else { break }
            nearest = index
            if day <= self.dates[index].until { return Version(index: index, isInForce: true) }
        }
        return Version(index: nearest, isInForce: false)
    }

    /// The entry of the measure with this full id, NUL-terminated.
    func entry(_ id: UnsafePointer<CChar>) -> Int? {
        let count = cStringCount(id)
        let hash = Self.hash(UnsafeRawPointer(id), count: count)
        var place = Int(truncatingIfNeeded: hash) & self.mask
        while self.slots[place].entry >= 0 {
            let slot = self.slots[place]
            if slot.hash == hash, slot.id.count == count, Self.areEqual(slot.id.start, UnsafeRawPointer(id), count) {
                return slot.entry
            }
            place = (place + 1) & self.mask
        }
        return nil
    }

    /// The entry of the measure whose facts have this number.
    @inline(__always)
    func entry(factsNumber number: Int32) -> Int? {
        guard number > 0, Int(number) < self.byNumber.count else { return nil }
        let entry = self.byNumber[Int(number)]
        return entry < 0 ? nil : Int(entry)
    }

    /// A hash of the first and the last eight bytes and of the count; what is left is told apart by comparing.
    @inline(__always)
    private static func hash(_ start: UnsafeRawPointer, count: Int) -> UInt64 {
        var first: UInt64 = 0
        var last: UInt64 = 0
        if count >= 8 {
            first = start.loadUnaligned(as: UInt64.self)
            last = start.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
        } else {
            for position in 0..<count {
                first = first << 8 | UInt64(start.load(fromByteOffset: position, as: UInt8.self))
            }
        }
        let mixed =
            (first &* 0x9E37_79B9_7F4A_7C15) ^ (last &* 0xC2B2_AE3D_27D4_EB4F) ^ UInt64(truncatingIfNeeded: count)
        return mixed ^ (mixed >> 29)
    }

    @inline(__always)
    private static func areEqual(_ first: UnsafeRawPointer, _ second: UnsafeRawPointer, _ count: Int) -> Bool {
        memcmp(first, second, count) == 0
    }
}
