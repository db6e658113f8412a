//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdEngine
internal import GrantdInterview
internal import GrantdMessages
internal import GrantdPolicy
internal import GrantdSchema
internal import GrantdService
internal import SwiftProtobuf
internal import Testing

@testable internal import GrantdDecisionLog
@testable internal import grantctl

@Suite("grantctl log")
struct LogTests {
    private static let code = "91110108MA01CX7K1R"
    private static let measure = "digital-space.laboratory-project"

    // MARK: - verify

    @Test("verify: says that a log is sound, in both languages and as JSON, and knows an entry that was noted")
    func verify() async throws {
        try await Self.withLog { log in
            let page = try await Tool.run("log", "verify", log)
            #expect(page.code == 0, "\(page.errors)")
            #expect(page.output.contains("The log is sound"))
            #expect(page.lines.allSatisfy { $0.count <= 80 })
            #expect(try await Tool.run("log", "verify", log, "--lang", "zh").output.contains("日志无误"))
            let report = try Self.object(try await Tool.run("log", "verify", log, "--json").output)
            #expect(report["sound"] as? Bool == true)
            #expect(report["decisions"] as? String == "5")
            let hash = try #require(report["last_hash"] as? String)
            let number = try #require(report["last_entry"] as? String)
            #expect(try await Tool.run("log", "verify", log, "--expect", "\(number):\(hash)").code == 0)
            let later = try await Tool.run("log", "verify", log, "--expect", "99:\(hash)")
            #expect(later.code == 1)
            #expect(later.output.contains("entry 99 is not there: the log was cut off"))
            #expect(try await Tool.run("log", "verify", log, "--expect", "99").code == 64)
        }
    }

    @Test("verify: names the first entry that is wrong and ends with 1; where there is no log, with 65")
    func damaged() async throws {
        try await Self.withLog { log in
            let path = log + "/" + SegmentFiles.name(1)
            var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
            bytes[bytes.count - 40] ^= 1
            try Data(bytes).write(to: URL(filePath: path))
            let page = try await Tool.run("log", "verify", log)
            #expect(page.code == 1)
            #expect(page.output.contains("entry 6, at byte"))
            // Wherever the lines are broken.
            let chinese = try await Tool.run("log", "verify", log, "--lang", "zh").output
            #expect(chinese.filter { !$0.isWhitespace }.contains("第6条"))
            let json = try await Tool.run("log", "verify", log, "--json")
            #expect(json.output.contains(#""entry":"6""#))
            for command in ["replay", "show"] {
                let other = try await Tool.run("log", command, log)
                #expect(other.code == 65)
                #expect(other.errors.contains("entry 6 is damaged"))
            }
        }
        let none = try await Tool.run("log", "verify", "/nonexistent")
        #expect(none.code == 65)
        #expect(none.errors.contains("/nonexistent"))
    }

    // MARK: - replay

    @Test("replay: the recorded policies give the same replies; what cannot be replayed is counted by why")
    func replay() async throws {
        try await Self.withLog(usesLedger: true) { log in
            let page = try await Tool.run("log", "replay", log)
            #expect(page.code == 0, "\(page.output)\(page.errors)")
            #expect(page.output.contains("All replies are the same"))
            let report = try Self.object(try await Tool.run("log", "replay", log, "--json").output)
            #expect(report["entries"] as? String == "6")
            #expect(report["replayed"] as? String == "5")
            // Four single ones and a batch of three.
            #expect(report["applications"] as? String == "7")
            #expect(report["differing"] as? String == "0")
            #expect((report["not_replayed"] as? [String: String])?["book"] == "1")
        }
    }

    @Test("replay: a reply that is another is shown, then and now, and the exit code is 1")
    func replayDiffers() async throws {
        let other = GrantdAssessment.with {
            $0.applicationID = "forged"
            $0.measure = Self.measure
            $0.outcome = .eligible
            $0.amountFen = 99
            $0.basis = .exact
        }
        try await Self.withLog(forged: try other.serializedBytes()) { log in
            let page = try await Tool.run("log", "replay", log)
            #expect(page.code == 1)
            #expect(page.output.contains("Evaluate: the reply differs"))
            #expect(page.output.contains("forged"))
            #expect(page.output.contains("There are replies that differ"))
            #expect(page.lines.allSatisfy { $0.count <= 80 })
            let report = try Self.object(try await Tool.run("log", "replay", log, "--json").output)
            #expect(report["differing"] as? String == "1")
            #expect((report["first_differences"] as? [[String: Any]])?.count == 1)
        }
    }

