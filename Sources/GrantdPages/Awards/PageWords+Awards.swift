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
        case .reserved: self(Words.Awards.reserved)
        case .committed: self(Words.Awards.committed)
        case .cancelled: self(Words.Awards.cancelled)
        case .expired: self(Words.Awards.expired)
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
    func sum(_ fen: Int64?) -> String { fen.map { self.money($0) } ?? self(Words.Awards.noSum) }

    func awards(_ count: Int64) -> String {
        Words.Awards.count(count, self.language)
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
