//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import GrantdDigest
internal import GrantdService

/// Takes out of a log what it tells of an applicant: the bodies of all entries that name its code. The chain holds still.
///
/// Closed segments are written anew and put in place at one stroke, beside a daemon that goes on writing; the segment that it
/// writes is left. What was cut off of a segment once is deleted where it names the code.
package struct LogErasure {
    package struct Result: Sendable {
        /// Entries that were erased.
        package var erased: UInt64 = 0
        /// Segments that were written anew.
        package var segments = 0
        /// Entries of the segment that a daemon writes, which are left.
        package var left: UInt64 = 0
        /// Cut-off ends that were deleted.
        package var torn = 0
    }

    private let directory: String
    private let code: [UInt8]
    private let onProgress: (UInt64, UInt64) -> Void

    /// - Parameters:
    ///   - code: A unified social credit code.
    ///   - onProgress: Told of the bytes that were read, of all bytes.
    package init(
        directory: String,
        code: String,
        onProgress: @escaping (UInt64, UInt64) -> Void = { _, _ in }
    ) {
        self.directory = directory
        self.code = Array(code.utf8)
        self.onProgress = onProgress
    }

    /// Erases.
    ///
    /// - Throws: Where the log is damaged or cannot be written, or another erasure is at work. Segments that were done stay done.
    package func run() throws(DecisionLogFault) -> Result {
        let segments = try SegmentFiles.existing(in: self.directory)
        let eraseLock = try LogLock(
            self.directory + "/" + SegmentFiles.eraseLock,
            zh: "另有擦除正在进行",
            en: "another erasure is at work"
        )
        defer { withExtendedLifetime(eraseLock) {} }
        // Without a daemon every segment is a closed one, and none may be begun meanwhile.
        let writeLock = try? LogLock(self.directory + "/" + SegmentFiles.lock, zh: "", en: "")
        defer { withExtendedLifetime(writeLock) {} }
        var result = Result()
        let all = segments.reduce(0) { $0 + $1.bytes }
        var read: UInt64 = 0
        for segment in segments {
            let isOpen = writeLock == nil && segment == segments.last
            let count = try self.count(in: segment, isOpen: isOpen)
            if isOpen {
                result.left = count
            } else if count > 0 {
                try self.rewrite(segment)
                result.erased += count
                result.segments += 1
            }
            read += segment.bytes
            self.onProgress(read, all)
        }
        for path in try SegmentFiles.torn(in: self.directory) where try self.holdsCode(path) {
            guard unlink(path) == 0 else { throw .system(path, zh: "无法删除", en: "cannot be deleted") }
            result.torn += 1
        }
        return result
    }

    /// How many entries name the code.
    private func count(in segment: SegmentFiles.Found, isOpen: Bool) throws(DecisionLogFault) -> UInt64 {
        let reader = try SegmentReader(path: segment.path)
        var count: UInt64 = 0
        do throws(SegmentDamage) {
            while let entry = try reader.next() { if self.names(entry) { count += 1 } }
        } catch {
            if !isOpen || error.reason != .torn { throw Self.damaged(segment.path, error) }
        }
        return count
    }

    /// Wherever the code stands: in an application, an earlier award, an answer, or a reason.
    private func names(_ entry: LogEntry) -> Bool {
        guard entry.kind == .decision, let body = entry.body else { return false }
        return self.holdsCode(body)
    }

    private func holdsCode(_ bytes: UnsafeRawBufferPointer) -> Bool {
        ByteSearch.holds(bytes, self.code)
    }

    private func rewrite(_ segment: SegmentFiles.Found) throws(DecisionLogFault) {
        let draft = segment.path + ".erasing"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .system(draft, zh: "无法新建文件", en: "cannot be made") }
        do throws(DecisionLogFault) {
            defer { close(descriptor) }
            try self.copy(segment, to: descriptor, draft)
            // Its age is that of its entries.
            let time = timespec(
                tv_sec: Int(segment.changedAt / 1000),
                tv_nsec: Int(segment.changedAt % 1000) * 1_000_000
            )
            guard futimens(descriptor, [time, time]) == 0, fsync(descriptor) == 0 else {
                throw .system(draft, zh: "无法落盘", en: "cannot be synced")
            }
        } catch {
            unlink(draft)
            throw error
        }
        // One that retention has taken away meanwhile does not come back.
        guard access(segment.path, F_OK) == 0 else {
            unlink(draft)
            return
        }
        guard rename(draft, segment.path) == 0, SegmentFile.settle(self.directory) else {
            throw .system(segment.path, zh: "无法替换", en: "cannot be replaced")
        }
    }

    private func copy(_ segment: SegmentFiles.Found, to descriptor: Int32, _ path: String) throws(DecisionLogFault) {
        let reader = try SegmentReader(path: segment.path)
        let room = ByteRoom(kept: 1 << 20)
        reader.header.bytes.withUnsafeBytes { room.add($0) }
        while let entry = try Self.next(reader) {
            if self.names(entry) { entry.appendErased(to: room) } else { room.add(entry.bytes) }
            if room.count >= 1 << 20 { try Self.write(room, to: descriptor, path) }
        }
        try Self.write(room, to: descriptor, path)
    }

    private static func next(_ reader: SegmentReader) throws(DecisionLogFault) -> LogEntry? {
        do throws(SegmentDamage) {
            return try reader.next()
        } catch {
            throw self.damaged(reader.path, error)
        }
    }

    private static func write(_ room: ByteRoom, to descriptor: Int32, _ path: String) throws(DecisionLogFault) {
        var rest = room.bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system(path, zh: "无法写入", en: "cannot be written") }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        room.removeAll()
    }

    /// Whether a file that is no segment holds the code; read with an overlap, so that no boundary hides it.
    private func holdsCode(_ path: String) throws(DecisionLogFault) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw .system(path, zh: "无法读取", en: "cannot be read") }
        defer { close(descriptor) }
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        var kept = 0
        while true {
            let count = chunk.withUnsafeMutableBytes { bytes in
                bytes.baseAddress.map { read(descriptor, $0 + kept, bytes.count - kept) } ?? 0
            }
            guard count >= 0 else { throw .system(path, zh: "无法读取", en: "cannot be read") }
            if count == 0 { return false }
            let end = kept + count
            if chunk.withUnsafeBytes({ self.holdsCode(UnsafeRawBufferPointer(rebasing: $0[..<end])) }) { return true }
            kept = min(self.code.count, end)
            chunk.withUnsafeMutableBytes { bytes in
                guard let start = bytes.baseAddress else { return }
                memmove(start, start + (end - kept), kept)
            }
        }
    }

    private static func damaged(_ path: String, _ damage: SegmentDamage) -> DecisionLogFault {
        DecisionLogFault(
            .damaged,
            zh: "\(path)：第 \(damage.entry) 条已损坏；请先以 grantctl log verify 核对",
            en: "\(path): entry \(damage.entry) is damaged; look at it with grantctl log verify first"
        )
    }
}

extension LogEntry {
    /// Appends the entry without its body: the seal stands in for it, and the chain's value is the same.
    func appendErased(to room: ByteRoom) {
        let sealed = UnsafeRawBufferPointer(
            rebasing: self.bytes[self.headBytes..<(self.bytes.count - SHA256Digest.size)]
        )
        let count = self.headBytes + 2 * SHA256Digest.size
        let start = room.add(count)
        _ = ByteRoom.put(UnsafeRawBufferPointer(rebasing: self.bytes[..<self.headBytes]), at: start)
        start.storeBytes(of: UInt32(truncatingIfNeeded: count - 4).littleEndian, as: UInt32.self)
        start.storeBytes(of: EntryLayout.State.erased.rawValue.littleEndian, toByteOffset: 4, as: UInt32.self)
        SHA256.of(sealed).store(to: start + self.headBytes)
        self.chain.store(to: start + self.headBytes + SHA256Digest.size)
    }
}
