//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy

/// The fixed words of explanations, in both languages.
enum Wording {
    static func flag(_ value: Bool, _ zh: TextBuffer, _ en: TextBuffer) {
        zh.append(value ? "是" : "否")
        en.append(value ? "yes" : "no")
    }

    /// A number with its unit; fen are shown in yuan.
    static func quantity(_ value: Int64, unit: Unit?, _ zh: TextBuffer, _ en: TextBuffer) {
        if unit == .fen { return self.money(value, zh, en) }
        let places = unit?.places ?? 0
        if places > 0 {
            zh.append(decimal: value, places: places)
            en.append(decimal: value, places: places)
        } else {
            zh.append(grouped: value)
            en.append(grouped: value)
        }
        guard let unit, unit != .count else { return }
        let words = unit.words(behind: value)
        zh.append(string: words.zh)
        en.append(string: words.en)
    }

    static func money(_ fen: Int64, _ zh: TextBuffer, _ en: TextBuffer) {
        zh.append(minusWhere: fen < 0)
        en.append(minusWhere: fen < 0)
        self.money(UInt128(fen.magnitude), zh, en)
    }

    /// A sum on its way through an award. One that is open is at most the figure, since a fact is missing; of a least
    /// amount no most is told.
    static func money(_ figure: Figure, isOpen: Bool, isFloor: Bool, _ zh: TextBuffer, _ en: TextBuffer) {
        guard let fen = figure.fen, !(isOpen && isFloor) else {
            zh.append("尚无法确定")
            en.append("not known yet")
            return
        }
        if isOpen {
            zh.append("尚无法确定，最多 ")
            en.append("not known yet, at most ")
        }
        self.money(fen, zh, en)
    }

    static func money(_ fen: UInt128, _ zh: TextBuffer, _ en: TextBuffer) {
        zh.append(chinese: fen)
        en.append(yuan: fen)
        en.append(" yuan")
    }

    /// What a rule's verdict is told as, without the facts.
    static func verdict(_ verdict: Verdict, of rule: Rule) -> Text {
        let zh = rule.label.zh
        let en = rule.label.en
        if case .alreadyAwarded = rule.kind {
            return switch verdict {
            case .fail:
                Text(zh: "同一对象此前已获本项支持，不再重复支持。", en: "The same subject has been awarded under this measure before.")
            case .unknown:
                Text(
                    zh: "尚不能判断同一对象此前是否已获本项支持。",
                    en: "Whether the same subject has been awarded under this measure before is not known yet."
                )
            default:
                Text(zh: "同一对象未申报此前获本项支持。", en: "No earlier award of the same subject under this measure is reported.")
            }
        }
        if rule.isBar {
            return switch verdict {
            case .pass, .notAsked: Text(zh: "限制情形“\(zh)”：不存在。", en: "Bar “\(en)”: does not hold.")
            case .fail: Text(zh: "限制情形“\(zh)”：存在，不予支持。", en: "Bar “\(en)”: holds, so there is no support.")
            case .unknown: Text(zh: "限制情形“\(zh)”：尚不能判断。", en: "Bar “\(en)”: not known yet.")
            case .assumed:
                Text(
                    zh: "限制情形“\(zh)”：未填，按请求假定不存在。",
                    en: "Bar “\(en)”: not given, and assumed absent as the request asks."
                )
            }
        }
        return switch verdict {
        case .pass, .assumed, .notAsked: Text(zh: "条件“\(zh)”：符合。", en: "Requirement “\(en)”: met.")
        case .fail: Text(zh: "条件“\(zh)”：不符合。", en: "Requirement “\(en)”: not met.")
        case .unknown: Text(zh: "条件“\(zh)”：尚不能判断。", en: "Requirement “\(en)”: not known yet.")
        }
    }

    static let outsideCondition = Text(
        zh: "该日本项措施仅对部分情形施行，本次情形不在其中。",
        en: "On that day the measure is in force for some cases only, and not for this one."
    )

    static let openCondition = Text(
        zh: "该日本项措施仅对部分情形施行，本次情形是否在其中尚不能判断。",
        en: "On that day the measure is in force for some cases only; whether for this one is not known yet."
    )

    static let usedUpOutcome = Text(
        zh: "结论：符合条件，但可用的额度已用尽。",
        en: "Outcome: eligible, but nothing is left of what there is."
    )

    /// How the outcome is told, before the sum.
    static func outcome(_ outcome: Outcome) -> Text {
        switch outcome {
        case .eligible: Text(zh: "结论：符合条件。", en: "Outcome: eligible.")
        case .ineligible: Text(zh: "结论：不符合条件。", en: "Outcome: not eligible.")
        case .undetermined: Text(zh: "结论：尚不能判断，须补充所列事实。", en: "Outcome: undetermined; the facts listed are wanted.")
        case .exhausted:
            Text(zh: "结论：符合条件，但此前的支持已用尽上限。", en: "Outcome: eligible, but earlier awards have used the cap up.")
        case .notInForce: Text(zh: "结论：该日本项措施不在施行期内。", en: "Outcome: the measure is not in force on that day.")
        }
    }

    static let amount = Text(zh: "金额：", en: " Amount: ")

    /// What the sum of an eligible application is called: an amount only where the text, or the agency, fixes it.
    static func amount(of basis: Basis) -> Text {
        switch basis {
        case .exact, .agencyRate, .unpublishedAmount, .nonMonetary: self.amount
        case .ceiling, .unpublishedRate: Text(zh: "最高：", en: " At most: ")
        case .floor: Text(zh: "不少于：", en: " At least: ")
        }
    }

    /// What the sum of a measure rests on.
    static func basis(of measure: Measure) -> Text {
        switch measure.basis {
        case .exact: Text(zh: "文件明定比例或数额。", en: "The text fixes the rate or the sum.")
        case .ceiling:
            Text(
                zh: "文件规定的数字均为最高标准，实际以主管部门核定为准。",
                en: "The text states its figures as “up to”; the agency sets the actual sum."
            )
        case .unpublishedRate:
            if case .baseCaps? = measure.award?.first {
                Text(
                    zh: "未公布比例或档次，按上限所允许的最高额计。",
                    en: "No rate or grade is published: an upper bound, as far as the caps allow."
                )
            } else {
                Text(
                    zh: "未公布比例，按基数并以上限为限的最高额。",
                    en: "No rate is published: an upper bound, the base as far as the caps allow."
                )
            }
        case .agencyRate: Text(zh: "按主管部门设定的比例计算。", en: "By the rate that the agency has set.")
        case .unpublishedAmount: Text(zh: "文件承诺给予支持，未公布数额。", en: "The text promises support without a figure.")
        case .nonMonetary: Text(zh: "本项不涉及资金，为权利、时限或服务。", en: "No money: a right, a time limit or a service.")
        case .floor: Text(zh: "文件规定的是最低数额，而非上限。", en: "The text states a least amount, not a most.")
        }
    }
}
