//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

public import GrantdMessages

/// The result of one application of a scoring.
public struct GrantdScore: Sendable {
    /// The application's place in the sequence, from 0; results come in this order.
    public let index: Int
    /// The assessment, or what is wrong with this application: the others are not touched by it.
    public let result: Result<GrantdAssessment, GrantdClientError>

    /// The assessment; `nil` where there is an error in its place.
    public var assessment: GrantdAssessment? { try? self.result.get() }

    /// The error; `nil` where there is an assessment.
    public var error: GrantdClientError? {
        guard case .failure(let error) = self.result else { return nil }
        return error
    }
}

/// The results of a scoring, in the order of its applications: see
/// ``GrantdClient/score(_:options:batchSize:batchesInFlight:)``.
///
/// Its source is read once. Iterators share the results; the scoring is over when the first of them is let go of.
public struct GrantdScores: AsyncSequence, Sendable {
    /// One application's result.
    public typealias Element = GrantdScore
    /// Why the scoring as a whole could not go on.
    public typealias Failure = GrantdClientError

    let exchange: ScoreExchange

    /// Starts the scoring.
    public func makeAsyncIterator() -> Iterator {
        Iterator(run: ScoreRun(exchange: self.exchange))
    }

    /// Takes results one by one. The scoring ends when the iterator does.
    public struct Iterator: AsyncIteratorProtocol {
        let run: ScoreRun
        private var results: ArraySlice<Result<GrantdAssessment, GrantdClientError>> = []
        private var index = 0

        init(run: ScoreRun) { self.run = run }

        /// The next result, `nil` after the last.
        ///
        /// - Throws: Where the scoring as a whole cannot go on: the daemon is gone, or the source failed.
        public mutating func next() async throws(GrantdClientError) -> GrantdScore? {
            try await self.next(isolation: nil)
        }

        /// The next result, `nil` after the last.
        ///
        /// - Parameter actor: Where the caller runs; nothing of it is used.
        /// - Throws: Where the scoring as a whole cannot go on: the daemon is gone, or the source failed.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(GrantdClientError) -> GrantdScore? {
            if self.results.isEmpty {
                guard let (results, first) = try await self.run.exchange.next() else { return nil }
                self.results = results[...]
                self.index = first
            }
            guard let result = self.results.popFirst() else { return nil }
            defer { self.index += 1 }
            return GrantdScore(index: self.index, result: result)
        }
    }
}
