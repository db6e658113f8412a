//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import NIOCore

/// What takes one place in a scoring: an application to send, or an error that is known already.
package enum ScoreEntry: Sendable {
    /// A serialized `Application`, and how to assess it. Neighbours with the same options share a call.
    case application(ByteBuffer, GrantdEvaluationOptions)
    /// A result without a call.
    case failed(GrantdClientError)
}

/// How much of a scoring is under way at once.
struct ScoreLimits: Sendable {
    /// Applications that one call carries.
    let batchSize: Int
    /// Bytes of applications that one call carries; one application alone may have more.
    let batchBytes: Int
    /// Calls in flight or answered and not yet read.
    let window: Int
}

/// Neighbouring entries that go in one call.
struct ScoreBatch: Sendable {
    /// The batch's number: its results come after those of every lower one.
    fileprivate(set) var number = 0
    private(set) var options: GrantdEvaluationOptions?
    /// The applications as they stand in an `EvaluateBatchRequest`: each with its tag and length.
    private(set) var applications = ByteBuffer()
    /// One for each entry: the error that it came with, or `nil` for the next result of the call.
    private(set) var known: [GrantdClientError?] = []

    var isEmpty: Bool { self.known.isEmpty }

    func hasRoom(for entry: ScoreEntry, limits: ScoreLimits) -> Bool {
        guard !self.isEmpty else { return true }
        guard self.known.count < limits.batchSize else { return false }
        switch entry {
        case .failed:
            return true
        case .application(let bytes, let options):
            return (self.options ?? options) == options
                && self.applications.readableBytes + bytes.readableBytes <= limits.batchBytes
        }
    }

    mutating func append(_ entry: ScoreEntry) {
        switch entry {
        case .failed(let error):
            self.known.append(error)
        case .application(let bytes, let options):
            self.options = options
            self.known.append(nil)
            // `applications` is field 1, length-delimited.
            self.applications.writeInteger(UInt8(1 << 3 | 2))
            self.applications.writeVarint(UInt64(bytes.readableBytes))
            self.applications.writeImmutableBuffer(bytes)
        }
    }

    func numbered(_ number: Int) -> Self {
        var batch = self
        batch.number = number
        return batch
    }
}

extension ByteBuffer {
    /// Writes a number as protobuf does.
    mutating func writeVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            self.writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        self.writeInteger(UInt8(truncatingIfNeeded: rest))
    }
}