    @Test("an application that was not read is told with its error, is no difference, and is not counted as decided")
    func unread() async throws {
        let error = GrantdError.with {
            $0.code = 1003
            $0.message = "must be a string, not a number"
            $0.field = "as_of"
        }
        try await Self.withLog(unread: error) { log in
            #expect(try await Tool.run("log", "verify", log).code == 0)
            let replay = try Self.object(try await Tool.run("log", "replay", log, "--json").output)
            #expect(replay["replayed"] as? String == "6")
            #expect(replay["applications"] as? String == "9")
            #expect(replay["differing"] as? String == "0")
            let diff = try await Tool.run("log", "diff", "--policies", "built-in", log, "--json")
            let totals = try Self.object(String(diff.lines.last ?? ""))["totals"] as? [String: Any]
            #expect(totals?["applications"] as? Int == 9)
            #expect(totals?["malformed"] as? Int == 1)
            #expect(totals?["differing"] as? Int == 0)
            let shown = try await Tool.run("log", "show", log, "--json")
            #expect(shown.lines.last?.contains(error.message) == true)
            #expect(try await Tool.run("log", "show", log).output.contains("an error instead of an assessment"))
        }
    }

    @Test("replay: only of an application that is empty is an error taken as it stands")
    func unreadAlone() throws {
        let batch = GrantdEvaluateBatchRequest.with { $0.applications = [Self.application("A"), GrantdApplication()] }
        let request = try batch.serializedBytes() as [UInt8]
        let error = GrantdEvaluateBatchResult.with { $0.error.message = "then" }
        let other = GrantdEvaluateBatchResult.with { $0.error.message = "now" }
        let assessed = GrantdEvaluateBatchResult.with { $0.assessment.measure = Self.measure }
        let comparison = AnswerComparison()
        func isSame(_ old: [GrantdEvaluateBatchResult], _ new: [GrantdEvaluateBatchResult]) throws -> Bool {
            let old = try GrantdEvaluateBatchResponse.with { $0.results = old }.serializedBytes() as [UInt8]
            let new = try GrantdEvaluateBatchResponse.with { $0.results = new }.serializedBytes() as [UInt8]
            return request.withUnsafeBytes { request in
                old.withUnsafeBytes { old in
                    new.withUnsafeBytes { comparison.isSame(old, $0, to: request, of: .evaluateBatch) }
                }
            }
        }
        #expect(try isSame([assessed, error], [assessed, other]))
        #expect(try !isSame([error, assessed], [other, assessed]))
        #expect(try !isSame([assessed, assessed], [assessed, other]))
        #expect(try !isSame([assessed, error], [assessed, assessed]))
        #expect(try !isSame([assessed, error], [assessed]))
        #expect(try !isSame([error, error], [assessed, other]))
    }

    @Test("replay: an engine of another version is no difference")
    func engineVersion() throws {
        let assessment = GrantdAssessment.with {
            $0.measure = "m"
            $0.policy.digest = "d"
            $0.policy.engineVersion = "0.0.1"
        }
        var other = assessment
        other.policy.engineVersion = "9.9.9-later"
        var changed = other
        changed.policy.digest = "e"
        let comparison = AnswerComparison()
        func isSame(_ left: any Message, _ right: any Message, _ method: LoggedMethod) throws -> Bool {
            let (left, right): ([UInt8], [UInt8]) = (try left.serializedBytes(), try right.serializedBytes())
            return left.withUnsafeBytes { left in
                let request = UnsafeRawBufferPointer(start: nil, count: 0)
                return right.withUnsafeBytes { comparison.isSame(left, $0, to: request, of: method) }
            }
        }
        #expect(try isSame(assessment, other, .evaluate))
        #expect(try !isSame(assessment, changed, .evaluate))
        let batch = { (item: GrantdAssessment) in
            GrantdEvaluateBatchResponse.with { $0.results = [.with { $0.assessment = item }] }
        }
        #expect(try isSame(batch(assessment), batch(other), .evaluateBatch))
        #expect(try !isSame(batch(assessment), batch(changed), .evaluateBatch))
        let screen = { (item: GrantdAssessment) in GrantdScreenResponse.with { $0.assessments = [item, item] } }
        #expect(try isSame(screen(assessment), screen(other), .screen))
        let auction = { (item: GrantdAssessment) in GrantdClearAuctionResponse.with { $0.policy = item.policy } }
        #expect(try isSame(auction(assessment), auction(other), .clearAuction))
        #expect(try !isSame(auction(assessment), auction(changed), .clearAuction))
    }

