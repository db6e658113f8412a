//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview

extension LoadReport {
    /// The figures as a page.
    func write(to page: inout Page) {
        let language = page.language
        let microseconds = language("微秒", "µs")
        var rows: [[Page.Cell]] = [
            row(language("测量时长", "measured for"), "\(self.seconds)", language("秒", "s")),
            row(language("调用", "calls"), Money.grouped(self.calls), ""),
            row(language("吞吐", "throughput"), Money.grouped(Int(self.callsPerSecond)), language("次/秒", "calls/s")),
        ]
        if self.applicationsPerSecond != self.callsPerSecond {
            rows.append(row("", Money.grouped(Int(self.applicationsPerSecond)), language("件/秒", "applications/s")))
        }
        rows += [
            row(language("时延", "latency") + " p50", "\(self.latencyMicroseconds.p50)", microseconds),
            row("p99", "\(self.latencyMicroseconds.p99)", microseconds),
            row("p99.9", "\(self.latencyMicroseconds.p999)", microseconds),
            row(language("最大", "max"), "\(self.latencyMicroseconds.max)", microseconds),
        ]
        for (code, count) in self.errors.sorted(by: { $0.key < $1.key }) {
            rows.append([
                .init("\(language("错误", "error")) \(code)", .bad), .init(Money.grouped(count), isNumber: true),
            ])
        }
        page.table(rows, indent: 0)
    }
}

private func row(_ word: String, _ figure: String, _ unit: String) -> [Page.Cell] {
    [.init(word), .init(figure, .strong, isNumber: true), .init(unit)]
}
