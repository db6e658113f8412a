//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
package import GrantdDigest
internal import GrantdService

/// Reads the entries of a segment one after the other, and holds each against the chain. Takes as much memory as the largest entry.
package final class SegmentReader {
    package let path: String
    package let header: SegmentHeader
    /// The chain's value behind the last entry that was read.
    package private(set) var chain: SHA256Digest
    /// The number of the next entry.
    package private(set) var nextEntry: UInt64
    /// Where the next entry begins in the file, in bytes.
    package private(set) var offset = UInt64(SegmentHeader.size)

    private let descriptor: Int32
    private var memory: UnsafeMutableRawPointer
    private var capacity = 1 << 20
    /// Of the bytes in memory that were not handed out.
    private var start = 0
    private var end = 0

    /// Opens a segment.
    ///
    /// - Throws: Where it cannot be read, or has no header.
    package init(path: String) throws(DecisionLogFault) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system(path, zh: "无法读取日志", en: "the log cannot be read") }
        let memory = UnsafeMutableRawPointer.allocate(byteCount: self.capacity, alignment: 16)
        var count = 0
        while count < SegmentHeader.size {
            let read = Glibc.read(descriptor, memory + count, SegmentHeader.size - count)
            if read < 0, errno == EINTR { continue }
            guard read > 0 else { break }
            count += read
        }
        guard let header = SegmentHeader(UnsafeRawBufferPointer(start: memory, count: count)) else {
            close(descriptor)
            memory.deallocate()
            throw DecisionLogFault(
                .damaged,
                zh: "\(path)：这不是 grantd 写的决定日志，或其开头已损坏",
                en: "\(path): no log of decisions that grantd has written, or its beginning is damaged"
            )
        }
        self.path = path
        self.header = header
        self.chain = header.chain
        self.nextEntry = header.firstEntry
        self.descriptor = descriptor
        self.memory = memory
    }

    deinit {
        close(self.descriptor)
        self.memory.deallocate()
    }

    /// The next entry; nil at the end.
    ///
    /// - Throws: What is wrong with it: nothing behind it can be read.
    package func next() throws(SegmentDamage) -> LogEntry? {
        guard self.fill(4) else {
            if self.end == self.start { return nil }
            throw self.damage(.torn)
        }
        let length = Int((self.memory + self.start).loadUnaligned(as: UInt32.self).littleEndian)
        let least = EntryLayout.fixedSize - 4 + EntryLayout.saltSize + SHA256Digest.size
        guard length >= least, length <= EntryLayout.mostBytes else { throw self.damage(.layout) }
        guard self.fill(4 + length) else { throw self.damage(.torn) }
        let bytes = UnsafeRawBufferPointer(start: self.memory + self.start, count: 4 + length)
        let entry = try self.parse(bytes)
        self.start += bytes.count
        self.offset += UInt64(bytes.count)
        self.nextEntry = entry.number + 1
        self.chain = entry.chain
        return entry
    }

    private func parse(_ bytes: UnsafeRawBufferPointer) throws(SegmentDamage) -> LogEntry {
        let state = EntryLayout.State(
            rawValue: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self).littleEndian
        )
        let headBytes = EntryLayout.fixedSize + Int(bytes[11])
        let number = bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self).littleEndian
        guard let state, let kind = EntryLayout.Kind(rawValue: bytes[8]),
            bytes.count >= headBytes + state.sealSize + SHA256Digest.size, number < .max,
            state != .erased || bytes.count == headBytes + state.sealSize + SHA256Digest.size
        else { throw self.damage(.layout) }
        guard number == self.nextEntry else { throw self.damage(.number) }
        let sealed = UnsafeRawBufferPointer(rebasing: bytes[headBytes..<(bytes.count - SHA256Digest.size)])
        guard let sealStart = sealed.baseAddress else { throw self.damage(.layout) }
        let chain = EntryLayout.chain(
            self.chain,
            head: UnsafeRawBufferPointer(rebasing: bytes[..<headBytes]),
            seal: state == .erased ? SHA256Digest(at: sealStart) : SHA256.of(sealed)
        )
        guard chain == SHA256Digest(at: sealStart + sealed.count) else { throw self.damage(.chain) }
        return LogEntry(
            number: number,
            time: bytes.loadUnaligned(fromByteOffset: 24, as: Int64.self).littleEndian,
            state: state,
            kind: kind,
            transport: CallTransport(rawValue: Int(bytes[9])),
            methodNumber: bytes[10],
            policies: bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self).littleEndian,
            caller: String(decoding: bytes[EntryLayout.fixedSize..<headBytes], as: UTF8.self),
            chain: chain,
            bytes: bytes,
            headBytes: headBytes,
            body: state == .erased ? nil : UnsafeRawBufferPointer(rebasing: sealed[EntryLayout.saltSize...])
        )
    }

    private func damage(_ reason: SegmentDamage.Reason) -> SegmentDamage {
        SegmentDamage(reason: reason, entry: self.nextEntry, offset: self.offset)
    }

    /// Sees to it that so many bytes are in memory.
    ///
    /// - Returns: Whether the file has them.
    private func fill(_ count: Int) -> Bool {
        if self.end - self.start >= count { return true }
        if count > self.capacity {
            // What is left moves to a larger place; a length that lies finds out before it is filled.
            let grown = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 16)
            grown.copyMemory(from: self.memory + self.start, byteCount: self.end - self.start)
            self.memory.deallocate()
            self.memory = grown
            self.capacity = count
        } else if self.start > 0 {
            memmove(self.memory, self.memory + self.start, self.end - self.start)
        }
        self.end -= self.start
        self.start = 0
        while self.end < count {
            let read = Glibc.read(self.descriptor, self.memory + self.end, self.capacity - self.end)
            if read < 0, errno == EINTR { continue }
            guard read > 0 else { return false }
            self.end += read
        }
        return true
    }
}
