//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdCEL

extension Measure {
    /// Every expression of the measure.
    package var programs: [Program] {
        var programs = self.definitions.map(\.program)
        programs += [self.inForceCondition, self.usedUp?.condition, self.calculator?.needs].compactMap { $0 }
        programs += self.refusals.map(\.when)
        for rule in self.rules {
            if let asked = rule.guardCondition { programs.append(asked) }
            switch rule.kind {
            case .requirement(let when): programs.append(when)
            case .bar(let condition, _, _): programs.append(condition)
            case .alreadyAwarded: break
            }
        }
        for step in self.award ?? [] {
            switch step {
            case .base(let program, _, _): programs.append(program)
            case .table(let table): programs.append(table.key)
            default: continue
            }
        }
        for line in self.lines { programs += [line.when, line.value].compactMap { $0 } }
        return programs
    }

    /// What all expressions and the calculator of the measure cost together at most, in steps, with lists and texts as long as
    /// they may be. Stays at 2^64 - 1 where it would go beyond.
    package var largestCost: UInt64 {
        var programs = self.programs
        for rule in self.rules {
            if case .bar(_, let assuming, _) = rule.kind { programs.append(assuming) }
        }
        let computing = UInt64(self.calculator?.calculator.stepsOfEntry ?? 0) * UInt64(FactsChecker.longestList)
        return programs.reduce(computing) { total, program in
            let (sum, overflows) = total.addingReportingOverflow(program.cost.maximum)
            return overflows ? .max : sum
        }
    }

    /// A cap or the once-only rule goes by earlier awards, whatever the facts.
    package var isUsedUpByAwards: Bool { self.oncePerSubject || !self.caps.isEmpty }

    /// A cap, the once-only rule or an expression goes by earlier awards.
    package var hangsOnPriorAwards: Bool {
        self.isUsedUpByAwards || self.programs.contains { $0.reads(ProgramInputs.priorAwards) }
    }
}

extension Program {
    /// Whether the expression reads an input.
    package func reads(_ input: Int) -> Bool { self.references.contains { $0.input == input } }
}
