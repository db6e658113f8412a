//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

/// An award's steps, made ready: ratios that follow each other are one, and each rounding stands with the step it rounds.
struct AwardPlan {
    /// One step. The first one sets the figure, the others change it.
    enum Step {
        /// The program at this index of the measure's; a figure under 0 is 0.
        case base(program: Int)
        /// A sum known when the policies were loaded.
        case fixed(fen: Int64)
        /// By the enum value of a program, the sums of the rows `rows`; `most` is the largest of them.
        case table(program: Int, rows: Range<Int>, most: Int64)
        /// The figure times `numerator / denominator`.
        case rate(numerator: UInt64, denominator: UInt64, rounding: Rounding)
        /// Cut off below the yuan.
        case downToYuan
        /// What is left of the caps at these indices, taken in one step.
        case caps(Range<Int>)
        /// A sum that no award uses up.
        case limit(fen: Int64)
    }

    /// One row of a table.
    struct Row {
        let number: Int32
        let fen: Int64
    }

    let steps: [Step]
    /// The programs that the figure hangs on, as indices of the measure's.
    let programs: [Int]
    let rows: [Row]
    /// The caps that the steps take, as indices of the measure's caps; the ranges of ``Step/caps(_:)`` are ranges of these.
    let takenCaps: [Int]
    /// By step, how many steps of the policy file it stands for; 0 for caps.
    let wordCounts: [Int]

    /// Makes the plan of a measure's award.
    ///
    /// - Parameters:
    ///   - limits: The measure's caps, in fen.
    ///   - register: Takes a program among the measure's and gives its index.
    init(_ award: [AwardStep], limits: [Int64], register: (Program) -> Int) {
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
                steps.append(.base(program: index))
                programs.append(index)
            case .baseCaps:
                steps.append(.fixed(fen: limits.min() ?? 0))
            case .fixed(let fen):
                steps.append(.fixed(fen: fen))
            case .table(let table):
                let start = rows.count
                rows += table.rows.map { Row(number: $0.number, fen: $0.fen) }
                let most = table.rows.map(\.fen).max() ?? 0
                let index = register(table.key)
                steps.append(.table(program: index, rows: start..<rows.count, most: most))
                programs.append(index)
            case .rate(let ratio):
                Self.rate(ratio, &steps)
            case .round(let rounding):
                Self.round(rounding, &steps)
            case .cap(let index):
                takenCaps.append(index)
                if case .caps(let range) = steps.last {
                    steps[steps.count - 1] = .caps(range.lowerBound..<takenCaps.count)
                } else {
                    steps.append(.caps(takenCaps.count - 1..<takenCaps.count))
                }
            case .limit(let fen):
                steps.append(.limit(fen: fen))
            case .noCap:
                break
            }
        }
        self.steps = steps
        self.programs = programs
        self.rows = rows
        self.takenCaps = takenCaps
        self.wordCounts = wordCounts
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

    /// A rounding belongs to the rate before it; elsewhere the figure is whole already, and only yuan are left to round to.
    private static func round(_ rounding: Rounding, _ steps: inout [Step]) {
        if case .rate(let numerator, let denominator, _) = steps.last {
            steps[steps.count - 1] = .rate(numerator: numerator, denominator: denominator, rounding: rounding)
        } else if rounding == .downToYuan {
            steps.append(.downToYuan)
        }
    }
}
