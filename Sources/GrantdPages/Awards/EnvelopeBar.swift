//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// An envelope as a bar: what is committed, what is reserved, what is left. The figures stand in words below it.
struct EnvelopeBar {
    let context: PageContext
    let envelope: EnvelopeReply
    /// Where its name leads; nil: nowhere.
    let link: Link?

    var html: HTML {
        let context = self.context
        let envelope = self.envelope
        let width = 1000
        let used = self.share(of: envelope.used, width)
        let reserved = min(self.share(of: envelope.reserved, width), width - used)
        return HTML(.div, .class("cap")) {
            HTML(.p, .class("name")) {
                HTML(.span) {
                    HTML(.b) {
                        if let link = self.link {
                            HTML(.a, .href(link)) { context.title(envelope) }
                        } else {
                            context(Words.Awards.budget)
                        }
                        " \(context.money(envelope.limit))"
                    }
                    if envelope.remaining == 0 { HTML(.span, .class("tag")) { context(Words.Awards.usedUp) } }
                }
                HTML(.span, .class("clause days")) { self.days }
            }
            HTML(.svg, .viewBox(width, 14), .stretched, .role("img"), .label(self.words)) {
                HTML(.rect, .class("now"), .x(0), .width(used), .height(14))
                HTML(.rect, .class("held"), .x(used), .width(reserved), .height(14))
            }
            HTML(.ul, .class("key")) { for (kind, text) in self.parts { self.key(kind, text) } }
        }
    }

    /// The days whose awards draw on it.
    var days: String {
        let context = self.context
        return Words.Awards.days(
            from: self.envelope.fromOn.map { context.day($0) },
            until: self.envelope.untilOn.map { context.day($0) },
            context.language
        )
    }

    private var parts: [(kind: String, text: String)] {
        let context = self.context
        let envelope = self.envelope
        return [
            ("now", Words.Awards.committed(context.money(envelope.used), context.language)),
            ("held", Words.Awards.reserved(context.money(envelope.reserved), context.language)),
            ("left", Words.Result.left(context.money(envelope.remaining), context.language)),
        ]
    }

    /// The whole bar in words.
    private var words: String {
        let context = self.context
        let name = "\(context.title(self.envelope)) \(context.money(self.envelope.limit))"
        return ([name] + self.parts.map(\.text)).joined(separator: context(Words.pause))
    }

    /// A sum's part of the width; at least a sliver of what is not nothing.
    private func share(of fen: Int64, _ width: Int) -> Int {
        guard fen > 0, self.envelope.limit > 0 else { return 0 }
        let part = Int128(min(fen, self.envelope.limit)) * Int128(width) / Int128(self.envelope.limit)
        return max(Int(part), 4)
    }

    private func key(_ kind: String, _ text: String) -> HTML {
        HTML(.li) {
            HTML(.svg, .viewBox(14, 14), .hidden) { HTML(.rect, .class(kind), .width(14), .height(14)) }
            text
        }
    }
}
