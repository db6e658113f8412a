//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

/// Envelopes of the book, told as caps are.
extension Explainer {
    /// Tells what each envelope has, what is left of it and what it does to the award. To the ineligible, to whom nothing is
    /// awarded, no more than what is left.
    func tellEnvelopes(
        _ plan: MeasurePlan,
        _ words: ExplanationPlan,
        _ decision: Decision,
        _ reply: ByteWriter
    ) -> Bool {
        guard let least = decision.envelopes.least else { return true }
        for index in decision.envelopes.indices {
            let envelope = decision.envelopes[index]
            self.zh.reset()
            self.en.reset()
            self.zh.append("预算额度“")
            self.zh.append(envelope.zh)
            self.zh.append("”：")
            self.en.append("Envelope “")
            self.en.append(envelope.en)
            self.en.append("”: ")
            Wording.money(envelope.limit, self.zh, self.en)
            self.zh.append("；已用或预留 ")
            self.en.append("; used or held: ")
            Wording.money(envelope.used, self.zh, self.en)
            self.zh.append("，剩余 ")
            self.en.append(", left: ")
            Wording.money(envelope.remaining, self.zh, self.en)
            if decision.outcome != .ineligible {
                Self.effect(of: index, least: least, decision)
                    .tell(isConditional: decision.outcome == .undetermined, self.zh, self.en)
            }
            self.zh.append("。")
            self.en.append(".")
            var head = MessageBytes()
            head.add(String(decoding: envelope.capID, as: UTF8.self), field: ReplyField.Explanation.rule)
            guard head.bytes.withUnsafeBytes({ self.end(head: $0, reply) }) else { return false }
        }
        return true
    }

    private static func effect(
        of index: Int,
        least: (index: Int, remaining: Int64),
        _ decision: Decision
    ) -> CapEffect {
        let remaining = decision.envelopes[index].remaining
        let before = decision.beforeEnvelopes
        guard before.exceeds(remaining) else { return .leavesAlone }
        guard !decision.stepsAreOpen, let fen = before.fen else { return remaining == 0 ? .nothingLeft : .unknown }
        if index == least.index { return .cuts(by: fen - UInt128(max(remaining, 0))) }
        return remaining > least.remaining ? .yields : .ties
    }
}
