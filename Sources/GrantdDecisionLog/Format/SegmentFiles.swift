//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc

/// The names of a log's files.
package enum SegmentFiles {
    private static let prefix = "decisions-"
    private static let suffix = ".log"
    /// What was cut off the end of a segment whose writer died.
    package static let tornSuffix = ".torn"
    /// Held by the daemon that writes.
    static let lock = "lock"
    /// Held by who erases.
    static let eraseLock = "erase.lock"

    /// `decisions-0000000001.log`
    package static func name(_ number: UInt64) -> String {
        let digits = String(number)
        return self.prefix + String(repeating: "0", count: max(0, 10 - digits.utf8.count)) + digits + self.suffix
    }

    /// The number of a segment's name; nil for any other name.
    package static func number(of name: String) -> UInt64? {
        guard name.hasPrefix(self.prefix), name.hasSuffix(self.suffix),
            let number = UInt64(name.dropFirst(self.prefix.count).dropLast(self.suffix.count)),
            self.name(number) == name
        else { return nil }
        return number
    }

    /// A segment on the disk.
    package struct Found: Sendable, Hashable {
        package let number: UInt64
        package let path: String
        package let bytes: UInt64
        /// When it was last written to, in milliseconds since 1970.
        package let changedAt: Int64
    }

    /// The segments in a directory, by number.
    package static func segments(in directory: String) throws(DecisionLogFault) -> [Found] {
        var found: [Found] = []
        for name in try self.names(in: directory) {
            guard let number = self.number(of: name) else { continue }
            let path = directory + "/" + name
            var status = stat()
            // One that retention takes away meanwhile is none.
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            let changedAt = Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000
            found.append(
                Found(number: number, path: path, bytes: UInt64(max(0, status.st_size)), changedAt: changedAt)
            )
        }
        return found.sorted { $0.number < $1.number }
    }

    /// The same where there must be one.
    package static func existing(in directory: String) throws(DecisionLogFault) -> [Found] {
        let found = try self.segments(in: directory)
        guard !found.isEmpty else {
            throw DecisionLogFault(
                .damaged,
                zh: "\(directory)：目录中没有决定日志（\(self.name(1)) 等）",
                en: "\(directory): the directory holds no log of decisions (\(self.name(1)) and so on)"
            )
        }
        return found
    }

    /// What was cut off, by name.
    package static func torn(in directory: String) throws(DecisionLogFault) -> [String] {
        try self.names(in: directory).filter { $0.hasPrefix(self.prefix) && $0.hasSuffix(self.tornSuffix) }
            .sorted().map { directory + "/" + $0 }
    }

    private static func names(in directory: String) throws(DecisionLogFault) -> [String] {
        guard let handle = opendir(directory) else {
            throw .system(directory, zh: "无法读取日志目录", en: "the directory of the log cannot be read")
        }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
                }
            )
        }
        return names
    }
}

extension DecisionLogFault {
    /// What the last system call failed for.
    static func system(_ path: String, zh: String, en: String) -> DecisionLogFault {
        let reason = String(cString: strerror(errno))
        return DecisionLogFault(.system, zh: "\(path)：\(zh)：\(reason)", en: "\(path): \(en): \(reason)")
    }
}
