//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import GrantdDigest
import GrantdEngine
import GrantdMessages
import GrantdPolicy
import GrantdService
import SwiftProtobuf
import Synchronization
import Testing

@testable import GrantdDecisionLog

@Suite("The log of decisions, as it is written")
struct WritingTests {
    @Test(
        "what is recorded is there after the end: request, reply, id, hash, caller, policies, in order, for nobody else to read"
    )
    func whole() throws {
        let folder = try LogFolder()
        let tokens = TokenSet([TokenSet.Entry(token: Array("t".utf8), name: "bureau", roles: .ask)])
        let caller = try #require(tokens.names.first).number
        let recording = try Recording(folder, tokens: tokens)
        let requests = try (0..<5).map { try Recording.request("A-\($0)") }
        for (number, request) in requests.enumerated() {
            try recording.evaluate(request, id: .number(Int64(number + 1)), caller: number == 3 ? caller : .unnamed)
        }
        recording.log.close()
        let entries = try KeptEntry.all(folder)
        #expect(entries.map(\.number) == [1, 2, 3, 4, 5, 6])
        #expect(entries.first?.kind == .policies)
        let decisions = entries.dropFirst()
        #expect(decisions.map(\.request) == requests)
        #expect(decisions.map(\.id) == ["1", "2", "3", "4", "5"])
        #expect(decisions.map(\.caller) == ["", "", "", "bureau", ""])
        #expect(decisions.allSatisfy { $0.method == .evaluate && $0.policies == 1 && $0.state == .whole })
        #expect(decisions.map(\.hash) == recording.hashes.map(\.digest))
        #expect(recording.hashes.map(\.description) == requests.map { PolicyDigest.of($0) })
        for (number, entry) in decisions.enumerated() {
            #expect(try GrantdAssessment(serializedBytes: entry.reply).applicationID == "A-\(number)")
        }
        let mode = try FileManager.default.attributesOfItem(atPath: folder.segment(1))[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(recording.log.status.written == 5)
        #expect(recording.log.status.queuedBytes == 0)
        #expect(recording.log.status.bytes + UInt64(SegmentHeader.size) == UInt64(try folder.bytes(1).count))
    }

    @Test("an entry of policies says by which files was decided")
    func listing() throws {
        let folder = try LogFolder()
        let recording = try Recording(folder)
        try recording.evaluate(count: 1)
        recording.log.close()
        let reader = try SegmentReader(path: folder.segment(1))
        let listing = try #require(try reader.next()?.listing)
        let policies = try Recording.policies.get().policies
        #expect(listing == PolicyListing(policies))
        #expect(listing.programmes.map(\.id) == policies.programmes.map(\.id))
        #expect(listing.engineVersion == EngineVersion.current)
        guard case .policies(let digest, _)? = recording.events.all.first else {
            Issue.record("it is told first")
            return
        }
        #expect(digest == listing.digest)
    }

    @Test("what decides nothing is not written")
    func catalogue() throws {
        let folder = try LogFolder()
        let recording = try Recording(folder)
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        for method in [Method.listMeasures, .healthCheck, .listAwards, .getSchema] {
            let decision = Decision(
                method: method,
                transport: .http,
                caller: .unnamed,
                policies: try Recording.policies.get(),
                id: .none,
                request: nothing,
                reply: nothing
            )
            #expect(recording.recorder.record(decision) == nil)
        }
        recording.log.close()
        #expect(try KeptEntry.all(folder).isEmpty)
    }

    @Test("every method that is logged has a number of its own, which leads back to it")
    func methodNumbers() {
        let numbers = Method.allCases.compactMap(\.entry.decisionNumber)
        #expect(Set(numbers).count == numbers.count)
        for method in Method.allCases where method.entry.decisionNumber != nil {
            #expect(method.entry.decisionNumber.flatMap { Method(decisionNumber: $0) } == method)
        }
        #expect(Method(decisionNumber: 0) == nil)
        // Logs that were written have them.
        let kept: [Method] = [
            .evaluate, .evaluateBatch, .screen, .clearAuction, .award, .awardBatch, .settle, .putEnvelope,
            .evaluateColumns,
        ]
        #expect(kept.map(\.entry.decisionNumber) == (1...9).map { UInt8($0) })
    }

    @Test("a log goes on behind what stands there: numbers and chain cross from one daemon to the next")
    func restart() throws {
        let folder = try LogFolder()
        for round in 0..<3 {
            let recording = try Recording(folder)
            try recording.evaluate(count: 4, from: 4 * round)
            recording.log.close()
        }
        #expect(folder.segments == [1, 2, 3])
        let result = try LogVerifier(directory: folder.path).run()
        #expect(result.finding == nil)
        #expect(result.decisions == 12)
        #expect(result.policies == 3)
        #expect(result.last?.number == 15)
    }

    @Test("two daemons do not write one log")
    func lock() throws {
        let folder = try LogFolder()
        let recording = try Recording(folder)
        let fault = #expect(throws: DecisionLogFault.self) { _ = try Recording(folder) }
        #expect(fault?.code == .inUse)
        #expect(fault?.message.contains("another daemon writes this log") == true)
        recording.log.close()
    }

    @Test(
        "a torn end, as a killed daemon leaves it, is cut off wherever it is torn, kept beside and told; nothing whole is lost",
        arguments: [1, 3, 31, 100, 400]
    )
    func torn(missing: Int) throws {
        let folder = try LogFolder()
        let recording = try Recording(folder)
        try recording.evaluate(count: 3)
        recording.log.close()
        let whole = try folder.bytes(1)
        try folder.put(Array(whole.dropLast(missing)), 1)
        let next = try Recording(folder)
        try next.evaluate(count: 1, from: 3)
        next.log.close()
        let cut = next.events.all.compactMap { event -> String? in
            if case .cut(_, _, let kept) = event { kept } else { nil }
        }
        #expect(cut == [folder.segment(1) + SegmentFiles.tornSuffix])
        #expect(try folder.bytes(1).count + Data(contentsOf: URL(filePath: cut[0])).count == whole.count - missing)
        let result = try LogVerifier(directory: folder.path).run()
        #expect(result.finding == nil)
        #expect(result.decisions == 3)
        #expect(result.torn == cut)
    }

    @Test("a segment that was cut off before it was begun gives way")
    func tornHeader() throws {
        let folder = try LogFolder()
        let recording = try Recording(folder)
        try recording.evaluate(count: 2)
        recording.log.close()
        try folder.put(Array(try folder.bytes(1).prefix(50)), 2)
        let next = try Recording(folder)
        try next.evaluate(count: 1)
        next.log.close()
        #expect(folder.segments == [1, 3])
        let result = try LogVerifier(directory: folder.path).run()
        #expect(result.finding == nil)
        #expect(result.decisions == 3)
    }

    @Test("zeros where pages were lost are no entries")
    func zeros() throws {
        let folder = try LogFolder()
        let recording = try Recording(folder)
        try recording.evaluate(count: 2)
        recording.log.close()
        try folder.put(try folder.bytes(1) + [UInt8](repeating: 0, count: 5_000), 1)
        let next = try Recording(folder)
        next.log.close()
        #expect(try LogVerifier(directory: folder.path).run().decisions == 2)
        #expect(try LogVerifier(directory: folder.path).run().finding == nil)
    }

    @Test("segments are closed by size; each names its policies; the chain crosses them; the operator is told each end")
    func rotation() throws {
        let folder = try LogFolder()
        let recording = try Recording(folder) { $0.segmentBytes = 64 << 10 }
        for round in 0..<8 {
            try recording.evaluate(count: 500, from: 500 * round)
            Self.wait(for: recording)
        }
        recording.log.close()
        #expect(folder.segments.count > 3)
        for number in folder.segments.dropLast() {
            let reader = try SegmentReader(path: folder.segment(number))
            #expect(try reader.next()?.kind == .policies)
        }
        let result = try LogVerifier(directory: folder.path).run()
        #expect(result.finding == nil)
        #expect(result.decisions == 4_000)
        let closed = recording.events.all.compactMap { event -> String? in
            if case .closed(_, let last, let chain) = event { "\(last):\(chain)" } else { nil }
        }
        #expect(closed.count == folder.segments.count - 1)
        for text in closed {
            let parts = text.split(separator: ":")
            let expected = (
                number: try #require(UInt64(parts[0])), chain: try #require(SHA256Digest(hex: parts[1]))
            )
            #expect(try LogVerifier(directory: folder.path, expected: expected).run().finding == nil)
        }
    }

    @Test("another segment begins when it is asked for, though not behind an empty one")
    func asked() throws {
        let folder = try LogFolder()
        let recording = try Recording(folder)
        try recording.evaluate(count: 1)
        Self.wait(for: recording)
        recording.log.rotate()
        Self.wait { folder.segments == [1, 2] }
        recording.log.rotate()
        // The thread has come to it, and writes what follows only then.
        Self.wait { !recording.log.shared.isRotationWanted.load(ordering: .relaxed) }
        Self.wait { recording.log.status.queuedBytes == 0 }
        try recording.evaluate(count: 1, from: 1)
        recording.log.close()
        #expect(folder.segments == [1, 2])
        #expect(try KeptEntry.decisions(folder).count == 2)
    }

    @Test("old segments go while all take too much; what is left is one piece of the chain")
    func retentionBySize() throws {
        let folder = try LogFolder()
        let recording = try Recording(folder) {
            $0.segmentBytes = 64 << 10
            $0.keptBytes = 200 << 10
        }
        for round in 0..<16 {
            try recording.evaluate(count: 250, from: 250 * round)
            Self.wait(for: recording)
        }
        recording.log.close()
        let segments = try SegmentFiles.segments(in: folder.path)
        #expect(segments.first.map { $0.number > 1 } == true)
        // What is being written may be over it by its own size.
        #expect(segments.reduce(0) { $0 + $1.bytes } < 600 << 10)
        let result = try LogVerifier(directory: folder.path).run()
        #expect(result.finding == nil)
        #expect(result.firstSegment == segments.first?.number)
        #expect(recording.log.status.segments == segments.count)
    }

    @Test("segments go when they are old, and the one that is written never")
    func retentionByAge() throws {
        let folder = try LogFolder()
        for _ in 0..<2 {
            let recording = try Recording(folder)
            try recording.evaluate(count: 1)
            recording.log.close()
        }
        let old = Date(timeIntervalSinceNow: -10 * 86_400)
        try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: folder.segment(1))
        let recording = try Recording(folder) { $0.keptAge = .seconds(7 * 86_400) }
        Self.wait { folder.segments == [2, 3] }
        recording.log.close()
        #expect(folder.segments == [2, 3])
        #expect(
            recording.events.all.contains {
                if case .deleted(let segment) = $0 { segment == SegmentFiles.name(1) } else { false }
            }
        )
    }

    @Test("policies that are served anew are named from then on; the same files again are the same")
    func otherPolicies() throws {
        let folder = try LogFolder()
        let recording = try Recording(folder)
        let first = try Recording.policies.get()
        let other = CompiledPolicies(try PolicyLoader.load(files: []).get())
        let again = CompiledPolicies(try PolicySet.builtIn())
        let request = try Recording.request("A")
        for policies in [first, other, again, other] {
            request.withUnsafeBytes { bytes in
                _ = recording.recorder.record(
                    Decision(
                        method: .evaluate,
                        transport: .grpc,
                        caller: .unnamed,
                        policies: policies,
                        id: .none,
                        request: bytes,
                        reply: bytes
                    )
                )
            }
        }
        recording.log.close()
        #expect(try KeptEntry.decisions(folder).map(\.policies) == [1, 2, 1, 2])
        #expect(try KeptEntry.all(folder).count { $0.kind == .policies } == 2)
    }

    /// Waits until what is recorded is written.
    static func wait(for recording: Recording) {
        self.wait { recording.log.status.queuedBytes == 0 }
    }

    static func wait(_ isThere: () -> Bool) {
        for _ in 0..<5_000 {
            if isThere() { return }
            usleep(2_000)
        }
        Issue.record("what is waited for did not come in ten seconds")
    }
}
