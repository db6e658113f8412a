//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdMessages
internal import GrantdService
internal import GrantdTesting
internal import Logging
internal import SwiftProtobuf
internal import Testing

@testable internal import GrantdServer

@Suite("What the log tells of calls")
struct CallLogTests {
    private static let calculator = "grantd.v1.Calculator"

    /// The lines of calls, once there are so many.
    private static func lines(_ log: LogLines, count: Int) async throws -> [LogLines.Line] {
        var lines: [LogLines.Line] = []
        for _ in 0..<500 where lines.count < count {
            lines += log.take().filter { $0["transport"] != nil }
            if lines.count < count { try await Task.sleep(for: .milliseconds(10)) }
        }
        try #require(lines.count == count)
        return lines
    }

    @Test("an error by frames is found by brpc's request_id, else by its log_id, whatever the caller asked")
    func frames() async throws {
        let log = LogLines()
        try await withLiveServer(logger: log.logger) { server in
            try await RawPeer.connect(server.port) { peer async throws in
                _ = try await peer.call(Self.calculator, "Evaluate", payload: try Samples.evaluate())
                let first = try await peer.call(Self.calculator, "Evaluate", payload: [1, 2, 3]) {
                    $0.request.logID = 77
                }
                #expect(first.code == 1003)
                _ = try await peer.call(Self.calculator, "Guess") {
                    $0.request.logID = 77
                    $0.request.requestID = "order-5"
                }
                _ = try await peer.call(Self.calculator, "Guess") { $0.request.requestID = "with space" }
            }
        }
        let lines = try await Self.lines(log, count: 3)
        #expect(lines.map(\.message) == ["call failed", "call failed", "call failed"])
        #expect(lines.map(\.level) == [.info, .info, .info])
        #expect(lines.map { $0["request_id"] } == ["77", "order-5", nil])
        #expect(lines.map { $0["code"] } == ["1003", "1002", "1002"])
        #expect(lines.map { $0["status"] } == ["INVALID_ARGUMENT", "UNIMPLEMENTED", "UNIMPLEMENTED"])
        #expect(lines.map { $0["method"] } == ["grantd.v1.Calculator/Evaluate", "unknown", "unknown"])
        #expect(lines.allSatisfy { $0["transport"] == "frames" && $0["peer"]?.hasPrefix("127.0.0.1:") == true })
    }

