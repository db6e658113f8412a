//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdPolicy

/// Which facts a measure's parts name, for who tells people why something is asked.
extension Measure {
    /// For each rule the indices of the facts that its condition names, through the measure's definitions; a field of a list's
    /// entries counts as the list.
    package var factsOfRules: [[Int]] {
        let fields = ProgramFields(self)
        return self.rules.map { rule in
            switch rule.kind {
            case .requirement(let when): fields.facts(of: [when] + [rule.guardCondition].compactMap { $0 })
            case .bar(let condition, _, _): fields.facts(of: [condition] + [rule.guardCondition].compactMap { $0 })
            case .alreadyAwarded: []
            }
        }
    }

    /// The indices of the facts that the award is computed from.
    package var factsOfAward: [Int] {
        ProgramFields(self).facts(
            of: (self.award ?? []).compactMap { step in
                switch step {
                case .base(let program, _, _): program
                case .table(let table): table.key
                default: nil
                }
            }
        )
    }

    /// Whether the subject matters: to the once-only rule, a cap or a condition.
    package var hangsOnSubject: Bool {
        self.oncePerSubject || self.caps.contains { $0.scope.isPerSubject }
            || self.programs.contains { $0.reads(ProgramInputs.subject) }
    }
}
