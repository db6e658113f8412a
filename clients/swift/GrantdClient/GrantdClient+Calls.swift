//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

public import GrantdMessages
internal import NIOCore
internal import SwiftProtobuf

extension GrantdClient {
    /// Assesses one application.
    ///
    /// - Parameters:
    ///   - application: Who asks for which measure, on which day, with which facts.
    ///   - options: Stage, assumed bars, explanations.
    ///   - deadline: How long the call may take; the configuration's by default.
    /// - Returns: The assessment, whatever its outcome.
    /// - Throws: Where there is no assessment; a malformed application is
    ///   ``GrantdClientError/Code/invalidRequest`` with its field.
    public func evaluate(
        _ application: GrantdApplication,
        options: GrantdEvaluationOptions = .init(),
        deadline: Duration? = nil
    ) async throws(GrantdClientError) -> GrantdAssessment {
        var request = GrantdEvaluateRequest()
        request.application = application
        options.apply(to: &request)
        return try await self.evaluate(request, deadline: deadline)
    }

    /// Assesses one application.
    ///
    /// - Parameters:
    ///   - request: The request as the contract has it.
    ///   - deadline: How long the call may take; the configuration's by default.
    /// - Returns: The assessment, whatever its outcome.
    /// - Throws: Where there is no assessment.
    public func evaluate(
        _ request: GrantdEvaluateRequest,
        deadline: Duration? = nil
    ) async throws(GrantdClientError) -> GrantdAssessment {
        try await self.call(.evaluate, request, deadline: deadline)
    }

    /// Assesses up to 4,096 applications in one call, 256 with explanations. They do not see each other: what one of them
    /// would be awarded uses up no cap of another. For more, or for as many as come, see
    /// ``score(_:options:batchSize:batchesInFlight:)``.
    ///
    /// - Parameters:
    ///   - request: The request as the contract has it.
    ///   - deadline: How long the call may take; the configuration's by default.
    /// - Returns: A result for each application, in their order; an error stands beside its own application.
    /// - Throws: Where the call as a whole failed.
    public func evaluateBatch(
        _ request: GrantdEvaluateBatchRequest,
        deadline: Duration? = nil
    ) async throws(GrantdClientError) -> GrantdEvaluateBatchResponse {
        let response: GrantdEvaluateBatchResponse = try await self.call(.evaluateBatch, request, deadline: deadline)
        try response.checkComplete(applications: request.applications.count)
        return response
    }

    /// Assesses one applicant for every measure in force, with whatever is known.
    ///
    /// - Parameters:
    ///   - request: Day, applicant, prior awards, known facts.
    ///   - deadline: How long the call may take; the configuration's by default.
    /// - Returns: The measures that are not ruled out, most support first.
    /// - Throws: Where the call failed.
    public func screen(
        _ request: GrantdScreenRequest,
        deadline: Duration? = nil
    ) async throws(GrantdClientError) -> GrantdScreenResponse {
        try await self.call(.screen, request, deadline: deadline)
    }

    /// Lists the measures.
    ///
    /// - Parameters:
    ///   - asOf: Only those in force on this day, `YYYY-MM-DD`; by default every version of every measure.
    ///   - programme: Only this programme's, `medical-device`; by default all.
    ///   - deadline: How long the call may take; the configuration's by default.
    /// - Returns: The measures by programme, in the order of their files.
    /// - Throws: Where the call failed.
    public func listMeasures(
        asOf: String? = nil,
        programme: String? = nil,
        deadline: Duration? = nil
    ) async throws(GrantdClientError) -> [GrantdMeasureSummary] {
        var request = GrantdListMeasuresRequest()
        if let asOf { request.asOf = asOf }
        if let programme { request.programme = programme }
        let response: GrantdListMeasuresResponse = try await self.call(.listMeasures, request, deadline: deadline)
        return response.measures
    }

    /// Describes a measure: its facts with their questions, its rules, caps and clause.
    ///
    /// - Parameters:
    ///   - measure: The full id, `medical-device.product-approval`.
    ///   - asOf: The version in force on this day, `YYYY-MM-DD`; by default the newest.
    ///   - deadline: How long the call may take; the configuration's by default.
    /// - Returns: The description.
    /// - Throws: ``GrantdClientError/Code/invalidRequest`` with the field `measure` where there is no such measure.
    public func describeMeasure(
        _ measure: String,
        asOf: String? = nil,
        deadline: Duration? = nil
    ) async throws(GrantdClientError) -> GrantdMeasureDescription {
        var request = GrantdDescribeMeasureRequest()
        request.measure = measure
        if let asOf { request.asOf = asOf }
        return try await self.call(.describeMeasure, request, deadline: deadline)
    }

    /// Lists the documents of the two gazettes, and the documents that they end.
    ///
    /// - Parameters:
    ///   - asOf: Only those in force on this day, `YYYY-MM-DD`; by default all, also those that no longer hold.
    ///   - number: Only the document of this number, `京经信发〔2025〕19号`; by default all.
    ///   - deadline: How long the call may take; the configuration's by default.
    /// - Returns: The documents in the gazettes' order, then those that another document ends. Without a programme a
    ///   document of the gazettes says why.
    /// - Throws: ``GrantdClientError/Code/invalidRequest`` with the field `number` where there is no such document.
    public func listDocuments(
        asOf: String? = nil,
        number: String? = nil,
        deadline: Duration? = nil
    ) async throws(GrantdClientError) -> [GrantdDocument] {
        var request = GrantdListDocumentsRequest()
        if let asOf { request.asOf = asOf }
        if let number { request.number = number }
        let response: GrantdListDocumentsResponse = try await self.call(.listDocuments, request, deadline: deadline)
        return response.documents
    }

