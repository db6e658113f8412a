//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdDecisionLog
internal import GrantdInterview
internal import GrantdPolicy
internal import GrantdService

/// An entry of a log for a person.
struct LogEntryPage {
    let entry: LogEntry
    let policies: PolicySet
    /// What entries were asked for by: of a batch that is what is shown.
    var filter = LogEntryFilter()

    func write(to page: inout Page) {
        let language = page.language
        let name =
            self.entry.method.map { "\($0.entry.name)" }
            ?? language("方法 \(self.entry.methodNumber)", "method \(self.entry.methodNumber)")
        page.line("#\(self.entry.number)  \(Moment.text(self.entry.time))  \(name)", .strong)
        let decision = self.entry.decision
        let id = decision.map { String(decoding: $0.id, as: UTF8.self).printable } ?? ""
        let facts = [
            self.entry.transport?.name ?? "",
            self.entry.caller.isEmpty ? "" : language("调用方 ", "by ") + self.entry.caller.printable,
            id.isEmpty ? "" : language("编号 ", "id ") + id, self.state(language),
        ]
        page.line("    " + facts.filter { !$0.isEmpty }.joined(separator: " · "), .faint)
        if let decision {
            page.line("    \(decision.requestHash)", .faint)
            if let method = self.entry.method {
                let text = LogEntryText(
                    method: method,
                    request: [UInt8](decision.request),
                    reply: [UInt8](decision.reply),
                    language: language,
                    policies: self.policies,
                    applicant: self.filter.applicant,
                    measure: self.filter.measure
                )
                for line in text.summary { page.line("    " + line) }
            }
        }
        page.line()
    }

    private func state(_ language: Language) -> String {
        switch self.entry.state {
        case .whole: ""
        case .masked: language("有遮盖的字段", "fields masked")
        case .erased: language("已擦除", "erased")
        }
    }
}
