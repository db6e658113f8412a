//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages
internal import GrantdPolicy

/// The contract's own words as a page says them.
extension Language {
    func outcome(_ outcome: GrantdOutcome.Value) -> (text: String, tone: Tone) {
        switch outcome {
        case .eligible: (self("符合条件", "Eligible"), .good)
        case .ineligible: (self("不符合条件", "Not eligible"), .bad)
        case .undetermined: (self("尚不能确定：信息不全", "Cannot be decided yet: facts are missing"), .doubtful)
        case .exhausted:
            (self("符合条件，但额度已用完", "Eligible, but earlier awards have used the cap up"), .doubtful)
        case .notInForce: (self("措施在该日不适用", "The measure is not in force on this day"), .bad)
        }
    }

    /// The outcome in a word, for a list.
    func outcomeInShort(_ outcome: GrantdOutcome.Value) -> (text: String, tone: Tone) {
        switch outcome {
        case .eligible: (self("符合", "eligible"), .good)
        case .ineligible: (self("不符合", "not eligible"), .bad)
        case .undetermined: (self("待定", "undetermined"), .doubtful)
        case .exhausted: (self("额度用完", "exhausted"), .doubtful)
        case .notInForce: (self("不适用", "not in force"), .bad)
        }
    }

    func basis(_ basis: GrantdBasis.Value) -> String {
        switch basis {
        case .exact: self("标准由文件明确", "rate or sum fixed by the text")
        case .ceiling: self("文件规定的最高额", "the most that the text allows")
        case .unpublishedRate: self("上限值：文件未公布比例", "an upper bound: no rate is published")
        case .agencyRate: self("按主管部门确定的比例", "at the rate that the agency has set")
        case .unpublishedAmount: self("给予支持，金额未公布", "support without a published amount")
        case .nonMonetary: self("非资金支持", "no money: a right, a time limit or a service")
        case .floor: self("最低额", "a least amount")
        }
    }

    /// What a rule said: a mark and a word.
    func verdict(_ finding: GrantdFinding) -> (mark: String, word: String, tone: Tone) {
        switch (finding.kind, finding.verdict) {
        case (.requirement, .pass): ("✓", self("满足", "met"), .good)
        case (.requirement, .fail): ("✗", self("不满足", "not met"), .bad)
        case (.bar, .pass): ("✓", self("不存在", "absent"), .good)
        case (.bar, .fail): ("✗", self("存在", "holds"), .bad)
        case (_, .assumed): ("~", self("假定不存在", "assumed absent"), .doubtful)
        case (_, .unknown): ("?", self("未知", "not known"), .doubtful)
        }
    }

    /// A sum that may come to less than it says: with such a basis it is a bound, never an amount.
    func isBound(_ basis: GrantdBasis.Value) -> Bool { basis == .ceiling || basis == .unpublishedRate }

    /// `最高 200万元`.
    func atMost(fen: Int64) -> String {
        let money = Money.text(fen: fen, self)
        return self("最高 \(money)", "at most \(money)")
    }

    /// `不低于 200万元`.
    func atLeast(fen: Int64) -> String {
        let money = Money.text(fen: fen, self)
        return self("不低于 \(money)", "at least \(money)")
    }

    /// A sum as its basis has it.
    func money(fen: Int64, _ basis: GrantdBasis.Value) -> String {
        if basis == .floor { return self.atLeast(fen: fen) }
        // Nothing is nothing, whatever the rate.
        return self.isBound(basis) && fen != 0 ? self.atMost(fen: fen) : Money.text(fen: fen, self)
    }

    /// What stands where there is no sum.
    func noSum(_ basis: GrantdBasis.Value) -> String {
        switch basis {
        case .nonMonetary: self("非资金", "no money")
        case .unpublishedAmount: self("金额未公布", "not published")
        case .floor: self("只有下限", "a floor only")
        default: self("未设上限", "no stated cap")
        }
    }

