//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCompression
internal import GrantdEngine
internal import GrantdSchema
internal import GrantdService
internal import GrantdWire
internal import NIOCore

/// From the bytes of a call's frame to the bytes of its reply's frame. One per event loop, used on that alone.
final class FrameService {
    /// What became of a call.
    enum Served {
        /// The reply is written.
        case answered(CallSubject)
        /// The error is written.
        case failed(CallSubject, CallError.Kind)
        /// The call is costly. Its payload lies where the call's bytes lie.
        case pending(FrameDispatcher.CostlyCall)
    }

    private(set) var policies: CompiledPolicies
    /// What answers the short calls of this event loop, whatever the transport.
    private(set) var calls: CallDispatcher
    private var dispatcher: FrameDispatcher
    private let limits: Limits
    private let readiness: Readiness
    private let tokens: TokenSet
    private let recorder: (any DecisionRecorder)?
    private let metaWriter: ByteWriter
    private let replyWriter: ByteWriter
    private let compressedWriter: ByteWriter

    /// - Parameter recorder: writes decisions down; nil where nobody does.
    init(
        policies: CompiledPolicies,
        limits: Limits,
        tokens: TokenSet,
        readiness: Readiness,
        recorder: (any DecisionRecorder)? = nil
    ) {
        self.policies = policies
        self.limits = limits
        self.readiness = readiness
        self.tokens = tokens
        self.recorder = recorder
        self.calls = .forShortCalls(policies: policies, limits: limits, readiness: readiness)
        self.dispatcher = FrameDispatcher(self.calls, tokens: tokens, recorder: recorder)
        self.metaWriter = ByteWriter(limit: limits.metaBytes)
        self.replyWriter = ByteWriter(limit: limits.replyBytes)
        self.compressedWriter = ByteWriter(
            limit: CompressionFormat.mostCompressed(CompressionFormat.immediateReply)
        )
    }

    /// Puts other policies in place of the present ones.
    func replacePolicies(_ policies: CompiledPolicies) {
        self.policies = policies
        self.calls = .forShortCalls(policies: policies, limits: self.limits, readiness: self.readiness)
        self.dispatcher = FrameDispatcher(self.calls, tokens: self.tokens, recorder: self.recorder)
    }

    /// Answers one call and appends its reply to `output`, unless it is a costly one.
    ///
    /// - Parameters:
    ///   - rest: what follows the meta in the frame.
    ///   - arrival: when its last byte came in.
    ///   - now: the time.
    func serve(
        metaBytes: UnsafeRawBufferPointer,
        rest: UnsafeRawBufferPointer,
        arrival: MonotonicTime,
        now: MonotonicTime,
        load: CallDispatcher.Load,
        into output: inout ByteBuffer
    ) -> Served {
        let answer = self.dispatcher.dispatch(
            metaBytes: metaBytes,
            rest: rest,
            arrival: arrival,
            now: now,
            load: load,
            into: self.replyWriter
        )
        switch answer {
        case .reply(let correlationID, let subject):
            if self.recorder != nil, let hash = self.dispatcher.requestHash {
                Self.appendAnswer(self.replyWriter.bytes, correlationID: correlationID, hash: hash, to: &output)
            } else {
                Self.appendAnswer(self.replyWriter.bytes, correlationID: correlationID, to: &output)
            }
            return .answered(subject)
        case .compressedReply(let correlationID, let format, let subject):
            do throws(CallError) {
                try format.seal(self.replyWriter.bytes, into: self.compressedWriter)
            } catch {
                self.fail(error, correlationID: correlationID, RequestID(metaBytes: metaBytes), to: &output)
                return .failed(subject, error.kind)
            }
            self.metaWriter.reset()
            ReplyMeta.write(correlationID: correlationID, compressType: format.compressType, into: self.metaWriter)
            if self.recorder != nil { Self.write(self.dispatcher.requestHash, into: self.metaWriter) }
            Self.append(meta: self.metaWriter.bytes, payload: self.compressedWriter.bytes, to: &output)
            return .answered(subject)
        case .error(let correlationID, let error, let subject):
            self.fail(error, correlationID: correlationID, RequestID(metaBytes: metaBytes), to: &output)
            return .failed(subject, error.kind)
        case .costly(let call):
            return .pending(call)
        }
    }

    /// Appends the frame of an error, which repeats its caller's id.
    func fail(_ error: CallError, correlationID: Int64, _ id: RequestID, to output: inout ByteBuffer) {
        self.metaWriter.reset()
        Self.write(error, correlationID: correlationID, id, into: self.metaWriter)
        Self.append(meta: self.metaWriter.bytes, payload: UnsafeRawBufferPointer(start: nil, count: 0), to: &output)
    }

    /// Refuses a call of which only the meta is known.
    ///
    /// - Returns: the error.
    func refuse(metaBytes: UnsafeRawBufferPointer, into output: inout ByteBuffer) -> CallError.Kind {
        let (correlationID, error) = self.dispatcher.refusal(metaBytes: metaBytes)
        self.fail(error, correlationID: correlationID, RequestID(metaBytes: metaBytes), to: &output)
        return error.kind
    }

    /// Whether the rest of a frame is waited for.
    func admits(metaBytes: UnsafeRawBufferPointer, isLarge: Bool) -> Bool {
        self.dispatcher.admits(metaBytes: metaBytes, isLarge: isLarge)
    }

