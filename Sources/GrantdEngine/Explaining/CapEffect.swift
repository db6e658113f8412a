//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What one cap does to the sum before it, as far as that is known.
enum CapEffect: Equatable {
    /// It cuts the sum by so much, in fen.
    case cuts(by: UInt128)
    /// The same, and perhaps by more: what some cap of the step has used is not known.
    case cutsAtLeast(by: UInt128)
    /// The sum is more than is left, but a cap of the same step leaves less.
    case yields
    /// The sum is more than is left, and another cap of the same step leaves as much.
    case ties
    case leavesAlone
    /// Nothing is left, and the sum is not known.
    case nothingLeft
    case unknown

    /// The effect of a cap in a step.
    ///
    /// - Parameters:
    ///   - cap: The index of the cap among the measure's.
    ///   - step: The caps that are taken in one step, this one among them.
    ///   - states: By cap of the measure.
    ///   - before: The sum before the step.
    ///   - isOpen: `before` is only the most that the sum could be.
    init(
        of cap: Int,
        in step: Slice<UnsafeBufferPointer<Int>>,
        _ states: UnsafePointer<CapState>,
        before: Figure,
        isOpen: Bool
    ) {
        let state = states[cap]
        if !before.exceeds(state.remaining), state.used != nil || before.fen == 0 {
            self = .leavesAlone
        } else if isOpen || before.fen == nil {
            self = state.isExhausted ? .nothingLeft : .unknown
        } else if let fen = before.fen, before.exceeds(state.remaining) {
            let least = step.map { states[$0].remaining }.min() ?? state.remaining
            let first = step.filter { states[$0].remaining == least }.min() ?? cap
            if cap == first {
                let cut = fen - UInt128(max(state.remaining, 0))
                let isCertain = step.allSatisfy { states[$0].used != nil }
                self = isCertain ? .cuts(by: cut) : .cutsAtLeast(by: cut)
            } else if state.used == nil {
                self = .unknown
            } else {
                self = state.remaining > least ? .yields : .ties
            }
        } else {
            self = .unknown
        }
    }

    /// Adds the effect in words. One that hangs on what is not known yet is told as what would be.
    func tell(isConditional: Bool, _ zh: TextBuffer, _ en: TextBuffer) {
        switch self {
        case .cuts(let cut):
            zh.append(isConditional ? "；如符合条件，将据此核减 " : "；据此核减 ")
            en.append(isConditional ? "; it would cut the sum by " : "; it cuts the sum by ")
            Wording.money(cut, zh, en)
        case .cutsAtLeast(let cut):
            zh.append("；如符合条件，将据此至少核减 ")
            en.append("; it would cut the sum by at least ")
            Wording.money(cut, zh, en)
        case .yields:
            zh.append("；本应核减，但适用更严的上限")
            en.append("; it would cut the sum, but a stricter cap applies")
        case .ties:
            zh.append("；本应核减，但所余相同的另一上限已适用")
            en.append("; it would cut the sum, but another cap that leaves the same applies")
        case .leavesAlone:
            zh.append(isConditional ? "；不会核减" : "；未作核减")
            en.append(isConditional ? "; it would not cut the sum" : "; it does not cut the sum")
        case .nothingLeft:
            zh.append("；已无余额，无论数额多少")
            en.append("; nothing of it is left, whatever the sum")
        case .unknown:
            zh.append("；是否核减尚不能判断")
            en.append("; whether it cuts the sum is not known")
        }
    }
}
