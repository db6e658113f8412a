//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdHTTP
internal import GrantdMessages
internal import GrantdServer
internal import GrantdService
internal import GrantdTesting
internal import SwiftProtobuf
internal import Testing

/// HTTP on the port of the frames, as clients speak it.
@Suite
struct HTTPTests {
    private static func configuration(_ change: (inout ServerConfiguration) -> Void) -> ServerConfiguration {
        var configuration = ServerConfiguration.defaults
        change(&configuration)
        return configuration
    }

    @Test("a call in JSON and one in protobuf give the answer of a frame")
    func sameAnswer() async throws {
        try await withLiveServer { server in
            let frame = try await RawPeer.connect(server.port) { peer async throws in
                try await peer.call("grantd.v1.Calculator", "Evaluate", payload: try Samples.evaluate()).payload
            }
            try await RawPeer.connect(server.port) { peer async throws in
                try await peer.send(
                    HTTPText.post(HTTPText.evaluate, try Samples.evaluate(), type: "application/proto")
                )
                let binary = try await peer.answer()
                #expect(binary.status == 200)
                #expect(binary.headers["content-type"] == "application/proto")
                #expect(binary.body == frame)
                try await peer.send(HTTPText.post(HTTPText.evaluate, HTTPText.application))
                let json = try await peer.answer()
                #expect(json.status == 200)
                #expect(json.headers["content-type"] == "application/json")
                #expect(json.headers["cache-control"] == "no-store")
                #expect(try GrantdAssessment(jsonUTF8Bytes: json.body) == GrantdAssessment(serializedBytes: frame))
            }
        }
    }

