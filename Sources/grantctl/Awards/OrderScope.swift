//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdInterview
internal import GrantdSchema

/// The expressions of an order, compiled for the applications for one measure, whose facts they may name.
final class OrderScope {
    /// The names that an expression may use, in the order of the inputs.
    private enum Input: String, CaseIterable {
        case facts, applicant, application, assessment
        case applicationID = "application_id"
        case asOf = "as_of"
        case subjectID = "subject_id"
        case amountFen = "amount_fen"
        case line
    }

    private let programs: [Program]
    private let records: OrderRecords
    /// The field of an application that holds the facts, and their type.
    private let facts: FieldSlot
    private let factsType: MessageType
    private let workspace = Workspace()

    /// Whether an expression reads the assessment.
    let readsAssessment: Bool

    /// - Parameter facts: The type of the measure's facts.
    /// - Throws: ``RunFailure/badInput(_:)`` where an expression does not compile.
    init(_ order: AwardOrder, facts: FieldSlot, _ records: OrderRecords) throws(RunFailure) {
        guard case .message(let type) = facts.kind else { throw .other("\(facts.name) holds no facts") }
        self.facts = facts
        self.factsType = type
        self.records = records
        let environment = Environment(
            container: type.name,
            variables: Input.allCases.map { input in
                switch input {
                case .facts: (input.rawValue, .record(records.type(of: type)))
                case .applicant: (input.rawValue, .record(records.type(of: records.applicant)))
                case .application: (input.rawValue, .record(records.type(of: records.application)))
                case .assessment: (input.rawValue, .record(records.type(of: records.assessment)))
                case .applicationID, .subjectID: (input.rawValue, .string)
                case .asOf: (input.rawValue, .date)
                case .amountFen, .line: (input.rawValue, .int)
                }
            },
            aliases: records.aliases
        )
        var programs: [Program] = []
        for term in order.terms {
            switch environment.compile(term.text) {
            case .program(let program):
                guard Self.isComparable(program.resultType) else {
                    throw .badInput(
                        Language.said(
                            "--order-by：\(term.text) 的结果是 \(program.resultType)，不能排序；须为数、文字、日期、枚举或真假",
                            "--order-by: \(term.text) comes to \(program.resultType), which has no order; a number, a text, a date, an enum or a truth value is wanted"
                        )
                    )
                }
                programs.append(program)
            case .failure(let diagnostics):
                let said = diagnostics.first.map { Language.said($0.message.zh, $0.message.en) } ?? ""
                let note = diagnostics.first?.note.map { Language.said("；\($0.zh)", "; \($0.en)") } ?? ""
                throw .badInput(
                    Language.said(
                        "--order-by：\(term.text)（\(facts.name)）：\(said)\(note)",
                        "--order-by: \(term.text) (\(facts.name)): \(said)\(note)"
                    )
                )
            }
        }
        self.programs = programs
        let assessment = Input.allCases.firstIndex(of: .assessment)
        self.readsAssessment = programs.contains { $0.references.contains { $0.input == assessment } }
    }

    private static func isComparable(_ type: ValueType) -> Bool {
        switch type {
        case .bool, .int, .string, .date, .enumeration: true
        case .null, .timestamp, .duration, .list, .map, .record, .dyn: false
        }
    }

    /// The types that the expressions come to.
    var resultTypes: [ValueType] { self.programs.map(\.resultType) }

    /// What the expressions come to for an application.
    ///
    /// - Parameter assessment: Its assessment, serialized; `nil` where it has none.
    func keys(of entry: AwardRound.Entry, assessment: [UInt8]?) throws(RunFailure) -> [OrderKey] {
        self.workspace.reset()
        let values = entry.wire[entry.application].withUnsafeBytes { bytes in
            Input.allCases.map { self.value(of: $0, entry, WireReader(bytes), assessment) }
        }
        var keys: [OrderKey] = []
        for program in self.programs {
            let value = values.withUnsafeBufferPointer { values in
                values.baseAddress.map { program.evaluate($0, self.workspace) } ?? .unset
            }
            if let error = self.workspace.error(of: value) {
                throw .badInput(
                    Language.said(
                        "第 \(entry.line) 行：--order-by 的 \(program.source.text) 无法计算：\(error.text)",
                        "line \(entry.line): \(program.source.text) of --order-by cannot be computed: \(error.text)"
                    )
                )
            }
            keys.append(Self.key(value))
        }
        return keys
    }

    private func value(
        of input: Input,
        _ entry: AwardRound.Entry,
        _ application: WireReader,
        _ assessment: [UInt8]?
    ) -> Value {
        let slot = self.records.application.field(named: input.rawValue)
        switch input {
        case .facts:
            return self.record(OrderRecords.bytes(of: self.facts, application), self.factsType)
        case .applicant:
            return self.record(OrderRecords.bytes(of: slot, application), self.records.applicant)
        case .application: return self.records.value(application, self.records.application, self.workspace)
        case .assessment:
            guard let assessment else { return self.records.empty(self.records.assessment, self.workspace) }
            return assessment.withUnsafeBytes {
                self.records.value(WireReader($0), self.records.assessment, self.workspace)
            }
        case .applicationID, .subjectID:
            return OrderRecords.bytes(of: slot, application).map { OrderRecords.text($0, self.workspace) } ?? .unset
        case .asOf: return OrderRecords.bytes(of: slot, application).flatMap(OrderRecords.day) ?? .unset
        case .amountFen: return entry.amountFen.map { .int($0) } ?? .unset
        case .line: return .int(Int64(entry.line))
        }
    }

    private func record(_ bytes: WireReader?, _ type: MessageType) -> Value {
        bytes.map { self.records.value($0, type, self.workspace) } ?? self.records.empty(type, self.workspace)
    }

    private static func key(_ value: Value) -> OrderKey {
        if let flag = value.asBool { return .flag(flag) }
        if let number = value.asInt ?? value.asDate ?? value.asEnum.map(Int64.init) { return .number(number) }
        if let text = value.asStringBytes { return .text(Array(text)) }
        return .missing
    }
}