    @Test("replay: policies that are not built in are found in a directory or in an archive, by their digest")
    func policies() async throws {
        let text = try Self.edited()
        try await Self.withFolder { folder in
            let policies = folder + "/policies"
            try FileManager.default.createDirectory(atPath: policies, withIntermediateDirectories: true)
            try text.write(toFile: policies + "/digital-space.yaml", atomically: true, encoding: .utf8)
            let set = try PolicySet.builtIn(replacedBy: [policies])
            let archive = folder + "/archive"
            _ = try PolicyArchive(path: archive).keep(set, beside: ContractLedger(), loaded: "2026-11-29T00:00:00Z")
            try await Self.withLog(policies: set) { log in
                let without = try await Tool.run(["log", "replay", log], environment: ["COLUMNS": "300"])
                #expect(without.code == 0)
                #expect(without.output.contains("policies not at hand"))
                #expect(without.output.contains("are not at hand: give them with"))
                for options in [["--policies", policies], ["--policy-archive", archive]] {
                    let json = try await Tool.run(["log", "replay", log, "--json"] + options)
                    let report = try Self.object(json.output)
                    #expect(report["replayed"] as? String == "5", "\(options): \(json.output)")
                    #expect(report["differing"] as? String == "0")
                }
            }
        }
    }

    // MARK: - diff

    @Test("diff: under the same policies nothing differs; under a changed cap it says who loses, by measure and clause")
    func diff() async throws {
        try await Self.withLog { log in
            let same = try await Tool.run("log", "diff", "--policies", "built-in", log)
            #expect(same.code == 0, "\(same.errors)")
            #expect(same.output.contains("7 applications, 0 answered differently"))
            try await Self.withFolder { folder in
                let file = folder + "/digital-space.yaml"
                try Self.edited().write(toFile: file, atomically: true, encoding: .utf8)
                let json = try await Tool.run("log", "diff", "--policies", file, log, "--json")
                #expect(json.code == 0, "\(json.errors)")
                let totals = try Self.object(String(json.lines.last ?? ""))["totals"] as? [String: Any]
                #expect(totals?["applications"] as? Int == 7)
                #expect((totals?["differing"] as? Int ?? 0) > 0)
                #expect(json.lines.first?.contains(#""entry":"#) == true)
                for language in ["en", "zh"] {
                    let page = try await Tool.run("log", "diff", "--policies", file, log, "--lang", language)
                    #expect(page.code == 0)
                    #expect(page.output.contains(Self.measure))
                    #expect(page.lines.allSatisfy { String($0).columns <= 80 })
                }
            }
        }
    }

    // MARK: - show

    @Test("show: of a batch what was asked for comes first, by applicant and by measure")
    func batchOfOthers() throws {
        var request = GrantdEvaluateBatchRequest()
        var response = GrantdEvaluateBatchResponse()
        for number in 1...7 {
            request.applications.append(
                .with {
                    $0.applicationID = "A-\(number)"
                    $0.applicant.unifiedSocialCreditCode = number == 7 ? Self.code : "91110108000000000\(number)"
                }
            )
            response.results.append(
                .with {
                    $0.assessment.applicationID = "A-\(number)"
                    $0.assessment.measure = number == 6 ? "digital-space.launch-event" : Self.measure
                    $0.assessment.outcome = .eligible
                }
            )
        }
        var text = LogEntryText(
            method: .evaluateBatch,
            request: [UInt8](try request.serializedBytes() as Data),
            reply: [UInt8](try response.serializedBytes() as Data),
            language: .en
        )
        #expect(text.summary.first?.hasPrefix("A-1 · ") == true)
        #expect(text.summary.last == "2 more")
        text.applicant = Self.code
        #expect(text.summary.count == 2)
        #expect(text.summary.first?.hasPrefix("A-7 · ") == true)
        #expect(text.summary.last == "6 more")
        text.applicant = nil
        text.measure = "digital-space.launch-event"
        #expect(text.summary.first?.hasPrefix("A-6 · ") == true)
        // Of nobody in the batch: what the entry holds is shown all the same.
        text.applicant = Self.code
        #expect(text.summary.count == 6)
    }

