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
    /// try await client.award(entries, run: .init("devices-2026"), orderBy: { $0.amountFen > $1.amountFen }) { result in
    ///     print(result.index, try result.result.get().award.amountFen)
    /// }
    /// ```
    ///
    /// An entry without `idempotency_key` gets `RUN:NUMBER`, its place from 1 among those given, whatever their order. So a
    /// round that was cut off, by a crash too, is gone on with by the same call: what was awarded before is answered as it was,
    /// with `replayed`, and awarded nothing again.
    ///
    /// - Parameters:
    ///   - entries: Applications, with the sums that the agency awards where it sets them.
    ///   - run: The round's name and terms.
    ///   - isBefore: Whether one entry is awarded before another, as for `sort(by:)`; entries of the same rank keep their order.
    ///     By default all are awarded in the order in which they are given.
    ///   - each: Takes the results in the order of awarding, as they come.
    /// - Throws: Where the round cannot go on: a ``GrantdClientError``, or what the closures throw.
    public func award(
        _ entries: [GrantdAwardBatchEntry],
        run: GrantdAwardRun,
        orderBy isBefore: ((GrantdAwardBatchEntry, GrantdAwardBatchEntry) throws -> Bool)? = nil,
        each: (GrantdAwardResult) async throws -> Void
    ) async throws {
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
                try await each(
                    GrantdAwardResult(
                        index: order[place],
                        idempotencyKey: keyed(place).idempotencyKey,
                        result: outcome
                    )
                )
            }
        }
    }
}
