//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages
internal import NIOCore
internal import SwiftProtobuf

/// The calls of a round of awards, one after the other: the order of the entries is the order in which they are awarded.
///
/// Every entry has a key, so whatever is in doubt is sent again: what was awarded before is answered as it was.
package struct AwardExchange: Sendable {
    /// Entries are gathered up to this size, far under what the daemon takes, so that a call stays short.
    private static let mostBytes = 1024 * 1024
    /// The first and the longest pause while the daemon cannot reach its book.
    private static let pauses = (first: Duration.milliseconds(100), longest: Duration.seconds(2))

    private let client: GrantdClient
    private let run: GrantdAwardRun

    package init(_ client: GrantdClient, _ run: GrantdAwardRun) {
        self.client = client
        self.run = run
    }

    /// Awards all entries.
    ///
    /// - Parameters:
    ///   - count: How many there are.
    ///   - entry: A serialized `AwardBatchEntry`, with its key, by its place.
    ///   - results: Takes the results of a call, each for the entry of its place, from `first` on.
    /// - Throws: Where the round cannot go on, with what ``GrantdClient/award(_:deadline:)`` throws; and what the closures throw.
    ///   The same round again goes on from there.
    package func award(
        count: Int,
        entry: (Int) throws -> [UInt8],
        results: (_ first: Int, _ results: ArraySlice<GrantdAwardBatchResult>) async throws -> Void
    ) async throws {
        var next = 0
        var most = self.run.batchSize ?? (self.run.explain == .none ? 1_000 : 64)
        most = min(max(1, most), self.run.explain == .none ? 4_096 : 256)
        let clock = ContinuousClock()
        var patience = clock.now + self.client.configuration.scoreDeadline
        var pause = Self.pauses.first
        while next < count {
            let (payload, sent) = try self.batch(from: next, to: min(count, next + most), entry)
            let response: GrantdAwardBatchResponse
            do throws(GrantdClientError) {
                response = try await self.call(payload, entries: sent)
            } catch {
                guard sent > 1, error.code == .limitExceeded || error.code == .replyTooLarge else { throw error }
                most = sent / 2
                continue
            }
            let settled = Self.settled(response.results)
            if settled > 0 {
                try await results(next, response.results[..<settled])
                next += settled
                patience = clock.now + self.client.configuration.scoreDeadline
                pause = Self.pauses.first
            } else if let error = response.results.first?.error {
                // The book cannot be reached: nothing was awarded.
                guard clock.now + pause < patience else { throw GrantdClientError(error) }
                try await clock.sleep(for: pause)
                pause = min(pause * 2, Self.pauses.longest)
            }
        }
    }

    /// How many results from the first on stand. Behind them the book failed, or the reply was full, and nothing was awarded:
    /// those entries are sent again, so that none is awarded before another that comes before it.
    private static func settled(_ results: [GrantdAwardBatchResult]) -> Int {
        let failed = results.indices.first { index in
            guard case .error(let error) = results[index].result else { return false }
            switch GrantdClientError.Code(number: error.code) {
            case .unavailable: return true
            // A limit that the first of a call meets is its own.
            case .limitExceeded: return index > 0 && error.field.isEmpty
            default: return false
            }
        }
        return failed ?? results.count
    }

    /// A call's request without its terms, and how many entries it has.
    private func batch(from first: Int, to end: Int, _ entry: (Int) throws -> [UInt8]) throws -> (ByteBuffer, Int) {
        var payload = ByteBuffer()
        var count = 0
        for index in first..<end {
            let bytes = try entry(index)
            if count > 0, payload.readableBytes + bytes.count > Self.mostBytes { break }
            // `entries` is field 1, length-delimited.
            payload.writeInteger(UInt8(1 << 3 | 2))
            payload.writeVarint(UInt64(bytes.count))
            payload.writeBytes(bytes)
            count += 1
        }
        return (payload, count)
    }

    private func call(
        _ entries: ByteBuffer,
        entries count: Int
    ) async throws(GrantdClientError) -> GrantdAwardBatchResponse {
        var payload = entries
        let response: GrantdAwardBatchResponse
        do {
            let terms: MessageBytes = try self.run.terms.serializedBytes()
            payload.writeImmutableBuffer(terms.buffer)
        } catch {
            throw GrantdClientError(code: .invalidRequest, message: "the terms cannot be encoded", cause: error)
        }
        let answer = try await self.client.call(
            .awardBatch,
            payload: payload,
            deadline: self.client.configuration.scoreDeadline,
            isPatient: true
        )
        do {
            response = try GrantdAwardBatchResponse(serializedBytes: MessageBytes(answer))
        } catch {
            throw GrantdClientError(code: .invalidReply, message: "the answer to a batch does not decode", cause: error)
        }
        try response.checkComplete(entries: count)
        return response
    }
}

extension GrantdClientError {
    /// The error in place of a result.
    package init(_ error: GrantdError) {
        self.init(code: .init(number: error.code), message: error.message, field: error.field)
    }
}
