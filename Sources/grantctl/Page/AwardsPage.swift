//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdMessages

/// Awards as the book has them now, two lines each: state and sum, then whose it is and for what.
struct AwardsPage {
    let awards: [GrantdAward]
    /// By measure, where they could be had.
    let titles: [String: GrantdMeasureDescription]
    /// Whether the book has more than are shown.
    let hasMore: Bool

    func write(to page: inout Page) {
        let language = page.language
        guard !self.awards.isEmpty else {
            page.line(language("没有符合查询的核定。", "There is no such award."))
            return
        }
        var rows: [Page.Row] = []
        for (index, award) in self.awards.enumerated() {
            if index > 0 { rows.append(.line("", .plain, indent: 0)) }
            let (state, tone) = language.state(award.state)
            rows.append(
                .cells([
                    .init(award.awardID.printable, .strong), .init(state, tone),
                    .init(
                        award.hasAmountFen
                            ? Money.text(fen: award.amountFen, language) : language("不记金额", "no sum"),
                        .strong,
                        isNumber: true
                    ),
                ])
            )
            for line in self.details(of: award, language) { rows.append(.line(line, .faint, indent: 2)) }
            for line in Self.history(of: award, language) { rows.append(.line(line, .plain, indent: 2)) }
        }
        page.table(rows, indent: 0)
        if self.hasMore {
            page.line()
            page.line(language("台账中还有更多；--all 列出全部。", "The book has more: --all shows them."), .faint)
        }
    }

    private func details(of award: GrantdAward, _ language: Language) -> [String] {
        let title = self.titles[award.measure].map { language($0.title) } ?? ""
        let separator = " · "
        let measure = [title, award.measure.printable].filter { !$0.isEmpty }.joined(separator: separator)
        var whose = [award.unifiedSocialCreditCode.printable]
        if award.hasSubjectID { whose.append(language("对象 ", "subject ") + award.subjectID.printable) }
        if award.hasApplicationID { whose.append(language("申请 ", "application ") + award.applicationID.printable) }
        var how = [language("申请日 \(award.awardedOn.printable)", "as of \(award.awardedOn.printable)")]
        if award.state == .reserved, award.hasExpiresAt {
            let end = Self.moment(award.expiresAt.printable)
            how.append(language("预留至 \(end)", "held until \(end)"))
        }
        if award.hasRunID { how.append(language("批次 \(award.runID.printable)", "run \(award.runID.printable)")) }
        if !award.envelopes.isEmpty {
            let ids = award.envelopes.map(\.printable).joined(separator: language("、", ", "))
            how.append(language("预算额度 \(ids)", award.envelopes.count == 1 ? "envelope \(ids)" : "envelopes \(ids)"))
        }
        if award.hasCaller { how.append(language("经办 \(award.caller.printable)", "by \(award.caller.printable)")) }
        return [measure, whose.filter { !$0.isEmpty }.joined(separator: separator), how.joined(separator: separator)]
            .filter { !$0.isEmpty }
    }

    /// What became of it, entry by entry: only where it was asked for by its id.
    private static func history(of award: GrantdAward, _ language: Language) -> [String] {
        award.entries.enumerated().map { index, entry in
            var parts = [
                Self.moment(entry.bookedAt.printable),
                language.words(entry, after: index > 0 ? award.entries[index - 1] : nil),
            ]
            if entry.hasReason { parts.append(language("理由：", "reason: ") + entry.reason.printable) }
            if entry.hasCaller { parts.append(language("经办 ", "by ") + entry.caller.printable) }
            return parts.joined(separator: " · ")
        }
    }

    /// `2026-11-29 12:00:00 UTC`, of a moment as the book writes it, `2026-11-29T12:00:00.000Z`.
    private static func moment(_ text: String) -> String {
        let parts = text.split(separator: "T")
        guard parts.count == 2, parts[1].hasSuffix("Z") else { return text }
        return "\(parts[0]) \(parts[1].prefix(8)) UTC"
    }
}

extension Language {
    /// What an entry did to an award, as the page of the award says it.
    ///
    /// - Parameter before: The entry before it; nil: it is the first.
    fileprivate func words(_ entry: GrantdAwardEntry, after before: GrantdAwardEntry?) -> String {
        func text(_ fen: Int64) -> String { Money.text(fen: fen, self) }
        let sum = entry.hasAmountFen ? text(entry.amountFen) : self("不记金额", "no sum")
        guard entry.hasAction else {
            switch entry.state {
            case .expired: return self("预留到期，退回 \(sum)", "reservation ended: \(sum) given back")
            case .reserved: return self("预留 \(sum)", "reserved: \(sum)")
            case .committed, .cancelled: return self("核定 \(sum)", "committed: \(sum)")
            }
        }
        switch entry.action {
        case .cancel: return self("退回 \(sum)", "cancelled: \(sum) given back")
        case .correct: return self("更正为 \(sum)", "corrected to \(sum)")
        case .commit:
            let words = self("核定 \(sum)", "committed: \(sum)")
            guard let before, before.amountFen > entry.amountFen else { return words }
            let back = text(before.amountFen - entry.amountFen)
            return words + self("，退回 \(back)", "; given back: \(back)")
        }
    }

    /// What has become of an award.
    func state(_ state: GrantdAwardState.Value) -> (text: String, tone: Tone) {
        switch state {
        case .reserved: (self("已预留", "reserved"), .doubtful)
        case .committed: (self("已核定", "committed"), .good)
        case .cancelled: (self("已退回", "cancelled"), .faint)
        case .expired: (self("预留已到期", "expired"), .faint)
        }
    }
}
