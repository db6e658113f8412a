//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdPolicy
internal import GrantdService

extension MetricsReport {
    /// The report as `/metrics` answers it.
    package var reply: HTTPReply {
        HTTPReply(
            status: 200,
            headers: [("content-type", PrometheusText.contentType), ("cache-control", "no-store")],
            body: self.text
        )
    }

    /// The report in Prometheus' text format.
    package var text: [UInt8] {
        var text = PrometheusText()
        self.addProcess(to: &text)
        self.addCalls(to: &text)
        self.addDurations(to: &text)
        self.addCallers(to: &text)
        self.addConnections(to: &text)
        self.addPolicies(to: &text)
        self.addReloads(to: &text)
        self.addLedger(to: &text)
        if let log = self.decisionLog { Self.add(log, to: &text) }
        return text.bytes
    }

    private func addProcess(to text: inout PrometheusText) {
        text.begin("grantd_build_info", .gauge, "The version of the daemon; always 1.")
        text.add(1, [("version", EngineVersion.current)])
        text.begin("grantd_ready", .gauge, "Whether the daemon wants new work: 1, or 0 from when it was told to stop.")
        text.add(self.isReady ? 1 : 0)
        text.begin("process_start_time_seconds", .gauge, "When the process started, in seconds since 1970.")
        text.add(self.process.startedAt)
        text.begin("process_cpu_seconds_total", .counter, "Time that the process has spent on processors, in seconds.")
        text.add(self.process.cpuSeconds)
        if let bytes = self.process.residentBytes {
            text.begin("process_resident_memory_bytes", .gauge, "Memory that the process occupies, in bytes.")
            text.add(bytes)
        }
    }

    private static func labels(_ transport: CallTransport, _ method: Method?) -> PrometheusText.Labels {
        [
            ("transport", transport.name),
            ("method", method.map { "\($0.entry.service)/\($0.entry.name)" } ?? "unknown"),
        ]
    }

    private func addCalls(to text: inout PrometheusText) {
        let tallies = self.calls.tallies
        text.begin("grantd_calls_total", .counter, "Calls that were answered, by gRPC's name of the outcome.")
        // Those of which there was none as well: a rate needs to begin at 0.
        for transport in [CallTransport.frames, .http] {
            for method in Method.allCases
            where !tallies.contains(where: { $0.transport == transport && $0.method == method }) {
                text.add(0, Self.labels(transport, method) + [("code", "OK")])
            }
        }
        for tally in tallies {
            let labels = Self.labels(tally.transport, tally.method)
            var byStatus: [(status: GRPCStatus, count: UInt64)] = []
            for (code, count) in tally.errors {
                let status = CallError(code: code, message: "").status
                if let index = byStatus.firstIndex(where: { $0.status == status }) {
                    byStatus[index].count += count
                } else {
                    byStatus.append((status, count))
                }
            }
            let failed = byStatus.reduce(0) { $0 + $1.count }
            text.add(tally.calls - min(failed, tally.calls), labels + [("code", "OK")])
            for (status, count) in byStatus { text.add(count, labels + [("code", status.rawValue)]) }
        }
    }

    /// Powers of two of a nanosecond that bound the buckets: from 8 µs to 17 s.
    private static let powers = 13...34

    private func addDurations(to text: inout PrometheusText) {
        text.begin(
            "grantd_call_duration_seconds",
            .histogram,
            "Time from a call's last byte to its reply, in seconds, waiting included."
        )
        for tally in self.calls.tallies {
            let labels = Self.labels(tally.transport, tally.method)
            for power in Self.powers {
                let bound = Double(UInt64(1) << UInt64(power)) / 1e9
                text.add(tally.calls(belowPower: power), labels + [("le", "\(bound)")], suffix: "_bucket")
            }
            text.add(tally.calls, labels + [("le", "+Inf")], suffix: "_bucket")
            text.add(Double(tally.nanoseconds) / 1e9, labels, suffix: "_sum")
            text.add(tally.calls, labels, suffix: "_count")
        }
    }

    private func addCallers(to text: inout PrometheusText) {
        guard !self.callers.isEmpty else { return }
        text.begin("grantd_caller_calls_total", .counter, "Calls that were answered, by the name beside the token.")
        for (number, name) in self.callers { text.add(self.calls.calls(of: number), [("caller", name)]) }
    }

