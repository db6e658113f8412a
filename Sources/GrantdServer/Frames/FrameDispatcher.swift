//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdCompression
package import GrantdEngine
package import GrantdSchema
package import GrantdService

/// From a call's meta and payload to its answer's payload or an error: baidu_std's part of a call's way.
///
/// It knows no sockets and no clock. One per event loop, used on that alone.
package final class FrameDispatcher {
    /// A call that is not answered at once.
    package struct CostlyCall {
        package let correlationID: Int64
        package let method: Method
        package var kind: Method.Kind
        package let caller: Caller
        package let subject: CallSubject
        /// Lies where the call's bytes lie.
        package let payload: UnsafeRawBufferPointer
        package let deadline: MonotonicTime?
        /// How the payload is compressed, and the reply is to be.
        package let compression: CompressionFormat?
        /// Whether it was begun here and took too long.
        package var wasPreempted = false
    }

    /// What to answer.
    package enum Answer {
        /// The payload stands in the writer.
        case reply(correlationID: Int64, CallSubject)
        /// The payload stands in the writer, and is to be compressed.
        case compressedReply(correlationID: Int64, CompressionFormat, CallSubject)
        case error(correlationID: Int64, CallError, CallSubject)
        case costly(CostlyCall)
    }

    private let calls: CallDispatcher
    private let tokens: TokenSet
    /// Writes decisions down; nil where nobody does.
    private let recorder: (any DecisionRecorder)?
    /// What the last answer says of its request; nil where it was not written down.
    private(set) var requestHash: RequestHash?
    private let asksForTokens: Bool
    private let metaReader = RequestMetaReader()
    private let metaCache = RequestMetaCache()
    /// A request that was compressed.
    private let message = ByteWriter(limit: CompressionFormat.immediateMessage)
    private let nothing = UnsafeRawBufferPointer(start: nil, count: 0)

    /// Makes a dispatcher.
    ///
    /// - Parameters:
    ///   - calls: answers the calls, once they are admitted.
    ///   - tokens: what every call must carry one of.
    ///   - recorder: writes decisions down.
    package init(_ calls: CallDispatcher, tokens: TokenSet, recorder: (any DecisionRecorder)? = nil) {
        self.calls = calls
        self.recorder = recorder
        self.tokens = tokens
        self.asksForTokens = !tokens.isEmpty
    }

    /// Answers a call, or says that it is a costly one.
    ///
    /// Whoever asks whether the daemon is well needs no token. The checks, in this order: meta (1003), token (1004), service (1001), method (1002), role (1004), load (2003, 2004),
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
        load: CallDispatcher.Load,
        into reply: ByteWriter
    ) -> Answer {
        if !self.asksForTokens, case .normal = load, let known = self.metaCache.find(metaBytes) {
            let id = known.correlationID
            let subject = CallSubject(.frames, known.method)
            return self.serve(
                known.method,
                .anyone,
                subject,
                id,
                metaBytes: metaBytes,
                payload: rest,
                deadline: nil,
                isStopping: false,
                into: reply
            )
        }
        let meta: RequestMeta
        do {
            meta = try self.metaReader.read(metaBytes)
        } catch {
            // Without an id the error goes to call 0: the frame's bounds are known, so other calls are not touched
            // by it.
            let refusal = Refusal.meta(error.fault)
            return .error(correlationID: error.correlationID ?? 0, refusal, CallSubject(.frames, nil))
        }
        let id = meta.correlationID
        let lookup = MethodTable.find(service: meta.service, method: meta.method)
        let whose = self.tokens.caller(meta.authentication ?? self.nothing) ?? .stranger
        let caller = whose.number
        guard caller != .stranger || lookup == .found(.healthCheck) else {
            return .error(correlationID: id, Refusal.unauthorised, CallSubject(.frames, nil, caller: caller))
        }
        let method: Method
        switch lookup {
        case .found(let found): method = found
        case .noService:
            return .error(correlationID: id, Refusal.noService, CallSubject(.frames, nil, caller: caller))
        case .noMethod:
            return .error(correlationID: id, Refusal.noMethod, CallSubject(.frames, nil, caller: caller))
        }
        let subject = CallSubject(.frames, method, caller: caller)
        guard whose.roles.isSuperset(of: method.entry.role) else {
            return .error(correlationID: id, Refusal.forbidden, subject)
        }
        if let refusal = CallDispatcher.refusal(of: method, under: load) {
            return .error(correlationID: id, refusal, subject)
        }
        let compression = CompressionFormat(compressType: meta.compressType)
        if compression == nil, meta.compressType != 0 {
            return .error(correlationID: id, Refusal.compression(meta.compressType), subject)
        }
        if meta.contentType != 0 { return .error(correlationID: id, Refusal.contentType(meta.contentType), subject) }
        let attachment = Int(meta.attachmentSize)
        guard attachment >= 0, attachment <= rest.count else {
            return .error(correlationID: id, Refusal.attachment, subject)
        }
        let payload = UnsafeRawBufferPointer(rebasing: rest[..<(rest.count - attachment)])
        var deadline: MonotonicTime?
        // 0 and less ask for no deadline, as in brpc.
        if let timeout = meta.timeoutMilliseconds, timeout > 0 {
            let end = arrival.advanced(byNanoseconds: Int64(timeout) * 1_000_000)
            guard now < end else { return .error(correlationID: id, Refusal.timedOut, subject) }
            deadline = end
        }
        let isOffloaded =
            load == .cooldown && method.isOffloadedInCooldown(payload.count, isCompressed: compression != nil)
        if isOffloaded || compression != nil {
            let call = CostlyCall(
                correlationID: id,
                method: method,
                kind: method.entry.kind,
                caller: whose,
                subject: subject,
                payload: payload,
                deadline: deadline,
                compression: compression
            )
            guard !isOffloaded, let compression else { return .costly(call) }
            return self.serve(call, compression, metaBytes: metaBytes, isStopping: load == .stopping, into: reply)
        }
        if deadline == nil, attachment == 0, meta.authentication == nil {
            self.metaCache.keep(metaBytes, method: method)
        }
        return self.serve(
            method,
            whose,
            subject,
            id,
            metaBytes: metaBytes,
            payload: payload,
            deadline: deadline,
            isStopping: load == .stopping,
            into: reply
        )
    }

    /// Does what a call asks for, once it is admitted.
    private func serve(
        _ method: Method,
        _ caller: @autoclosure () -> Caller,
        _ subject: CallSubject,
        _ id: Int64,
        metaBytes: UnsafeRawBufferPointer,
        payload: UnsafeRawBufferPointer,
        deadline: MonotonicTime?,
        isStopping: Bool,
        into reply: ByteWriter
    ) -> Answer {
        func costly(_ kind: Method.Kind, wasPreempted: Bool = false) -> Answer {
            .costly(
                CostlyCall(
                    correlationID: id,
                    method: method,
                    kind: kind,
                    caller: caller(),
                    subject: subject,
                    payload: payload,
                    deadline: deadline,
                    compression: nil,
                    wasPreempted: wasPreempted
                )
            )
        }
        let kind = method.kind(of: payload)
        guard kind == .immediate, !self.mustWait(method) else { return costly(kind) }
        do throws(CallError) {
            try self.calls.answer(method, payload, isStopping: isStopping, into: reply)
            if let recorder = self.recorder { self.record(method, subject, metaBytes, payload, reply, recorder) }
            return .reply(correlationID: id, subject)
        } catch {
            switch error {
            case .needsLedger: return costly(.ledger)
            case .preempted: return costly(method.entry.kind, wasPreempted: true)
            default: return .error(correlationID: id, error, subject)
            }
        }
    }

    /// Whether the answer has to wait for the log, which is done on a compute thread.
    private func mustWait(_ method: Method) -> Bool {
        guard let recorder = self.recorder else { return false }
        return recorder.holdsAnswers && method.entry.decisionNumber != nil
    }

    /// Writes a call down that is answered.
    private func record(
        _ method: Method,
        _ subject: CallSubject,
        _ metaBytes: UnsafeRawBufferPointer,
        _ request: UnsafeRawBufferPointer,
        _ reply: ByteWriter,
        _ recorder: any DecisionRecorder
    ) {
        guard method.entry.decisionNumber != nil else {
            self.requestHash = nil
            return
        }
        self.requestHash = recorder.record(
            Decision(
                method: method,
                transport: .frames,
                caller: subject.caller,
                policies: self.calls.engine.compiled,
                id: RequestID(metaBytes: metaBytes),
                request: request,
                reply: reply.bytes
            )
        )
    }

    /// Does what a call asks for that came compressed, where it is short and its reply too.
    private func serve(
        _ call: CostlyCall,
        _ compression: CompressionFormat,
        metaBytes: UnsafeRawBufferPointer,
        isStopping: Bool,
        into reply: ByteWriter
    ) -> Answer {
        do throws(CallError) {
            guard call.method.entry.immediateBytes >= 0, !self.mustWait(call.method),
                try compression.openAtOnce(call.payload, into: self.message),
                call.method.kind(of: self.message.bytes) == .immediate
            else { return .costly(call) }
            try self.calls.answer(call.method, self.message.bytes, isStopping: isStopping, into: reply)
            // What would take long to compress is answered anew on a compute thread: that takes less.
            guard reply.count <= CompressionFormat.immediateReply else { return .costly(call) }
            if let recorder = self.recorder {
                self.record(call.method, call.subject, metaBytes, self.message.bytes, reply, recorder)
            }
            return .compressedReply(correlationID: call.correlationID, compression, call.subject)
        } catch {
            var call = call
            switch error {
            case .needsLedger: call.kind = .ledger
            case .preempted: call.wasPreempted = true
            default: return .error(correlationID: call.correlationID, error, call.subject)
            }
            return .costly(call)
        }
    }

    /// Why a call is refused unread, with its correlation id; 0 where there is none.
    package func refusal(metaBytes: UnsafeRawBufferPointer) -> (correlationID: Int64, error: CallError) {
        do {
            let meta = try self.metaReader.read(metaBytes)
            let isAdmitted = self.tokens.admits(meta.authentication ?? self.nothing)
            return (meta.correlationID, isAdmitted ? Refusal.tooLarge : Refusal.unauthorised)
        } catch {
            return (error.correlationID ?? 0, self.asksForTokens ? Refusal.unauthorised : Refusal.tooLarge)
        }
    }

    /// Whether the rest of a call's frame is waited for, judged by its meta: that of a stranger is not, and a larger one
    /// than others' is only for an auction.
    func admits(metaBytes: UnsafeRawBufferPointer, isLarge: Bool) -> Bool {
        if !self.asksForTokens, !isLarge { return true }
        // What is no meta is told so when the frame is there; but who shows no token is not waited for.
        guard let meta = try? self.metaReader.read(metaBytes) else { return !self.asksForTokens && !isLarge }
        guard self.tokens.admits(meta.authentication ?? self.nothing) else { return false }
        guard isLarge else { return true }
        guard case .found(let method) = MethodTable.find(service: meta.service, method: meta.method) else {
            return false
        }
        return method.entry.mayBeLarge
    }
}
