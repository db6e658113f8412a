//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import GrantdDigest
internal import GrantdService

/// Where a log goes on: behind the last whole entry that stands there.
struct LogRecovery {
    /// The number of the next segment, and of the next entry.
    private(set) var segment: UInt64 = 1
    private(set) var entry: UInt64 = 1
    private(set) var chain = SHA256Digest()
    /// What was cut off, if anything.
    private(set) var events: [DecisionLogEvent] = []
    private let directory: String

    /// Looks at the last segment. Its end is cut off where it is no whole entry, as when its writer was killed; what is cut off is
    /// kept beside it.
    init(directory: String) throws(DecisionLogFault) {
        self.directory = directory
        var segments = try SegmentFiles.segments(in: directory)
        while let last = segments.popLast() {
            self.segment = max(self.segment, last.number + 1)
            if last.bytes < SegmentHeader.size {
                // Its writer died before it was begun.
                try self.keep(last, behind: 0)
                continue
            }
            let reader = try SegmentReader(path: last.path)
            do throws(SegmentDamage) {
                while try reader.next() != nil {}
            } catch {
                try self.keep(last, behind: error.offset)
            }
            self.entry = reader.nextEntry
            self.chain = reader.chain
            return
        }
    }

    /// Moves what stands behind a place to a file of its own.
    private mutating func keep(_ segment: SegmentFiles.Found, behind offset: UInt64) throws(DecisionLogFault) {
        let kept = segment.path + SegmentFiles.tornSuffix
        let failure = "the end of the segment, which is torn, cannot be cut off"
        if offset == 0 {
            guard rename(segment.path, kept) == 0 else { throw .system(segment.path, zh: "无法截去残缺的末尾", en: failure) }
        } else {
            // In this order on the disk: what is cut off is kept before it is gone, and gone before a segment is begun behind it.
            guard Self.copy(segment.path, from: offset, to: kept), SegmentFile.settle(self.directory),
                Self.cut(segment.path, to: offset)
            else {
                throw .system(segment.path, zh: "无法截去残缺的末尾", en: failure)
            }
        }
        let name = SegmentFiles.name(segment.number)
        self.events.append(.cut(segment: name, bytes: segment.bytes - min(offset, segment.bytes), kept: kept))
    }

    private static func cut(_ path: String, to offset: UInt64) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return ftruncate(descriptor, off_t(offset)) == 0 && fsync(descriptor) == 0
    }

    private static func copy(_ path: String, from offset: UInt64, to other: String) -> Bool {
        let source = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard source >= 0 else { return false }
        defer { close(source) }
        unlink(other)
        let target = open(other, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard target >= 0 else { return false }
        defer { close(target) }
        guard lseek(source, off_t(offset), SEEK_SET) >= 0 else { return false }
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = chunk.withUnsafeMutableBytes { read(source, $0.baseAddress, $0.count) }
            if count == 0 { return fsync(target) == 0 }
            guard count > 0, chunk.withUnsafeBytes({ write(target, $0.baseAddress, count) }) == count else {
                return false
            }
        }
    }
}
