//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

public import GrantdMessages
internal import SwiftProtobuf

extension GrantdClient {
    /// Awards a round: as many applications as there are, in order, each of which sees all awards before it.
    ///
    /// ```swift
    /// let budget = GrantdEnvelope.with { ($0.envelopeID, $0.limitFen) = ("devices-2026", 500_000_000) }
    /// let summary = try await client.award(
    ///     entries,
    ///     run: .init("devices-2026"),
    ///     envelope: budget,
    ///     orderBy: { $0.amountFen > $1.amountFen },
    ///     progress: { print("\($0) of \($1)") }
    /// ) { result in
    ///     print(result.index, try result.result.get().award.amountFen)
    /// }
    /// print(summary.awards, summary.amountFen)
    /// ```
    ///
    /// An entry without `idempotency_key` gets `RUN:NUMBER`, its place from 1 among those given, whatever their order. So a
    /// round that was cut off, by a crash too, is gone on with by the same call: what was awarded before is answered as it was,
    /// with `replayed`, and awarded nothing again.
    ///
    /// - Parameters:
    ///   - entries: Applications, with the sums that the agency awards where it sets them.
    ///   - run: The round's name and terms.
    ///   - envelope: The round's budget. One with `limit_fen` is put before anything is awarded, in place of the one of its id;
    ///     one with its id alone must be there already. It has to bind the measures and days of all entries. Every envelope binds
    ///     the awards that it covers, named here or not.
    ///   - isBefore: Whether one entry is awarded before another, as for `sort(by:)`; entries of the same rank keep their order.
    ///     By default all are awarded in the order in which they are given.
    ///   - progress: Told after each call how many entries have had their turn, and of how many.
    ///   - each: Takes the results in the order of awarding, as they come.
    /// - Returns: What the round has come to, by measure and outcome.
    /// - Throws: Where the round cannot go on: a ``GrantdClientError``, ``GrantdClientError/Code/invalidRequest`` with the field
    ///   `envelope_id` where there is no such envelope, or it does not bind all of the round, of which nothing is awarded then;
    ///   or what the closures throw.
    @discardableResult
    public func award(
        _ entries: [GrantdAwardBatchEntry],
        run: GrantdAwardRun,
        envelope: GrantdEnvelope? = nil,
        orderBy isBefore: ((GrantdAwardBatchEntry, GrantdAwardBatchEntry) throws -> Bool)? = nil,
        progress: ((_ done: Int, _ count: Int) throws -> Void)? = nil,
        each: (GrantdAwardResult) async throws -> Void
    ) async throws -> GrantdAwardSummary {
        guard (1...GrantdAwardRun.longestRunID).contains(run.runID.utf8.count) else {
            throw GrantdClientError(
                code: .invalidRequest,
                message: "a round's name has 1 to \(GrantdAwardRun.longestRunID) visible ASCII characters",
                field: "run_id"
            )
        }
        var order = Array(entries.indices)
        if let isBefore {
            try order.sort { first, second in
                if try isBefore(entries[first], entries[second]) { return true }
                return try first < second && !isBefore(entries[second], entries[first])
            }
        }
        func keyed(_ place: Int) -> GrantdAwardBatchEntry {
            var entry = entries[order[place]]
            if !entry.hasIdempotencyKey { entry.idempotencyKey = run.key(ofEntry: order[place] + 1) }
            return entry
        }
        if let envelope { try await self.prepare(envelope, for: run, of: entries) }
        var summary = GrantdAwardSummary()
        try await AwardExchange(self, run).award(count: order.count) { place in
            try keyed(place).serializedBytes()
        } results: { first, results in
            for (offset, result) in results.enumerated() {
                let place = first + offset
                let outcome: Result<GrantdAwardResponse, GrantdClientError> =
                    switch result.result {
                    case .award(let response): .success(response)
                    case .error(let error): .failure(GrantdClientError(error))
                    case nil: .failure(.incompleteReply("lacks award and error"))
                    }
                summary.add(outcome)
                try await each(
                    GrantdAwardResult(
                        index: order[place],
                        idempotencyKey: keyed(place).idempotencyKey,
                        result: outcome
                    )
                )
            }
            try progress?(first + results.count, order.count)
        }
        return summary
    }

    /// Puts a round's budget where it says how much, and looks for it where it does not. Either way it binds the whole round.
    private func prepare(
        _ envelope: GrantdEnvelope,
        for run: GrantdAwardRun,
        of entries: [GrantdAwardBatchEntry]
    ) async throws {
        let scope = try AwardScope(entries)
        let dryRun = run.isDryRun ? run.runID : nil
        if envelope.hasLimitFen {
            try await scope.check(envelope, by: self)
            try await self.putEnvelope(envelope, dryRun: dryRun)
            return
        }
        let known = try await self.listEnvelopes(dryRun: dryRun)
        guard let found = known.first(where: { $0.envelopeID == envelope.envelopeID }) else {
            throw GrantdClientError(
                code: .invalidRequest,
                message: "there is no envelope \(envelope.envelopeID): say its limit, or put it first",
                field: "envelope_id"
            )
        }
        try await scope.check(found, by: self)
    }
}
