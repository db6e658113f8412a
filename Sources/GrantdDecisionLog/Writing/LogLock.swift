//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc

/// A file that one process at a time holds, for as long as it lives.
final class LogLock: Sendable {
    private let descriptor: Int32

    /// - Throws: ``DecisionLogFault/Code/inUse`` where another process holds it.
    init(_ path: String, zh: String, en: String) throws(DecisionLogFault) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .system(path, zh: "无法锁定", en: "cannot be locked") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let isHeld = errno == EWOULDBLOCK
            let fault = DecisionLogFault.system(path, zh: "无法锁定", en: "cannot be locked")
            close(descriptor)
            throw isHeld ? DecisionLogFault(.inUse, zh: "\(path)：\(zh)", en: "\(path): \(en)") : fault
        }
        self.descriptor = descriptor
    }

    deinit { close(self.descriptor) }

    /// Lets others have it.
    func release() { flock(self.descriptor, LOCK_UN) }

    /// Whether a daemon writes the log of a directory.
    static func isHeld(in directory: String) -> Bool {
        let descriptor = open(directory + "/" + SegmentFiles.lock, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }
}
