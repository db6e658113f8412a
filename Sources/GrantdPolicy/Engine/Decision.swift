//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

/// What one application comes to, before it is written down. Used again and again: its arrays keep their room.
final class Decision {
    var outcome = Outcome.notInForce
    /// In fen; `nil` where none is reported.
    var amount: Int64?
    /// In fen; `nil` where it has no bound or none is reported.
    var potential: Int64?
    /// The index of the cap that cut the amount.
    var bindingCap: Int?
    /// By rule.
    private(set) var verdicts: [Verdict] = []
    /// Every rule passes: the findings are one run of bytes.
    var allPass = false
    /// The bars on disbursement were asked as well.
    var isDisbursement = false
    /// By cap.
    var caps: [CapState] = []
    /// No award has used any of the caps, and none of them binds: they are one run of bytes.
    var capsAreUntouched = false
    let missing = MissingList()
    /// What the rules that are not known wait for, by rule.
    private(set) var waiting: [Value] = []
    /// By line of the measure; unset where it is left out. Only with a decided outcome.
    var lines: [Value] = []
    /// The figure after each step of the award, for explanations.
    var steps: [Figure] = []
    /// The subject is unset although earlier awards hang on it.
    var subjectIsMissing = false
    /// The figure of the award hangs on unset facts.
    var figureIsOpen = false

    init() {}

    /// Makes room for a measure.
    func reset(rules: Int, caps: Int, facts: Int) {
        self.outcome = .notInForce
        self.amount = nil
        self.potential = nil
        self.bindingCap = nil
        self.allPass = false
        self.capsAreUntouched = false
        self.subjectIsMissing = false
        self.figureIsOpen = false
        if self.verdicts.count < rules {
            self.verdicts = [Verdict](repeating: .notAsked, count: rules)
            self.waiting = [Value](repeating: .unset, count: rules)
        }
        self.caps.removeAll(keepingCapacity: true)
        self.steps.removeAll(keepingCapacity: true)
    }

    /// Keeps what a rule said.
    func set(_ verdict: Verdict, rule: Int) { self.verdicts[rule] = verdict }

    /// Keeps that a rule is not known, and what it waits for.
    func setUnknown(_ value: Value, rule: Int) {
        self.verdicts[rule] = .unknown
        self.waiting[rule] = value
    }
}
