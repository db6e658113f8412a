//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import GrantdDigest
import GrantdEngine
import GrantdMessages
import GrantdSchema
import GrantdService
import SwiftProtobuf
import Testing

@testable import GrantdDecisionLog

@Suite("What the log does not tell")
struct MaskAndErasureTests {
    private static let other = "91110108700000000N"

    // MARK: - Masks

    @Test(
        "masked fields are written neither in the request nor where the reply repeats them; all else stays, and the chain holds"
    )
    func masks() throws {
        let folder = try LogFolder()
        let recording = try Recording(folder) {
            $0.masks = [
                "applicant.unified_social_credit_code", "applicant.name", "application_id",
                "digital_space_laboratory_project.approved_total_investment_fen",
            ]
        }
        try recording.evaluate(try Recording.request("SECRET-ID") { $0.explain = .full })
        recording.log.close()
        let bytes = try folder.bytes(1)
        for secret in [Recording.code, "Example Laboratory", "SECRET-ID", "12,345,678"] { #expect(!secret.isIn(bytes)) }
        let entry = try #require(try KeptEntry.decisions(folder).first)
        #expect(entry.state == .masked)
        let request = try GrantdEvaluateRequest(serializedBytes: entry.request)
        #expect(request.application.applicant.kind == .enterprise)
        #expect(request.application.subjectID == "P-17")
        #expect(request.application.digitalSpaceLaboratoryProject.inPilotZone)
        #expect(!request.application.digitalSpaceLaboratoryProject.hasApprovedTotalInvestmentFen)
        #expect(request.explain == .full)
        let reply = try GrantdAssessment(serializedBytes: entry.reply)
        #expect(!reply.hasApplicationID && reply.explanation.isEmpty)
        #expect(reply.measure == "digital-space.laboratory-project")
        let result = try LogVerifier(directory: folder.path).run()
        #expect(result.finding == nil)
        #expect(result.masked == 1)
    }

    @Test(
        "with masks the hash on an answer has a salt that the log lacks: only who has the answer can show which request it was"
    )
    func saltedHash() throws {
        let folder = try LogFolder()
        let recording = try Recording(folder) { $0.masks = ["applicant.name"] }
        let request = try Recording.request("A")
        let first = try #require(try recording.evaluate(request))
        let second = try #require(try recording.evaluate(request))
        recording.log.close()
        #expect(first != second && first.isSalted)
        let parts = first.description.split(separator: ".")
        #expect(parts.count == 2 && parts[1].utf8.count == 32)
        let salt = stride(from: 0, to: 32, by: 2).map { index -> UInt8 in
            let start = parts[1].index(parts[1].startIndex, offsetBy: index)
            return UInt8(parts[1][start..<parts[1].index(start, offsetBy: 2)], radix: 16) ?? 0
        }
        #expect(SHA256.of(salt + request).description == parts[0])
        #expect(try KeptEntry.decisions(folder).map(\.hash) == [first.digest, second.digest])
        #expect(Data(try folder.bytes(1)).range(of: Data(salt)) == nil)
    }

    @Test("every message that holds applications is masked, and what holds none stays as it is")
    func everyMethod() throws {
        let policies = try Recording.policies.get()
        let plan = MaskPlan(
            ["applicant.unified_social_credit_code", "subject_id", "prior_awards.subject_id"],
            policies.policies
        )
        let application = GrantdApplication.with {
            $0.subjectID = "SECRET"
            $0.applicant.unifiedSocialCreditCode = Recording.code
            $0.applicant.name = "kept"
            $0.priorAwards = [
                .with {
                    $0.subjectID = "SECRET"; $0.measure = "kept"
                }
            ]
        }
        let award = GrantdAward.with {
            $0.awardID = "kept"
            $0.unifiedSocialCreditCode = Recording.code
            $0.subjectID = "SECRET"
        }
        let assessment = GrantdAssessment.with {
            $0.measure = "kept"
            $0.explanation = [.with { $0.text.en = "SECRET" }]
        }
        let error = GrantdError.with {
            $0.field = "kept"
            $0.message = "SECRET"
        }
        let requests: [(Method, any Message)] = [
            (.evaluate, GrantdEvaluateRequest.with { $0.application = application }),
            (.evaluateBatch, GrantdEvaluateBatchRequest.with { $0.applications = [application, application] }),
            (
                .screen,
                GrantdScreenRequest.with {
                    $0.applicant = application.applicant
                    $0.priorAwards = application.priorAwards
                    $0.known = [application]
                }
            ),
            (.award, GrantdAwardRequest.with { $0.application = application }),
            (.awardBatch, GrantdAwardBatchRequest.with { $0.entries = [.with { $0.application = application }] }),
        ]
        let replies: [(Method, any Message)] = [
            (.evaluate, assessment),
            (
                .evaluateBatch,
                GrantdEvaluateBatchResponse.with {
                    $0.results = [.with { $0.assessment = assessment }, .with { $0.error = error }]
                }
            ),
            (.screen, GrantdScreenResponse.with { $0.assessments = [assessment] }),
            (
                .award,
                GrantdAwardResponse.with {
                    $0.assessment = assessment; $0.award = award
                }
            ),
            (
                .awardBatch,
                GrantdAwardBatchResponse.with {
                    $0.results = [
                        .with {
                            $0.award = .with {
                                $0.award = award; $0.assessment = assessment
                            }
                        },
                        .with { $0.error = error },
                    ]
                }
            ),
            (.settle, GrantdSettleResponse.with { $0.award = award }),
        ]
        for (part, messages) in [(MaskPlan.Part.request, requests), (.reply, replies)] {
            for (method, message) in messages {
                let bytes = try Self.masked(message, method, part, plan)
                #expect(!"SECRET".isIn(bytes) && !Recording.code.isIn(bytes), "\(method)")
                #expect("kept".isIn(bytes), "\(method)")
            }
        }
        // Columns hold applicants in buffers: nothing of them is written.
        let columns = GrantdEvaluateColumnsRequest.with { $0.measure = "kept" }
        #expect(try Self.masked(columns, .evaluateColumns, .request, plan).isEmpty)
        let auction = GrantdClearAuctionRequest.with { $0.auctionID = "kept" }
        #expect(try Self.masked(auction, .clearAuction, .request, plan) == auction.serializedBytes())
    }

    private static func masked(
        _ message: any Message,
        _ method: Method,
        _ part: MaskPlan.Part,
        _ plan: MaskPlan
    ) throws -> [UInt8] {
        let bytes: [UInt8] = try message.serializedBytes()
        let writer = ByteWriter(limit: 1 << 20)
        let number = try #require(method.entry.decisionNumber)
        bytes.withUnsafeBytes { plan.apply(to: $0, of: number, part, into: writer) }
        return [UInt8](writer.bytes)
    }

    @Test("a path that leads nowhere is refused with its name")
    func badPath() throws {
        for path in ["applicant.nickname", "nothing", "", "applicant.name.more", "applicant..name"] {
            let folder = try LogFolder()
            let fault = #expect(throws: DecisionLogFault.self) { _ = try Recording(folder) { $0.masks = [path] } }
            #expect(fault?.code == .setting)
            #expect(fault?.message.contains("no field \(path)") == true)
        }
    }

    // MARK: - Erasure

    @Test(
        "every entry that names the applicant loses its body, salt and all; the others stay as they are, and the chain holds"
    )
    func erasure() throws {
        let folder = try LogFolder()
        for round in 0..<2 {
            let recording = try Recording(folder)
            for number in 0..<20 {
                let code = number % 4 == 0 ? Recording.code : Self.other
                try recording.evaluate(Recording.request("A-\(round)-\(number)", code: code))
            }
            recording.log.close()
        }
        let before = try KeptEntry.all(folder)
        let last = try LogVerifier(directory: folder.path).run().last
        let result = try LogErasure(directory: folder.path, code: Recording.code).run()
        #expect(result.erased == 10 && result.segments == 2 && result.left == 0)
        for number in folder.segments { #expect(!Recording.code.isIn(try folder.bytes(number))) }
        let after = try KeptEntry.all(folder)
        #expect(after.map(\.number) == before.map(\.number))
        for (old, new) in zip(before, after) {
            if Recording.code.isIn(old.request) {
                #expect(new.state == .erased && new.request.isEmpty && new.reply.isEmpty && new.hash == nil)
            } else {
                #expect(old == new)
            }
        }
        let verified = try LogVerifier(directory: folder.path, expected: last).run()
        #expect(verified.finding == nil)
        #expect(verified.erased == 10)
        let mode = try FileManager.default.attributesOfItem(atPath: folder.segment(1))[.posixPermissions] as? Int
        #expect(mode == 0o600)
        // The same again finds nothing, and the log goes on.
        #expect(try LogErasure(directory: folder.path, code: Recording.code).run().erased == 0)
        let next = try Recording(folder)
        try next.evaluate(count: 1)
        next.log.close()
        #expect(try LogVerifier(directory: folder.path).run().finding == nil)
    }

    @Test("beside a daemon that writes, closed segments are erased from, and the open one is left and told")
    func erasureBesideDaemon() throws {
        let folder = try LogFolder()
        let recording = try Recording(folder)
        try recording.evaluate(count: 3)
        WritingTests.wait(for: recording)
        recording.log.rotate()
        WritingTests.wait { folder.segments == [1, 2] }
        try recording.evaluate(count: 2, from: 3)
        WritingTests.wait(for: recording)
        let result = try LogErasure(directory: folder.path, code: Recording.code).run()
        #expect(result.erased == 3 && result.left == 2)
        try recording.evaluate(count: 1, from: 5)
        recording.log.close()
        let verified = try LogVerifier(directory: folder.path).run()
        #expect(verified.finding == nil)
        #expect(verified.decisions == 6 && verified.erased == 3)
    }

    @Test("what was cut off once is deleted where it names the applicant, also across the pieces in which it is read")
    func tornEnds() throws {
        let folder = try LogFolder()
        let recording = try Recording(folder)
        try recording.evaluate(try Recording.request("A", code: Self.other))
        recording.log.close()
        let with = folder.segment(7) + SegmentFiles.tornSuffix
        let without = folder.segment(8) + SegmentFiles.tornSuffix
        let padding = [UInt8](repeating: 1, count: (1 << 20) - 5)
        try Data(padding + Array(Recording.code.utf8) + padding).write(to: URL(filePath: with))
        try Data(padding).write(to: URL(filePath: without))
        #expect(try LogErasure(directory: folder.path, code: Recording.code).run().torn == 1)
        #expect(!FileManager.default.fileExists(atPath: with))
        #expect(FileManager.default.fileExists(atPath: without))
    }
}
