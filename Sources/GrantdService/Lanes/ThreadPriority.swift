//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc

/// The priority of the threads beside the event loops.
package enum ThreadPriority {
    /// Lets the event loops go first on a core that they want as well: they hardly feel the calling thread, and its work, with
    /// a quarter of the core, still ends soon. Of that thread alone, on Linux; where it is refused, the work goes on as it is.
    package static func yieldToEventLoops() {
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness)
    }

    /// As `nice` counts.
    private static let niceness: Int32 = 5
}
