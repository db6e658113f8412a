//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import GrantdService

/// The segment that is being written.
final class SegmentFile {
    let header: SegmentHeader
    let path: String
    /// In milliseconds of the monotonic clock.
    let begunAt: Int64
    private(set) var bytes: UInt64
    private let descriptor: Int32
    private let write: @Sendable (Int32, UnsafeRawBufferPointer) -> Int
    private let syncBytes: @Sendable (Int32) -> Int32
    /// The places of policies among the entries of policies here, by the log's number.
    private(set) var policies: [UInt32: UInt32] = [:]

    /// Makes the file, which nobody else may read, with its header.
    ///
    /// - Throws: Where the system refuses; no file stays then.
    init(_ header: SegmentHeader, _ settings: DecisionLogSettings) throws(DecisionLogFault) {
        let directory = settings.directory
        let path = directory + "/" + SegmentFiles.name(header.number)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw .system(path, zh: "无法新建日志文件", en: "the segment cannot be made")
        }
        self.header = header
        self.path = path
        self.write = settings.write
        self.syncBytes = settings.sync
        self.descriptor = descriptor
        self.bytes = UInt64(SegmentHeader.size)
        self.begunAt = Self.monotonicMilliseconds()
        let isWritten = header.bytes.withUnsafeBytes { settings.write(descriptor, $0) == $0.count }
        // What is written behind a header that is not on the disk could not be read.
        guard isWritten, fchmod(descriptor, 0o600) == 0, settings.sync(descriptor) == 0, Self.settle(directory)
        else {
            let fault = DecisionLogFault.system(path, zh: "无法写入日志", en: "the segment cannot be written")
            Glibc.close(descriptor)
            unlink(path)
            throw fault
        }
    }

    deinit {
        if self.descriptor >= 0 { Glibc.close(self.descriptor) }
    }

    /// The place of policies among the entries of policies here, from 1.
    func addPolicies(_ number: UInt32) -> UInt32 {
        let place = UInt32(self.policies.count + 1)
        self.policies[number] = place
        return place
    }

    /// Writes what can be written of the bytes.
    ///
    /// - Returns: How many were written.
    /// - Throws: Where none can be.
    func append(_ bytes: UnsafeRawBufferPointer) throws(DecisionLogFault) -> Int {
        while true {
            let count = self.write(self.descriptor, bytes)
            if count < 0, errno == EINTR { continue }
            guard count > 0 || bytes.isEmpty else {
                throw .system(self.path, zh: "无法写入日志", en: "the log cannot be written")
            }
            self.bytes += UInt64(count)
            return count
        }
    }

    /// Another descriptor of the file, for who puts it on the disk; nil where none is left.
    func duplicate() -> Int32? {
        let other = fcntl(self.descriptor, F_DUPFD_CLOEXEC, 0)
        return other < 0 ? nil : other
    }

    /// Puts it on the disk.
    ///
    /// - Throws: Where the disk refuses.
    func sync() throws(DecisionLogFault) {
        guard self.syncBytes(self.descriptor) == 0 else {
            throw .system(self.path, zh: "无法落盘", en: "the log cannot be synced")
        }
    }

    /// Puts a directory's names on the disk.
    static func settle(_ directory: String) -> Bool {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { Glibc.close(descriptor) }
        // Some file systems have nothing to sync there, and say so.
        return fsync(descriptor) == 0 || errno == EINVAL
    }

    static func monotonicMilliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
