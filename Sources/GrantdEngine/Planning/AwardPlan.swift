//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdPolicy

/// An award's steps, made ready. Its memory belongs to the measure's plan.
///
/// Ratios that follow each other stay an exact fraction, and what is under a fen is cut off once, behind the last of
/// them: where a rounding, a cap or the end of the award follows. A rounding that is written is always taken where it
/// stands. Only ratios whose product has no terms of 64 bits are taken one by one, each down to the fen.
struct AwardPlan: BitwiseCopyable {
    /// One step. The first one sets the figure, the others change it.
    enum Step: BitwiseCopyable {
        /// The program at this index of the measure's; a figure under 0 is 0.
        case base(program: Int)
        /// A field, read without its program.
        case field(ScalarField, program: Int)
        /// A sum known when the policies were loaded.
        case fixed(fen: Int64)
        /// By the enum value of a program, the sums of the rows from `rows` on; `most` is the largest of them.
        case table(program: Int, rows: Int, count: Int, most: Int64)
        /// The figure times `numerator / denominator`.
        case rate(numerator: UInt64, denominator: UInt64, rounding: Rounding)
        /// A rounding behind a step that leaves whole fen: it cuts off below the yuan, or changes nothing.
        case round(toYuan: Bool)
        /// What is left of the `count` caps from `first` on among ``AwardPlan/takenCaps``, taken in one step.
        case caps(first: Int, count: Int)
        /// A sum that no award uses up.
        case limit(fen: Int64)
    }

    /// One row of a table.
    struct Row: BitwiseCopyable {
        let number: Int32
        let fen: Int64
    }

    let steps: UnsafeBufferPointer<Step>
    let rows: UnsafeBufferPointer<Row>
    /// The caps that the steps take, as indices of the measure's caps.
    let takenCaps: UnsafeBufferPointer<Int>
    /// The programs that the figure hangs on, as indices of the measure's.
    let programs: UnsafeBufferPointer<Int>
    /// By step of the policy file, the index of the step here that it is part of.
    let written: UnsafeBufferPointer<Int>

    /// Makes the plan of a measure's award.
    ///
    /// - Parameters:
    ///   - limits: The measure's caps, in fen.
    ///   - fields: Knows which programs are nothing but a field.
    ///   - register: Takes a program among the measure's and gives its index.
    ///   - store: Owns the plan's memory.
    init(
        _ award: [AwardStep],
        limits: [Int64],
        fields: ScalarFields,
        register: (Program) -> Int,
        _ store: SegmentStore
    ) {
        var steps: [Step] = []
        var programs: [Int] = []
        var rows: [Row] = []
        var takenCaps: [Int] = []
        var written: [Int] = []
        // The last step is a rate behind which no rounding is written.
        var isExact = false
        for step in award {
            var staysExact = false
            switch step {
            case .base(let program, _, _):
                let index = register(program)
                if let field = fields.int64(program) {
                    steps.append(.field(field, program: index))
                } else {
                    steps.append(.base(program: index))
                }
                programs.append(index)
            case .baseCaps:
                steps.append(.fixed(fen: limits.min() ?? 0))
            case .fixed(let fen):
                steps.append(.fixed(fen: fen))
            case .table(let table):
                let most = table.rows.map(\.fen).max() ?? 0
                let index = register(table.key)
                steps.append(.table(program: index, rows: rows.count, count: table.rows.count, most: most))
                rows += table.rows.map { Row(number: $0.number, fen: $0.fen) }
                programs.append(index)
            case .rate(let ratio):
                Self.rate(ratio, isExact: isExact, &steps)
                staysExact = true
            case .round(let rounding):
                Self.round(rounding, isExact: isExact, &steps)
            case .cap(let index):
                takenCaps.append(index)
                if case .caps(let first, let count) = steps.last {
                    steps[steps.count - 1] = .caps(first: first, count: count + 1)
                } else {
                    steps.append(.caps(first: takenCaps.count - 1, count: 1))
                }
            case .limit(let fen):
                steps.append(.limit(fen: fen))
            case .noCap:
                break
            }
            isExact = staysExact
            written.append(max(steps.count - 1, 0))
        }
        self.steps = store.keep(steps)
        self.programs = store.keep(programs)
        self.rows = store.keep(rows)
        self.takenCaps = store.keep(takenCaps)
        self.written = store.keep(written)
    }

    /// A rate; with an exact one before it, it is one fraction, so that nothing is cut off between them.
    private static func rate(_ ratio: Ratio, isExact: Bool, _ steps: inout [Step]) {
        let numerator = UInt64(clamping: ratio.numerator)
        let denominator = max(UInt64(clamping: ratio.denominator), 1)
        if isExact, case .rate(let before, let beforeOver, let rounding) = steps.last {
            // Each numerator against the other denominator: the product is in lowest terms.
            let left = self.greatestCommonDivisor(numerator, beforeOver)
            let right = self.greatestCommonDivisor(before, denominator)
            let (product, productOverflows) = (numerator / left).multipliedReportingOverflow(by: before / right)
            let (over, overOverflows) = (denominator / right).multipliedReportingOverflow(by: beforeOver / left)
            if !productOverflows, !overOverflows {
                steps[steps.count - 1] = .rate(numerator: product, denominator: over, rounding: rounding)
                return
            }
        }
        steps.append(.rate(numerator: numerator, denominator: denominator, rounding: .downToFen))
    }

    /// A rounding belongs to the exact rate before it; elsewhere the figure is whole fen already.
    private static func round(_ rounding: Rounding, isExact: Bool, _ steps: inout [Step]) {
        if isExact, case .rate(let numerator, let denominator, _) = steps.last {
            steps[steps.count - 1] = .rate(numerator: numerator, denominator: denominator, rounding: rounding)
        } else {
            steps.append(.round(toYuan: rounding == .downToYuan))
        }
    }

    /// At least 1, whatever the numbers: it is divided by.
    private static func greatestCommonDivisor(_ left: UInt64, _ right: UInt64) -> UInt64 {
        var (left, right) = (left, right)
        while right != 0 { (left, right) = (right, left % right) }
        return max(left, 1)
    }
}
