//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import NIOPosix

/// Where work goes that is too long for an event loop.
struct Background: Sendable {
    /// Does the work, sooner or later, unless the server stops before.
    let run: @Sendable (_ work: @escaping @Sendable () -> Void) -> Void

    /// At once, where it is called: for loops that have no threads beside them.
    static let inline = Background { $0() }

    /// On the threads of a pool.
    static func pool(_ pool: NIOThreadPool) -> Background {
        Background { work in
            pool.submit { state in
                if case .active = state { work() }
            }
        }
    }
}