    // MARK: - On any thread

    /// The frame of a costly call's reply, or of why there is none.
    ///
    /// - Parameters:
    ///   - id: what its caller finds the call by; an error repeats it.
    ///   - compression: how the payload of a reply is compressed.
    static func frame(
        _ outcome: PendingCall.Outcome,
        correlationID: Int64,
        _ id: RequestID,
        compression: CompressionFormat?
    ) -> ByteBuffer {
        do throws(CallError) {
            let reply = try outcome.get()
            let payload = reply.payload
            guard let compression else {
                var frame = ByteBufferAllocator().buffer(
                    capacity: FrameHeader.size + self.mostMeta + payload.count
                )
                if let hash = reply.requestHash {
                    self.appendAnswer(payload, correlationID: correlationID, hash: hash, to: &frame)
                } else {
                    self.appendAnswer(payload, correlationID: correlationID, to: &frame)
                }
                return frame
            }
            let compressed = ByteWriter(limit: CompressionFormat.mostCompressed(payload.count))
            try compression.seal(payload, into: compressed)
            return withExtendedLifetime(compressed) {
                self.frame(payload: compressed.bytes) {
                    ReplyMeta.write(correlationID: correlationID, compressType: compression.compressType, into: $0)
                    self.write(reply.requestHash, into: $0)
                }
            }
        } catch {
            return self.frame(payload: UnsafeRawBufferPointer(start: nil, count: 0)) {
                self.write(error, correlationID: correlationID, id, into: $0)
            }
        }
    }

    private static func frame(payload: UnsafeRawBufferPointer, meta write: (ByteWriter) -> Void) -> ByteBuffer {
        let meta = ByteWriter(limit: 64 << 10)
        write(meta)
        return withExtendedLifetime(meta) {
            var frame = ByteBufferAllocator().buffer(capacity: FrameHeader.size + meta.count + payload.count)
            self.append(meta: meta.bytes, payload: payload, to: &frame)
            return frame
        }
    }

    private static func write(_ error: CallError, correlationID: Int64, _ id: RequestID, into meta: ByteWriter) {
        ReplyMeta.write(
            correlationID: correlationID,
            code: error.code,
            text: error.message,
            status: error.status.rawValue,
            field: error.field,
            requestID: id.description,
            into: meta
        )
    }

    /// Header, meta and payload of an answer, each where it stays.
    private static func appendAnswer(
        _ payload: UnsafeRawBufferPointer,
        correlationID: Int64,
        to output: inout ByteBuffer
    ) {
        // The limits on a reply keep the sum far below what 32 bits hold.
        let most = FrameHeader.size + ReplyMeta.mostBytes + payload.count
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: most) { bytes in
            guard let start = bytes.baseAddress else { return 0 }
            let meta = ReplyMeta.write(correlationID: correlationID, to: start + FrameHeader.size)
            let header = FrameHeader(bodySize: meta + payload.count, metaSize: meta)
            header.write(into: start)
            if let first = payload.baseAddress {
                (start + FrameHeader.size + meta).copyMemory(from: first, byteCount: payload.count)
            }
            return header.frameSize
        }
    }

    /// Of an answer that says the hash of its request, in bytes.
    private static let mostMeta = ReplyMeta.mostBytes + ReplyMeta.requestHashHead + RequestHash.mostTextBytes

    /// The same with the hash of the request.
    private static func appendAnswer(
        _ payload: UnsafeRawBufferPointer,
        correlationID: Int64,
        hash: RequestHash,
        to output: inout ByteBuffer
    ) {
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: FrameHeader.size + self.mostMeta + payload.count) {
            guard let start = $0.baseAddress else { return 0 }
            let metaStart = start + FrameHeader.size
            var meta = ReplyMeta.write(correlationID: correlationID, to: metaStart)
            meta += ReplyMeta.writeRequestHash(bytes: hash.textBytes, to: metaStart + meta) { hash.write(to: $0) }
            let header = FrameHeader(bodySize: meta + payload.count, metaSize: meta)
            header.write(into: start)
            if let first = payload.baseAddress { (metaStart + meta).copyMemory(from: first, byteCount: payload.count) }
            return header.frameSize
        }
    }

    /// Goes on with a meta by the hash of the request, if there is one.
    private static func write(_ hash: RequestHash?, into meta: ByteWriter) {
        guard let hash, let room = meta.room(ReplyMeta.requestHashHead + hash.textBytes) else { return }
        meta.advance(ReplyMeta.writeRequestHash(bytes: hash.textBytes, to: room) { hash.write(to: $0) })
    }

    /// The same of what is rarer: a meta and a payload that are written elsewhere.
    private static func append(
        meta: UnsafeRawBufferPointer,
        payload: UnsafeRawBufferPointer,
        to output: inout ByteBuffer
    ) {
        let header = FrameHeader(bodySize: meta.count + payload.count, metaSize: meta.count)
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: header.frameSize) { bytes in
            guard let start = bytes.baseAddress else { return 0 }
            header.write(into: start)
            UnsafeMutableRawBufferPointer(rebasing: bytes[FrameHeader.size...]).copyMemory(from: meta)
            let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[(FrameHeader.size + meta.count)...])
            rest.copyMemory(from: payload)
            return header.frameSize
        }
    }
}