    @Test("a call may stand in the address")
    func get() async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                let plain = "connect=v1&encoding=json&message=%7B%22as_of%22%3A%222026-03-01%22%7D"
                // {"as_of":"2026-03-01"}
                let base64 = "connect=v1&encoding=json&base64=1&message=eyJhc19vZiI6IjIwMjYtMDMtMDEifQ"
                for query in [plain, base64] {
                    try await peer.send(HTTPText.get("/grantd.v1.Calculator/Screen?" + query))
                    let answer = try await peer.answer()
                    #expect(answer.status == 200)
                    #expect(try GrantdScreenResponse(jsonUTF8Bytes: answer.body).assessments.count > 10)
                }
                try await peer.send(
                    HTTPText.get("/grantd.v1.Catalogue/ListDocuments?connect=v1&encoding=proto&message=")
                )
                let answer = try await peer.answer()
                #expect(try !GrantdListDocumentsResponse(serializedBytes: answer.body).documents.isEmpty)
                // As some clients leave a message without bytes away.
                try await peer.send(HTTPText.get("/grantd.v1.Catalogue/ListDocuments?connect=v1"))
                #expect(try await peer.answer().body == answer.body)
                for (query, field) in [
                    ("encoding=json", "message"), ("message=%7B%7D", "encoding"), ("", "encoding"),
                    ("connect=v1&encoding=json", "message"), ("connect=v1&message=%7B%7D", "encoding"),
                    ("encoding=json&message=%7B%7D&message=%7B%7D", "message"),
                    ("encoding=json&message=!&base64=1", "message"),
                    ("connect=v2&encoding=json&message=%7B%7D", "connect"),
                    ("encoding=json&message=%7", "query"),
                ] {
                    try await peer.send(HTTPText.get("/grantd.v1.Calculator/Screen?" + query))
                    let answer = try await peer.answer()
                    #expect(answer.status == 400)
                    #expect(answer.text.contains(#""field":"\#(field)""#), "\(query): \(answer.text)")
                }
            }
        }
    }

    @Test(
        "an auction in JSON takes as many bids as one in protobuf",
        arguments: [(10_001, 200), (100_000, 200), (100_001, 429)]
    )
    func auction(_ count: Int, _ status: Int) async throws {
        let bids = [String](repeating: "{}", count: count).joined(separator: ",")
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                try await peer.send(
                    HTTPText.post("/grantd.v1.RenewablesAuction/ClearAuction", #"{"bids":[\#(bids)]}"#)
                )
                let answer = try await peer.answer()
                #expect(answer.status == status)
                #expect(answer.text.contains(status == 200 ? "UNDETERMINED" : "has more than 100000 entries"))
            }
        }
    }

    @Test("an error has Connect's code and names the field")
    func error() async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                let text = #"{"application":{"as_of":"2026-03-01","applicant":{"nam\u0065d":1}}}"#
                try await peer.send(HTTPText.post(HTTPText.evaluate, text))
                let answer = try await peer.answer()
                #expect(answer.status == 400)
                #expect(answer.text.hasPrefix(#"{"code":"invalid_argument","message":"no field of Applicant"#))
                #expect(answer.text.contains(#""type":"google.rpc.BadRequest""#))
                #expect(answer.text.contains(#""fieldViolations":[{"field":"applicant.named","#))
            }
        }
    }

    @Test("what is no call is told so, and the connection goes on")
    func noCall() async throws {
        let json = "content-type: application/json"
        let cases: [(String, [UInt8], Int, String)] = [
            ("no such method", HTTPText.post("/grantd.v1.Calculator/Guess", "{}"), 404, "unimplemented"),
            ("a short name", HTTPText.post("/Calculator/Evaluate", "{}"), 415, ""),
            ("another type", HTTPText.post(HTTPText.health, [], type: "text/plain"), 415, "invalid_argument"),
            (
                "a charset", HTTPText.post(HTTPText.health, Array("{}".utf8), type: "application/json; charset=UTF-8"),
                200, ""
            ),
            ("another charset", HTTPText.post(HTTPText.health, [], type: "application/json;charset=gbk"), 415, ""),
            (
                "compressed", HTTPText.post(HTTPText.health, "{}", headers: ["content-encoding: br"]), 501,
                "unimplemented"
            ),
            (
                "a time", HTTPText.post(HTTPText.evaluate, "{}", headers: ["connect-timeout-ms: 0"]), 504,
                "deadline_exceeded"
            ),
            (
                "no time", HTTPText.post(HTTPText.evaluate, "{}", headers: ["connect-timeout-ms: -1"]), 400,
                "invalid_argument"
            ),
            (
                "a version", HTTPText.post(HTTPText.health, "{}", headers: ["connect-protocol-version: 2"]), 400,
                "must be 1"
            ),
            ("no JSON", HTTPText.post(HTTPText.health, "{"), 400, "line 1, column 2"),
            (
                "PUT", Array("PUT \(HTTPText.health) HTTP/1.1\r\nHost: h\r\n\(json)\r\ncontent-length: 0\r\n\r\n".utf8),
                405, ""
            ),
            ("a page", HTTPText.get("/%E6%B2%A1%E6%9C%89"), 404, ""),
            ("no UTF-8", HTTPText.get("/%FF"), 400, ""), ("a NUL", HTTPText.get("/a%00"), 400, ""),
            ("alive", HTTPText.get("/healthz"), 200, "ok"), ("ready", HTTPText.get("/readyz"), 200, "ok"),
        ]
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                for (name, request, status, text) in cases {
                    try await peer.send(request)
                    let answer = try await peer.answer()
                    #expect(answer.status == status, "\(name): \(answer.text)")
                    #expect(answer.text.contains(text), "\(name): \(answer.text)")
                    if status == 405 { #expect(answer.headers["allow"] == "GET, HEAD, OPTIONS, POST") }
                    #expect(answer.headers["connection"] == nil, "\(name)")
                }
                try await peer.send(Array("HEAD /healthz HTTP/1.1\r\nHost: h\r\n\r\n".utf8))
                let head = try await peer.answer(isHead: true)
                #expect(head.headers["content-length"] == "3")
            }
        }
    }

    @Test("what /metrics counts of frames and HTTP alone says so, and what it counts of gRPC too does not")
    func metricsOfTransports() async throws {
        try await withLiveServer { server in
            let text = try await RawPeer.connect(server.port) { peer async throws in
                try await peer.send(HTTPText.get("/metrics"))
                return try await peer.answer().text
            }
            let helps = text.split(separator: "\n").filter { $0.hasPrefix("# HELP ") }
            func isOfBoth(_ name: String) throws -> Bool {
                try #require(helps.first { $0.hasPrefix("# HELP \(name) ") }).contains("frames and HTTP")
            }
            for name in [
                "connections_open", "connections_accepted_total", "connections_closed_total", "received_bytes_total",
                "sent_bytes_total", "unsent_bytes", "unfinished_bytes", "calls_waiting",
            ] { #expect(try isOfBoth("grantd_\(name)"), "\(name)") }
            for name in ["connections_refused_total", "connections_displaced_total", "calls_total"] {
                #expect(try !isOfBoth("grantd_\(name)"), "\(name)")
            }
        }
    }

    @Test("requests sent in one go are answered in their order, those that take long among them")
    func pipelining() async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                var bytes: [UInt8] = []
                for number in 0..<600 {
                    switch number % 3 {
                    case 0:
                        bytes += HTTPText.post(HTTPText.batch, try Samples.batch(count: 9), type: "application/proto")
                    case 1: bytes += HTTPText.post(HTTPText.health, "{}")
                    default: bytes += HTTPText.get("/nowhere")
                    }
                }
                peer.sendWithoutWaiting(bytes)
                for number in 0..<600 {
                    let answer = try await peer.answer()
                    #expect(answer.status == (number % 3 == 2 ? 404 : 200))
                    if number % 3 == 1 { #expect(answer.text == #"{"status":"SERVING"}"#) }
                }
            }
        }
    }

    @Test("a batch of many pages of JSON is read beside the event loop")
    func largeJSON() async throws {
        let one = HTTPText.application.dropFirst(#"{"application":"#.count).dropLast()
        let text = #"{"applications":[\#(Array(repeating: one, count: 500).joined(separator: ","))]}"#
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                try await peer.send(HTTPText.post(HTTPText.batch, text))
                let answer = try await peer.answer()
                #expect(answer.status == 200)
                #expect(try GrantdEvaluateBatchResponse(jsonUTF8Bytes: answer.body).results.count == 500)
                try await peer.send(HTTPText.post(HTTPText.batch, text.dropLast() + "]"))
                #expect(try await peer.answer().status == 400)
            }
        }
    }

    @Test("a peer that wants to close is told that it is, and has its answer")
    func close() async throws {
        try await withLiveServer { server in
            let close = "connection: close"
            let requests = [
                HTTPText.get("/healthz", headers: [close]), Array("GET /healthz HTTP/1.0\r\n\r\n".utf8),
                HTTPText.post(HTTPText.batch, try Samples.batch(count: 9), type: "application/proto", headers: [close]),
                HTTPText.get("/healthz", headers: ["connection: upgrade", "upgrade: h2c"]),
            ]
            for request in requests {
                try await RawPeer.connect(server.port) { peer async throws in
                    // What follows is not read.
                    try await peer.send(request + HTTPText.get("/healthz"))
                    let answer = try await peer.answer()
                    #expect(answer.status == 200)
                    #expect(answer.headers["connection"] == "close")
                    #expect(try await peer.isClosed())
                }
            }
            try await RawPeer.connect(server.port) { peer async throws in
                try await peer.send(
                    HTTPText.post(HTTPText.batch, try Samples.batch(count: 900), type: "application/proto")
                )
                peer.finish()
                #expect(try await peer.answer().status == 200)
                #expect(try await peer.isClosed())
            }
        }
    }

    @Test("a body is waited for with a word where one is wanted")
    func expectation() async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                let head = "POST \(HTTPText.health) HTTP/1.1\r\nHost: h\r\ncontent-type: application/json\r\n"
                try await peer.send(Array("\(head)content-length: 2\r\nexpect: 100-continue\r\n\r\n".utf8))
                #expect(try await peer.answer().status == 100)
                try await peer.send(Array("{}".utf8))
                #expect(try await peer.answer().status == 200)
                try await peer.send(Array("\(head)content-length: 99999999\r\nexpect: 100-continue\r\n\r\n".utf8))
                #expect(try await peer.answer().status == 429)
                #expect(try await peer.isClosed())
            }
        }
    }

    @Test("a call shows a token, and health is told without")
    func tokens() async throws {
        let configuration = Self.configuration { $0.tokens = TokenSet([Array("secret".utf8)]) }
        try await withLiveServer(configuration: configuration) { server in
            try await RawPeer.connect(server.port) { peer async throws in
                // user:secret
                for shown in ["authorization: Bearer secret", "authorization: basic dXNlcjpzZWNyZXQ="] {
                    try await peer.send(HTTPText.post(HTTPText.evaluate, HTTPText.application, headers: [shown]))
                    #expect(try await peer.answer().status == 200)
                }
                for path in [HTTPText.health, "/healthz", "/readyz"] {
                    try await peer.send(HTTPText.get(path + "?encoding=json&message=%7B%7D"))
                    #expect(try await peer.answer().status == 200)
                }
                for path in [HTTPText.evaluate, "/metrics", "/openapi.json", "/", "/grantd.v1.Calculator/Guess"] {
                    try await peer.send(HTTPText.get(path, headers: ["authorization: Bearer secrets"]))
                    let answer = try await peer.answer()
                    #expect(answer.status == 401)
                    #expect(answer.headers["www-authenticate"]?.hasPrefix(path == "/" ? "Basic" : "Bearer") == true)
                }
            }
            try await RawPeer.connect(server.port) { peer async throws in
                // The body of a stranger is not waited for.
                try await peer.send(
                    Array("POST \(HTTPText.evaluate) HTTP/1.1\r\nHost: h\r\ncontent-length: 9\r\n\r\n".utf8)
                )
                let answer = try await peer.answer()
                #expect(answer.status == 401)
                #expect(answer.text.contains(#""code":"unauthenticated""#))
                #expect(try await peer.isClosed())
            }
        }
    }

    @Test("scripts of origins that are allowed may call")
    func origins() async throws {
        let configuration = Self.configuration { $0.http.allowedOrigins = ["https://a.example"] }
        try await withLiveServer(configuration: configuration) { server in
            try await RawPeer.connect(server.port) { peer async throws in
                for (origin, isAllowed) in [("https://a.example", true), ("https://b.example", false)] {
                    let head = "OPTIONS \(HTTPText.evaluate) HTTP/1.1\r\nHost: h\r\norigin: \(origin)\r\n"
                    try await peer.send(Array("\(head)access-control-request-method: POST\r\n\r\n".utf8))
                    let preflight = try await peer.answer()
                    #expect(preflight.status == 204)
                    let allowed = preflight.headers["access-control-allow-headers"]
                    #expect((allowed?.contains("authorization") == true) == isAllowed)
                    #expect(preflight.headers["access-control-allow-origin"] == (isAllowed ? origin : nil))
                    try await peer.send(HTTPText.post(HTTPText.health, "{}", headers: ["origin: \(origin)"]))
                    let answer = try await peer.answer()
                    #expect(answer.headers["access-control-allow-origin"] == (isAllowed ? origin : nil))
                }
            }
        }
    }

    @Test("a stopping server answers what is in flight, and refuses the rest", .timeLimit(.minutes(1)))
    func stopping() async throws {
        let configuration = Self.configuration { $0.quietPeriod = .seconds(2) }
        try await withLiveServer(configuration: configuration) { server in
            try await RawPeer.connect(server.port) { peer async throws in
                try await RawPeer.connect(server.port) { other async throws in
                    try await RawPeer.connect(server.port) { third async throws in
                        func answer(_ peer: RawPeer, _ request: [UInt8]) async throws -> HTTPAnswer {
                            try await peer.send(request)
                            return try await peer.answer()
                        }
                        for peer in [peer, other, third] {
                            #expect(try await answer(peer, HTTPText.get("/readyz")).status == 200)
                        }
                        try await peer.send(
                            HTTPText.post(HTTPText.batch, try Samples.batch(count: 2000), type: "application/proto")
                        )
                        while await server.server.statistics().callsWaiting == 0 {}
                        server.server.stop()
                        let evaluate = HTTPText.post(HTTPText.evaluate, HTTPText.application)
                        var refused = try await answer(other, evaluate)
                        while refused.status == 200 { refused = try await answer(other, evaluate) }
                        #expect(refused.status == 503)
                        #expect(refused.text.contains(#""code":"unavailable""#))
                        #expect(refused.headers["connection"] == "close")
                        var ready = try await answer(third, HTTPText.get("/readyz"))
                        while ready.status == 200 { ready = try await answer(third, HTTPText.get("/readyz")) }
                        #expect(ready.status == 503)
                        #expect(try await peer.answer().status == 200)
                        #expect(try await peer.isClosed())
                    }
                }
            }
        }
    }
}
