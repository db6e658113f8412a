//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc

/// The number of files and sockets that the process may have open.
package enum OpenFileLimit {
    /// Raises the limit to what the connections need, as far as the system lets it.
    ///
    /// - Parameters:
    ///   - connections: how many are to be open at a time.
    ///   - loops: event loops that are not started yet, with the descriptors of each.
    /// - Returns: how many fit, if that is fewer; none may.
    package static func raise(forConnections connections: Int, loops: Int) -> Int? {
        let others = (Self.open ?? 0) &+ loops &* Self.ofLoop &+ Self.ofProcess &+ DescriptorBudget.reserve
        let wanted = rlim_t(clamping: connections &+ others)
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        if limit.rlim_cur < wanted {
            limit.rlim_cur = min(wanted, limit.rlim_max)
            _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        return limit.rlim_cur < wanted ? max(0, Int(clamping: limit.rlim_cur) - others) : nil
    }

    /// The descriptors that the process may have.
    static var most: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return .max }
        return Int(clamping: limit.rlim_cur)
    }

    /// The descriptors that the process has; nil where the system does not tell.
    static var open: Int? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while let entry = readdir(folder) {
            if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 }
        }
        // One of them is the folder itself.
        return count - 1
    }

    /// An event loop's selector, its event and timer descriptors, and the two ends of its waker.
    private static let ofLoop = 5
    /// The listener, what signals and the log come through, the book, the log of decisions.
    private static let ofProcess = 24
}
