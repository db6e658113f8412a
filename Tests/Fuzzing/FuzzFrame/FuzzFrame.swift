//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import FuzzSupport
internal import GrantdCompression
internal import GrantdEngine
internal import GrantdPolicy
internal import GrantdSchema
internal import GrantdServer
internal import GrantdService
internal import GrantdWire
internal import NIOCore

/// What lives as long as the process: loading the policies for every input would leave no time for the inputs.
private nonisolated(unsafe) let target = Target()

/// Any bytes as what a peer sends, whole and dripped, and as the payload of each method.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFrame(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    guard size > 0 else { return 0 }
    let bytes = UnsafeRawBufferPointer(start: data, count: size)
    let rest = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
    // The first byte picks the door, so that the payloads are reached without a frame around them as well.
    switch bytes[0] % 10 {
    case 0: target?.stream(rest, piece: rest.count)
    case 1: target?.stream(rest, piece: 1)
    case 2:
        target?.decode(rest)
        target?.decompress(rest)
    case 3: target?.call { (engine, reply) throws(CallError) in try engine.evaluate(rest, into: reply) }
    case 4: target?.call { (engine, reply) throws(CallError) in try engine.screen(rest, into: reply) }
    case 5: target?.batch(rest)
    case 6: target?.call { (engine, reply) throws(CallError) in try engine.describeMeasure(rest, into: reply) }
    case 8: target?.columns(rest)
    case 9: target?.award(rest)
    default:
        target?.call { (engine, reply) throws(CallError) in try engine.listMeasures(rest, into: reply) }
        target?.call { (engine, reply) throws(CallError) in try engine.listDocuments(rest, into: reply) }
    }
    return 0
}

/// The daemon without its sockets.
private final class Target {
    private let engine: Engine
    private let assessor: AwardAssessor
    private let book = EmptyBook()
    private let dispatcher: FrameDispatcher
    private let reply = ByteWriter(limit: 16 << 20)

    init?() {
        guard let policies = try? PolicySet.builtIn() else { return nil }
        let compiled = CompiledPolicies(policies)
        self.engine = Engine(compiled)
        self.assessor = AwardAssessor(compiled, limits: .defaults)
        let calls = CallDispatcher(policies: compiled, limits: .defaults)
        self.dispatcher = FrameDispatcher(calls, tokens: TokenSet())
    }

    /// As a connection reads: what is left of a frame stays, with what comes next behind it.
    func stream(_ bytes: UnsafeRawBufferPointer, piece: Int) {
        var reader = FrameReader(limits: .defaults)
        var pending: [UInt8] = []
        var offset = 0
        repeat {
            let end = min(bytes.count, offset + max(1, piece))
            pending += bytes[offset..<end]
            offset = end
            var read = 0
            let goesOn = pending.withUnsafeBytes { self.answerAll(in: $0, from: &read, reader: &reader) }
            guard goesOn else { return }
            pending.removeFirst(read)
        } while offset < bytes.count
    }

    /// - Returns: Whether the connection stays open.
    private func answerAll(in bytes: UnsafeRawBufferPointer, from offset: inout Int, reader: inout FrameReader) -> Bool
    {
        while true {
            switch reader.next(in: bytes, from: &offset) {
            case .frame(let meta, let rest):
                self.answer(
                    meta: UnsafeRawBufferPointer(rebasing: bytes[meta]),
                    rest: UnsafeRawBufferPointer(rebasing: bytes[rest])
                )
            case .oversized(let meta):
                _ = self.dispatcher.refusal(metaBytes: UnsafeRawBufferPointer(rebasing: bytes[meta]))
            case .needMoreBytes: return true
            case .malformed: return false
            }
        }
    }

    private func answer(meta: UnsafeRawBufferPointer, rest: UnsafeRawBufferPointer) {
        let now = MonotonicTime(nanoseconds: 0)
        let answer = self.dispatcher.dispatch(
            metaBytes: meta,
            rest: rest,
            arrival: now,
            now: now,
            load: .normal,
            into: self.reply
        )
        guard case .costly(let call) = answer, call.method == .evaluateBatch else { return }
        guard let compression = call.compression else { return self.batch(call.payload) }
        let message = ByteWriter(limit: 4 << 20)
        do throws(CallError) {
            try compression.open(call.payload, limit: 4 << 20, into: message)
            withExtendedLifetime(message) { self.batch(message.bytes) }
        } catch {
            // As below.
        }
    }

    /// The client's decoder, which the daemon does not use, on the same bytes.
    func decode(_ bytes: UnsafeRawBufferPointer) {
        var decoder = FrameDecoder(maximumBodyBytes: 4 << 20)
        do {
            for byte in bytes {
                decoder.append(ByteBuffer(bytes: CollectionOfOne(byte)))
                while try decoder.next() != nil {}
            }
        } catch {
            // A connection that ends.
        }
    }

    /// What would be refused by the limit, and what would not.
    func decompress(_ bytes: UnsafeRawBufferPointer) {
        for format in CompressionFormat.allCases {
            for limit in [64, 1 << 20] {
                let writer = ByteWriter(limit: limit)
                do throws(CompressionFault) {
                    try format.decompress(bytes, limit: limit, into: writer)
                } catch {
                    // A call that fails.
                }
                precondition(writer.count <= limit + 1)
            }
        }
    }

    func call(_ body: (Engine, ByteWriter) throws(CallError) -> Void) {
        self.reply.reset()
        do {
            try body(self.engine, self.reply)
        } catch {
            // An error is an answer; a trap or a bad access is what is looked for.
        }
    }

    func batch(_ bytes: UnsafeRawBufferPointer) {
        self.reply.reset()
        do {
            let job = try self.engine.beginBatch(bytes)
            while try !job.step(maximum: 64, into: self.reply) {}
        } catch {
            // As above.
        }
    }

    func columns(_ bytes: UnsafeRawBufferPointer) {
        self.reply.reset()
        do {
            let job = try self.engine.beginColumns(bytes)
            while try !job.step(maximum: job.unitsBetweenClocks, with: self.book, into: self.reply) {}
        } catch {
            // As above.
        }
    }

    /// As one request, and as a batch of them.
    func award(_ bytes: UnsafeRawBufferPointer) {
        do throws(CallError) {
            _ = try self.assessor.terms(ofRequest: bytes)
            try self.award(.request(bytes))
        } catch {
            // As above.
        }
        do throws(CallError) {
            let (terms, entries) = try self.assessor.open(batch: bytes)
            for entry in entries.prefix(64) { try self.award(.entry(entry, terms)) }
        } catch {
            // As above.
        }
    }

    private func award(_ source: AwardAssessor.Source) throws(CallError) {
        self.reply.reset()
        _ = try self.assessor.read(source, needs: self.book).identity.get()
        _ = try self.assessor.assess(source, with: self.book, into: self.reply)
    }
}
