//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdClient
import GrantdMessages
import NIOCore
import SwiftProtobuf
import Synchronization
import Testing

@testable import grantctl

@Suite("Requests one a line")
struct LineTests {
    private func lines(_ blocks: [LineBlock]) -> [String?] {
        blocks.flatMap { block in block.lines.map { $0.map { String(decoding: block.bytes[$0], as: UTF8.self) } } }
    }

    @Test("are cut the same however they come", arguments: [1, 2, 3, 5, 7, 100])
    func cut(step: Int) {
        let text = Array("one\ntwo\r\n\n京\nlast".utf8)
        var cutter = LineCutter()
        var blocks: [LineBlock] = []
        for start in stride(from: 0, to: text.count, by: step) {
            blocks += cutter.cut(Array(text[start..<min(start + step, text.count)]))
        }
        blocks += cutter.cut([])
        #expect(self.lines(blocks) == ["one", "two", "", "京", "last"])
        #expect(blocks.map(\.number) == Array(blocks.indices))
    }

    @Test("end with the last end of line")
    func noEmptyLineAtTheEnd() {
        var cutter = LineCutter()
        #expect(self.lines(cutter.cut(Array("a\nb\n".utf8))) == ["a", "b"])
        #expect(cutter.cut([]).isEmpty)
    }

    @Test("come in blocks of a bounded size")
    func blocks() {
        var cutter = LineCutter(mostLines: 2)
        let blocks = cutter.cut(Array("a\nb\nc\nd\ne\n".utf8))
        #expect(blocks.map(\.lines.count) == [2, 2, 1])
        #expect(blocks.map(\.firstLine) == [1, 3, 5])
        #expect(self.lines(blocks) == ["a", "b", "c", "d", "e"])
    }

    @Test("that are too long are dropped, each in its place", arguments: [1, 4, 1000])
    func tooLong(step: Int) {
        let text = Array(("a\n" + String(repeating: "x", count: 50) + "\nb\n" + String(repeating: "y", count: 50)).utf8)
        var cutter = LineCutter(longest: 10)
        var blocks: [LineBlock] = []
        for start in stride(from: 0, to: text.count, by: step) {
            blocks += cutter.cut(Array(text[start..<min(start + step, text.count)]))
        }
        blocks += cutter.cut([])
        #expect(self.lines(blocks) == ["a", nil, "b", nil])
    }

    @Test("that are long are not searched again for each piece they come in", .timeLimit(.minutes(1)))
    func longInSmallPieces() {
        let piece: [UInt8] = Array(repeating: UInt8(ascii: "x"), count: 64)
        var cutter = LineCutter()
        for _ in 0..<100_000 { #expect(cutter.cut(piece).isEmpty) }
        let blocks = cutter.cut(Array("y\nz\n".utf8))
        #expect(blocks.flatMap(\.lines).map { $0?.count } == [6_400_001, 1])
    }

    @Test("are answered in their order")
    func order() async throws {
        let written = Mutex<[UInt8]>([])
        let output = OrderedOutput { bytes in written.withLock { $0 += bytes } }
        try await output.add([2], LineTally(assessed: 1), number: 2)
        try await output.add([1], LineTally(malformed: 1), number: 1)
        #expect(written.withLock { $0 } == [])
        #expect(await output.tally == LineTally())
        try await output.add([0], LineTally(failed: 1), number: 0)
        #expect(written.withLock { $0 } == [0, 1, 2])
        #expect(await output.tally == LineTally(assessed: 1, malformed: 1, failed: 1))
    }

    @Test("share a call where their options are the same")
    func batch() throws {
        func application(_ id: String, _ options: GrantdEvaluationOptions) throws -> EncodedApplication {
            let bytes: [UInt8] = try GrantdApplication.with { $0.applicationID = id }.serializedBytes()
            return EncodedApplication(bytes: bytes[...], options: options)
        }
        let explained = GrantdEvaluationOptions(stage: .disbursement, assumeUnsetBarsAbsent: true, explain: .full)
        var batch = ApplicationBatch()
        batch.append(try application("a", explained), line: 3)
        #expect(batch.hasRoom(for: try application("b", explained)))
        #expect(!batch.hasRoom(for: try application("b", .init())))
        batch.append(try application("b", explained), line: 5)
        let expected = GrantdEvaluateBatchRequest.with {
            $0.applications = [.with { $0.applicationID = "a" }, .with { $0.applicationID = "b" }]
            $0.stage = .disbursement
            $0.assumeUnsetBarsAbsent = true
            $0.explain = .full
        }
        let payload = Array(try batch.payload().readableBytesView)
        #expect(try GrantdEvaluateBatchRequest(serializedBytes: payload) == expected)
        #expect(batch.halves.map(\.lines) == [[3], [5]])
    }
}

@Suite("Answers as JSON")
struct AnswerJSONTests {
    @Test("have the .proto's names")
    func names() throws {
        let assessment = GrantdAssessment.with {
            $0.outcome = .eligible
            $0.amountFen = 9_007_199_254_740_993
            $0.findings = [.with { $0.rule = "r" }]
        }
        let line = String(decoding: try AnswerJSON.line(assessment), as: UTF8.self)
        #expect(line == #"{"outcome":"ELIGIBLE","amount_fen":"9007199254740993","findings":[{"rule":"r"}]}"# + "\n")
    }

    @Test("hold an error in the place of an assessment")
    func error() {
        let error = GrantdClientError(
            code: .invalidRequest,
            message: "no \"such\"\n\u{1}name\\",
            field: "applicant.kind"
        )
        let line = String(decoding: AnswerJSON.line(error, line: 7, applicationID: "A\"1"), as: UTF8.self)
        #expect(
            line
                == #"{"error":{"code":1003,"message":"no \"such\"\n\u0001name\\","field":"applicant.kind","line":7,"application_id":"A\"1"}}"#
                + "\n"
        )
    }

    @Test("number what only the client can see as a fault inside")
    func clientSide() {
        let error = GrantdClientError(code: .invalidReply, message: "")
        let line = String(decoding: AnswerJSON.line(error, line: 1, applicationID: ""), as: UTF8.self)
        #expect(line.hasPrefix(#"{"error":{"code":2001,"#))
    }
}
