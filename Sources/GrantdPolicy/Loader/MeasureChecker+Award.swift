//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

/// A checked award: its steps, or none.
struct CheckedAward {
    let steps: [AwardStep]?
}

extension MeasureChecker {
    /// The award with every step compiled; `nil` after a problem.
    func checkAward() -> CheckedAward? {
        switch self.draft.award {
        case nil: return nil
        case .none(let position)?:
            if let basis = self.draft.basis?.value, basis.hasFigure {
                let message = "the basis \(basis.name) needs a figure, but the award is none"
                self.problems.add(.basisMismatch, at: position, message)
            }
            self.checkCapsAreTaken(by: [])
            self.checkAgencyRate(steps: [])
            return CheckedAward(steps: nil)
        case .steps(let drafts, let position)?:
            if let basis = self.draft.basis?.value, !basis.hasFigure {
                let message = "the basis \(basis.name) has no figure: write award: none"
                self.problems.add(.basisMismatch, at: position, message)
            }
            let steps = drafts.compactMap { self.compile($0) }
            if self.draft.basis?.value.hasFigure ?? true { self.checkOrder(drafts, at: position) }
            self.checkCapsAreTaken(by: drafts)
            self.checkAgencyRate(steps: drafts)
            guard steps.count == drafts.count else { return nil }
            return CheckedAward(steps: self.withAgencyRate(steps))
        }
    }

    /// The agency's rate is taken right behind the base, before any cap.
    private func withAgencyRate(_ steps: [AwardStep]) -> [AwardStep] {
        guard let rate = self.draft.agencyRate?.value, let base = steps.first else { return steps }
        return [base, .rate(rate)] + steps.dropFirst()
    }

    private func compile(_ draft: Located<StepDraft>) -> AwardStep? {
        switch draft.value {
        case .base(let expression, let own):
            let program = self.compiler.compile(expression, expecting: .int)
            let label = own ?? self.factDraft(read: expression.text)?.label
            if program != nil, label == nil {
                let message = "a base that is not one single fact needs the key \"label\""
                self.problems.add(.missingKey, at: draft.position, message)
            }
            guard let program, let label else { return nil }
            return .base(program, expression: expression.text, label: label)
        case .baseCaps:
            if self.draft.caps.isEmpty {
                self.problems.add(.badStep, at: draft.position, "the measure has no caps that could be the amount")
            }
            return .baseCaps
        case .fixed(let fen): return .fixed(fen: fen)
        case .table(let key, let rows): return self.table(on: key, rows).map { .table($0) }
        case .rate(let ratio): return .rate(ratio)
        case .round(let rounding): return .round(rounding)
        case .cap(let name):
            if let index = self.draft.caps.firstIndex(where: { $0.scope.value.name == name }) {
                return .cap(index: index)
            }
            let names = self.draft.caps.map(\.scope.value.name)
            let hint = Suggestion.suffix(for: name, among: names)
            self.problems.add(.unknownCap, at: draft.position, "the measure's caps have no \"\(name)\"\(hint)")
            return nil
        case .limit(let fen): return .limit(fen: fen)
        case .noCap: return .noCap
        case .broken:
            self.compiler.skip()
            return nil
        }
    }

    private func table(on key: ExpressionDraft, _ rows: [RowDraft]) -> AwardTable? {
        guard let program = self.compiler.compile(key, expecting: nil) else { return nil }
        guard case .enumeration(let type) = program.resultType else {
            let message = "a table goes by an enum, and this gives \(program.resultType)"
            self.problems.add(.resultType, at: key.position, message)
            return nil
        }
        let names = type.values.map(\.name).filter { $0 != "NONE" }
        var checked: [AwardTable.Row] = []
        for row in rows {
            guard row.name.value != "NONE" else {
                self.problems.add(.badRow, at: row.name.position, "NONE has no row: it gives nothing")
                continue
            }
            guard let value = type.values.first(where: { $0.name == row.name.value }) else {
                // A row cut by its own commas was reported already.
                if row.fen == nil { continue }
                let hint = Suggestion.suffix(for: row.name.value, among: names)
                let message = "\(type.name) has no value \"\(row.name.value)\"\(hint)"
                self.problems.add(.badRow, at: row.name.position, message)
                continue
            }
            guard let fen = row.fen else { continue }
            checked.append(AwardTable.Row(number: value.number, name: value.name, fen: fen))
        }
        let missing = names.filter { name in !rows.contains { $0.name.value == name } }
        if !missing.isEmpty {
            let message = "the table has no row for \(missing.joined(separator: ", "))"
            self.problems.add(.badRow, at: key.position, message)
        }
        return AwardTable(key: program, expression: key.text, rows: checked)
    }

