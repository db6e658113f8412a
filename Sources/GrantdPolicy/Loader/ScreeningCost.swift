//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Adds up what a screening of all measures may cost, and finds the measure with which that goes beyond its bound.
struct ScreeningCost {
    private var total: UInt64 = 0
    /// The first measure that is too much, once there is one.
    private(set) var diagnostic: PolicyDiagnostic?

    /// Adds the measures of a programme.
    mutating func add(_ programme: Programme) {
        var largest: [(field: String, cost: UInt64)] = []
        for measure in programme.measures {
            // The versions of a measure stand together.
            if largest.last?.field == measure.factsField {
                largest[largest.count - 1].cost = max(largest[largest.count - 1].cost, measure.largestCost)
            } else {
                largest.append((measure.factsField, measure.largestCost))
            }
        }
        for (field, cost) in largest where self.diagnostic == nil {
            let (sum, overflows) = self.total.addingReportingOverflow(cost)
            self.total = overflows ? .max : sum
            guard self.total > LoaderLimits.screeningCost else { continue }
            self.diagnostic = self.tooMuch(field, cost, programme)
        }
    }

    private func tooMuch(_ field: String, _ cost: UInt64, _ programme: Programme) -> PolicyDiagnostic {
        let position = programme.facts.members.first { $0.name == field }?.position ?? .start
        let source = SourceText(String(decoding: programme.file.bytes, as: UTF8.self))
        return PolicyDiagnostic(
            file: programme.fileName,
            line: position.line,
            column: position.column,
            code: .cost,
            message: Text(
                zh: """
                    这项措施最多要算 \(cost) 步；到它为止，所有措施一并筛查最多要算 \(self.total) 步，而一次调用至多算 \
                    \(LoaderLimits.screeningCost) 步
                    """,
                en: """
                    the measure may cost \(cost) steps; with it, screening all measures may cost \(self.total), and at most \
                    \(LoaderLimits.screeningCost) is allowed
                    """
            ),
            sourceLine: source.line(position.line)
        )
    }
}
