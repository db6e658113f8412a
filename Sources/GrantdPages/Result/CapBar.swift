//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

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
                    if self.cap.isBinding { HTML(.span, .class("tag")) { context("由它决定金额", "decides the sum") } }
                }
                HTML(.span, .class("clause"), self.context.chinese) { self.clause }
            }
            HTML(.svg, .viewBox(width, 14), .stretched, .role("img"), .label(self.words)) {
                HTML(.rect, .class("used"), .x(0), .width(used), .height(14))
                HTML(.rect, .class("now"), .x(used), .width(now), .height(14))
            }
            HTML(.ul, .class("key")) {
                if let used = self.cap.used {
                    self.key("used", context("此前已用 \(context.money(used))", "used before: \(context.money(used))"))
                }
                if let taken = self.taken {
                    self.key("now", context("本次\(self.words(taken))", "this application: \(self.words(taken))"))
                }
                if let left = self.left {
                    self.key("left", context("剩余 \(context.money(left))", "left: \(context.money(left))"))
                }
                if self.cap.used == nil {
                    HTML(.li) { context("此前用了多少，尚不清楚", "what earlier awards have used is not known") }
                }
            }
        }
    }

    /// The whole bar in words.
    private var words: String {
        let context = self.context
        var parts = ["\(self.name) \(context.money(self.cap.limit))"]
        if let used = self.cap.used {
            parts.append(context("此前已用 \(context.money(used))", "used before \(context.money(used))"))
        }
        if let taken = self.taken {
            parts.append(context("本次\(self.words(taken))", "this application \(self.words(taken))"))
        }
        if let left = self.left { parts.append(context("剩余 \(context.money(left))", "left \(context.money(left))")) }
        return parts.joined(separator: context("，", ", "))
    }

    private func words(_ taken: Int64) -> String {
        self.isTakenBound && taken != 0 ? self.context.atMost(taken) : self.context(" ", "") + self.context.money(taken)
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
