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
struct AnswerFieldTests {
    @Test("field numbers")
    func numbers() throws {
        let assessment = MessageType.assessment
        try self.expect(
            assessment,
            [
                "application_id": AnswerField.Assessment.applicationID, "measure": AnswerField.Assessment.measure,
                "missing_omitted": AnswerField.Assessment.missingOmitted,
                "as_of": AnswerField.Assessment.asOf, "outcome": AnswerField.Assessment.outcome,
                "amount_fen": AnswerField.Assessment.amountFen,
                "potential_amount_fen": AnswerField.Assessment.potentialAmountFen,
                "basis": AnswerField.Assessment.basis, "binding_cap": AnswerField.Assessment.bindingCap,
                "findings": AnswerField.Assessment.findings, "missing": AnswerField.Assessment.missing,
                "lines": AnswerField.Assessment.lines, "caps": AnswerField.Assessment.caps,
                "policy": AnswerField.Assessment.policy, "explanation": AnswerField.Assessment.explanation,
            ]
        )
        try self.expect(
            self.entry(assessment, "findings"),
            [
                "rule": AnswerField.Finding.rule, "kind": AnswerField.Finding.kind,
                "verdict": AnswerField.Finding.verdict, "clause": AnswerField.Finding.clause,
            ]
        )
        let missing = try self.entry(assessment, "missing")
        try self.expect(missing, ["path": AnswerField.MissingFact.path, "question": AnswerField.MissingFact.question])
        try self.expect(self.entry(missing, "question"), ["zh": AnswerField.Text.zh, "en": AnswerField.Text.en])
        let line = try self.entry(assessment, "lines")
        try self.expect(
            line,
            [
                "id": AnswerField.Line.id, "amount_fen": AnswerField.Line.amountFen,
                "quantity": AnswerField.Line.quantity,
                "date": AnswerField.Line.date, "name": AnswerField.Line.name, "flag": AnswerField.Line.flag,
                "names": AnswerField.Line.names, "basis": AnswerField.Line.basis, "label": AnswerField.Line.label,
            ]
        )
        try self.expect(
            self.entry(line, "quantity"),
            ["value": AnswerField.Quantity.value, "unit": AnswerField.Quantity.unit]
        )
        try self.expect(self.entry(line, "names"), ["values": AnswerField.Names.values])
        try self.expect(
            self.entry(assessment, "caps"),
            [
                "id": AnswerField.CapUse.id, "limit_fen": AnswerField.CapUse.limitFen,
                "used_fen": AnswerField.CapUse.usedFen,
                "remaining_fen": AnswerField.CapUse.remainingFen, "binding": AnswerField.CapUse.binding,
            ]
        )
        try self.expect(
            self.entry(assessment, "policy"),
            [
                "programme": AnswerField.PolicyReference.programme,
                "document_number": AnswerField.PolicyReference.documentNumber,
                "digest": AnswerField.PolicyReference.digest, "in_force_from": AnswerField.PolicyReference.inForceFrom,
                "in_force_until": AnswerField.PolicyReference.inForceUntil,
                "engine_version": AnswerField.PolicyReference.engineVersion,
            ]
        )
        try self.expect(
            self.entry(assessment, "explanation"),
            [
                "rule": AnswerField.Explanation.rule, "clause": AnswerField.Explanation.clause,
                "text": AnswerField.Explanation.text,
            ]
        )
    }

