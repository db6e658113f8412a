//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdProto
internal import GrantdServer
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
    switch bytes[0] % 8 {
    case 0: target?.stream(rest, piece: rest.count)
    case 1: target?.stream(rest, piece: 1)
    case 2: target?.stream(rest, piece: 13)
    case 3: target?.call { try $0.evaluate(rest, into: $1) }
    case 4: target?.call { try $0.screen(rest, into: $1) }
    case 5: target?.batch(rest)
    case 6: target?.call { try $0.describeMeasure(rest, into: $1) }
    default: target?.call { try $0.listMeasures(rest, into: $1) }
    }
    return 0
}

/// The daemon without its sockets.
private final class Target {
    private let engine: Engine
    private let dispatcher: Dispatcher
    private let reply = ByteWriter(limit: 16 << 20)

    init?() {
        guard let policies = try? PolicySet.builtIn() else { return nil }
        self.engine = Engine(policies: policies)
        self.dispatcher = Dispatcher(engine: self.engine, tokens: TokenSet())
    }

    func stream(_ bytes: UnsafeRawBufferPointer, piece: Int) {
        var decoder = FrameDecoder(maximumBodyBytes: 4 << 20)
        var offset = 0
        repeat {
            let end = min(bytes.count, offset + max(1, piece))
            decoder.append(ByteBuffer(bytes: bytes[offset..<end]))
            offset = end
            do {
                while let frame = try decoder.next() { self.answer(frame) }
            } catch {
                return
            }
        } while offset < bytes.count
    }

    private func answer(_ frame: Frame) {
        frame.meta.withUnsafeReadableBytes { meta in
            frame.payload.withUnsafeReadableBytes { rest in
                let now = MonotonicTime(nanoseconds: 0)
                let answer = self.dispatcher.dispatch(
                    metaBytes: meta,
                    rest: rest,
                    arrival: now,
                    now: now,
                    load: .normal,
                    into: self.reply
                )
                if case .batch(_, let payload, _) = answer { self.batch(payload) }
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
}
