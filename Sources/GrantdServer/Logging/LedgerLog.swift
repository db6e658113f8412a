//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdService
package import Logging
internal import Synchronization

/// Logs what is wrong with the book of awards, now and then: every call meets it.
package final class LedgerLog: Sendable {
    private let logger: Logger
    private let throttle = Mutex(LogThrottle(linesPerSecond: 1))

    package init(_ logger: Logger) {
        self.logger = logger
    }

    package func report(_ fault: LedgerFault) {
        guard let suppressed = self.throttle.withLock({ $0.admit(now: .now()) }) else { return }
        self.logger.error(
            "the book of awards",
            metadata: [
                "problem": "\(fault.message)", "transient": "\(fault.isTransient)", "suppressed": "\(suppressed)",
            ]
        )
    }
}
