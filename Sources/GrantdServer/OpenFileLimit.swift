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
    /// - Parameter connections: how many are to be open at a time.
    /// - Returns: how many fit, if that is fewer.
    package static func raise(forConnections connections: Int) -> Int? {
        // Beside the connections: standard streams, the listener, selectors and timers of the event loops, policy
        // files.
        let others = 128
        let wanted = rlim_t(clamping: connections &+ others)
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        if limit.rlim_cur < wanted {
            limit.rlim_cur = min(wanted, limit.rlim_max)
            _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        return limit.rlim_cur < wanted ? max(0, Int(clamping: limit.rlim_cur) - others) : nil
    }
}
