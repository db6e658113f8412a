//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

/// An award's steps, made ready: ratios that follow each other are one, and each rounding stands with the step it
/// rounds. Its memory belongs to the measure's plan.
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
        /// Cut off below the yuan.
        case downToYuan
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
    /// By step, how many steps of the policy file it stands for; 0 for caps.
    let wordCounts: UnsafeBufferPointer<Int>

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
        var wordCounts: [Int] = []
        for step in award {
            let hasNoWords =
                switch step {
                case .cap, .noCap: true
                default: false
                }
            defer {
                while wordCounts.count < steps.count { wordCounts.append(0) }
                if !hasNoWords, !steps.isEmpty { wordCounts[steps.count - 1] += 1 }
            }
            switch step {
            case .base(let program, _):
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
                Self.rate(ratio, &steps)
            case .round(let rounding):
                Self.round(rounding, &steps)
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
        }
        self.steps = store.keep(steps)
        self.programs = store.keep(programs)
        self.rows = store.keep(rows)
        self.takenCaps = store.keep(takenCaps)
        self.wordCounts = store.keep(wordCounts)
    }

    /// A rate; one that follows another without a rounding between is taken with it, so that nothing is cut off twice.
    private static func rate(_ ratio: Ratio, _ steps: inout [Step]) {
        let numerator = UInt64(clamping: ratio.numerator)
        let denominator = max(UInt64(clamping: ratio.denominator), 1)
        if case .rate(let before, let beforeOver, .downToFen) = steps.last {
            let (product, productOverflows) = numerator.multipliedReportingOverflow(by: before)
            let (over, overOverflows) = denominator.multipliedReportingOverflow(by: beforeOver)
            if !productOverflows, !overOverflows {
                steps[steps.count - 1] = .rate(numerator: product, denominator: over, rounding: .downToFen)
                return
            }
        }
        steps.append(.rate(numerator: numerator, denominator: denominator, rounding: .downToFen))
    }

    /// A rounding belongs to the rate before it; elsewhere the figure is whole already, and only yuan are left to round
    /// to.
    private static func round(_ rounding: Rounding, _ steps: inout [Step]) {
        if case .rate(let numerator, let denominator, _) = steps.last {
            steps[steps.count - 1] = .rate(numerator: numerator, denominator: denominator, rounding: rounding)
        } else if rounding == .downToYuan {
            steps.append(.downToYuan)
        }
    }
}
