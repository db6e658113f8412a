//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdPolicy
internal import GrantdSchema

/// The lines of a measure's rows, a column for each line that one of its versions has.
final class LineColumns {
    private enum Column {
        case number(NumberColumn<Int64>)
        case date(NumberColumn<Int32>)
        case flag(FlagColumn)
        case text(TextColumn)
        case texts(TextListColumn)

        init(_ kind: LineRule.Kind, rows: Int) {
            self =
                switch kind {
                case .amount, .quantity: .number(NumberColumn(.int64, rows: rows))
                case .date: .date(NumberColumn(.date32, rows: rows))
                case .flag: .flag(FlagColumn(rows: rows))
                case .name, .month: .text(TextColumn(rows: rows))
                case .names: .texts(TextListColumn(rows: rows))
                }
        }

        var column: any ReplyColumn {
            switch self {
            case .number(let column): column
            case .date(let column): column
            case .flag(let column): column
            case .text(let column): column
            case .texts(let column): column
            }
        }

        /// Whether what a row has ends where the next one's begins.
        var hasEnds: Bool {
            switch self {
            case .text, .texts: true
            case .number, .date, .flag: false
            }
        }

        /// What a row takes, in bytes.
        var width: Int {
            switch self {
            case .number: 8
            case .date, .text, .texts: 4
            case .flag: 1
            }
        }
    }

    /// By line: its path, and whether one of another kind has the same.
    private let paths: [String]
    private let all: [Column]
    /// Those whose rows have an end.
    private let ending: [Column]
    /// By version and line, the column.
    private let indices: [[Int]]
    private let rows: Int

    /// - Parameter versions: Those of the measure.
    init(_ versions: [Measure], rows: Int) {
        var known: [String: Int] = [:]
        var indices: [[Int]] = []
        var paths: [String] = []
        var all: [Column] = []
        for measure in versions {
            indices.append([])
            for line in measure.lines {
                // A line that another version has as something else gets a column beside that one's.
                let key = "\(line.id) \(Self.layout(line.kind))"
                if known[key] == nil {
                    known[key] = all.count
                    paths.append("lines." + line.id)
                    all.append(Column(line.kind, rows: rows))
                }
                indices[indices.count - 1].append(known[key] ?? 0)
            }
        }
        self.paths = paths
        self.all = all
        self.ending = all.filter(\.hasEnds)
        self.indices = indices
        self.rows = rows
    }

    private static func layout(_ kind: LineRule.Kind) -> Int {
        switch kind {
        case .amount, .quantity: 0
        case .date: 1
        case .flag: 2
        case .name, .month: 3
        case .names: 4
        }
    }

    var bytes: Int { self.all.reduce(0) { $0 + self.rows * $1.width + $1.column.grownBytes } }

    var columns: [(path: String, column: any ReplyColumn)] {
        zip(self.paths, self.all).map { ($0, $1.column) }
    }

    /// Adds the lines that were just drawn.
    func add(
        _ row: Int,
        version: Int,
        _ plan: UnsafePointer<MeasurePlan>,
        _ decision: UnsafePointer<Decision>,
        _ workspace: Workspace
    ) {
        for index in plan.pointee.lines.indices {
            let value = decision.pointee.lines[index]
            switch self.all[self.indices[version][index]] {
            case .number(let column): if let number = value.asInt { column.set(row, number) }
            case .date(let column): if let day = value.asDate { column.set(row, Int32(clamping: day)) }
            case .flag(let column): if let flag = value.asBool { column.set(row, flag) }
            case .text(let column): if let text = value.asStringBytes { column.set(row, text) }
            case .texts(let column):
                guard value.kind == .list else { continue }
                column.begin(row)
                for entry in 0..<value.listCount {
                    guard let name = workspace.element(of: value, at: entry)?.asStringBytes else { continue }
                    column.add(name)
                }
            }
        }
    }

    /// The row is over.
    @inline(__always)
    func close(_ row: Int) {
        for column in self.ending { column.column.close(row) }
    }
}