    /// From when on a rule is asked; empty for those that are asked from the application on.
    func stage(_ stage: GrantdStage.Value) -> String {
        switch stage {
        case .application: ""
        case .publicity: self("公示结束后", "after the public notice")
        case .disbursement: self("拨付时", "at disbursement")
        }
    }

    /// What kind of thing a fact is.
    func kind(of fact: GrantdFactDescription) -> String {
        let values = fact.values.map { value in
            let label = self(value.label)
            return label.isEmpty ? value.name.printable : label
        }
        if !values.isEmpty {
            let choice = values.joined(separator: self("、", ", "))
            return fact.hasMost ? choice + self("，至多 \(fact.most) 项", "; at most \(fact.most)") : choice
        }
        let unit = self.unit(fact.unit)
        switch fact.type {
        case "bool": return self("是或否", "yes or no")
        case "date": return self("日期", "a date")
        case "string": return self("文字", "a text")
        case "list":
            guard fact.hasMost else { return self("清单", "a list") }
            let most = Money.grouped(Int64(fact.most))
            return self("清单，至多 \(most) 项", "a list of at most \(most) \(fact.most == 1 ? "entry" : "entries")")
        case "int32", "int64":
            let kind =
                unit.isEmpty
                ? self("整数", "a whole number") : self("整数，单位：\(unit)", "a whole number, in \(unit)")
            return kind + self.bounds(of: fact)
        default: return fact.type.printable
        }
    }

    /// Between which values a number must lie, to stand behind its kind; empty where any is taken, and where it is only
    /// that no sum and no count is less than nothing.
    private func bounds(of fact: GrantdFactDescription) -> String {
        let least = Money.grouped(fact.minimum)
        let most = Money.grouped(fact.maximum)
        return switch (fact.hasMinimum, fact.hasMaximum) {
        case (true, true): self("，\(least) 至 \(most)", ", \(least) to \(most)")
        case (true, false) where fact.minimum == 0: ""
        case (true, false): self("，不小于 \(least)", ", at least \(least)")
        case (false, true): self("，不大于 \(most)", ", at most \(most)")
        case (false, false): ""
        }
    }

    /// The unit of a fact by itself, where it stands for any number; empty where there is none.
    func unit(_ name: String) -> String {
        // A newer daemon may have another.
        guard let unit = Unit(rawValue: name) else { return name.printable }
        if unit.places > 0 { return self(unit.longName) }
        return String(self(unit.words(behind: 2)).drop { $0 == " " })
    }

    /// A quantity with its unit, as people write it: 8,000 basis points are 80%.
    func quantity(_ value: Int64, unit name: String) -> String {
        guard let unit = Unit(lineName: name) else { return "\(Money.grouped(value)) \(name.printable)" }
        return Money.decimal(value, places: unit.places) + self(unit.words(behind: value))
    }

    /// What to ask for a fact that no measure's file words; empty where there is nothing to say.
    func question(of path: String) -> String {
        switch path {
        case "subject_id":
            self("本次申请针对哪个产品、项目、作品或实验室？", "Which product, project, work or laboratory is it for?")
        case "prior_awards":
            self("申请单位以往获得过哪些支持？没有也请核实。", "Which support has the applicant had before? If none, who has looked?")
        default: ""
        }
    }

    /// `2025-11-24 至 2028-12-31`.
    func interval(_ policy: GrantdPolicyReference) -> String {
        let from = policy.inForceFrom.printable
        let until = policy.inForceUntil.printable
        return policy.hasInForceUntil
            ? self("\(from) 至 \(until)", "\(from) to \(until)") : self("\(from) 起", "from \(from)")
    }

    /// `2025-11-24 起`; `至 2025-11-26` where the first day is not known.
    func interval(_ document: GrantdDocument) -> String {
        let from = document.inForceFrom.printable
        let until = document.inForceUntil.printable
        return switch (document.hasInForceFrom, document.hasInForceUntil) {
        case (true, true): self("\(from) 至 \(until)", "\(from) to \(until)")
        case (true, false): self("\(from) 起", "from \(from)")
        case (false, true): self("至 \(until)", "until \(until)")
        case (false, false): ""
        }
    }
}
