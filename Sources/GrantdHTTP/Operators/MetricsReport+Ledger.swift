//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService

extension MetricsReport {
    /// What the book of awards has done, where one is kept.
    func addLedger(to text: inout PrometheusText) {
        guard let ledger = self.ledger else { return }
        text.begin(
            "grantd_ledger_up",
            .gauge,
            "Whether the book of awards could be written when that was last tried, and read when that was: 1, or 0."
        )
        text.add(ledger.isUp ? 1 : 0)
        text.begin("grantd_ledger_entries_total", .counter, "Entries that were added to the book of awards, by kind.")
        for entry in LedgerStatistics.Entry.allCases {
            text.add(ledger.entries[entry] ?? 0, [("kind", entry.rawValue)])
        }
        text.begin(
            "grantd_ledger_replays_total",
            .counter,
            "Applications and settlements that were answered as before, since their key was known."
        )
        text.add(ledger.replays)
        text.begin(
            "grantd_ledger_commit_entries",
            .histogram,
            "Entries that were committed together, with one sync."
        )
        var commits: UInt64 = 0
        for (bound, count) in zip(LedgerStatistics.sizeBounds, ledger.sizes) {
            commits += count
            text.add(commits, [("le", "\(bound)")], suffix: "_bucket")
        }
        text.add(ledger.commits, [("le", "+Inf")], suffix: "_bucket")
        text.add(ledger.entries.values.reduce(0, +), suffix: "_sum")
        text.add(ledger.commits, suffix: "_count")
        text.begin(
            "grantd_ledger_commit_seconds_total",
            .counter,
            "Time that was spent on committing to the book, in seconds."
        )
        text.add(Double(ledger.commitNanoseconds) / 1e9)
        text.begin(
            "grantd_ledger_failures_total",
            .counter,
            "How often the book could not be read or written; transient ones may pass by themselves."
        )
        text.add(ledger.transientFailures, [("transient", "true")])
        text.add(ledger.failures, [("transient", "false")])
    }
}
