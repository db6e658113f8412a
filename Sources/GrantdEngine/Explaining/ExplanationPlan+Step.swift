//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import GrantdSchema

extension ExplanationPlan {
    /// One step: the rule and clause as they stand inside an `Explanation`, its words, and the facts that it shows.
    struct Step: BitwiseCopyable {
        let head: Segment
        let zh: Segment
        let en: Segment
        let facts: UnsafeBufferPointer<FactReader>
        /// Of a rule, whether it reads the earlier awards.
        var readsAwards = false
        /// Of a line that gives names, what people read in their place.
        var nameLabels = UnsafeBufferPointer<NameLabel>(start: nil, count: 0)
        /// Of a step that is no more than its words and facts of few values: all that it can come to, as fields of an assessment. By
        /// the facts' choices, the last one's running fastest.
        fileprivate(set) var wholes = UnsafeBufferPointer<Segment>(start: nil, count: 0)

        /// The step of this application as it was encoded when the policies were loaded; `nil` where it is to be written.
        func whole(_ input: ApplicationInput) -> Segment? {
            guard !self.wholes.isEmpty else { return nil }
            var index = 0
            for fact in self.facts {
                let choice = fact.choice(input)
                guard choice < fact.choiceCount else { return nil }
                index = index * fact.choiceCount + choice
            }
            return self.wholes[index]
        }

        /// The same step with all that it can come to encoded, where that is not much.
        func encoded(in store: SegmentStore) -> Step {
            // A fact of many values has no choices at all.
            let count = self.facts.reduce(1) { $0 * $1.choiceCount }
            guard !self.readsAwards, 1...Self.mostWholes ~= count else { return self }
            var step = self
            step.wholes = store.keep((0..<count).map { store.keep(self.encoded(choices: $0)) })
            return step
        }

        /// The most that are kept: two facts of yes, no and unset, or an enum of a few values.
        private static let mostWholes = 12

        private func encoded(choices: Int) -> [UInt8] {
            var rest = choices
            var chosen = [Int](repeating: 0, count: self.facts.count)
            for index in self.facts.indices.reversed() {
                (rest, chosen[index]) = rest.quotientAndRemainder(dividingBy: self.facts[index].choiceCount)
            }
            let (zh, en) = (TextBuffer(), TextBuffer())
            zh.append(self.zh)
            en.append(self.en)
            self.facts.show(zh, en) { $1.show(choice: chosen[$0], zh, en) }
            var text = MessageBytes()
            text.add(zh.bytes, field: ReplyField.Text.zh)
            text.add(en.bytes, field: ReplyField.Text.en)
            var explanation = MessageBytes()
            explanation.append(UnsafeRawBufferPointer(start: self.head.start, count: self.head.count))
            explanation.add(text, field: ReplyField.Explanation.text)
            var field = MessageBytes()
            field.add(explanation, field: ReplyField.Assessment.explanation)
            return field.bytes
        }
    }

    /// What people read in place of a name.
    struct NameLabel: BitwiseCopyable {
        let name: Segment
        let zh: Segment
        let en: Segment

        func isFor(_ other: UnsafeRawBufferPointer) -> Bool {
            guard other.count == self.name.count, let start = other.baseAddress else { return false }
            return memcmp(start, self.name.start, other.count) == 0
        }
    }
}

extension UnsafeBufferPointer<FactReader> {
    /// Adds the facts to both texts, as a sentence; nothing where there are none.
    ///
    /// - Parameter each: Adds one of them.
    @inline(__always)
    func show(_ zh: TextBuffer, _ en: TextBuffer, _ each: (Int, FactReader) -> Void) {
        guard !self.isEmpty else { return }
        zh.append("依据：")
        en.append(" Facts: ")
        for index in self.indices {
            if index > 0 {
                zh.append("；")
                en.append("; ")
            }
            each(index, self[index])
        }
        zh.append("。")
        en.append(".")
    }
}