    @Test("show: a dry run is told as one")
    func dryRun() throws {
        var request = GrantdPutEnvelopeRequest()
        let envelope = GrantdEnvelope.with {
            $0.envelopeID = "e-1"
            $0.limitFen = 100
        }
        request.envelope = envelope
        for isDry in [false, true] {
            request.dryRun = isDry
            let text = LogEntryText(
                method: .putEnvelope,
                request: [UInt8](try request.serializedBytes() as Data),
                reply: [UInt8](try envelope.serializedBytes() as Data),
                language: .zh
            )
            #expect(text.summary == (isDry ? ["试算，未写入台账："] : []) + ["预算 e-1 · 1元"])
        }
    }

    @Test("show: entries for people, by hash, applicant, measure and time; as JSON with request and reply")
    func show() async throws {
        try await Self.withLog { log in
            let all = try await Tool.run("log", "show", log)
            #expect(all.code == 0, "\(all.errors)")
            #expect(all.lines.count { $0.hasPrefix("#") } == 5)
            #expect(all.lines.allSatisfy { $0.count <= 80 })
            #expect(all.output.contains("A-1"))
            let zh = try await Tool.run("log", "show", log, "--lang", "zh")
            #expect(zh.lines.allSatisfy { String($0).columns <= 80 })
            let json = try await Tool.run("log", "show", log, "--json")
            let entries = try json.lines.map { try Self.object(String($0)) }
            #expect(entries.count == 5)
            #expect(entries[0]["method"] as? String == "grantd.v1.Calculator/Evaluate")
            let request = entries[0]["request"] as? [String: Any]
            #expect((request?["application"] as? [String: Any])?["application_id"] as? String == "A-0")
            #expect((entries[0]["reply"] as? [String: Any])?["measure"] as? String == Self.measure)
            let hash = try #require(entries[1]["request_hash"] as? String)
            let one = try await Tool.run("log", "show", log, "--hash", String(hash.prefix(12)))
            #expect(one.lines.count { $0.hasPrefix("#") } == 1)
            #expect(one.output.contains(hash))
            for (options, count) in [
                (["--applicant", Self.code], 5), (["--applicant", "911101087000000001"], 0),
                (["--measure", Self.measure], 5), (["--measure", "digital-space"], 0), (["--until", "2020-01-01"], 0),
                (["--from", "2020-01-01T00:00:00Z"], 5), (["--most", "2"], 2),
            ] {
                let some = try await Tool.run(["log", "show", log, "--json"] + options)
                #expect(some.lines.count == count, "\(options)")
            }
            #expect(try await Tool.run("log", "show", log, "--hash", "12").code == 64)
            #expect(try await Tool.run("log", "show", log, "--from", "yesterday").code == 64)
        }
    }

    @Test("a time is a day or a moment of it, and nothing else is")
    func times() {
        #expect(LogTime(argument: "1970-01-02")?.milliseconds == 86_400_000)
        #expect(LogTime(argument: "1970-01-01T01:02:03Z")?.milliseconds == 3_723_000)
        #expect(LogTime(argument: "1970-01-01T01:02")?.milliseconds == 3_720_000)
        for text in ["", "1970", "1970-13-01", "1970-01-01T24:00", "1970-01-01T1:00", "1970-01-01T01:02:03+01:00"] {
            #expect(LogTime(argument: text) == nil)
        }
    }

    // MARK: - erase

    @Test("erase: takes an applicant out, says how many entries, and the log stays sound")
    func erase() async throws {
        try await Self.withLog { log in
            let page = try await Tool.run("log", "erase", log, "--subject", Self.code)
            #expect(page.code == 0, "\(page.errors)")
            #expect(page.output.contains("5 entries erased, in 1 file"))
            let verified = try await Tool.run("log", "verify", log)
            #expect(verified.code == 0)
            #expect(verified.output.contains("of them erased"))
            let replay = try Self.object(try await Tool.run("log", "replay", log, "--json").output)
            #expect((replay["not_replayed"] as? [String: String])?["erased"] == "5")
            let again = try await Tool.run("log", "erase", log, "--subject", Self.code, "--lang", "zh")
            #expect(again.output.contains("已擦除 0 条"))
            #expect(try await Tool.run("log", "erase", log, "--subject", "123").code == 64)
        }
    }

