//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy

/// The earlier awards of the measure that a rule goes by.
struct AwardsSeen {
    /// The earliest of them, the least on one day: the order of the request says nothing.
    private var first: PriorAward?
    private var count = 0

    /// Looks for them: those of the application's subject, or of any subject.
    init(_ input: ApplicationInput, anySubject: Bool) {
        for award in PriorAwardsSeen(input) {
            if !anySubject {
                guard let subject = input.subject, award.isFor(subject) else { continue }
            }
            if self.first.map({ (award.day, award.amount) < ($0.day, $0.amount) }) ?? true { self.first = award }
            self.count += 1
        }
    }

    /// Adds the day and the sum of the earliest, and how many there are besides; nothing where there is none.
    func tell(_ zh: TextBuffer, _ en: TextBuffer) {
        guard let first = self.first else { return }
        zh.append("依据：")
        self.tell(first, zh, en)
    }

    /// The same for a rule that reads them beside its facts. Where there is none, it is said whether nobody has looked,
    /// none is reported, or none for the subject.
    func tellAll(areUnknown: Bool, isAnyReported: Bool, _ zh: TextBuffer, _ en: TextBuffer) {
        if let first = self.first {
            zh.append("此前获支持情况：")
            self.tell(first, zh, en)
        } else if areUnknown {
            zh.append("此前获支持情况未知。")
            en.append(" Earlier awards: not known.")
        } else if isAnyReported {
            zh.append("未申报该对象此前获支持情况。")
            en.append(" Earlier awards: none reported for this subject.")
        } else {
            zh.append("未申报此前获支持情况。")
            en.append(" Earlier awards: none reported.")
        }
    }

    private func tell(_ first: PriorAward, _ zh: TextBuffer, _ en: TextBuffer) {
        zh.append(day: first.day)
        zh.append(" 获支持 ")
        en.append(" Seen: ")
        Wording.money(first.amount, zh, en)
        en.append(", awarded on ")
        en.append(day: first.day)
        if self.count > 1 {
            let others = Int64(self.count - 1)
            zh.append("，另有 ")
            zh.append(grouped: others)
            zh.append(" 笔")
            en.append(", and ")
            en.append(grouped: others)
            en.append(others == 1 ? " other" : " others")
        }
        zh.append("。")
        en.append(".")
    }
}
