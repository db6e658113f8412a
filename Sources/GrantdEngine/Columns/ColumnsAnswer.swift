//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdPolicy
internal import GrantdSchema

/// What the rows of a request come to, column by column.
final class ColumnsAnswer {
    /// What else may use a measure up has its place behind the caps.
    private struct Strides {
        let rules: Int
        let facts: Int
        let caps: Int
    }

    private let rows: Int
    private let entry: PolicySet.Entry
    private let details: ArraySlice<MeasureDetails>

    private let outcome: NumberColumn<Int32>
    private let amount: NumberColumn<Int64>
    private let potential: NumberColumn<Int64>
    private let basis: NumberColumn<Int32>
    private let bindingCap: DictionaryColumn
    private let failed: DictionaryListColumn
    private let missing: DictionaryListColumn
    private let inForceFrom: NumberColumn<Int32>
    private let lines: LineColumns
    // Made when a row has one.
    private lazy var missingOmitted = NumberColumn<Int32>(.int32, rows: self.rows)
    private lazy var ledgerAwards = TextListColumn(rows: self.rows)
    private lazy var ledgerAwardsOmitted = NumberColumn<Int32>(.int32, rows: self.rows)
    private lazy var errors = ErrorColumns(rows: self.rows)
    private lazy var explanation = DictionaryListColumn(rows: self.rows, fields: ["rule", "clause", "zh", "en"])
    private var hasMissingOmitted = false
    private var hasLedgerAwards = false
    private var hasLedgerAwardsOmitted = false
    private var hasErrors = false
    private var hasExplanation = false

    // By version and by rule, fact or cap: its place in the dictionary; -1: it is not there yet.
    private let strides: Strides
    private let places: UnsafeMutablePointer<Int32>
    /// The rules of the dictionary of `failed`.
    private var failedRules: [Rule] = []
    /// Of the row that was assessed first; whether there are others.
    private var version = -1
    private var hasSeveralVersions = false
    private let steps = ByteWriter(limit: 16 << 20)

    /// Makes room for the answers of a measure's rows.
    init(rows: Int, entry: PolicySet.Entry, _ plans: Plans) {
        self.rows = rows
        self.entry = entry
        self.details = plans.details[entry.versions]
        self.outcome = NumberColumn(.int32, rows: rows)
        self.amount = NumberColumn(.int64, rows: rows)
        self.potential = NumberColumn(.int64, rows: rows)
        self.basis = NumberColumn(.int32, rows: rows)
        self.bindingCap = DictionaryColumn(rows: rows)
        self.failed = DictionaryListColumn(rows: rows)
        self.missing = DictionaryListColumn(rows: rows)
        self.inForceFrom = NumberColumn(.date32, rows: rows)
        self.lines = LineColumns(self.details.map(\.measure), rows: rows)
        self.strides = Strides(
            rules: self.details.map(\.measure.rules.count).max() ?? 0,
            facts: self.details.map(\.measure.facts.count).max() ?? 0,
            caps: (self.details.map(\.measure.caps.count).max() ?? 0) + 1
        )
        let count = (self.strides.rules + self.strides.facts + self.strides.caps) * self.details.count
        self.places = .allocate(capacity: count + 1)
        self.places.initialize(repeating: -1, count: count + 1)
    }

    deinit { self.places.deallocate() }

    /// What has been taken of memory, in bytes, and will stand in the reply, more or less.
    var bytes: Int {
        var bytes = self.rows * 40 + self.lines.bytes + self.bindingCap.grownBytes + self.failed.grownBytes
        bytes += self.missing.grownBytes
        if self.hasErrors { bytes += self.rows * 16 + self.errors.grownBytes }
        if self.hasExplanation { bytes += self.explanation.grownBytes }
        if self.hasLedgerAwards { bytes += self.ledgerAwards.grownBytes }
        return bytes
    }

    // MARK: - Rows

    /// Adds what was just decided.
    func add(_ row: Int, _ plan: UnsafePointer<MeasurePlan>, _ evaluator: Evaluator) {
        let decision = UnsafePointer(evaluator.assessor.decision)
        let index = plan.pointee.version
        if index != self.version { self.meet(index) }
        let outcome = decision.pointee.outcome
        self.outcome.set(row, Int32(outcome.rawValue))
        if let amount = decision.pointee.amount { self.amount.set(row, amount) }
        if let potential = decision.pointee.potential { self.potential.set(row, potential) }
        self.basis.set(row, plan.pointee.basis)
        self.inForceFrom.set(row, plan.pointee.firstDay)
        self.failed.begin(row)
        self.missing.begin(row)
        if outcome != .notInForce, decision.pointee.bindingCap != -1 { self.addBinding(row, plan, decision) }
        switch outcome {
        case .ineligible: self.addFailures(plan, decision)
        case .undetermined: self.addMissing(row, plan, evaluator.assessor.missing)
        case .eligible, .exhausted:
            if !plan.pointee.lines.isEmpty {
                self.lines.add(
                    row,
                    version: index - self.entry.versions.lowerBound,
                    plan,
                    decision,
                    evaluator.assessor.workspace
                )
            }
        case .notInForce: break
        }
        self.close(row)
    }

