//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

public import GrantdMessages
internal import NIOCore
internal import SwiftProtobuf

extension GrantdClient {
    /// Assesses as many applications as come, in batches, several of them in flight; results in their order.
    ///
    /// Applications do not see each other: what one of them would be awarded uses up no cap of another.
    ///
    /// The source is read no faster than results are taken, so memory stays bounded however many applications there
    /// are. While nothing is in flight an application is sent at once, so a slow source waits for no batch to fill.
    ///
    /// - Parameters:
    ///   - applications: What to assess.
    ///   - options: Stage, assumed bars, explanations; the same for all.
    ///   - batchSize: The most applications in one call, 1 to 4,096, or to 256 with explanations; by default 512, or 64
    ///     with explanations.
    ///   - batchesInFlight: The most batches sent and not yet read; 4 by default.
    /// - Returns: A result for each application. What is wrong with one application is a value beside the others; the
    ///   sequence throws where the scoring as a whole cannot go on.
    public func score<Applications: AsyncSequence & Sendable>(
        _ applications: Applications,
        options: GrantdEvaluationOptions = .init(),
        batchSize: Int? = nil,
        batchesInFlight: Int = 4
    ) -> GrantdScores where Applications.Element == GrantdApplication {
        self.score(
            entries: applications,
            mostPerCall: batchSize ?? (options.explain == .none ? 512 : 64),
            batchesInFlight: batchesInFlight
        ) { application in
            do {
                let bytes: MessageBytes = try application.serializedBytes()
                return .application(bytes.buffer, options)
            } catch {
                return .failed(
                    GrantdClientError(code: .invalidRequest, message: "the application cannot be encoded", cause: error)
                )
            }
        }
    }

    /// The same, for applications that are encoded already and may differ in their options.
    ///
    /// - Parameters:
    ///   - entries: What to assess.
    ///   - mostPerCall: The most applications in one call; at most 256 where they ask for explanations.
    ///   - batchesInFlight: The most batches sent and not yet read.
    ///   - encode: Makes an entry; called in the order of the sequence.
    /// - Returns: A result for each entry, in their order.
    package func score<Entries: AsyncSequence & Sendable>(
        entries: Entries,
        mostPerCall: Int,
        batchesInFlight: Int,
        encode: @escaping @Sendable (Entries.Element) -> ScoreEntry
    ) -> GrantdScores {
        let maximumBytes = max(0, self.configuration.maximumRequestBytes - 64)
        let limits = ScoreLimits(
            batchSize: min(max(1, mostPerCall), 4_096),
            batchBytes: min(1024 * 1024, maximumBytes),
            window: max(1, batchesInFlight)
        )
        let exchange = ScoreExchange(client: self, limits: limits) { give in
            do {
                for try await element in entries {
                    guard !Task.isCancelled else { return .cancelled() }
                    let entry = encode(element)
                    if case .application(let bytes, _) = entry, bytes.readableBytes > maximumBytes {
                        let message =
                            "the application has \(bytes.readableBytes) bytes, more than the \(maximumBytes) allowed"
                        await give(.failed(GrantdClientError(code: .limitExceeded, message: message)))
                    } else {
                        await give(entry)
                    }
                }
                return nil
            } catch let error as GrantdClientError {
                return error
            } catch {
                return GrantdClientError(
                    code: .sourceFailed,
                    message: "the sequence of applications threw an error",
                    cause: error
                )
            }
        }
        return GrantdScores(exchange: exchange)
    }

    /// Makes a batch's call and puts its results where they belong.
    func results(of batch: ScoreBatch) async throws(GrantdClientError) -> [ScoreWindow.Result] {
        var answers: ArraySlice<GrantdEvaluateBatchResult> = []
        if let options = batch.options {
            // The applications are encoded as fields of the request already; the request's other fields follow them.
            var rest = GrantdEvaluateBatchRequest()
            if options.stage != .application { rest.stage = options.stage }
            if options.assumeUnsetBarsAbsent { rest.assumeUnsetBarsAbsent = true }
            if options.explain != .none { rest.explain = options.explain }
            var payload = batch.applications
            let response: GrantdEvaluateBatchResponse
            do {
                let bytes: MessageBytes = try rest.serializedBytes()
                payload.writeImmutableBuffer(bytes.buffer)
            } catch {
                throw GrantdClientError(code: .invalidRequest, message: "the options cannot be encoded", cause: error)
            }
            let answer = try await self.call(
                .evaluateBatch,
                payload: payload,
                deadline: self.configuration.scoreDeadline,
                isPatient: true
            )
            do {
                response = try GrantdEvaluateBatchResponse(serializedBytes: MessageBytes(answer))
            } catch {
                throw GrantdClientError(
                    code: .invalidReply,
                    message: "the answer to a batch does not decode",
                    cause: error
                )
            }
            try response.checkComplete(applications: batch.known.count { $0 == nil })
            answers = response.results[...]
        }
        var results: [ScoreWindow.Result] = []
        results.reserveCapacity(batch.known.count)
        for error in batch.known {
            if let error {
                results.append(.failure(error))
            } else if let answer = answers.popFirst() {
                results.append(try answer.asResult())
            } else {
                throw GrantdClientError(code: .invalidReply, message: "a batch's answer has too few results")
            }
        }
        guard answers.isEmpty else {
            throw GrantdClientError(code: .invalidReply, message: "a batch's answer has too many results")
        }
        return results
    }
}

extension GrantdEvaluateBatchResult {
    fileprivate func asResult() throws(GrantdClientError) -> ScoreWindow.Result {
        switch self.result {
        case .assessment(let assessment):
            return .success(assessment)
        case .error(let error):
            return .failure(
                GrantdClientError(code: .init(number: error.code), message: error.message, field: error.field)
            )
        case nil:
            throw GrantdClientError(
                code: .invalidReply,
                message: "a result of a batch holds neither assessment nor error"
            )
        }
    }
}