    @Test("an error by frames repeats its caller's id, from whatever thread it comes; an answer has no need of it")
    func repeated() async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                for method in ["Evaluate", "EvaluateBatch", "Guess"] {
                    let refused = try await peer.call(Self.calculator, method, payload: [1, 2, 3]) {
                        $0.request.logID = 77
                        $0.request.requestID = "order-5"
                    }
                    #expect(refused.code != 0)
                    #expect(refused.meta.userFields["request-id"] == "order-5", "\(method)")
                }
                let numbered = try await peer.call(Self.calculator, "Guess") { $0.request.logID = 77 }
                #expect(numbered.meta.userFields["request-id"] == "77")
                // What is not to be repeated is not, and none is made.
                for id in ["", "with space"] {
                    let bare = try await peer.call(Self.calculator, "Guess") { $0.request.requestID = id }
                    #expect(bare.code == 1002)
                    #expect(bare.meta.userFields["request-id"] == nil)
                }
                let answer = try await peer.call(Self.calculator, "Evaluate", payload: try Samples.evaluate()) {
                    $0.request.requestID = "order-5"
                }
                #expect(answer.code == 0 && answer.meta.userFields.isEmpty)
            }
        }
    }

    @Test("an id in HTTP is repeated and logged; one that is not to be repeated, or none, becomes the daemon's own")
    func http() async throws {
        let log = LogLines()
        let ids = try await withLiveServer(logger: log.logger) { server in
            try await RawPeer.connect(server.port) { peer async throws in
                var ids: [String?] = []
                for headers in [
                    ["x-request-id: a-7"], ["X-Request-Id: a b"], [], ["x-request-id: a", "x-request-id: b"],
                ] {
                    try await peer.send(HTTPText.post(HTTPText.evaluate, "{", headers: headers))
                    let answer = try await peer.answer()
                    #expect(answer.status == 400)
                    ids.append(answer.headers["x-request-id"])
                }
                try await peer.send(HTTPText.get("/healthz", headers: ["x-request-id: probe"]))
                #expect(try await peer.answer().headers["x-request-id"] == "probe")
                try await peer.send(HTTPText.get("/", headers: ["x-request-id: page"]))
                #expect(try await peer.answer().headers["x-request-id"] == "page")
                return ids
            }
        }
        #expect(ids[0] == "a-7")
        #expect(ids[3] == "a")
        let made = ids[1...2].compactMap(\.self)
        #expect(Set(made).count == 2)
        #expect(made.allSatisfy { $0.utf8.count == 18 && $0.utf8.allSatisfy { (0x2D...0x66).contains($0) } })
        let lines = try await Self.lines(log, count: 4)
        #expect(lines.map { $0["request_id"] } == ids)
        #expect(lines.allSatisfy { $0["transport"] == "http" && $0["code"] == "1003" })
    }

    @Test("an error is logged under the status that its caller is told, where a number stands for several")
    func statuses() async throws {
        let log = LogLines()
        var configuration = ServerConfiguration.defaults
        configuration.tokens = TokenSet([TokenSet.Entry(token: [UInt8]("t".utf8), name: "portal", roles: [.ask])])
        try await withLiveServer(configuration: configuration, logger: log.logger) { server in
            try await RawPeer.connect(server.port) { peer async throws in
                let reply = try await peer.call("grantd.v1.Awards", "ListAwards") {
                    $0.authenticationData = .init("t".utf8)
                }
                #expect(reply.status == "PERMISSION_DENIED")
            }
            try await RawPeer.connect(server.port) { peer async throws in
                let headers = ["authorization: Bearer t"]
                try await peer.send(HTTPText.post("/grantd.v1.Awards/ListAwards", "{}", headers: headers))
                #expect(try await peer.answer().status == 403)
            }
        }
        let lines = try await Self.lines(log, count: 2)
        #expect(lines.allSatisfy { $0["code"] == "1004" && $0["status"] == "PERMISSION_DENIED" })
        #expect(lines.map { $0["transport"] } == ["frames", "http"])
    }

    @Test("a slow call is told with its caller, short or costly, by frames and over HTTP")
    func slow() async throws {
        let log = LogLines()
        var configuration = ServerConfiguration.defaults
        configuration.slowCall = .zero
        configuration.tokens = TokenSet([TokenSet.Entry(token: [UInt8]("t".utf8), name: "district")])
        let payload = try Samples.evaluate()
        let batch = try Samples.batch(count: 3)
        try await withLiveServer(configuration: configuration, logger: log.logger) { server in
            try await RawPeer.connect(server.port) { peer async throws in
                for (method, payload) in [("Evaluate", payload), ("EvaluateBatch", batch)] {
                    let reply = try await peer.call(Self.calculator, method, payload: payload) {
                        $0.authenticationData = .init("t".utf8)
                        $0.request.logID = 5
                    }
                    #expect(reply.code == 0)
                }
            }
            try await RawPeer.connect(server.port) { peer async throws in
                for (path, payload) in [(HTTPText.evaluate, payload), (HTTPText.batch, batch)] {
                    let headers = ["authorization: Bearer t", "x-request-id: 5"]
                    try await peer.send(HTTPText.post(path, payload, type: "application/proto", headers: headers))
                    #expect(try await peer.answer().status == 200)
                }
            }
        }
        let lines = try await Self.lines(log, count: 4)
        #expect(lines.allSatisfy { $0.message == "slow call" && $0.level == .warning && $0["status"] == "OK" })
        #expect(lines.allSatisfy { $0["request_id"] == "5" && $0["caller"] == "district" && $0["code"] == nil })
        #expect(lines.map { $0["transport"] } == ["frames", "frames", "http", "http"])
        #expect(Set(lines.map { $0["method"] }) == ["\(Self.calculator)/Evaluate", "\(Self.calculator)/EvaluateBatch"])
    }

    @Test("every call is told at the level debug, and none that is answered in time at info")
    func levels() async throws {
        for (level, count) in [(Logger.Level.debug, 3), (.info, 0)] {
            let log = LogLines(level: level)
            try await withLiveServer(logger: log.logger) { server in
                try await RawPeer.connect(server.port) { peer async throws in
                    for id in 1...3 {
                        let payload = try Samples.evaluate()
                        _ = try await peer.call(Self.calculator, "Evaluate", id: Int64(id), payload: payload) {
                            $0.request.logID = Int64(id)
                        }
                    }
                }
            }
            let lines = try await Self.lines(log, count: count)
            #expect(lines.map { $0["request_id"] } == Array(["1", "2", "3"].prefix(count)))
            #expect(lines.allSatisfy { $0.message == "call" && $0.level == .debug })
        }
    }

    @Test("those beyond so many a second are counted")
    func throttled() {
        let lines = LogLines()
        var configuration = ServerConfiguration.defaults
        configuration.limits.callLogLines = 2
        var log = CallLog(configuration, logger: lines.logger)
        let ended = CallLog.Ended(
            CallSubject(.frames, .evaluate),
            error: CallError.Kind(code: 2004),
            nanoseconds: 1_500_000
        )
        for second in [0, 0, 0, 0, 1] as [Int64] {
            guard let suppressed = log.admit(ended, now: MonotonicTime(nanoseconds: second * 1_000_000_000)) else {
                continue
            }
            log.write(ended, id: .none, peer: "p", suppressed: suppressed)
        }
        let written = lines.take()
        #expect(written.map { $0["suppressed"] } == [nil, nil, "2"])
        #expect(written.allSatisfy { $0.level == .warning && $0["duration_ms"] == "1.5" })
    }

    @Test("a fault of the daemon's own is an error")
    func fault() {
        let lines = LogLines()
        var log = CallLog(.defaults, logger: lines.logger)
        let ended = CallLog.Ended(CallSubject(.http, nil), error: CallError.Kind(code: 2001), nanoseconds: 0)
        let now = MonotonicTime(nanoseconds: 0)
        #expect(log.admit(ended, now: now) == 0)
        log.write(ended, id: .number(3), peer: "p", suppressed: 0)
        #expect(lines.take().map(\.level) == [.error])
        #expect(log.admit(CallLog.Ended(CallSubject(.http, nil), nanoseconds: 999_999_999), now: now) == nil)
        #expect(log.admit(CallLog.Ended(CallSubject(.http, nil), nanoseconds: 1_000_000_000), now: now) == 0)
    }
}
