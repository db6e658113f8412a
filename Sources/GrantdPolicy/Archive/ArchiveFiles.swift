//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#endif

/// The files of an archive on disk: read whole, appended to, or put in place at one stroke.
struct ArchiveFiles: Sendable {
    /// More of one is not read: it is none that a daemon has written.
    static let mostBytes = 256 << 20
    /// How often, 10 ms apart, another process's hold on the archive is waited for.
    private static let attempts = 500

    /// The directory.
    let path: String

    /// Makes the directory, and the one of the policy files in it, where they are not there.
    func make() throws(PolicyDiagnostics) {
        for path in [self.path, self.path + "/files"] where mkdir(path, 0o755) != 0 && errno != EEXIST {
            throw Self.unreadable(path, "无法新建归档目录", "the archive cannot be made")
        }
    }

    /// Runs `body` while no other process writes to the archive.
    func exclusively<Result>(
        _ body: () throws(PolicyDiagnostics) -> Result
    ) throws(PolicyDiagnostics) -> Result {
        let path = self.path + "/lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw Self.unwritable(path) }
        // The hold ends with it.
        defer { close(descriptor) }
        var attempt = 0
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            attempt += 1
            guard errno == EWOULDBLOCK || errno == EINTR, attempt < Self.attempts else { throw Self.unwritable(path) }
            usleep(10_000)
        }
        return try body()
    }

    /// The bytes of a file; `nil` where there is none.
    func read(_ name: String) throws(PolicyDiagnostics) -> [UInt8]? {
        let path = self.path + "/" + name
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        if descriptor < 0, errno == ENOENT { return nil }
        guard descriptor >= 0 else { throw Self.unreadable(path, "无法读取归档", "the archive cannot be read") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= Self.mostBytes
        else {
            throw Self.diagnostic(path, 0, .badArchive, Text(zh: "这不是归档的文件", en: "this is no file of an archive"))
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(status.st_size))
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = chunk.withUnsafeMutableBytes { Self.read(descriptor, $0) }
            guard count >= 0 else { throw Self.unreadable(path, "无法读取归档", "the archive cannot be read") }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
    }

    /// The lines of a file, with their numbers from 1. A last line without an end was being written when its writer was cut
    /// off, before anything of it was served: it does not count.
    func lines(_ name: String) throws(PolicyDiagnostics) -> [(number: Int, line: ArchiveLine)] {
        guard let bytes = try self.read(name) else { return [] }
        var lines: [(number: Int, line: ArchiveLine)] = []
        let whole = bytes[..<((bytes.lastIndex(of: 0x0A) ?? -1) + 1)]
        for (index, text) in whole.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast().enumerated() {
            guard let line = ArchiveLine(parsing: text) else { throw self.badLine(name, index + 1) }
            lines.append((index + 1, line))
        }
        return lines
    }

    /// Says that a line is none that a daemon has written.
    func badLine(_ name: String, _ number: Int) -> PolicyDiagnostics {
        Self.diagnostic(
            self.path + "/" + name,
            number,
            .badArchive,
            Text(
                zh: "归档已损坏：这一行不是由 grantd 写入的；请恢复该文件，或换用新的归档目录",
                en:
                    "the archive is damaged: no grantd has written this line; restore the file, or begin another archive"
            )
        )
    }

    /// Appends lines, and returns once they are on the disk. After an error nothing of them stays.
    func append(_ lines: [ArchiveLine], to name: String) throws(PolicyDiagnostics) {
        guard !lines.isEmpty else { return }
        let path = self.path + "/" + name
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw Self.unwritable(path) }
        defer { close(descriptor) }
        // Behind the last whole line: what stands after it was cut off.
        let end = ((try self.read(name) ?? []).lastIndex(of: 0x0A) ?? -1) + 1
        guard ftruncate(descriptor, off_t(end)) == 0, lseek(descriptor, off_t(end), SEEK_SET) >= 0,
            Self.write(lines.flatMap(\.bytes), to: descriptor), fsync(descriptor) == 0
        else {
            let diagnostic = Self.unwritable(path)
            ftruncate(descriptor, off_t(end))
            throw diagnostic
        }
        try self.settle(self.path)
    }

    /// Puts a file in place at one stroke, and returns once it is on the disk.
    func put(_ bytes: [UInt8], as name: String) throws(PolicyDiagnostics) {
        let path = self.path + "/" + name
        let draft = path + ".tmp"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.unwritable(draft) }
        let isWritten = Self.write(bytes, to: descriptor) && fchmod(descriptor, 0o644) == 0 && fsync(descriptor) == 0
        guard isWritten, close(descriptor) == 0, rename(draft, path) == 0 else {
            let diagnostic = Self.unwritable(path)
            if !isWritten { close(descriptor) }
            unlink(draft)
            throw diagnostic
        }
        try self.settle(self.path + "/files")
    }

    /// Puts a directory's names on the disk.
    private func settle(_ path: String) throws(PolicyDiagnostics) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.unwritable(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Self.unwritable(path) }
    }

    private static func read(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        while true {
            #if canImport(Glibc)
                let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            #elseif canImport(Musl)
                let count = Musl.read(descriptor, buffer.baseAddress, buffer.count)
            #endif
            if count < 0, errno == EINTR { continue }
            return count
        }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let part = UnsafeRawBufferPointer(rebasing: rest)
                #if canImport(Glibc)
                    let count = Glibc.write(descriptor, part.baseAddress, part.count)
                #elseif canImport(Musl)
                    let count = Musl.write(descriptor, part.baseAddress, part.count)
                #endif
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }

    // MARK: - Problems

    private static func unreadable(_ path: String, _ zh: String, _ en: String) -> PolicyDiagnostics {
        let reason = String(cString: strerror(errno))
        return self.diagnostic(path, 0, .unreadable, Text(zh: "\(zh)：\(reason)", en: "\(en): \(reason)"))
    }

    private static func unwritable(_ path: String) -> PolicyDiagnostics {
        self.unreadable(path, "无法写入归档", "the archive cannot be written")
    }

    static func diagnostic(
        _ path: String,
        _ line: Int,
        _ code: PolicyDiagnostic.Code,
        _ message: Text
    ) -> PolicyDiagnostics {
        PolicyDiagnostics([
            PolicyDiagnostic(
                file: path,
                line: line,
                column: line > 0 ? 1 : 0,
                code: code,
                message: message,
                sourceLine: ""
            )
        ])
    }
}
