//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdEngine
package import GrantdService

/// What `/metrics` tells: everything that is counted, at one moment.
package struct MetricsReport: Sendable {
    /// What the process itself takes.
    package struct Process: Sendable {
        /// In seconds since 1970.
        package var startedAt: Double
        /// Of all threads, in the kernel too.
        package var cpuSeconds: Double
        /// nil where the system does not tell.
        package var residentBytes: UInt64?

        package init(startedAt: Double, cpuSeconds: Double, residentBytes: UInt64?) {
            self.startedAt = startedAt
            self.cpuSeconds = cpuSeconds
            self.residentBytes = residentBytes
        }
    }

    package var policies: CompiledPolicies
    package var process: Process
    /// Whether the daemon wants new work.
    package var isReady = true
    package var calls = CallStatistics()
    /// Whose calls are counted apart.
    package var callers: [(number: Caller.Number, name: String)] = []
    package var connectionsOpen = 0
    package var connectionsAccepted: UInt64 = 0
    package var connectionsRefused: UInt64 = 0
    package var connectionsDisplaced: UInt64 = 0
    /// Connections that were closed, by reason.
    package var closes: [(reason: String, count: UInt64)] = []
    package var bytesIn: UInt64 = 0
    package var bytesOut: UInt64 = 0
    package var unsentBytes = 0
    package var unfinishedBytes = 0
    package var callsWaiting = 0
    /// nil where no book is kept.
    package var ledger: LedgerStatistics?
    /// What the log of decisions has done; nil where there is none.
    package var decisionLog: DecisionLogStatus?
    package var reloads: [(subject: ReloadRecord.Subject, entry: ReloadRecord.Entry)] = []

    package init(policies: CompiledPolicies, process: Process) {
        self.policies = policies
        self.process = process
    }
}
