//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdMessages
internal import NIOCore
internal import SwiftProtobuf
internal import Testing

@testable internal import GrantdClient

struct GrantdAddressTests {
    @Test(
        "addresses as people write them",
        arguments: [
            ("127.0.0.1:7843", "127.0.0.1", 7843), ("localhost", "localhost", 7843), ("[::1]:9", "::1", 9),
            ("[fe80::1]", "fe80::1", 7843), ("grants.example:65535", "grants.example", 65_535),
        ]
    )
    func reads(text: String, host: String, port: Int) throws {
        let address = try #require(GrantdAddress(text))
        #expect(address == GrantdAddress(host: host, port: port))
        #expect(GrantdAddress(address.description) == address)
    }

    @Test(
        "what is no address",
        arguments: [
            "", ":7843", "host:", "host:0", "host:65536", "host:+1", "host:-1", "host:x", "::1", "[::1", "[]:1",
            "[host]:1",
            "[::1]x", "[::1]:", "a b:1", "host:1:2", "host:٣",
        ]
    )
    func refuses(text: String) {
        #expect(GrantdAddress(text) == nil)
    }
}

struct GrantdAwardSummaryTests {
    @Test("a round's summary counts by measure and outcome, and its sums stay in range")
    func counts() throws {
        let awarded = GrantdAwardResponse.with {
            $0.assessment.measure = "a.b"
            $0.assessment.outcome = .eligible
            $0.award.state = .committed
            $0.award.amountFen = .max
        }
        let held = GrantdAwardResponse.with {
            $0.assessment.measure = "a.b"
            $0.assessment.outcome = .eligible
            $0.award.state = .reserved
            $0.award.amountFen = 1
            $0.replayed = true
        }
        let refused = GrantdAwardResponse.with {
            $0.assessment.measure = "a.c"
            $0.assessment.outcome = .ineligible
        }
        var summary = GrantdAwardSummary()
        for response in [awarded, held, refused] { summary.add(.success(response)) }
        summary.add(.failure(GrantdClientError(code: .invalidRequest, message: "", field: "as_of")))
        let counts: [Int] = [summary.entries, summary.awards, summary.held, summary.replayed, summary.failed]
        #expect(counts == [4, 2, 1, 1, 1] as [Int])
        #expect(summary.amountFen == .max)
        #expect(summary.measures.keys.sorted() == ["a.b", "a.c"])
        let eligible = try #require(summary.measures["a.b"])
        let ineligible = try #require(summary.measures["a.c"])
        #expect(eligible.outcomes[.eligible] == 2)
        #expect(eligible.awards == 2)
        #expect(eligible.amountFen == .max)
        #expect(ineligible.outcomes[.ineligible] == 1)
        #expect(ineligible.awards == 0)
    }
}

struct BackoffTests {
    private func backoff(jitter: Int = 0, initial: Duration = .milliseconds(50)) -> Backoff {
        Backoff(.init(attempts: 3, initialBackoff: initial, maximumBackoff: .seconds(5), jitterPercent: jitter))
    }

    @Test("pauses double up to the longest, and begin anew after a success")
    func doubles() {
        var backoff = self.backoff()
        let pauses = (0..<9).map { _ in backoff.failed(random: .max) }
        #expect(pauses == [50, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000].map { .milliseconds($0) })
        backoff.succeeded()
        #expect(backoff.failed(random: 0) == .milliseconds(50))
    }

    @Test("chance takes at most its share away")
    func jitter() {
        for random in [0, 1, 12_500_000, 12_500_001, UInt64.max] {
            var backoff = self.backoff(jitter: 25)
            let pause = backoff.failed(random: random)
            #expect(pause <= .milliseconds(50))
            #expect(pause >= .microseconds(37_500))
        }
        var whole = self.backoff(jitter: 1_000)
        #expect(whole.failed(random: 50_000_000) == .zero)
    }

    @Test("figures without sense are clamped, not multiplied into a trap")
    func extremes() {
        var long = self.backoff(initial: .seconds(Int64.max))
        for _ in 0..<100 { #expect(long.failed(random: 0) == .hours(24)) }
        var negative = self.backoff(initial: .seconds(-1))
        #expect(negative.failed(random: 3) == .zero)
        #expect(TimeAmount(clamping: .nanoseconds(1_500_000_001)) == .nanoseconds(1_500_000_001))
        #expect(TimeAmount(clamping: Duration(secondsComponent: .max, attosecondsComponent: 0)) == .hours(24))
    }
}

struct GrantdClientErrorTests {
    @Test(
        "every number of the framing has its code, and its number back",
        arguments: [
            1001, 1002, 1003, 1004, 1008, 2001, 2003, 2004, 112, -1,
        ]
    )
    func numbers(number: Int32) {
        #expect(GrantdClientError.Code(number: number).number == number)
    }

    @Test("the description is safe to log: what was sent stands only in the message")
    func description() {
        let error = GrantdClientError(
            code: .invalidRequest,
            message: "“91110108MA01” is no code",
            field: "applicant.unified_social_credit_code"
        )
        #expect("\(error)" == "invalid request (1003) at applicant.unified_social_credit_code")
        #expect(String(reflecting: error).contains("91110108MA01"))
        let local = GrantdClientError(code: .connectionLost, message: "the connection ended")
        #expect("\(local)" == "connection lost: the connection ended")
        #expect(String(reflecting: local) == "connection lost: the connection ended")
    }

    @Test("errors are equal by their code")
    func equality() {
        let one = GrantdClientError(code: .unavailable, message: "one")
        #expect(one == GrantdClientError(code: .unavailable, message: "two", field: "x"))
        #expect(one != GrantdClientError(code: .connectionLost, message: "one"))
    }

    @Test("only what another attempt may mend is tried again")
    func retryable() {
        let retried: [GrantdClientError.Code] = [.unavailable, .connectionFailed, .connectionLost]
        let others: [GrantdClientError.Code] = [
            .unknownService, .unknownMethod, .invalidRequest, .unauthenticated, .deadlineExceeded, .internalError,
            .limitExceeded, .invalidReply, .replyTooLarge, .cancelled, .shutDown, .sourceFailed, .init(number: 7),
        ]
        for code in retried { #expect(GrantdClientError(code: code, message: "").isRetryable) }
        for code in others { #expect(!GrantdClientError(code: code, message: "").isRetryable) }
    }

    @Test("a token file is read as the daemon reads it")
    func tokenFile() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "grantd-token-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("\u{FEFF}# ours\r\n\r\n\t first \r\nsecond\n".utf8).write(to: file)
        #expect(try GrantdClientConfiguration.token(inFile: file.path) == "first")
        for bytes in [[0xFF, 0xFE, 0x61, 0x00], Array("se cret".utf8), Array("secret\u{A0}".utf8), Array("#\n".utf8)] {
            try Data(bytes).write(to: file)
            let error = #expect(throws: GrantdClientError.self) {
                try GrantdClientConfiguration.token(inFile: file.path)
            }
            #expect(error?.code == .invalidTokenFile)
            #expect(error?.message.contains("cret") == false)
        }
    }
}
