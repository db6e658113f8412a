//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdPolicy

/// What one application comes to, before it is written down. One place of memory, used again for each application.
///
/// Plain memory behind plain pointers: the hot path neither counts references nor checks exclusive access.
struct Decision: BitwiseCopyable {
    var outcome = Outcome.notInForce
    /// In fen; `nil` where none is reported.
    var amount: Int64?
    /// In fen; `nil` where it has no bound or none is reported.
    var potential: Int64?
    /// The index of the cap that cut the amount, envelopes behind the measure's own; -1: none. ``MeasurePlan/usedUpCap``: what
    /// else uses the measure up.
    var bindingCap = -1
    /// Every rule passes: the findings are one run of bytes.
    var allPass = false
    /// The stage whose rules were asked, with those before it.
    var stage = Stage.application
    /// No award has used any of the caps, none of them binds, and there are no envelopes: they are one run of bytes.
    var capsAreUntouched = false
    /// The subject is unset although earlier awards hang on it.
    var subjectIsMissing = false
    /// Nobody has looked for the earlier awards by which a cap or the once-only rule goes.
    var awardsAreMissing = false
    /// Nobody has looked for earlier awards.
    var awardsAreUnknown = false
    /// No earlier award of the measure is reported, and nobody has looked into the book.
    var noAwardIsReported = false
    /// Of the book, those that bind an award; taken as caps behind the measure's own.
    var envelopes = UnsafeBufferPointer<EnvelopeBalance>(start: nil, count: 0)
    /// The award before the envelopes are taken.
    var beforeEnvelopes = Figure.unbounded
    /// The day is right, but the condition of being in force does not hold.
    var isOutsideCondition = false
    /// Whether the condition of being in force holds is not known.
    var isConditionOpen = false
    /// What else uses the measure up is not known.
    var usedUpIsOpen = false
    /// A line that is asked for is not known.
    var linesWait = false
    /// The figure of the award hangs on unset facts.
    var figureIsOpen = false
    /// By rule.
    let verdicts: UnsafeMutablePointer<Verdict>
    /// By rule, what those that are not known wait for; unset where the rule is a field, which is that itself.
    let waiting: UnsafeMutablePointer<Value>
    /// By cap.
    let caps: UnsafeMutablePointer<CapState>
    /// By line; unset where it is left out. Only with a decided outcome.
    let lines: UnsafeMutablePointer<Value>
    /// By step of the award, the figure after it.
    let steps: UnsafeMutablePointer<Figure>
    /// How many steps were taken.
    var stepCount = 0
    /// The steps began with the most that the figure could be, for a fact that it hangs on is unset; unlike
    /// ``figureIsOpen`` whatever settles the sum.
    var stepsAreOpen = false

    /// Every rule passes, nothing is missing, and no cap is used or binds: most of what is said hangs on the measure alone.
    var isPlain: Bool {
        self.allPass && self.capsAreUntouched && self.bindingCap == -1 && self.outcome != .undetermined
    }

    /// Makes room for the largest of the measures.
    init(rules: Int, caps: Int, lines: Int, steps: Int) {
        self.verdicts = .allocate(capacity: rules + 1)
        self.verdicts.initialize(repeating: .notAsked, count: rules + 1)
        self.waiting = .allocate(capacity: rules + 1)
        self.waiting.initialize(repeating: .unset, count: rules + 1)
        self.caps = .allocate(capacity: caps + 1)
        self.caps.initialize(repeating: CapState(used: 0, remaining: 0), count: caps + 1)
        self.lines = .allocate(capacity: lines + 1)
        self.lines.initialize(repeating: .unset, count: lines + 1)
        self.steps = .allocate(capacity: steps + 1)
        self.steps.initialize(repeating: .unbounded, count: steps + 1)
    }

    func deallocate() {
        self.verdicts.deallocate()
        self.waiting.deallocate()
        self.caps.deallocate()
        self.lines.deallocate()
        self.steps.deallocate()
    }

    /// Forgets the application before.
    mutating func reset() {
        self.outcome = .notInForce
        self.amount = nil
        self.potential = nil
        self.bindingCap = -1
        self.allPass = false
        self.capsAreUntouched = false
        self.subjectIsMissing = false
        self.awardsAreMissing = false
        self.awardsAreUnknown = false
        self.noAwardIsReported = false
        self.envelopes = UnsafeBufferPointer(start: nil, count: 0)
        self.isOutsideCondition = false
        self.isConditionOpen = false
        self.usedUpIsOpen = false
        self.linesWait = false
        self.figureIsOpen = false
        self.stepCount = 0
        self.stepsAreOpen = false
    }
}