    /// The contract as the daemon has it: a serialized `google.protobuf.FileDescriptorSet` of package `grantd.v1` and of the
    /// facts of all measures that are served, those included that were added to the daemon.
    ///
    /// It changes when the daemon takes other policies in. Who keeps one asks with its digest, and gets it again only where
    /// it is another by now:
    ///
    /// ```swift
    /// let reply = try await client.schema(knownDigest: kept.digest)
    /// if !reply.fileDescriptorSet.isEmpty { kept = reply }
    /// ```
    ///
    /// - Parameters:
    ///   - knownDigest: The `digest` of a schema that the caller has; by default none.
    ///   - deadline: How long the call may take; the configuration's by default.
    /// - Returns: The schema with its digest; its digest alone where that is `knownDigest`. A daemon from before there were
    ///   digests gives the schema alone.
    /// - Throws: Where the call failed.
    public func schema(
        knownDigest: String? = nil,
        deadline: Duration? = nil
    ) async throws(GrantdClientError) -> GrantdSchema {
        try await self.schema(knownDigest: knownDigest, deadline: deadline, isPatient: false)
    }

    /// The same.
    ///
    /// - Parameter isPatient: Try as often as the deadline leaves time for.
    package func schema(
        knownDigest: String?,
        deadline: Duration? = nil,
        isPatient: Bool
    ) async throws(GrantdClientError) -> GrantdSchema {
        var request = GrantdGetSchemaRequest()
        if let knownDigest { request.knownDigest = knownDigest }
        let schema: GrantdSchema = try await self.call(.getSchema, request, deadline: deadline, isPatient: isPatient)
        // Without the schema the digest says that the caller has it, and says it of no other.
        guard !schema.fileDescriptorSet.isEmpty || schema.digest == knownDigest else {
            throw .incompleteReply("lacks file_descriptor_set")
        }
        return schema
    }

    /// Clears a year's auction of the price mechanism for wind and solar power: all bids at once, up to 100,000.
    ///
    /// A request may be as large as ``GrantdClientConfiguration/maximumAuctionRequestBytes``; the limit of the other
    /// calls does not apply.
    ///
    /// - Parameters:
    ///   - request: The year's volume in kWh, its price cap in ten-thousandths of a yuan for a kWh, and the bids.
    ///   - deadline: How long the call may take; the configuration's by default.
    /// - Returns: The clearing, whatever its outcome, with a result for each bid in the order of the request where
    ///   there was one.
    /// - Throws: Where the call failed: ``GrantdClientError/Code/limitExceeded`` for a request that is too large.
    public func clearAuction(
        _ request: GrantdClearAuctionRequest,
        deadline: Duration? = nil
    ) async throws(GrantdClientError) -> GrantdClearAuctionResponse {
        let response: GrantdClearAuctionResponse = try await self.call(.clearAuction, request, deadline: deadline)
        try response.checkComplete(bids: request.bids.count)
        return response
    }

    /// Whether the daemon serves.
    ///
    /// - Parameters:
    ///   - service: A service's full name; by default the daemon as a whole.
    ///   - deadline: How long the call may take; the configuration's by default.
    /// - Returns: `serving`, or `notServing` while it drains or stops.
    /// - Throws: Where the call failed.
    public func health(
        service: String = "",
        deadline: Duration? = nil
    ) async throws(GrantdClientError) -> HealthHealthCheckResponse.ServingStatus {
        var request = HealthHealthCheckRequest()
        request.service = service
        let response: HealthHealthCheckResponse = try await self.call(.checkHealth, request, deadline: deadline)
        return response.status
    }

    /// Makes a call and reads its answer, which must be whole.
    func call<Answer: CompleteAnswer>(
        _ method: GrantdMethod,
        _ request: some Message,
        deadline: Duration?,
        isPatient: Bool = false
    ) async throws(GrantdClientError) -> Answer {
        let payload: MessageBytes
        do {
            payload = try request.serializedBytes()
        } catch {
            throw GrantdClientError(code: .invalidRequest, message: "the request cannot be encoded", cause: error)
        }
        let bytes = try await self.call(method, payload: payload.buffer, deadline: deadline, isPatient: isPatient)
        let answer: Answer
        do {
            answer = try Answer(serializedBytes: MessageBytes(bytes))
        } catch {
            throw GrantdClientError(
                code: .invalidReply,
                message: "the answer to \(method.name) does not decode; the peer may not be grantd",
                cause: error
            )
        }
        try answer.checkComplete()
        return answer
    }
}

extension GrantdEvaluationOptions {
    func apply(to request: inout GrantdEvaluateRequest) {
        if self.stage != .application { request.stage = self.stage }
        if self.assumeUnsetBarsAbsent { request.assumeUnsetBarsAbsent = true }
        if self.explain != .none { request.explain = self.explain }
    }
}