    /// Adds what is wrong with a row.
    func add(_ row: Int, _ error: CallError) {
        self.hasErrors = true
        self.errors.set(row, error)
        self.close(row)
    }

    /// Adds the reasoning of the row that was just decided, before it is added itself.
    func explain(
        _ row: Int,
        _ plan: UnsafePointer<MeasurePlan>,
        _ input: ApplicationInput,
        _ evaluator: Evaluator
    ) throws(CallError) {
        self.steps.reset()
        guard evaluator.explain(plan, input, into: self.steps) else { throw .replyTooLarge }
        self.hasExplanation = true
        self.explanation.begin(row)
        var reader = WireReader(self.steps.bytes)
        while reader.tag() != nil, let step = reader.lengthDelimited() { self.explanation.add(Self.texts(of: step)) }
    }

    /// Adds what is told of the book's awards.
    func add(_ row: Int, _ told: LedgerJoin.Told) {
        if !told.newest.isEmpty {
            self.hasLedgerAwards = true
            self.ledgerAwards.begin(row)
            for id in told.newest {
                var id = id
                id.withUTF8 { self.ledgerAwards.add(UnsafeRawBufferPointer($0)) }
            }
        }
        if let omitted = told.omitted {
            self.hasLedgerAwardsOmitted = true
            self.ledgerAwardsOmitted.set(row, omitted)
        }
    }

    /// A version that the row before does not fall under.
    private func meet(_ index: Int) {
        if self.version >= 0 { self.hasSeveralVersions = true }
        self.version = index
    }

    @inline(__always)
    private func close(_ row: Int) {
        self.failed.close(row)
        self.missing.close(row)
        self.lines.close(row)
        if self.hasLedgerAwards { self.ledgerAwards.close(row) }
        if self.hasExplanation { self.explanation.close(row) }
    }

    /// What has its place in a dictionary.
    private enum Kind {
        case rule
        case fact
        case cap
    }

    /// The place of a rule, a fact or a cap of a version in its dictionary.
    @inline(__always)
    private func place(_ kind: Kind, _ index: Int, of plan: UnsafePointer<MeasurePlan>) -> UnsafeMutablePointer<Int32> {
        let version = plan.pointee.version - self.entry.versions.lowerBound
        let strides = self.strides
        let first =
            switch kind {
            case .rule: 0
            case .fact: strides.rules
            case .cap: strides.rules + strides.facts
            }
        return self.places + version * (strides.rules + strides.facts + strides.caps) + first + index
    }

    private func addBinding(_ row: Int, _ plan: UnsafePointer<MeasurePlan>, _ decision: UnsafePointer<Decision>) {
        let binding = decision.pointee.bindingCap
        let own = plan.pointee.caps.count
        if binding >= own {
            let id = decision.pointee.envelopes[binding - own].capID
            return self.bindingCap.set(row, String(decoding: id, as: UTF8.self))
        }
        let place = self.place(.cap, binding >= 0 ? binding : own, of: plan)
        if place.pointee < 0 {
            // Not before: a measure is a hundred references to be counted.
            let measure = self.measure(of: plan)
            let id = binding >= 0 ? measure.caps[binding].id : measure.usedUp?.cap ?? ""
            place.pointee = self.bindingCap.texts.index(of: id)
        }
        self.bindingCap.set(row, place.pointee)
    }

    private func addFailures(_ plan: UnsafePointer<MeasurePlan>, _ decision: UnsafePointer<Decision>) {
        for index in plan.pointee.rules.indices where decision.pointee.verdicts[index] == .fail {
            let place = self.place(.rule, index, of: plan)
            if place.pointee < 0 { place.pointee = self.failedRule(self.measure(of: plan).rules[index]) }
            self.failed.add(place.pointee)
        }
    }

    /// The place of a rule, which stands there once for all versions that say the same of it.
    private func failedRule(_ rule: Rule) -> Int32 {
        let known = self.failedRules.firstIndex {
            $0.id == rule.id && $0.clause == rule.clause && $0.label == rule.label && $0.isBar == rule.isBar
        }
        if let known { return Int32(known) }
        self.failedRules.append(rule)
        return self.failed.dictionary.append(rule.id)
    }

