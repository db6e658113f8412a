//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

public import GrantdMessages
internal import NIOCore
internal import SwiftProtobuf

/// The daemon's book of awards. All this wants a token with the role `agency`, where tokens are asked for.
extension GrantdClient {
    /// Assesses an application with every award before it, and records what it is awarded, in one step.
    ///
    /// A request without `idempotency_key` is given one, so that what is tried again after a lost connection awards nothing
    /// twice. Who may have to repeat it in another process sets one.
    ///
    /// - Parameters:
    ///   - request: The request as the contract has it.
    ///   - deadline: How long the call may take; the configuration's by default.
    /// - Returns: The assessment, and the award where something was awarded.
    /// - Throws: Where the call failed: what is wrong with the application is ``GrantdClientError/Code/invalidRequest`` with its
    ///   field. After ``GrantdClientError/Code/deadlineExceeded`` and ``GrantdClientError/Code/connectionLost`` it may have been
    ///   awarded: the same request with the same key tells.
    public func award(
        _ request: GrantdAwardRequest,
        deadline: Duration? = nil
    ) async throws(GrantdClientError) -> GrantdAwardResponse {
        var request = request
        if !request.hasIdempotencyKey { request.idempotencyKey = IdempotencyKey.make() }
        return try await self.call(.award, request, deadline: deadline)
    }

    /// The same for up to 4,096 applications in order, each of which sees those before it; entries without
    /// `idempotency_key` are given one. For more, see ``award(_:run:envelope:orderBy:progress:each:)``.
    ///
    /// - Parameters:
    ///   - request: The request as the contract has it.
    ///   - deadline: How long the call may take; the configuration's by default.
    /// - Returns: A result for each entry, in their order; an error stands beside its own entry.
    /// - Throws: Where the call as a whole failed.
    public func awardBatch(
        _ request: GrantdAwardBatchRequest,
        deadline: Duration? = nil
    ) async throws(GrantdClientError) -> GrantdAwardBatchResponse {
        var request = request
        for index in request.entries.indices where !request.entries[index].hasIdempotencyKey {
            request.entries[index].idempotencyKey = IdempotencyKey.make()
        }
        let response: GrantdAwardBatchResponse = try await self.call(.awardBatch, request, deadline: deadline)
        try response.checkComplete(entries: request.entries.count)
        return response
    }

    /// Commits, gives back or corrects an award. A request without `idempotency_key` is given one, as by
    /// ``award(_:deadline:)``.
    ///
    /// - Parameters:
    ///   - request: The request as the contract has it.
    ///   - deadline: How long the call may take; the configuration's by default.
    /// - Returns: The award as it is now.
    /// - Throws: Where the call failed: what cannot be settled so is ``GrantdClientError/Code/invalidRequest`` with its field.
    public func settle(
        _ request: GrantdSettleRequest,
        deadline: Duration? = nil
    ) async throws(GrantdClientError) -> GrantdAward {
        var request = request
        if !request.hasIdempotencyKey { request.idempotencyKey = IdempotencyKey.make() }
        let response: GrantdSettleResponse = try await self.call(.settle, request, deadline: deadline)
        return response.award
    }

    /// A page of the book's awards, in the order of booking.
    ///
    /// - Parameters:
    ///   - request: What is asked for; at most 1,000 awards a page, 100 unless it says.
    ///   - deadline: How long the call may take; the configuration's by default.
    /// - Returns: The awards; with `next_page_token` there are more, which the same request with that token brings.
    /// - Throws: Where the call failed.
    public func listAwards(
        _ request: GrantdListAwardsRequest = GrantdListAwardsRequest(),
        deadline: Duration? = nil
    ) async throws(GrantdClientError) -> GrantdListAwardsResponse {
        try await self.call(.listAwards, request, deadline: deadline)
    }

    /// Puts a budget, in place of the one of its id if there is one. The same again changes nothing.
    ///
    /// - Parameters:
    ///   - envelope: The budget.
    ///   - dryRun: The dry run that it is put for; by default it is put into the book.
    ///   - deadline: How long the call may take; the configuration's by default.
    /// - Returns: The budget, with what is used, reserved and left of it.
    /// - Throws: Where the call failed.
    @discardableResult
    public func putEnvelope(
        _ envelope: GrantdEnvelope,
        dryRun: String? = nil,
        deadline: Duration? = nil
    ) async throws(GrantdClientError) -> GrantdEnvelope {
        var request = GrantdPutEnvelopeRequest()
        request.envelope = envelope
        if let dryRun { (request.runID, request.dryRun) = (dryRun, true) }
        return try await self.call(.putEnvelope, request, deadline: deadline)
    }

    /// All budgets by id, with what is used, reserved and left of each.
    ///
    /// - Parameters:
    ///   - dryRun: The dry run whose budgets are wanted; by default the book's.
    ///   - deadline: How long the call may take; the configuration's by default.
    /// - Throws: Where the call failed.
    public func listEnvelopes(
        dryRun: String? = nil,
        deadline: Duration? = nil
    ) async throws(GrantdClientError) -> [GrantdEnvelope] {
        var request = GrantdListEnvelopesRequest()
        if let dryRun { (request.runID, request.dryRun) = (dryRun, true) }
        let response: GrantdListEnvelopesResponse = try await self.call(.listEnvelopes, request, deadline: deadline)
        return response.envelopes
    }
}
