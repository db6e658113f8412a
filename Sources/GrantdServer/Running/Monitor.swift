//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
package import GrantdEngine
package import GrantdHTTP
package import GrantdService
internal import Synchronization

/// Gathers for `/metrics` what all servers of the daemon have counted.
package final class Monitor: Sendable {
    private let tokens: TokenSet
    private let readiness: Readiness
    private let decisionLog: (any DecisionLog)?
    private let startedAt: Double
    private let sources = Mutex<[@Sendable () async -> ServerStatistics?]>([])

    /// The daemon's book of awards.
    private let ledger = Mutex<AwardLedger?>(nil)

    /// What became of the attempts to read files anew.
    package let reloads: ReloadRecord

    /// Makes a monitor of nothing.
    ///
    /// - Parameters:
    ///   - tokens: those whose callers are counted apart.
    ///   - readiness: whether the daemon wants new work.
    ///   - decisionLog: where decisions are written down; nil where they are not.
    package init(
        tokens: TokenSet,
        readiness: Readiness,
        reloads: ReloadRecord = ReloadRecord(),
        decisionLog: (any DecisionLog)? = nil
    ) {
        self.tokens = tokens
        self.decisionLog = decisionLog
        self.readiness = readiness
        self.reloads = reloads
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        self.startedAt = Double(now.tv_sec) + Double(now.tv_nsec / 1_000_000) / 1000
        reloads.begin(.policies)
        if !tokens.isEmpty { reloads.begin(.tokens) }
    }

    /// Adds a server to those that are asked.
    ///
    /// - Parameter source: tells what the server has done so far; nil once it is gone.
    package func watch(_ source: @escaping @Sendable () async -> ServerStatistics?) {
        self.sources.withLock { $0.append(source) }
    }

    /// Tells of a book of awards too.
    package func watch(_ ledger: AwardLedger) { self.ledger.withLock { $0 = ledger } }

    /// What all servers have done so far.
    package func statistics() async -> ServerStatistics {
        var sum = ServerStatistics()
        for source in self.sources.withLock({ $0 }) {
            if let part = await source() { sum.add(part) }
        }
        return sum
    }

    /// What `/metrics` tells of a daemon that serves these policies.
    package func report(_ policies: CompiledPolicies) async -> MetricsReport {
        let statistics = await self.statistics()
        var report = MetricsReport(policies: policies, process: self.process)
        report.isReady = !self.readiness.isDraining
        report.calls = statistics.calls
        report.callers = self.tokens.names
        report.connectionsOpen = statistics.connectionsOpen
        report.connectionsAccepted = statistics.connectionsAccepted
        report.connectionsRefused = statistics.connectionsRefused
        report.connectionsDisplaced = statistics.connectionsDisplaced
        report.closes = statistics.closes
        report.bytesIn = statistics.bytesIn
        report.bytesOut = statistics.bytesOut
        report.unsentBytes = statistics.unsentBytes
        report.unfinishedBytes = statistics.unfinishedBytes
        report.callsWaiting = statistics.callsWaiting
        report.reloads = self.reloads.all
        report.ledger = self.ledger.withLock { $0 }?.statistics
        report.decisionLog = self.decisionLog?.status
        return report
    }

    private var process: MetricsReport.Process {
        var spent = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent)
        return MetricsReport.Process(
            startedAt: self.startedAt,
            cpuSeconds: Double(spent.tv_sec) + Double(spent.tv_nsec) / 1e9,
            residentBytes: Self.residentBytes
        )
    }

    /// The second number of `/proc/self/statm`, in pages.
    private static var residentBytes: UInt64? {
        guard let text = try? SmallFile.read("/proc/self/statm") else { return nil }
        let numbers = String(decoding: text, as: UTF8.self).split(separator: " ")
        guard numbers.count > 1, let pages = UInt64(numbers[1]) else { return nil }
        return pages &* UInt64(max(sysconf(Int32(_SC_PAGESIZE)), 0))
    }
}
