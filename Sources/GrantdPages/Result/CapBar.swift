//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview

/// A cap as a bar: what earlier awards have used, what this application takes, what is left. The figures stand in words
/// beside it.
struct CapBar {
    let context: PageContext
    let name: String
    let clause: String
    let cap: AssessmentReply.CapUse
    /// What this application takes of it, in fen; nil where that is not decided.
    let taken: Int64?
    /// What it takes is a bound: at most that.
    let isTakenBound: Bool

    var html: HTML {
        let context = self.context
        let width = 1000
        let used = self.share(of: self.cap.used ?? 0, width)
        let now = min(self.share(of: self.taken ?? 0, width), width - used)
        return HTML(.div, .class("cap")) {
            HTML(.p, .class("name")) {
                HTML(.span) {
                    HTML(.b) { "\(self.name) \(context.money(self.cap.limit))" }
                    if self.cap.isBinding { HTML(.span, .class("tag")) { context(Words.Result.decidesSum) } }
                }
                HTML(.span, .class("clause"), self.context.chinese) { self.clause }
            }
            HTML(.svg, .viewBox(width, 14), .stretched, .role("img"), .label(self.words)) {
                HTML(.rect, .class("used"), .x(0), .width(used), .height(14))
                HTML(.rect, .class("now"), .x(used), .width(now), .height(14))
            }
            HTML(.ul, .class("key")) {
                for (kind, text) in self.parts { self.key(kind, text) }
                if self.cap.used == nil { HTML(.li) { context(Words.Result.usedIsUnknown) } }
            }
        }
    }

    private var parts: [(kind: String, text: String)] {
        let context = self.context
        var parts: [(String, String)] = []
        if let used = self.cap.used {
            parts.append(("used", Words.Result.usedBefore(context.money(used), context.language)))
        }
        if let taken = self.taken {
            let isBound = self.isTakenBound && taken != 0
            let words = Words.Result.thisApplication(context.money(taken), isBound: isBound, context.language)
            parts.append(("now", words))
        }
        if let left = self.left { parts.append(("left", Words.Result.left(context.money(left), context.language))) }
        return parts
    }

    /// The whole bar in words.
    private var words: String {
        let name = "\(self.name) \(self.context.money(self.cap.limit))"
        return ([name] + self.parts.map(\.text)).joined(separator: self.context(Words.pause))
    }

    /// What is left behind this application, in fen.
    private var left: Int64? {
        self.cap.remaining.map { $0 - min(max(self.taken ?? 0, 0), max($0, 0)) }
    }

    /// A sum's part of the width; at least a sliver of what is not nothing.
    private func share(of fen: Int64, _ width: Int) -> Int {
        guard fen > 0, self.cap.limit > 0 else { return 0 }
        let part = Int128(min(fen, self.cap.limit)) * Int128(width) / Int128(self.cap.limit)
        return max(Int(part), 4)
    }

    private func key(_ kind: String, _ text: String) -> HTML {
        HTML(.li) {
            HTML(.svg, .viewBox(14, 14), .hidden) { HTML(.rect, .class(kind), .width(14), .height(14)) }
            text
        }
    }
}