    // MARK: - The order of steps

    /// Steps that could not change anything, or that stand where they have nothing to work on.
    private func checkOrder(_ steps: [Located<StepDraft>], at position: SourcePosition) {
        var figure: Located<StepDraft>?
        var end: Located<StepDraft>?
        var hasCap = false
        var taken: [String: Int] = [:]
        var previous: StepDraft?
        for step in steps {
            if let end {
                let message = "the step is never reached: \"cap: none\" on line \(end.position.line) ends the award"
                self.problems.add(.unreachableStep, at: step.position, message)
                continue
            }
            switch step.value {
            case .base, .baseCaps, .fixed, .table:
                if let figure {
                    let message = "the award has its figure already, from the step on line \(figure.position.line)"
                    self.problems.add(.unreachableStep, at: step.position, message)
                }
                figure = figure ?? step
            case .rate:
                if figure == nil { self.reportNoFigure("a rate", at: step.position) }
                if case .baseCaps? = figure?.value {
                    self.problems.add(
                        .badStep,
                        at: step.position,
                        "a rate of the cap itself is no rate; cap it lower instead"
                    )
                }
            case .round(let rounding):
                if figure == nil { self.reportNoFigure("rounding", at: step.position) }
                if case .round(let before)? = previous, before == rounding || before == .downToYuan {
                    self.problems.add(.unreachableStep, at: step.position, "the figure is rounded already")
                }
            case .cap(let name):
                hasCap = true
                if figure == nil { self.reportNoFigure("a cap", at: step.position) }
                if let line = taken[name] {
                    let message = "the cap \"\(name)\" is taken already, on line \(line)"
                    self.problems.add(.unreachableStep, at: step.position, message)
                }
                taken[name] = taken[name] ?? step.position.line
            case .limit:
                hasCap = true
                if figure == nil { self.reportNoFigure("a cap", at: step.position) }
            case .broken(let key):
                // Whatever it was to be, nothing is said of the steps for want of it.
                if key == nil || key == "base" || key == "fixed" || key == "table" { figure = figure ?? step }
                if key == nil || key == "cap" { hasCap = true }
            case .noCap:
                if hasCap {
                    self.problems.add(.badStep, at: step.position, "\"cap: none\" goes against the caps before it")
                }
                hasCap = true
                if figure == nil { self.reportNoFigure("a cap", at: step.position) }
                end = step
            }
            previous = step.value
        }
        if figure == nil {
            self.problems.add(.badStep, at: position, "the award has no figure: begin it with base, fixed or table")
        }
        if !hasCap {
            let message = "the award has no cap: take one of the measure's caps, or write cap: none"
            self.problems.add(.missingCap, at: position, message)
        }
    }

    private func reportNoFigure(_ what: String, at position: SourcePosition) {
        self.problems.add(.badStep, at: position, "\(what) comes before the award has a figure")
    }

    private func checkCapsAreTaken(by steps: [Located<StepDraft>]) {
        for cap in self.draft.caps {
            let name = cap.scope.value.name
            let isTaken = steps.contains { step in
                switch step.value {
                case .cap(let taken): taken == name
                // A cap whose name is misspelt may be meant, and so may a step that could not be read.
                case .broken(nil), .broken("cap"): true
                default: false
                }
            }
            if !isTaken {
                let message = "no step of the award takes the cap \"\(name)\""
                self.problems.add(.unusedCap, at: cap.scope.position, message)
            }
        }
    }

    // MARK: - The agency's rate

    private func checkAgencyRate(steps: [Located<StepDraft>]) {
        let rate = steps.first { step in
            if case .rate = step.value { true } else { false }
        }
        if let rate, self.draft.basis?.value == .unpublishedRate {
            let message = "the basis UNPUBLISHED_RATE has no published rate: write the agency's as agency_rate"
            self.problems.add(.basisMismatch, at: rate.position, message)
        }
        guard let agencyRate = self.draft.agencyRate else { return }
        if let basis = self.draft.basis?.value, basis != .unpublishedRate {
            let message = "agency_rate goes with the basis UNPUBLISHED_RATE, not with \(basis.name)"
            self.problems.add(.agencyRate, at: agencyRate.position, message)
        }
        switch steps.first?.value {
        case .base, .broken: break
        default:
            let message = "agency_rate needs an award that begins with a base from the facts"
            self.problems.add(.agencyRate, at: agencyRate.position, message)
        }
    }
}
