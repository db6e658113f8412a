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
                        language.sum(award.hasAmountFen ? award.amountFen : nil),
                        .strong,
                        isNumber: true
                    ),
                ])
            )
            for line in self.details(of: award, language) { rows.append(.line(line, .faint, indent: 2)) }
            for line in Self.history(of: award, language) { rows.append(.line(line, .plain, indent: 2)) }
        }
        page.table(rows, indent: 0)
        if self.awards.contains(where: { !$0.entries.isEmpty }) {
            page.line()
            page.line(language("时间为北京时间。", "Times are Beijing’s."), .faint)
        }
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
            let end = language.moment(award.expiresAt.printable)
            how.append(language("预留至 \(end)（北京时间）", "held until \(end) (Beijing)"))
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
            let before = index > 0 ? award.entries[index - 1] : nil
            let change = AwardChange(
                entry.kind,
                amount: entry.hasAmountFen ? entry.amountFen : nil,
                amountBefore: before.flatMap { $0.hasAmountFen ? $0.amountFen : nil }
            )
            var parts = [
                language.moment(entry.bookedAt.printable),
                change.words(language) { language.sum($0) },
            ]
            if entry.hasReason { parts.append(language("理由：", "reason: ") + entry.reason.printable) }
            if entry.hasCaller { parts.append(language("经办 ", "by ") + entry.caller.printable) }
            return parts.joined(separator: " · ")
        }
    }
}

extension GrantdAwardEntry {
    fileprivate var kind: AwardChange.Kind {
        guard self.hasAction else {
            return switch self.state {
            case .expired: .expire
            case .reserved: .reserve
            case .committed, .cancelled: .commit
            }
        }
        return switch self.action {
        case .commit: .commit
        case .cancel: .cancel
        case .correct: .correct
        }
    }
}

extension Language {
    /// A sum in fen, or that there is none.
    fileprivate func sum(_ fen: Int64?) -> String {
        fen.map { Money.text(fen: $0, self) } ?? self("不记金额", "no sum")
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
