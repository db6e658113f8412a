//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema
internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

/// The field numbers that answers are written with are those of the contract.
struct ReplyFieldTests {
    @Test("field numbers")
    func numbers() throws {
        let assessment = MessageType.assessment
        try self.expect(
            assessment,
            [
                "application_id": ReplyField.Assessment.applicationID, "measure": ReplyField.Assessment.measure,
                "missing_omitted": ReplyField.Assessment.missingOmitted,
                "ledger_awards": ReplyField.Assessment.ledgerAwards,
                "ledger_awards_omitted": ReplyField.Assessment.ledgerAwardsOmitted,
                "as_of": ReplyField.Assessment.asOf, "outcome": ReplyField.Assessment.outcome,
                "amount_fen": ReplyField.Assessment.amountFen,
                "potential_amount_fen": ReplyField.Assessment.potentialAmountFen,
                "basis": ReplyField.Assessment.basis, "binding_cap": ReplyField.Assessment.bindingCap,
                "findings": ReplyField.Assessment.findings, "missing": ReplyField.Assessment.missing,
                "lines": ReplyField.Assessment.lines, "caps": ReplyField.Assessment.caps,
                "policy": ReplyField.Assessment.policy, "explanation": ReplyField.Assessment.explanation,
            ]
        )
        try self.expect(
            self.entry(assessment, "findings"),
            [
                "rule": ReplyField.Finding.rule, "kind": ReplyField.Finding.kind,
                "verdict": ReplyField.Finding.verdict, "clause": ReplyField.Finding.clause,
            ]
        )
        let missing = try self.entry(assessment, "missing")
        try self.expect(missing, ["path": ReplyField.MissingFact.path, "question": ReplyField.MissingFact.question])
        try self.expect(self.entry(missing, "question"), ["zh": ReplyField.Text.zh, "en": ReplyField.Text.en])
        let line = try self.entry(assessment, "lines")
        try self.expect(
            line,
            [
                "id": ReplyField.Line.id, "amount_fen": ReplyField.Line.amountFen,
                "quantity": ReplyField.Line.quantity,
                "date": ReplyField.Line.date, "name": ReplyField.Line.name, "flag": ReplyField.Line.flag,
                "names": ReplyField.Line.names, "basis": ReplyField.Line.basis, "label": ReplyField.Line.label,
            ]
        )
        try self.expect(
            self.entry(line, "quantity"),
            ["value": ReplyField.Quantity.value, "unit": ReplyField.Quantity.unit]
        )
        try self.expect(self.entry(line, "names"), ["values": ReplyField.Names.values])
        try self.expect(
            self.entry(assessment, "caps"),
            [
                "id": ReplyField.CapUse.id, "limit_fen": ReplyField.CapUse.limitFen,
                "used_fen": ReplyField.CapUse.usedFen,
                "remaining_fen": ReplyField.CapUse.remainingFen, "binding": ReplyField.CapUse.binding,
            ]
        )
        try self.expect(
            self.entry(assessment, "policy"),
            [
                "programme": ReplyField.PolicyReference.programme,
                "document_number": ReplyField.PolicyReference.documentNumber,
                "digest": ReplyField.PolicyReference.digest, "in_force_from": ReplyField.PolicyReference.inForceFrom,
                "in_force_until": ReplyField.PolicyReference.inForceUntil,
                "engine_version": ReplyField.PolicyReference.engineVersion,
            ]
        )
        try self.expect(
            self.entry(assessment, "explanation"),
            [
                "rule": ReplyField.Explanation.rule, "clause": ReplyField.Explanation.clause,
                "text": ReplyField.Explanation.text,
            ]
        )
    }

