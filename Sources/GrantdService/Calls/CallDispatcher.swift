//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdEngine
package import GrantdSchema

/// From a method and the bytes of its request to the bytes of its reply: all of the service but the transport.
///
/// It knows no sockets and no clock, and belongs to one thread.
package final class CallDispatcher {
    /// Whether there is room for the call.
    package enum Load: Sendable {
        case normal
        /// A call of the connection has just taken long: there is room, but where nobody else waits.
        case cooldown
        /// Too many calls of the connection wait: refuse it.
        case busy
        /// The daemon stops: refuse it, unless it asks for just that.
        case stopping

        /// Whether the daemon stops.
        package var isStopping: Bool {
            switch self {
            case .normal, .cooldown, .busy: false
            case .stopping: true
            }
        }
    }

    /// Used on this dispatcher's thread alone.
    package let engine: Engine
    private let healthCheck = HealthCheck()
    private let readiness: Readiness
    private let mostReplyBytes: Int

    /// - Parameter readiness: what those are told who ask after the daemon's health.
    package init(policies: CompiledPolicies, limits: Limits, readiness: Readiness = Readiness()) {
        self.engine = Engine(policies, limits: limits.engine)
        self.readiness = readiness
        self.mostReplyBytes = limits.replyBytes
    }

    /// Makes one for an event loop, which answers what is short and hands on the rest.
    package static func forShortCalls(
        policies: CompiledPolicies,
        limits: Limits,
        readiness: Readiness
    ) -> CallDispatcher {
        let dispatcher = CallDispatcher(policies: policies, limits: limits, readiness: readiness)
        dispatcher.engine.preemptCalls(afterSteps: limits.stepsOnLoop)
        return dispatcher
    }

    /// Whether the daemon is about to stop.
    package var isDraining: Bool { self.readiness.isDraining }

    /// Asked now and then while a long call is worked on, on this dispatcher's thread: whether nobody waits for its reply any
    /// more. The call then ends with 1008. The default is nil: nobody is asked.
    package var isCancelled: (() -> Bool)? {
        get { self.engine.isCancelled }
        set { self.engine.isCancelled = newValue }
    }

    /// Why there is no room for a call; whoever asks whether the daemon is well is told so even while it stops.
    package static func refusal(of method: Method, under load: Load) -> CallError? {
        switch load {
        case .normal, .cooldown: nil
        case .busy: Refusal.busy
        case .stopping: method == .healthCheck ? nil : Refusal.stopping
        }
    }

    /// Answers a call of one piece.
    ///
    /// - Parameter reply: where the answer is put, from its start.
    /// - Throws: what is wrong with the call, ``CallError/needsLedger`` or ``CallError/preempted``; what is in `reply` is then worth
    ///   nothing.
    package func answer(
        _ method: Method,
        _ request: UnsafeRawBufferPointer,
        isStopping: Bool,
        into reply: ByteWriter
    ) throws(CallError) {
        reply.reset()
        switch method {
        case .evaluate: try self.engine.evaluate(request, into: reply)
        case .screen: try self.engine.screen(request, into: reply)
        case .listMeasures: try self.engine.listMeasures(request, into: reply)
        case .describeMeasure: try self.engine.describeMeasure(request, into: reply)
        case .listDocuments: try self.engine.listDocuments(request, into: reply)
        case .getSchema: try self.engine.getSchema(request, into: reply)
        case .healthCheck:
            try self.healthCheck.answer(request, isReady: !isStopping && !self.isDraining, into: reply)
        case .clearAuction:
            let answer = try self.engine.compiled.auctions.answer(request, limit: self.mostReplyBytes)
            answer.withUnsafeBytes { reply.write($0) }
        case .evaluateBatch, .evaluateColumns:
            throw CallError.fault("a call of many pieces was taken for one of one piece")
        case .award, .awardBatch, .settle, .listAwards, .putEnvelope, .listEnvelopes:
            throw CallError.needsLedger
        }
        if reply.isOverLimit { throw Refusal.replyTooLarge }
    }

    /// Begins the work of a call that is answered in steps; nil where the method's calls are of one piece.
    ///
    /// - Parameter request: outlives the job.
    package func beginJob(
        _ method: Method,
        _ request: UnsafeRawBufferPointer
    ) throws(CallError) -> (any SlicedJob)? {
        switch method {
        case .evaluateBatch: try self.engine.beginBatch(request)
        case .evaluateColumns: try self.engine.beginColumns(request)
        default: nil
        }
    }
}
