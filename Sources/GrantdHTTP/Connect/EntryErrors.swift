//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdSchema
internal import GrantdService
internal import Synchronization

/// What is wrong with entries of a batch that came as JSON: each was answered as an empty one, and is told, and written down
/// with, its own error in that one's place.
final class EntryErrors: Sendable {
    // Set while the request is read, and looked up when the reply is written.
    private let errors = Mutex<[Int: CallError]>([:])

    func set(_ errors: [Int: CallError]) { self.errors.withLock { $0 = errors } }

    /// The reply with the errors in it, nil where there are none.
    ///
    /// - Parameter payload: An `EvaluateBatchResponse` or `AwardBatchResponse`.
    /// - Throws: Over a limit, when the reply would be too large.
    func put(into payload: UnsafeRawBufferPointer, limit: Int) throws(CallError) -> ByteWriter? {
        let errors = self.errors.withLock { $0 }
        guard !errors.isEmpty else { return nil }
        let reply = ByteWriter(limit: limit)
        var reader = WireReader(payload)
        var entry = 0
        while !reader.isAtEnd {
            let start = reader.cursor
            guard let tag = reader.tag(), reader.skip(wireType: tag.wireType) else {
                throw CallError.fault("a reply that cannot be read")
            }
            let isResult = tag.field == Self.results
            if isResult, let error = errors[entry] {
                let result = reply.beginMessage(field: Self.results, lengthWidth: 2)
                error.write(field: Self.error, into: reply)
                reply.endMessage(result, lengthWidth: 2)
            } else {
                reply.write(start, count: reader.cursor - start)
            }
            if isResult { entry += 1 }
        }
        if reply.isOverLimit { throw Refusal.replyTooLarge }
        return reply
    }

    // The same in both replies.
    private static let results: UInt32 = 1
    private static let error: UInt32 = 2
}
