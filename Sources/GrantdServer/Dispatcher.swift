//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdEngine
package import GrantdSchema

/// From a call's meta and payload to its answer's payload or an error: all of the service but the transport.
///
/// It knows no sockets and no clock; another transport can stand before it. One per event loop, used on that alone.
package final class Dispatcher {
    /// Whether there is room for the call.
    package enum Load: Sendable {
        case normal
        /// Too many calls of the connection wait: refuse it.
        case busy
        /// Too much waits that nobody reads: refuse it, unless it asks whether the daemon is well.
        case flooded
        /// The daemon stops: refuse it, unless it asks for just that.
        case stopping
    }

    /// What to answer.
    package enum Answer {
        /// The payload stands in the writer.
        case reply(correlationID: Int64)
        case error(correlationID: Int64, CallError)
        /// The call is a batch: its work is done in slices. The payload lies where the call's bytes lie.
        case batch(correlationID: Int64, payload: UnsafeRawBufferPointer, deadline: MonotonicTime?)
        /// The call is an auction: it is cleared beside the event loop. The payload lies where the call's bytes lie.
        case auction(correlationID: Int64, payload: UnsafeRawBufferPointer, deadline: MonotonicTime?)
    }

    private let engine: Engine
    private let tokens: TokenSet
    private let metaReader = RequestMetaReader()
    private let lastMeta = LastMeta()
    private let healthCheck = HealthCheck()
    private let nothing = UnsafeRawBufferPointer(start: nil, count: 0)

    /// Makes a dispatcher.
    ///
    /// - Parameter tokens: what every call must carry one of.
    package init(engine: Engine, tokens: TokenSet) {
        self.engine = engine
        self.tokens = tokens
    }

    /// Answers a call, or says that it is a batch.
    ///
    /// The checks, in this order: meta (1003), token (1004), service (1001), method (1002), load (2003, 2004),
    /// compression, content type, attachment (1003), deadline (1008); then the method's own.
    ///
    /// - Parameters:
    ///   - metaBytes: the frame's meta.
    ///   - rest: what follows it: payload and attachment.
    ///   - arrival: when the call came in; its `timeout_ms` counts from there.
    ///   - reply: where the answer's payload is put, from its start.
    package func dispatch(
        metaBytes: UnsafeRawBufferPointer,
        rest: UnsafeRawBufferPointer,
        arrival: MonotonicTime,
        now: MonotonicTime,
        load: Load,
        into reply: ByteWriter
    ) -> Answer {
        if self.tokens.isEmpty, case .normal = load, let known = self.lastMeta.find(metaBytes) {
            let id = known.correlationID
            return self.serve(known.method, id, payload: rest, deadline: nil, isStopping: false, into: reply)
        }
        let meta: RequestMeta
        do {
            meta = try self.metaReader.read(metaBytes)
        } catch {
            // Without an id the error goes to call 0: the frame's bounds are known, so other calls are not touched
            // by it.
            return .error(correlationID: error.correlationID ?? 0, Refusal.meta(error.fault))
        }
        let id = meta.correlationID
        guard self.tokens.admits(meta.authentication ?? self.nothing) else {
            return .error(correlationID: id, Refusal.unauthorised)
        }
        let method: Method
        switch MethodTable.find(service: meta.service, method: meta.method) {
        case .found(let found): method = found
        case .noService: return .error(correlationID: id, Refusal.noService)
        case .noMethod: return .error(correlationID: id, Refusal.noMethod)
        }
        if let refusal = Self.refusal(of: method, under: load) { return .error(correlationID: id, refusal) }
        if meta.compressType != 0 { return .error(correlationID: id, Refusal.compression(meta.compressType)) }
        if meta.contentType != 0 { return .error(correlationID: id, Refusal.contentType(meta.contentType)) }
        let attachment = Int(meta.attachmentSize)
        guard attachment >= 0, attachment <= rest.count else { return .error(correlationID: id, Refusal.attachment) }
        let payload = UnsafeRawBufferPointer(rebasing: rest[..<(rest.count - attachment)])
        var deadline: MonotonicTime?
        // 0 and less ask for no deadline, as in brpc.
        if let timeout = meta.timeoutMilliseconds, timeout > 0 {
            let end = arrival.advanced(byNanoseconds: Int64(timeout) * 1_000_000)
            guard now < end else { return .error(correlationID: id, Refusal.timedOut) }
            deadline = end
        }
        if deadline == nil, attachment == 0, meta.authentication == nil {
            self.lastMeta.keep(metaBytes, method: method)
        }
        return self.serve(
            method,
            id,
            payload: payload,
            deadline: deadline,
            isStopping: load == .stopping,
            into: reply
        )
    }

    /// Answers a call that another transport has read: its caller is admitted and its method is known.
    ///
    /// The checks, in this order: load (2003, 2004), deadline (1008); then the method's own. The answer carries the
    /// correlation id 0.
    func dispatch(
        _ method: Method,
        payload: UnsafeRawBufferPointer,
        deadline: MonotonicTime?,
        now: MonotonicTime,
        load: Load,
        into reply: ByteWriter
    ) -> Answer {
        if let refusal = Self.refusal(of: method, under: load) { return .error(correlationID: 0, refusal) }
        if let deadline, now >= deadline { return .error(correlationID: 0, Refusal.timedOut) }
        return self.serve(method, 0, payload: payload, deadline: deadline, isStopping: load == .stopping, into: reply)
    }

    /// Why there is no room for a call; whoever asks whether the daemon is well is told so even where there is little.
    private static func refusal(of method: Method, under load: Load) -> CallError? {
        switch load {
        case .normal: nil
        case .busy: Refusal.busy
        case .flooded: method == .healthCheck ? nil : Refusal.unsentReplies
        case .stopping: method == .healthCheck ? nil : Refusal.stopping
        }
    }

    /// Does what a call asks for, once it is admitted.
    private func serve(
        _ method: Method,
        _ id: Int64,
        payload: UnsafeRawBufferPointer,
        deadline: MonotonicTime?,
        isStopping: Bool,
        into reply: ByteWriter
    ) -> Answer {
        if method == .evaluateBatch { return .batch(correlationID: id, payload: payload, deadline: deadline) }
        if method == .clearAuction { return .auction(correlationID: id, payload: payload, deadline: deadline) }
        do {
            reply.reset()
            try self.answer(method, payload, isStopping: isStopping, into: reply)
            if reply.isOverLimit { return .error(correlationID: id, Refusal.replyTooLarge) }
            return .reply(correlationID: id)
        } catch {
            return .error(correlationID: id, error)
        }
    }

    /// Why a call is refused unread, with its correlation id; 0 where there is none.
    package func refusal(metaBytes: UnsafeRawBufferPointer) -> (correlationID: Int64, error: CallError) {
        do {
            let meta = try self.metaReader.read(metaBytes)
            let isAdmitted = self.tokens.admits(meta.authentication ?? self.nothing)
            return (meta.correlationID, isAdmitted ? Refusal.tooLarge : Refusal.unauthorised)
        } catch {
            return (error.correlationID ?? 0, self.tokens.isEmpty ? Refusal.tooLarge : Refusal.unauthorised)
        }
    }

    /// Whether the rest of a call's frame is waited for, judged by its meta: that of a stranger is not, and a larger one
    /// than others' is only for an auction.
    func admits(metaBytes: UnsafeRawBufferPointer, isLarge: Bool) -> Bool {
        if self.tokens.isEmpty, !isLarge { return true }
        // What is no meta is told so when the frame is there; but who shows no token is not waited for.
        guard let meta = try? self.metaReader.read(metaBytes) else { return self.tokens.isEmpty && !isLarge }
        guard self.tokens.admits(meta.authentication ?? self.nothing) else { return false }
        guard isLarge else { return true }
        return MethodTable.find(service: meta.service, method: meta.method) == .found(.clearAuction)
    }

    /// Begins the work of a batch.
    func beginBatch(_ payload: UnsafeRawBufferPointer) throws(CallError) -> BatchJob {
        try self.engine.beginBatch(payload)
    }

    private func answer(
        _ method: Method,
        _ payload: UnsafeRawBufferPointer,
        isStopping: Bool,
        into reply: ByteWriter
    ) throws(CallError) {
        switch method {
        case .evaluate: try self.engine.evaluate(payload, into: reply)
        case .screen: try self.engine.screen(payload, into: reply)
        case .listMeasures: try self.engine.listMeasures(payload, into: reply)
        case .describeMeasure: try self.engine.describeMeasure(payload, into: reply)
        case .listDocuments: try self.engine.listDocuments(payload, into: reply)
        case .getSchema: try self.engine.getSchema(payload, into: reply)
        case .healthCheck: try self.healthCheck.answer(payload, isStopping: isStopping, into: reply)
        // Answered in slices, by whoever called this.
        case .clearAuction: throw CallError.fault("an auction was not cleared beside the event loop")
        case .evaluateBatch: throw CallError.fault("a batch was not taken in slices")
        }
    }
}
