//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages
internal import GrantdTesting
internal import SwiftProtobuf
internal import Testing

/// Batches in JSON: what does not fit spoils its own application alone, as over the wire.
@Suite
struct JSONBatchTests {
    private static let good = String(HTTPText.application.dropFirst(#"{"application":"#.count).dropLast())
    private static let awards = "/grantd.v1.Awards/AwardBatch"

    private func answer(_ path: String, _ text: String) async throws -> HTTPAnswer {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                try await peer.send(HTTPText.post(path, text))
                return try await peer.answer()
            }
        }
    }

    @Test("an application that does not fit has its own error, and the others their assessments")
    func applications() async throws {
        let bad = [
            #"{"as_of":7}"#, #"{"as_off":"2026-03-01"}"#, "7",
            #"{"prior_awards":[{},{"amount_fen":1.5}],"as_of":"2026-03-01"}"#,
        ]
        let entries = [Self.good] + bad + [Self.good]
        let answer = try await self.answer(HTTPText.batch, #"{"applications":[\#(entries.joined(separator: ","))]}"#)
        #expect(answer.status == 200)
        let results = try GrantdEvaluateBatchResponse(jsonUTF8Bytes: answer.body).results
        #expect(results.count == 6)
        #expect(results.first?.assessment.measure == "ai-application.general-agent")
        #expect(results.first == results.last)
        let errors = results.dropFirst().dropLast().map(\.error)
        #expect(errors.map(\.code) == [1003, 1003, 1003, 1003])
        #expect(errors.map(\.field) == ["as_of", "as_off", "", "prior_awards[1].amount_fen"])
        #expect(errors.map(\.message).first == "must be a string, not a number")
        #expect(errors[1].message.hasSuffix(#"did you mean "as_of"?"#))
        #expect(errors[2].message == "must be an object, not a number")
    }

    @Test("an entry of a round that does not fit awards nothing, and the others are tried")
    func entries() async throws {
        let good = #"{"application":\#(Self.good)}"#
        let bad = #"{"application":{"subject_id":5}}"#
        let answer = try await self.answer(Self.awards, #"{"entries":[\#(bad),\#(good)],"dry_run":true}"#)
        #expect(answer.status == 200)
        let results = try GrantdAwardBatchResponse(jsonUTF8Bytes: answer.body).results
        #expect(results.count == 2)
        #expect(results.first?.error.field == "subject_id")
        #expect(results.first?.error.message == "must be a string, not a number")
        // Its applicant has no code, which the book wants.
        #expect(results.last?.error.field == "applicant.unified_social_credit_code")
    }

    @Test("what is no JSON, and what does not fit beside the entries, spoils the batch")
    func whole() async throws {
        for (text, words) in [
            (#"{"applications":[{"as_of":7},{]}"#, "line 1, column 31"),
            (#"{"applications":[{"as_of":7}],"stage":7}"#, "must be one of"),
            (#"{"applications":{}}"#, "must be a list"),
        ] {
            let answer = try await self.answer(HTTPText.batch, text)
            #expect(answer.status == 400, "\(text)")
            #expect(answer.text.contains(words), "\(answer.text)")
        }
    }
}