    @Test("field numbers of errors, batches and the catalogue")
    func others() throws {
        try self.expect(
            .error,
            [
                "code": ReplyField.Error.code, "status": ReplyField.Error.status,
                "message": ReplyField.Error.message,
                "field": ReplyField.Error.field,
            ]
        )
        try self.expect(.evaluateBatchResponse, ["results": ReplyField.BatchResponse.results])
        try self.expect(
            self.entry(.evaluateBatchResponse, "results"),
            [
                "assessment": ReplyField.BatchResult.assessment, "error": ReplyField.BatchResult.error,
            ]
        )
        let columns = MessageType.evaluateColumnsResponse
        try self.expect(
            columns,
            [
                "rows": ReplyField.ColumnsResponse.rows, "columns": ReplyField.ColumnsResponse.columns,
                "policy": ReplyField.ColumnsResponse.policy, "failed_rules": ReplyField.ColumnsResponse.failedRules,
            ]
        )
        let column = try self.entry(columns, "columns")
        var fields = [
            "path": ReplyField.Column.path, "type": ReplyField.Column.type, "validity": ReplyField.Column.validity,
            "data": ReplyField.Column.data, "offsets": ReplyField.Column.offsets,
            "dictionary": ReplyField.Column.dictionary, "entries": ReplyField.Column.entries,
        ]
        try self.expect(column, fields)
        fields["entries"] = nil
        try self.expect(self.entry(column, "entries"), fields)
        try self.expect(
            self.entry(column, "dictionary"),
            ["offsets": ReplyField.TextValues.offsets, "data": ReplyField.TextValues.data]
        )
        try self.expect(
            self.entry(columns, "failed_rules"),
            [
                "rule": ReplyField.FailedRule.rule, "kind": ReplyField.FailedRule.kind,
                "clause": ReplyField.FailedRule.clause, "label": ReplyField.FailedRule.label,
            ]
        )
        try self.expect(
            .screenResponse,
            [
                "assessments": ReplyField.ScreenResponse.assessments,
                "programmes": ReplyField.ScreenResponse.programmes,
            ]
        )
        try self.expect(
            self.entry(.screenResponse, "programmes"),
            [
                "programme": ReplyField.ScreenedProgramme.programme, "title": ReplyField.ScreenedProgramme.title,
                "measures": ReplyField.ScreenedProgramme.measures,
            ]
        )
        try self.expect(
            .clearAuctionResponse,
            [
                "auction_id": ReplyField.ClearAuctionResponse.auctionID,
                "outcome": ReplyField.ClearAuctionResponse.outcome,
                "clearing_price_e4yuan_per_kwh": ReplyField.ClearAuctionResponse.clearingPrice,
                "allocated_kwh": ReplyField.ClearAuctionResponse.allocatedKWh,
                "unallocated_kwh": ReplyField.ClearAuctionResponse.unallocatedKWh,
                "results": ReplyField.ClearAuctionResponse.results,
                "missing": ReplyField.ClearAuctionResponse.missing, "field": ReplyField.ClearAuctionResponse.field,
                "policy": ReplyField.ClearAuctionResponse.policy,
            ]
        )
        try self.expect(
            self.entry(.clearAuctionResponse, "results"),
            [
                "bid_id": ReplyField.AuctionResult.bidID, "status": ReplyField.AuctionResult.status,
                "mechanism_kwh": ReplyField.AuctionResult.mechanismKWh, "rule": ReplyField.AuctionResult.rule,
            ]
        )
        try self.expect(.listMeasuresResponse, ["measures": ReplyField.ListMeasuresResponse.measures])
        try self.expect(
            self.entry(.listMeasuresResponse, "measures"),
            [
                "measure": ReplyField.MeasureSummary.measure, "title": ReplyField.MeasureSummary.title,
                "clause": ReplyField.MeasureSummary.clause, "basis": ReplyField.MeasureSummary.basis,
                "policy": ReplyField.MeasureSummary.policy,
                "largest_amount_fen": ReplyField.MeasureSummary.largestAmountFen,
            ]
        )
        let description = MessageType.measureDescription
        try self.expect(
            description,
            [
                "measure": ReplyField.MeasureDescription.measure, "title": ReplyField.MeasureDescription.title,
                "clause": ReplyField.MeasureDescription.clause, "basis": ReplyField.MeasureDescription.basis,
                "facts": ReplyField.MeasureDescription.facts, "rules": ReplyField.MeasureDescription.rules,
                "caps": ReplyField.MeasureDescription.caps, "policy": ReplyField.MeasureDescription.policy,
                "award": ReplyField.MeasureDescription.award,
                "award_summary": ReplyField.MeasureDescription.awardSummary,
                "prior_awards": ReplyField.MeasureDescription.priorAwards,
                "lines": ReplyField.MeasureDescription.lines,
            ]
        )
        try self.expect(
            self.entry(description, "lines"),
            [
                "id": ReplyField.LineDescription.id, "label": ReplyField.LineDescription.label,
                "unit": ReplyField.LineDescription.unit, "values": ReplyField.LineDescription.values,
            ]
        )
        try self.expect(
            self.entry(description, "award"),
            [
                "kind": ReplyField.AwardStepDescription.kind, "label": ReplyField.AwardStepDescription.label,
                "path": ReplyField.AwardStepDescription.path,
                "expression": ReplyField.AwardStepDescription.expression,
                "numerator": ReplyField.AwardStepDescription.numerator,
                "denominator": ReplyField.AwardStepDescription.denominator,
                "amount_fen": ReplyField.AwardStepDescription.amountFen, "cap": ReplyField.AwardStepDescription.cap,
                "rows": ReplyField.AwardStepDescription.rows,
            ]
        )
        try self.expect(
            self.entry(self.entry(description, "award"), "rows"),
            [
                "value": ReplyField.AwardRow.value, "label": ReplyField.AwardRow.label,
                "amount_fen": ReplyField.AwardRow.amountFen,
            ]
        )
        try self.expect(
            self.entry(self.entry(description, "facts"), "values"),
            [
                "name": ReplyField.EnumValueDescription.name, "number": ReplyField.EnumValueDescription.number,
                "label": ReplyField.EnumValueDescription.label,
            ]
        )
        try self.expect(
            self.entry(description, "facts"),
            [
                "path": ReplyField.FactDescription.path, "type": ReplyField.FactDescription.type,
                "unit": ReplyField.FactDescription.unit, "label": ReplyField.FactDescription.label,
                "question": ReplyField.FactDescription.question, "values": ReplyField.FactDescription.values,
                "hint": ReplyField.FactDescription.hint, "number": ReplyField.FactDescription.number,
                "minimum": ReplyField.FactDescription.minimum, "maximum": ReplyField.FactDescription.maximum,
                "most": ReplyField.FactDescription.most,
            ]
        )
        try self.expect(
            self.entry(description, "rules"),
            [
                "id": ReplyField.RuleDescription.id, "kind": ReplyField.RuleDescription.kind,
                "expression": ReplyField.RuleDescription.expression, "label": ReplyField.RuleDescription.label,
                "clause": ReplyField.RuleDescription.clause, "stage": ReplyField.RuleDescription.stage,
            ]
        )
        try self.expect(
            self.entry(description, "caps"),
            [
                "id": ReplyField.CapDescription.id, "limit_fen": ReplyField.CapDescription.limitFen,
                "clause": ReplyField.CapDescription.clause, "label": ReplyField.CapDescription.label,
            ]
        )
        try self.expect(.listDocumentsResponse, ["documents": ReplyField.ListDocumentsResponse.documents])
        try self.expect(
            self.entry(.listDocumentsResponse, "documents"),
            [
                "number": ReplyField.Document.number, "title": ReplyField.Document.title,
                "issuer": ReplyField.Document.issuer, "issued_on": ReplyField.Document.issuedOn,
                "gazette": ReplyField.Document.gazette, "in_force_from": ReplyField.Document.inForceFrom,
                "in_force_until": ReplyField.Document.inForceUntil, "programme": ReplyField.Document.programme,
                "reason": ReplyField.Document.reason, "ended_by": ReplyField.Document.endedBy,
            ]
        )
        try self.expect(
            .schema,
            ["file_descriptor_set": ReplyField.Schema.fileDescriptorSet, "digest": ReplyField.Schema.digest]
        )
    }

    /// The fields of a message are exactly these.
    private func expect(_ type: MessageType, _ numbers: [String: UInt32]) throws {
        let fields = Dictionary(type.fields.map { ($0.name, $0.number) }, uniquingKeysWith: { first, _ in first })
        #expect(fields == numbers, "\(type.name)")
    }

    private func entry(_ type: MessageType, _ field: String) throws -> MessageType {
        guard case .message(let entry)? = type.field(named: field)?.kind else {
            throw ReplyFieldError(description: "\(type.name).\(field) is no message")
        }
        return entry
    }

    private struct ReplyFieldError: Error {
        let description: String
    }
}