    private func addMissing(_ row: Int, _ plan: UnsafePointer<MeasurePlan>, _ list: MissingList) {
        for item in list.items {
            if item >= 0 {
                let place = self.place(.fact, Int(item), of: plan)
                if place.pointee < 0 {
                    let path = self.measure(of: plan).facts[Int(item)].wirePath
                    place.pointee = self.missing.dictionary.index(of: path)
                }
                self.missing.add(place.pointee)
            } else if item == MissingList.subject {
                self.missing.add(self.missing.dictionary.index(of: "subject_id"))
            } else if item == MissingList.priorAwards {
                self.missing.add(self.missing.dictionary.index(of: "prior_awards"))
            } else {
                self.missing.add(self.missing.dictionary.index(of: list.nested(item).path))
            }
        }
        if list.omitted > 0 {
            self.hasMissingOmitted = true
            self.missingOmitted.set(row, Int32(clamping: list.omitted))
        }
    }

    private func measure(of plan: UnsafePointer<MeasurePlan>) -> Measure {
        self.details[plan.pointee.version].measure
    }

    private static func texts(of step: WireReader) -> [String] {
        var texts = ["", "", "", ""]
        var reader = step
        while let tag = reader.tag(), let content = reader.lengthDelimited() {
            switch tag.field {
            case ReplyField.Explanation.rule: texts[0] = content.string
            case ReplyField.Explanation.clause: texts[1] = content.string
            default:
                var text = content
                while let language = text.tag(), let words = text.lengthDelimited() {
                    texts[language.field == ReplyField.Text.zh ? 2 : 3] = words.string
                }
            }
        }
        return texts
    }

    // MARK: - The reply

    /// The columns by their paths, in the order of the contract.
    func columns() -> [(path: String, column: any ReplyColumn)] {
        var columns: [(path: String, column: any ReplyColumn)] = [
            ("outcome", self.outcome), ("amount_fen", self.amount), ("potential_amount_fen", self.potential),
            ("basis", self.basis), ("binding_cap", self.bindingCap), ("failed", self.failed),
            ("missing", self.missing),
        ]
        columns += self.lines.columns
        if self.hasMissingOmitted { columns.append(("missing_omitted", self.missingOmitted)) }
        if self.hasSeveralVersions { columns.append(("in_force_from", self.inForceFrom)) }
        if self.hasLedgerAwards { columns.append(("ledger_awards", self.ledgerAwards)) }
        if self.hasLedgerAwardsOmitted { columns.append(("ledger_awards_omitted", self.ledgerAwardsOmitted)) }
        if self.hasErrors { columns += self.errors.columns }
        if self.hasExplanation { columns.append(("explanation", self.explanation)) }
        return columns
    }

    /// Writes what stands behind the columns.
    func writeEnd(of programme: Programme, into reply: ByteWriter) {
        let version = self.version >= 0 ? self.version : self.entry.versions.upperBound - 1
        let isOne = self.version >= 0 && !self.hasSeveralVersions
        let policy = MeasureSegments.policy(of: self.details[version].measure, in: programme, withDates: isOne)
        policy.bytes.withUnsafeBytes { reply.write(field: ReplyField.ColumnsResponse.policy, $0) }
        for rule in self.failedRules {
            var bytes = MessageBytes()
            bytes.add(rule.id, field: ReplyField.FailedRule.rule)
            bytes.add(varint: rule.isBar ? 2 : 1, field: ReplyField.FailedRule.kind)
            bytes.add(rule.clause, field: ReplyField.FailedRule.clause)
            bytes.add(rule.label, field: ReplyField.FailedRule.label)
            bytes.bytes.withUnsafeBytes { reply.write(field: ReplyField.ColumnsResponse.failedRules, $0) }
        }
    }
}

extension WireReader {
    fileprivate var string: String {
        String(decoding: self.bytes, as: UTF8.self)
    }
}

/// What is wrong with rows.
private final class ErrorColumns {
    private let code: NumberColumn<Int32>
    private let status: DictionaryColumn
    private let message: DictionaryColumn
    private let field: DictionaryColumn

    init(rows: Int) {
        self.code = NumberColumn(.int32, rows: rows)
        self.status = DictionaryColumn(rows: rows)
        self.message = DictionaryColumn(rows: rows)
        self.field = DictionaryColumn(rows: rows)
    }

    func set(_ row: Int, _ error: CallError) {
        self.code.set(row, error.code)
        self.status.set(row, error.status.rawValue)
        self.message.set(row, error.message)
        self.field.set(row, error.field)
    }

    var grownBytes: Int { self.status.grownBytes + self.message.grownBytes + self.field.grownBytes }

    var columns: [(path: String, column: any ReplyColumn)] {
        [
            ("error.code", self.code), ("error.status", self.status), ("error.message", self.message),
            ("error.field", self.field),
        ]
    }
}
