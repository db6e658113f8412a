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
                let message = Text(
                    zh: "依据 \(basis.name) 需要金额，而 award 是 none",
                    en: "the basis \(basis.name) needs a figure, but the award is none"
                )
                self.diagnostics.add(.basisMismatch, at: position, message)
            }
            self.checkCapsAreTaken(by: [])
            self.checkAgencyRate(steps: [])
            return CheckedAward(steps: nil)
        case .steps(let drafts, let position)?:
            if let basis = self.draft.basis?.value, !basis.hasFigure {
                let message = Text(
                    zh: "依据 \(basis.name) 没有金额：请写 award: none",
                    en: "the basis \(basis.name) has no figure: write award: none"
                )
                self.diagnostics.add(.basisMismatch, at: position, message)
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
                let message = Text(
                    zh: "base 不是单个事实时，要写键“label”",
                    en: "a base that is not one single fact needs the key \"label\""
                )
                self.diagnostics.add(.missingKey, at: draft.position, message)
            }
            guard let program, let label else { return nil }
            return .base(program, expression: expression.text, label: label)
        case .baseCaps:
            if self.draft.caps.isEmpty {
                self.diagnostics.add(
                    .badStep,
                    at: draft.position,
                    Text(zh: "这项措施没有可作金额的上限", en: "the measure has no caps that could be the amount")
                )
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
            let hint = self.diagnostics.suggestion(for: name, among: names)
            self.diagnostics.add(
                .unknownCap,
                at: draft.position,
                Text(zh: "措施的上限中没有“\(name)”\(hint.zh)", en: "the measure's caps have no \"\(name)\"\(hint.en)")
            )
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
            let message = Text(
                zh: "表按枚举取值，而这里得到 \(program.resultType)",
                en: "a table goes by an enum, and this gives \(program.resultType)"
            )
            self.diagnostics.add(.resultType, at: key.position, message)
            return nil
        }
        let names = type.values.map(\.name).filter { $0 != "NONE" }
        let values = Dictionary(type.values.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var checked: [AwardTable.Row] = []
        for row in rows {
            guard row.name.value != "NONE" else {
                self.diagnostics.add(
                    .badRow,
                    at: row.name.position,
                    Text(zh: "NONE 不写行：它没有金额", en: "NONE has no row: it gives nothing")
                )
                continue
            }
            guard let value = values[row.name.value] else {
                // A row cut by its own commas was reported already.
                if row.fen == nil { continue }
                let hint = self.diagnostics.suggestion(for: row.name.value, among: names)
                let message = Text(
                    zh: "\(type.name) 没有取值“\(row.name.value)”\(hint.zh)",
                    en: "\(type.name) has no value \"\(row.name.value)\"\(hint.en)"
                )
                self.diagnostics.add(.badRow, at: row.name.position, message)
                continue
            }
            guard let fen = row.fen else { continue }
            checked.append(AwardTable.Row(number: value.number, name: value.name, fen: fen))
        }
        let written = Set(rows.map(\.name.value))
        let missing = names.filter { !written.contains($0) }
        if !missing.isEmpty {
            let message = Text(
                zh: "表中缺少这些行：\(missing.joined(separator: "、"))",
                en: "the table has no row for \(missing.joined(separator: ", "))"
            )
            self.diagnostics.add(.badRow, at: key.position, message)
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
                let message = Text(
                    zh: "走不到这一步：第 \(end.position.line) 行的“cap: none”已结束计算",
                    en: "the step is never reached: \"cap: none\" on line \(end.position.line) ends the award"
                )
                self.diagnostics.add(.unreachableStep, at: step.position, message)
                continue
            }
            switch step.value {
            case .base, .baseCaps, .fixed, .table:
                if let figure {
                    let message = Text(
                        zh: "金额已由第 \(figure.position.line) 行的步骤得出",
                        en: "the award has its figure already, from the step on line \(figure.position.line)"
                    )
                    self.diagnostics.add(.unreachableStep, at: step.position, message)
                }
                figure = figure ?? step
            case .rate:
                if figure == nil { self.reportNoFigure(Subject(zh: "比例", en: "a rate"), at: step.position) }
                if case .baseCaps? = figure?.value {
                    self.diagnostics.add(
                        .badStep,
                        at: step.position,
                        Text(
                            zh: "对上限本身乘比例没有意义；请直接降低上限",
                            en: "a rate of the cap itself is no rate; cap it lower instead"
                        )
                    )
                }
            case .round(let rounding):
                if figure == nil { self.reportNoFigure(Subject(zh: "取整", en: "rounding"), at: step.position) }
                if case .round(let before)? = previous, before == rounding || before == .downToYuan {
                    self.diagnostics.add(
                        .unreachableStep,
                        at: step.position,
                        Text(zh: "金额已经取整", en: "the figure is rounded already")
                    )
                }
            case .cap(let name):
                hasCap = true
                if figure == nil { self.reportNoFigure(Subject(zh: "上限", en: "a cap"), at: step.position) }
                if let line = taken[name] {
                    let message = Text(
                        zh: "上限“\(name)”已在第 \(line) 行用过",
                        en: "the cap \"\(name)\" is taken already, on line \(line)"
                    )
                    self.diagnostics.add(.unreachableStep, at: step.position, message)
                }
                taken[name] = taken[name] ?? step.position.line
            case .limit:
                hasCap = true
                if figure == nil { self.reportNoFigure(Subject(zh: "上限", en: "a cap"), at: step.position) }
            case .broken(let key):
                // Whatever it was to be, nothing is said of the steps for want of it.
                if key == nil || key == "base" || key == "fixed" || key == "table" { figure = figure ?? step }
                if key == nil || key == "cap" { hasCap = true }
            case .noCap:
                if hasCap {
                    self.diagnostics.add(
                        .badStep,
                        at: step.position,
                        Text(zh: "“cap: none”与前面的上限矛盾", en: "\"cap: none\" goes against the caps before it")
                    )
                }
                hasCap = true
                if figure == nil { self.reportNoFigure(Subject(zh: "上限", en: "a cap"), at: step.position) }
                end = step
            }
            previous = step.value
        }
        if figure == nil {
            self.diagnostics.add(
                .badStep,
                at: position,
                Text(
                    zh: "没有金额：第一步应是 base、fixed 或 table",
                    en: "the award has no figure: begin it with base, fixed or table"
                )
            )
        }
        if !hasCap {
            let message = Text(
                zh: "没有上限：请取措施的一个上限，或写 cap: none",
                en: "the award has no cap: take one of the measure's caps, or write cap: none"
            )
            self.diagnostics.add(.missingCap, at: position, message)
        }
    }

    private func reportNoFigure(_ what: Subject, at position: SourcePosition) {
        self.diagnostics.add(
            .badStep,
            at: position,
            Text(zh: "\(what.zh)写在得出金额之前", en: "\(what.en) comes before the award has a figure")
        )
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
                let message = Text(zh: "没有步骤用到上限“\(name)”", en: "no step of the award takes the cap \"\(name)\"")
                self.diagnostics.add(.unusedCap, at: cap.scope.position, message)
            }
        }
    }

    // MARK: - The agency's rate

    private func checkAgencyRate(steps: [Located<StepDraft>]) {
        let rate = steps.first { step in
            if case .rate = step.value { true } else { false }
        }
        if let rate, self.draft.basis?.value == .unpublishedRate {
            let message = Text(
                zh: "依据 UNPUBLISHED_RATE 没有公布的比例：请把主管部门的比例写在 agency_rate",
                en: "the basis UNPUBLISHED_RATE has no published rate: write the agency's as agency_rate"
            )
            self.diagnostics.add(.basisMismatch, at: rate.position, message)
        }
        guard let agencyRate = self.draft.agencyRate else { return }
        if let basis = self.draft.basis?.value, basis != .unpublishedRate {
            let message = Text(
                zh: "agency_rate 只与依据 UNPUBLISHED_RATE 同用，而不是 \(basis.name)",
                en: "agency_rate goes with the basis UNPUBLISHED_RATE, not with \(basis.name)"
            )
            self.diagnostics.add(.agencyRate, at: agencyRate.position, message)
        }
        switch steps.first?.value {
        case .base, .broken: break
        default:
            let message = Text(
                zh: "agency_rate 要求第一步是取自事实的 base",
                en: "agency_rate needs an award that begins with a base from the facts"
            )
            self.diagnostics.add(.agencyRate, at: agencyRate.position, message)
        }
    }
}
