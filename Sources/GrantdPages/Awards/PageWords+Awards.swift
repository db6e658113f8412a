//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// Words of the book.
extension PageContext {
    func words(_ state: AwardList.State) -> String {
        switch state {
        case .reserved: self("已预留", "Reserved")
        case .committed: self("已核定", "Committed")
        case .cancelled: self("已退回", "Cancelled")
        case .expired: self("预留已到期", "Expired")
        }
    }

    /// The class of what tells a state.
    func tone(_ state: AwardList.State) -> String {
        switch state {
        case .committed: "tag done"
        case .reserved: "tag held"
        case .cancelled, .expired: "tag"
        }
    }

    /// A sum, or that there is none.
    func sum(_ fen: Int64?) -> String { fen.map { self.money($0) } ?? self("不记金额", "no sum") }

    func awards(_ count: Int64) -> String {
        self("\(Money.grouped(count)) 笔", count == 1 ? "1 award" : "\(Money.grouped(count)) awards")
    }

    /// A measure's title as of a day; its id where the policies no longer have it.
    func title(ofMeasure id: String, on day: String) -> String {
        self.shelf.entry(id)?.shown(on: day).map { self($0.measure.title) } ?? id
    }

    func title(_ envelope: EnvelopeReply) -> String { envelope.title.map { self($0) } ?? envelope.id }

    /// A moment as the book writes it, by the clocks of Beijing.
    func moment(_ text: String) -> String { self.language.moment(text) }

    // MARK: - Places

    func link(toEnvelope id: String, run: String? = nil) -> Link {
        self.link("awards", "envelope", query: [("id", id)] + Self.dry(run))
    }

    func link(toRun id: String, isDry: Bool) -> Link {
        self.link("awards", "run", query: [("id", id)] + (isDry ? [("dry", "1")] : []))
    }

    func link(toApplicant code: String) -> Link { self.link("awards", "applicant", query: [("code", code)]) }

    func link(toAward id: String, run: String? = nil) -> Link {
        self.link("awards", "award", query: [("id", id)] + Self.dry(run))
    }

    private static func dry(_ run: String?) -> [(name: String, value: String)] { run.map { [("run", $0)] } ?? [] }
}
