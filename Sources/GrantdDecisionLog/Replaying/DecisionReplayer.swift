//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdEngine
internal import GrantdSchema
package import GrantdService

/// Decides logged requests anew, in this process, by one set of policies.
package final class DecisionReplayer {
    /// Why an entry cannot be decided anew.
    package enum Obstacle: String, Sendable, Hashable, CaseIterable {
        /// Fields were masked, so that the request is not the one that was decided.
        case masked
        /// The request was erased.
        case erased
        /// It was decided by what the book of awards held then.
        case book
        /// The policies that decided are not at hand.
        case policies
        /// This program does not know the method, or the entry's body is none.
        case unknown
    }

    private let dispatcher: CallDispatcher
    private let reply: ByteWriter

    package init(_ policies: CompiledPolicies) {
        self.dispatcher = CallDispatcher(policies: policies, limits: .defaults)
        self.reply = ByteWriter(limit: Limits.defaults.replyBytes, retained: 1 << 20)
    }

    /// Why an entry cannot be decided anew, whatever the policies; nil where it can.
    package static func obstacle(to entry: LogEntry) -> Obstacle? {
        switch entry.state {
        case .masked: return .masked
        case .erased: return .erased
        case .whole: break
        }
        guard let method = entry.method, let decision = entry.decision else { return .unknown }
        let usesLedger: UInt32
        switch method {
        case .evaluate, .evaluateBatch: usesLedger = 5
        case .evaluateColumns: usesLedger = 8
        case .screen: usesLedger = 10
        default: return method.entry.kind == .ledger ? .book : nil
        }
        return self.isSet(field: usesLedger, in: decision.request) ? .book : nil
    }

    /// Whether a bool is set to true: `use_ledger`.
    private static func isSet(field: UInt32, in request: UnsafeRawBufferPointer) -> Bool {
        var reader = WireReader(request)
        var isSet = false
        while !reader.isAtEnd {
            guard let tag = reader.tag() else { return isSet }
            if tag.field == field, tag.wireType == 0 {
                isSet = reader.varint() != 0
            } else if !reader.skip(wireType: tag.wireType) {
                return isSet
            }
        }
        return isSet
    }

    /// How many applications a request decides; in a batch an empty one is none.
    package static func applications(of method: Method, _ request: UnsafeRawBufferPointer) -> Int {
        switch method {
        case .evaluateBatch, .awardBatch:
            let applications = BatchedApplications(request)
            return applications.count - applications.unread.count
        case .evaluateColumns: return self.rows(request)
        default: return 1
        }
    }

    /// How many rows columns say that they have.
    private static func rows(_ request: UnsafeRawBufferPointer) -> Int {
        var reader = WireReader(request)
        var count = 0
        while let tag = reader.tag() {
            if tag.field == 3, tag.wireType == 0 {
                count = Int(clamping: reader.varint() ?? 0)
            } else if !reader.skip(wireType: tag.wireType) {
                break
            }
        }
        return count
    }

    /// Decides a request.
    ///
    /// - Returns: The reply, good until the next request.
    /// - Throws: What is wrong with the request under these policies.
    package func decide(
        _ method: Method,
        _ request: UnsafeRawBufferPointer
    ) throws(CallError) -> UnsafeRawBufferPointer {
        guard let job = try self.dispatcher.beginJob(method, request) else {
            try self.dispatcher.answer(method, request, isStopping: false, into: self.reply)
            return self.reply.bytes
        }
        self.reply.reset()
        while try !job.step(maximum: 256, with: nil, into: self.reply) {}
        if self.reply.isOverLimit { throw Refusal.replyTooLarge }
        return self.reply.bytes
    }
}