    /// Of stock gRPC are counted those connections that are refused and displaced; all else is its own transport's.
    private func addConnections(to text: inout PrometheusText) {
        text.begin("grantd_connections_open", .gauge, "Connections of frames and HTTP that are open.")
        text.add(self.connectionsOpen)
        text.begin(
            "grantd_connections_accepted_total",
            .counter,
            "Connections of frames and HTTP that were accepted and served."
        )
        text.add(self.connectionsAccepted)
        text.begin(
            "grantd_connections_refused_total",
            .counter,
            "Connections that were closed at once: no place was left."
        )
        text.add(self.connectionsRefused)
        text.begin("grantd_connections_displaced_total", .counter, "Idle connections that were closed for others.")
        text.add(self.connectionsDisplaced)
        text.begin(
            "grantd_connections_closed_total",
            .counter,
            "Connections of frames and HTTP that were closed, by reason."
        )
        for (reason, count) in self.closes { text.add(count, [("reason", reason)]) }
        text.begin("grantd_received_bytes_total", .counter, "Bytes that came in by frames and HTTP.")
        text.add(self.bytesIn)
        text.begin("grantd_sent_bytes_total", .counter, "Bytes of replies by frames and HTTP.")
        text.add(self.bytesOut)
        text.begin(
            "grantd_unsent_bytes",
            .gauge,
            "Memory of replies by frames and HTTP that peers have not taken yet, in bytes."
        )
        text.add(self.unsentBytes)
        text.begin(
            "grantd_unfinished_bytes",
            .gauge,
            "Memory of requests by frames and HTTP that are not whole or not served yet, in bytes."
        )
        text.add(self.unfinishedBytes)
        text.begin(
            "grantd_calls_waiting",
            .gauge,
            "Costly calls by frames and HTTP that wait for their turn or are worked on."
        )
        text.add(self.callsWaiting)
    }

    private func addPolicies(to text: inout PrometheusText) {
        let policies = self.policies.policies
        text.begin(
            "grantd_policy_info",
            .gauge,
            "A programme that is served, with the digest that answers name; always 1."
        )
        for programme in policies.programmes {
            text.add(
                1,
                [
                    ("programme", programme.id), ("document", programme.documentNumber), ("digest", programme.digest),
                ]
            )
        }
        text.begin("grantd_measures", .gauge, "Measures that are served.")
        text.add(policies.entries.count)
    }

    private static func add(_ log: DecisionLogStatus, to text: inout PrometheusText) {
        text.begin("grantd_decision_log_entries_total", .counter, "Calls that were written to the log of decisions.")
        text.add(log.written)
        text.begin(
            "grantd_decision_log_dropped_total",
            .counter,
            "Calls that were answered and not written to the log of decisions, which had no room."
        )
        text.add(log.dropped)
        text.begin(
            "grantd_decision_log_waiting",
            .gauge,
            "Answers that wait until the log of decisions has room."
        )
        text.add(log.waiting)
        text.begin("grantd_decision_log_queued_bytes", .gauge, "Bytes that wait in memory to be written.")
        text.add(log.queuedBytes)
        text.begin("grantd_decision_log_written_bytes_total", .counter, "Bytes that were written.")
        text.add(log.bytes)
        text.begin("grantd_decision_log_segments", .gauge, "Segments of the log of decisions on the disk.")
        text.add(log.segments)
        text.begin("grantd_decision_log_size_bytes", .gauge, "What the segments take, in bytes.")
        text.add(log.segmentBytes)
        text.begin("grantd_decision_log_failing", .gauge, "Whether the last attempt to write failed: 1, or 0.")
        text.add(log.isFailing ? 1 : 0)
        text.begin(
            "grantd_decision_log_last_failure_timestamp_seconds",
            .gauge,
            "When writing failed for the last time, in seconds since 1970; 0 for never."
        )
        text.add(log.lastFailure ?? 0)
    }

    private func addReloads(to text: inout PrometheusText) {
        guard !self.reloads.isEmpty else { return }
        text.begin("grantd_reloads_total", .counter, "Attempts to read files anew.")
        for (subject, entry) in self.reloads {
            text.add(entry.succeeded, [("subject", subject.rawValue), ("result", "success")])
            text.add(entry.failed, [("subject", subject.rawValue), ("result", "failure")])
        }
        text.begin("grantd_last_reload_successful", .gauge, "Whether the last attempt succeeded: 1, or 0.")
        for (subject, entry) in self.reloads {
            text.add(entry.isLastGood ? 1 : 0, [("subject", subject.rawValue)])
        }
        text.begin(
            "grantd_served_since_timestamp_seconds",
            .gauge,
            "When what is served was read, in seconds since 1970."
        )
        for (subject, entry) in self.reloads { text.add(entry.servedSince, [("subject", subject.rawValue)]) }
    }
}
