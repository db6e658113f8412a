//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A policy file as it is written: read, with every word in its place, and not yet checked against the contract.
///
/// What was missing or misspelt is `nil`; the problem stands in the file's ``DiagnosticCollector`` already.
struct ProgrammeDraft {
    var position: SourcePosition
    var id: Located<String>?
    var documentNumber: String?
    var title: Text?
    var issuer: Text?
    var issued: String?
    var gazette: String?
    var inForce: DateInterval?
    /// The clause that the days are from.
    var inForceClause: String?
    var figures = Figures()
    /// The package of its messages; `nil` for the contract's own.
    var package: Located<String>?
    var types: [TypeDraft] = []
    /// The numbers of measures that are gone.
    var reserved: [Located<Int64>] = []
    var shared = SharedParts()
    var measures: [MeasureDraft] = []

    var facts: [FactDraft] { self.shared.facts }
    var rules: [SharedRuleDraft] { self.shared.rules }
    var definitions: [DefinitionDraft] { self.shared.definitions }
}

/// What a file describes once for several measures.
struct SharedParts {
    var facts: [FactDraft] = []
    var rules: [SharedRuleDraft] = []
    var definitions: [DefinitionDraft] = []
}

/// What the measures of a programme share, by name.
struct SharedDrafts {
    let inForce: DateInterval?
    /// The clause that the days are from.
    let inForceClause: String?
    let facts: [String: FactDraft]
    let rules: [String: SharedRuleDraft]
    /// In the file's order.
    let definitions: [DefinitionDraft]

    init(_ parts: SharedParts, within inForce: DateInterval?, by clause: String?) {
        self.inForce = inForce
        self.inForceClause = clause
        self.facts = FactDraft.byPath(parts.facts)
        self.rules = Dictionary(
            parts.rules.map { ($0.name.value, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        self.definitions = parts.definitions
    }
}

/// What people read in place of names: `values: {FDA: {zh: …, en: …}}`.
struct ValueLabelsDraft {
    var position: SourcePosition
    /// By name, each once; a label that could not be read is `nil`.
    var labels: [(name: Located<String>, label: Text?)]
}

/// One entry under the programme's `rules`.
struct SharedRuleDraft {
    var name: Located<String>
    var rule: RuleDraft?
}

/// An expression and the node that holds it, so that a place in the one can be found in the other.
struct ExpressionDraft: Sendable {
    let text: String
    let node: YAMLNode

    var position: SourcePosition { self.node.position }
}

/// One ground of a bar.
struct GroundDraft {
    let ground: ExpressionDraft?
    let unless: ExpressionDraft?
}

/// A rule with its condition.
struct RuleDraft {
    enum Condition {
        case when(ExpressionDraft)
        case bar(grounds: [GroundDraft], unless: ExpressionDraft?)
    }

    var position: SourcePosition
    var condition: Condition?
    /// The rule is asked only where this holds.
    var guardCondition: ExpressionDraft?
    var clause: String?
    var label: Text?
    /// Where the label stands, if there is one.
    var labelPosition: SourcePosition?
    /// Whether a label was written, right or wrong.
    var hasLabel: Bool
    var stage = Stage.application
    var assumable: Bool
}

/// An entry of `requires` or `bars`.
enum RuleReferenceDraft {
    /// A rule of the programme by its name.
    case shared(Located<String>)
    case own(id: Located<String>, RuleDraft)
}

/// One entry of `measures`.
struct MeasureDraft {
    var position: SourcePosition
    var id: Located<String>?
    var title: Text?
    var clause: String?
    var basis: Located<Basis>?
    var inForce: Located<DateInterval>?
    /// The clause that the days are from.
    var inForceClause: String?
    var inForceCondition: ExpressionDraft?
    var isScreenedOnRequest = false
    /// Whether `in_force` was written, right or wrong.
    var hasOwnInterval = false
    /// Whether it is one of another measure's `versions`.
    var isLaterVersion = false
    /// The figures that it may name: its own over its programme's.
    var figures = Figures()
    /// Whether one of its own figures has the name of one of the programme's.
    var overridesFigures = false
    /// What it shares with others, read with its own figures; `nil` where these are the programme's.
    var sharedParts: SharedParts?
    var agencyRate: Located<Ratio>?
    /// The measure's member of the application's `facts`.
    var number: Located<Int64>?
    var types: [TypeDraft] = []
    /// The numbers of facts that are gone.
    var reserved: [Located<Int64>] = []
    var facts: [FactDraft] = []
    var factsPosition: SourcePosition
    var requires: [RuleReferenceDraft] = []
    var bars: [RuleReferenceDraft] = []
    var once: SourcePosition?
    var caps: [CapDraft] = []
    var award: AwardDraft?
    var usedUp: UsedUpDraft?
    var refusals: [RefusalDraft] = []
    var calculator: CalculatorDraft?
    var definitions: [DefinitionDraft] = []
    var lines: [LineDraft] = []
    /// Whether every rule, definition and line could be read.
    var isWhole = true
}

/// One entry of `caps`.
struct CapDraft {
    var scope: Located<CapScope>
    var limit: Int64?
}

/// The value of `award`.
enum AwardDraft {
    case none(SourcePosition)
    case steps([Located<StepDraft>], SourcePosition)
}

/// One step of an award.
enum StepDraft: Sendable {
    case base(ExpressionDraft, label: Text?)
    case baseCaps
    case fixed(Int64)
    case table(on: ExpressionDraft, rows: [RowDraft])
    case rate(Ratio)
    case round(Rounding)
    case cap(String)
    case limit(Int64)
    case noCap
    /// A step that was misspelt; its key, where it has one. It keeps its place, so that the others can be judged.
    case broken(String?)
}

/// One row of a table.
struct RowDraft: Sendable {
    let name: Located<String>
    let fen: Int64?
}

/// One entry of `define`.
struct DefinitionDraft {
    enum Body {
        case expression(ExpressionDraft)
        case table(TableDraft)
    }

    let name: Located<String>
    let body: Body

    /// The expressions in it.
    var expressions: [ExpressionDraft] {
        switch self.body {
        case .expression(let expression): [expression]
        case .table(let table): [table.key]
        }
    }
}

/// One entry of `lines`.
struct LineDraft {
    var position: SourcePosition
    var id: Located<String>?
    var kind: LineRule.Kind?
    var value: ExpressionDraft?
    var when: ExpressionDraft?
    var isAsked = false
    var basis: Basis?
    var label: Text?
    /// Labels of the names that come out.
    var values: ValueLabelsDraft?
}

/// A definition by the values of an enum.
struct TableDraft {
    /// What stands for a value.
    enum Cell {
        case int(Int64)
        case text(String)
    }

    let key: ExpressionDraft
    let rows: [(name: Located<String>, cell: Cell)]
}

/// What uses the measure up beside its caps.
struct UsedUpDraft {
    let when: ExpressionDraft
    let cap: Located<String>
    let label: Text
}

/// A request that is refused.
struct RefusalDraft {
    let when: ExpressionDraft
    let field: Located<String>
    let message: String
}

/// What a calculator is asked for.
struct CalculatorDraft {
    let name: Located<String>
    /// What it needs known.
    let needs: ExpressionDraft
    let figures: [(name: Located<String>, value: Int64)]
    let figuresPosition: SourcePosition
}
