//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdMessages

/// Envelopes, each with what is used, reserved and left of it as a bar.
struct EnvelopesPage {
    let envelopes: [GrantdEnvelope]

    func write(to page: inout Page) {
        let language = page.language
        guard !self.envelopes.isEmpty else {
            page.line(language("没有预算额度。", "There is no envelope."))
            return
        }
        for (index, envelope) in self.envelopes.enumerated() {
            if index > 0 { page.line() }
            let id = envelope.envelopeID.printable
            let title = language(envelope.title).printable
            page.line("  " + (title.isEmpty ? id : title), .strong)
            let parts = [title.isEmpty ? "" : id, self.binds(envelope, language)]
            page.line("  " + parts.filter { !$0.isEmpty }.joined(separator: " · "), .faint)
            page.line("  " + Self.bar(envelope, columns: min(40, page.width - 4)))
            page.table(
                [
                    [
                        .init(language("金额", "limit"), .faint),
                        .init(Money.text(fen: envelope.limitFen, language), .strong, isNumber: true),
                    ],
                    [
                        .init("█ " + language("已核定", "used")),
                        .init(Money.text(fen: envelope.usedFen, language), isNumber: true),
                    ],
                    [
                        .init("▒ " + language("已预留", "reserved")),
                        .init(Money.text(fen: envelope.reservedFen, language), isNumber: true),
                    ],
                    [
                        .init("░ " + language("剩余", "left")),
                        .init(
                            Money.text(fen: envelope.remainingFen, language),
                            envelope.remainingFen > 0 ? .good : .bad,
                            isNumber: true
                        ),
                    ],
                ]
            )
        }
    }

    /// Which awards it binds.
    private func binds(_ envelope: GrantdEnvelope, _ language: Language) -> String {
        let names = (envelope.programmes + envelope.measures).map(\.printable)
        let what = names.isEmpty ? language("全部措施", "every measure") : names.joined(separator: language("、", ", "))
        let from = envelope.fromOn.printable
        let until = envelope.untilOn.printable
        let days =
            switch (envelope.hasFromOn, envelope.hasUntilOn) {
            case (true, true): language("，\(from) 至 \(until)", ", \(from) to \(until)")
            case (true, false): language("，\(from) 起", ", from \(from)")
            case (false, true): language("，至 \(until)", ", until \(until)")
            case (false, false): ""
            }
        return what + days
    }

    /// Used, reserved and left, in so many columns together. What is there at all has one at least.
    static func bar(_ envelope: GrantdEnvelope, columns: Int) -> String {
        let limit = Double(max(envelope.limitFen, 1))
        func share(_ fen: Int64) -> Int {
            fen <= 0 ? 0 : max(1, min(columns, Int((Double(fen) / limit * Double(columns)).rounded(.down))))
        }
        var used = share(envelope.usedFen)
        let reserved = min(share(envelope.reservedFen), max(0, columns - used))
        // A bar is full only where nothing is left.
        if envelope.remainingFen > 0, used + reserved >= columns, used > 0 { used = max(0, columns - reserved - 1) }
        let left = max(0, columns - used - reserved)
        return String(repeating: "█", count: used) + String(repeating: "▒", count: reserved)
            + String(repeating: "░", count: left)
    }
}
