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

    private let engine: Engine
    private let policies: CompiledPolicies
    private let reply: ByteWriter

    /// The most bytes of a reply.
    private static let largestReply = 16 << 20

    package init(_ policies: CompiledPolicies) {
        self.policies = policies
        self.engine = Engine(policies)
        self.reply = ByteWriter(limit: Self.largestReply, retained: 1 << 20)
    }

    /// Why an entry cannot be decided anew, whatever the policies; nil where it can.
    package static func obstacle(to entry: LogEntry) -> Obstacle? {
        switch entry.state {
        case .masked: return .masked
        case .erased: return .erased
        case .whole: break
        }
        guard let method = entry.method, let decision = entry.decision else { return .unknown }
        switch method {
        case .evaluate, .evaluateBatch: return self.isSet(field: 5, in: decision.request) ? .book : nil
        case .evaluateColumns: return self.isSet(field: 8, in: decision.request) ? .book : nil
        case .screen: return self.isSet(field: 10, in: decision.request) ? .book : nil
        case .clearAuction: return nil
        case .award, .awardBatch, .settle, .putEnvelope: return .book
        case .listMeasures, .describeMeasure, .listDocuments, .getSchema, .healthCheck, .listAwards, .listEnvelopes:
            return .unknown
        }
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
        let isBatch = method == .evaluateBatch || method == .awardBatch
        guard isBatch || method == .evaluateColumns else { return 1 }
        var reader = WireReader(request)
        var count = 0
        while !reader.isAtEnd, let tag = reader.tag() {
            // The rows of columns are told; the applications of a batch are counted.
            if !isBatch, tag.field == 3, tag.wireType == 0 {
                count = Int(clamping: reader.varint() ?? 0)
                continue
            }
            if isBatch, tag.field == 1, tag.wireType == 2 {
                guard let application = reader.lengthDelimited() else { return count }
                if !application.isAtEnd { count += 1 }
                continue
            }
            guard reader.skip(wireType: tag.wireType) else { return count }
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
        self.reply.reset()
        switch method {
        case .evaluate: try self.engine.evaluate(request, into: self.reply)
        case .screen: try self.engine.screen(request, into: self.reply)
        case .evaluateBatch: try self.work(self.engine.beginBatch(request))
        case .evaluateColumns: try self.work(self.engine.beginColumns(request))
        case .clearAuction:
            let answer = try self.policies.auctions.answer(request, limit: Self.largestReply)
            answer.withUnsafeBytes { self.reply.write($0) }
        case .award, .awardBatch, .settle, .putEnvelope, .listMeasures, .describeMeasure, .listDocuments, .getSchema,
            .healthCheck, .listAwards, .listEnvelopes:
            throw CallError.fault("a call that hangs on the book was to be decided without it")
        }
        if self.reply.isOverLimit { throw Refusal.replyTooLarge }
        return self.reply.bytes
    }

    private func work(_ job: any SlicedJob) throws(CallError) {
        while try !job.step(maximum: 256, with: nil, into: self.reply) {}
    }
}
