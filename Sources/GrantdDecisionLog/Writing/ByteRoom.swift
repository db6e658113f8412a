//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Memory that bytes are put behind each other in, used again and again. It grows by what is needed and gives back what a large
/// entry took.
final class ByteRoom: @unchecked Sendable {
    // Unchecked: it belongs to whoever has taken it out of a lock.

    private(set) var base: UnsafeMutableRawPointer
    private(set) var count = 0
    private var capacity: Int
    /// Kept when it is emptied, in bytes.
    private let kept: Int

    init(kept: Int) {
        self.kept = max(4096, kept)
        self.capacity = 4096
        self.base = .allocate(byteCount: self.capacity, alignment: 16)
    }

    deinit { self.base.deallocate() }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: self.base, count: self.count) }

    /// Room for so many bytes behind the last, which count from here on.
    func add(_ byteCount: Int) -> UnsafeMutableRawPointer {
        let needed = self.count + byteCount
        if needed > self.capacity { self.grow(to: max(needed, min(2 * self.capacity, needed + self.kept))) }
        defer { self.count = needed }
        return self.base + self.count
    }

    func add(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        self.add(bytes.count).copyMemory(from: start, byteCount: bytes.count)
    }

    /// Copies bytes to a place.
    ///
    /// - Returns: The place behind them.
    static func put(_ bytes: UnsafeRawBufferPointer, at place: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        if let start = bytes.baseAddress { place.copyMemory(from: start, byteCount: bytes.count) }
        return place + bytes.count
    }

    func removeAll() {
        self.count = 0
        guard self.capacity > self.kept else { return }
        self.base.deallocate()
        self.capacity = self.kept
        self.base = .allocate(byteCount: self.capacity, alignment: 16)
    }

    private func grow(to capacity: Int) {
        let grown = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        grown.copyMemory(from: self.base, byteCount: self.count)
        self.base.deallocate()
        self.base = grown
        self.capacity = capacity
    }
}
