//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCompression
internal import GrantdEngine
internal import GrantdPolicy
internal import GrantdSchema
internal import GrantdService
internal import GrantdTesting
internal import Synchronization
internal import Testing

/// Calls whose requests are decompressed on a compute thread.
@Suite
struct CompressedCallTests {
    /// Writes a batch that is far larger than what it was made of, and counts how often that was done.
    private final class Inflation: Sendable {
        let count = Atomic<Int>(0)
        let request: [UInt8]

        init(_ request: [UInt8]) { self.request = request }

        func write(into writer: ByteWriter) {
            self.count.add(1, ordering: .relaxed)
            self.request.withUnsafeBytes { writer.write($0) }
        }
    }

    @Test("what came out of compressed batches is bounded: further ones wait until one is finished")
    func memory() throws {
        let inflation = Inflation(try Samples.batch(count: 4096))
        var limits = Limits.defaults
        // A slice ends at once.
        limits.turn = .nanoseconds(0)
        limits.growingReplyBytes = 2 * inflation.request.count
        let lane = ComputeLanes.makeSliced(
            limits: limits,
            clock: .system,
            ledger: AwardLedger(isManual: true).lane,
            isManual: true
        )
        let policies = CompiledPolicies(try PolicySet.builtIn())
        let ended = Atomic<Int>(0)
        for client in 1...16 {
            let call = PendingCall(
                work: .translate(.evaluateBatch) { _, writer throws(CallError) in inflation.write(into: writer) },
                client: ClientID(UInt64(client)),
                policies: policies,
                request: UnsafeRawBufferPointer(start: nil, count: 0),
                arrival: .now(),
                deadline: nil
            ) { outcome, _ in
                if case .success = outcome { ended.add(1, ordering: .relaxed) }
            }
            try lane.add(call)
        }
        let runner = CallRunner(limits: limits, clock: .system)
        for _ in 0..<200 { runner.runNext(of: lane.queue) }
        #expect(ended.load(ordering: .relaxed) == 0)
        #expect((2...3).contains(inflation.count.load(ordering: .relaxed)))
        // And all of them come to their end.
        var rounds = 0
        while ended.load(ordering: .relaxed) < 2, rounds < 10_000 {
            runner.runNext(of: lane.queue)
            rounds += 1
        }
        #expect(ended.load(ordering: .relaxed) == 2)
    }

    @Test("the work on a compressed request opens it within the method's limit, or says why not")
    func work() throws {
        var limits = Limits.defaults
        limits.requestBytes = 1000
        for format in CompressionFormat.allCases {
            guard case .translate(.evaluate, let open, _) = format.work(on: .evaluate, limits) else {
                Issue.record("it is translated")
                return
            }
            for (size, code) in [(999, 0), (1000, 0), (1001, 2004)] as [(Int, Int32)] {
                let message = [UInt8](repeating: 7, count: size)
                let packed = ByteWriter(limit: CompressionFormat.mostCompressed(size))
                try message.withUnsafeBytes { try format.seal($0, into: packed) }
                let writer = ByteWriter(limit: 1 << 20)
                do throws(CallError) {
                    try open(packed.bytes, writer)
                    #expect(code == 0)
                    #expect(Array(writer.bytes) == message)
                } catch {
                    #expect(error.code == code)
                }
            }
        }
    }

    @Test("only what is short is opened at once")
    func atOnce() throws {
        let message = ByteWriter(limit: CompressionFormat.immediateMessage)
        for (count, isOpened) in [
            (CompressionFormat.immediateMessage, true), (CompressionFormat.immediateMessage + 1, false),
            (1 << 20, false),
        ] {
            let packed = ByteWriter(limit: CompressionFormat.mostCompressed(count))
            try [UInt8](repeating: 1, count: count).withUnsafeBytes {
                try CompressionFormat.zlib.seal($0, into: packed)
            }
            #expect(try CompressionFormat.zlib.openAtOnce(packed.bytes, into: message) == isOpened)
        }
        let long = [UInt8](repeating: 0, count: CompressionFormat.immediateBytes + 1)
        // Not even looked at, broken as it is.
        #expect(try long.withUnsafeBytes { try CompressionFormat.gzip.openAtOnce($0, into: message) } == false)
    }
}