    // MARK: -

    private static func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private static func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "log-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    /// The file of the measure's programme with another rate: every amount is another.
    private static func edited() throws -> String {
        let file = try #require(PolicySet.builtInFiles().first { $0.name == "digital-space.yaml" })
        let text = String(decoding: file.bytes, as: UTF8.self)
        let start = try #require(text.range(of: "id: laboratory-project"))
        let rate = try #require(text.range(of: "rate: ", range: start.upperBound..<text.endIndex))
        let end = try #require(text.range(of: "%", range: rate.upperBound..<text.endIndex))
        return text.replacingCharacters(in: rate.upperBound..<end.lowerBound, with: "1")
    }

    private static func application(_ id: String) -> GrantdApplication {
        .with {
            $0.applicationID = id
            $0.asOf = "2026-05-20"
            $0.subjectID = "P-17"
            $0.applicant = .with {
                $0.unifiedSocialCreditCode = Self.code
                $0.kind = .enterprise
                $0.registeredInBeijing = true
                $0.independentLegalLiability = true
                $0.isSmallOrMedium = true
            }
            $0.digitalSpaceLaboratoryProject = .with {
                $0.inPilotZone = true
                $0.laboratoryLevel = .municipal
                $0.laboratoryLanded = true
                $0.keyIndustryRelated = true
                $0.technologyInnovationProject = true
                $0.approvedTotalInvestmentFen = 1_234_567_890
            }
        }
    }

    /// A log of four evaluations and a batch of three.
    ///
    /// - Parameters:
    ///   - usesLedger: Whether there is one more, of a call that read the book.
    ///   - forged: Takes the place of the reply to the second call.
    ///   - unread: Whether there is a batch of three more, and what was wrong with the one in its middle.
    private static func withLog(
        policies: PolicySet? = nil,
        usesLedger: Bool = false,
        forged: [UInt8]? = nil,
        unread: GrantdError? = nil,
        _ body: (String) async throws -> Void
    ) async throws {
        try await self.withFolder { folder in
            let directory = folder + "/log"
            let compiled = CompiledPolicies(try policies ?? PolicySet.builtIn())
            let log = try FileDecisionLog(
                DecisionLogSettings(directory: directory),
                tokens: TokenSet(),
                policies: compiled
            ) { _ in }
            let recorder = log.makeRecorder()
            let replayer = DecisionReplayer(compiled)
            func record(_ method: LoggedMethod, _ request: [UInt8], reply other: [UInt8]? = nil) throws {
                try request.withUnsafeBytes { request in
                    let reply = try other ?? [UInt8](replayer.decide(method, request))
                    reply.withUnsafeBytes { reply in
                        _ = recorder.record(
                            Decision(
                                method: method,
                                transport: .http,
                                caller: .unnamed,
                                policies: compiled,
                                id: .number(5),
                                request: request,
                                reply: reply
                            )
                        )
                    }
                }
            }
            for number in 0..<4 {
                let request = GrantdEvaluateRequest.with { $0.application = Self.application("A-\(number)") }
                try record(.evaluate, request.serializedBytes(), reply: number == 1 ? forged : nil)
            }
            let batch = GrantdEvaluateBatchRequest.with {
                $0.applications = (0..<3).map { Self.application("B-\($0)") }
            }
            try record(.evaluateBatch, batch.serializedBytes())
            if usesLedger {
                let request = GrantdEvaluateRequest.with {
                    $0.application = Self.application("L")
                    $0.useLedger = true
                }
                try record(.evaluate, request.serializedBytes(), reply: [])
            }
            if let unread {
                let request = GrantdEvaluateBatchRequest.with {
                    $0.applications = [Self.application("C-0"), GrantdApplication(), Self.application("C-2")]
                }
                let bytes = try request.serializedBytes() as [UInt8]
                let decided = try bytes.withUnsafeBytes { [UInt8](try replayer.decide(.evaluateBatch, $0)) }
                var reply = try GrantdEvaluateBatchResponse(serializedBytes: decided)
                reply.results[1].error = unread
                try record(.evaluateBatch, bytes, reply: try reply.serializedBytes())
            }
            log.close()
            try await body(directory)
        }
    }
}