    @Test("field numbers of errors, batches and the catalogue")
    func others() throws {
        try self.expect(
            .error,
            [
                "code": AnswerField.Error.code, "status": AnswerField.Error.status,
                "message": AnswerField.Error.message,
                "field": AnswerField.Error.field,
            ]
        )
        try self.expect(.evaluateBatchResponse, ["results": AnswerField.BatchResponse.results])
        try self.expect(
            .evaluateBatchResult,
            [
                "assessment": AnswerField.BatchResult.assessment, "error": AnswerField.BatchResult.error,
            ]
        )
        try self.expect(
            .screenResponse,
            [
                "assessments": AnswerField.ScreenResponse.assessments,
                "programmes": AnswerField.ScreenResponse.programmes,
            ]
        )
        try self.expect(
            self.entry(.screenResponse, "programmes"),
            [
                "programme": AnswerField.ScreenedProgramme.programme, "title": AnswerField.ScreenedProgramme.title,
                "measures": AnswerField.ScreenedProgramme.measures,
            ]
        )
        try self.expect(
            .clearAuctionResponse,
            [
                "auction_id": AnswerField.ClearAuctionResponse.auctionID,
                "outcome": AnswerField.ClearAuctionResponse.outcome,
                "clearing_price_e4yuan_per_kwh": AnswerField.ClearAuctionResponse.clearingPrice,
                "allocated_kwh": AnswerField.ClearAuctionResponse.allocatedKWh,
                "unallocated_kwh": AnswerField.ClearAuctionResponse.unallocatedKWh,
                "results": AnswerField.ClearAuctionResponse.results,
                "missing": AnswerField.ClearAuctionResponse.missing, "field": AnswerField.ClearAuctionResponse.field,
                "policy": AnswerField.ClearAuctionResponse.policy,
            ]
        )
        try self.expect(
            .auctionResult,
            [
                "bid_id": AnswerField.AuctionResult.bidID, "status": AnswerField.AuctionResult.status,
                "mechanism_kwh": AnswerField.AuctionResult.mechanismKWh, "rule": AnswerField.AuctionResult.rule,
            ]
        )
        try self.expect(.listMeasuresResponse, ["measures": AnswerField.ListMeasuresResponse.measures])
        try self.expect(
            self.entry(.listMeasuresResponse, "measures"),
            [
                "measure": AnswerField.MeasureSummary.measure, "title": AnswerField.MeasureSummary.title,
                "clause": AnswerField.MeasureSummary.clause, "basis": AnswerField.MeasureSummary.basis,
                "policy": AnswerField.MeasureSummary.policy,
                "largest_amount_fen": AnswerField.MeasureSummary.largestAmountFen,
            ]
        )
        let description = MessageType.measureDescription
        try self.expect(
            description,
            [
                "measure": AnswerField.MeasureDescription.measure, "title": AnswerField.MeasureDescription.title,
                "clause": AnswerField.MeasureDescription.clause, "basis": AnswerField.MeasureDescription.basis,
                "facts": AnswerField.MeasureDescription.facts, "rules": AnswerField.MeasureDescription.rules,
                "caps": AnswerField.MeasureDescription.caps, "policy": AnswerField.MeasureDescription.policy,
                "award": AnswerField.MeasureDescription.award,
                "award_summary": AnswerField.MeasureDescription.awardSummary,
                "prior_awards": AnswerField.MeasureDescription.priorAwards,
                "lines": AnswerField.MeasureDescription.lines,
            ]
        )
        try self.expect(
            self.entry(description, "lines"),
            [
                "id": AnswerField.LineDescription.id, "label": AnswerField.LineDescription.label,
                "unit": AnswerField.LineDescription.unit, "values": AnswerField.LineDescription.values,
            ]
        )
        try self.expect(
            self.entry(description, "award"),
            [
                "kind": AnswerField.AwardStepDescription.kind, "label": AnswerField.AwardStepDescription.label,
                "path": AnswerField.AwardStepDescription.path,
                "expression": AnswerField.AwardStepDescription.expression,
                "numerator": AnswerField.AwardStepDescription.numerator,
                "denominator": AnswerField.AwardStepDescription.denominator,
                "amount_fen": AnswerField.AwardStepDescription.amountFen, "cap": AnswerField.AwardStepDescription.cap,
                "rows": AnswerField.AwardStepDescription.rows,
            ]
        )
        try self.expect(
            self.entry(self.entry(description, "award"), "rows"),
            [
                "value": AnswerField.AwardRow.value, "label": AnswerField.AwardRow.label,
                "amount_fen": AnswerField.AwardRow.amountFen,
            ]
        )
        try self.expect(
            self.entry(self.entry(description, "facts"), "values"),
            [
                "name": AnswerField.EnumValueDescription.name, "number": AnswerField.EnumValueDescription.number,
                "label": AnswerField.EnumValueDescription.label,
            ]
        )
        try self.expect(
            self.entry(description, "facts"),
            [
                "path": AnswerField.FactDescription.path, "type": AnswerField.FactDescription.type,
                "unit": AnswerField.FactDescription.unit, "label": AnswerField.FactDescription.label,
                "question": AnswerField.FactDescription.question, "values": AnswerField.FactDescription.values,
                "hint": AnswerField.FactDescription.hint, "number": AnswerField.FactDescription.number,
                "minimum": AnswerField.FactDescription.minimum, "maximum": AnswerField.FactDescription.maximum,
                "most": AnswerField.FactDescription.most,
            ]
        )
        try self.expect(
            self.entry(description, "rules"),
            [
                "id": AnswerField.RuleDescription.id, "kind": AnswerField.RuleDescription.kind,
                "expression": AnswerField.RuleDescription.expression, "label": AnswerField.RuleDescription.label,
                "clause": AnswerField.RuleDescription.clause, "stage": AnswerField.RuleDescription.stage,
            ]
        )
        try self.expect(
            self.entry(description, "caps"),
            [
                "id": AnswerField.CapDescription.id, "limit_fen": AnswerField.CapDescription.limitFen,
                "clause": AnswerField.CapDescription.clause, "label": AnswerField.CapDescription.label,
            ]
        )
        try self.expect(.listDocumentsResponse, ["documents": AnswerField.ListDocumentsResponse.documents])
        try self.expect(
            self.entry(.listDocumentsResponse, "documents"),
            [
                "number": AnswerField.Document.number, "title": AnswerField.Document.title,
                "issuer": AnswerField.Document.issuer, "issued_on": AnswerField.Document.issuedOn,
                "gazette": AnswerField.Document.gazette, "in_force_from": AnswerField.Document.inForceFrom,
                "in_force_until": AnswerField.Document.inForceUntil, "programme": AnswerField.Document.programme,
                "reason": AnswerField.Document.reason, "ended_by": AnswerField.Document.endedBy,
            ]
        )
        try self.expect(
            .schema,
            ["file_descriptor_set": AnswerField.Schema.fileDescriptorSet, "digest": AnswerField.Schema.digest]
        )
    }

    /// The fields of a message are exactly these.
    private func expect(_ type: MessageType, _ numbers: [String: UInt32]) throws {
        let fields = Dictionary(type.fields.map { ($0.name, $0.number) }, uniquingKeysWith: { first, _ in first })
        #expect(fields == numbers, "\(type.name)")
    }

    private func entry(_ type: MessageType, _ field: String) throws -> MessageType {
        guard case .message(let entry)? = type.field(named: field)?.kind else {
            throw AnswerFieldError(description: "\(type.name).\(field) is no message")
        }
        return entry
    }

    private struct AnswerFieldError: Error {
        let description: String
    }
}
