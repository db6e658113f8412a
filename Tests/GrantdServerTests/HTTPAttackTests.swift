//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdHTTP
internal import GrantdServer
internal import GrantdService
internal import GrantdTesting
internal import Testing

/// Peers that mean harm in HTTP: each gets an error or a close, and who stands beside it notices nothing.
@Suite
struct HTTPAttackTests {
    private static func limits(_ change: (inout Limits) -> Void) -> Limits {
        var limits = Limits.defaults
        change(&limits)
        return limits
    }

    private static func post(_ headers: String, _ body: String = "") -> [UInt8] {
        Array(
            "POST \(HTTPText.health) HTTP/1.1\r\nHost: h\r\ncontent-type: application/json\r\n\(headers)\r\n\(body)"
                .utf8
        )
    }

    /// A bystander's call.
    private static func expectServed(_ peer: RawPeer) async throws {
        try await peer.send(HTTPText.post(HTTPText.health, "{}"))
        #expect(try await peer.answer().status == 200)
    }

    @Test("a request that could be read in two ways is refused, and its connection closed")
    func smuggling() async throws {
        let behind = "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"
        let attacks: [(String, [UInt8], ClosedRange<Int>)] = [
            (
                "both lengths", Self.post("content-length: 2\r\ntransfer-encoding: chunked\r\n", "0\r\n\r\n\(behind)"),
                400...400
            ),
            (
                "both, turned", Self.post("transfer-encoding: chunked\r\ncontent-length: 2\r\n", "0\r\n\r\n\(behind)"),
                400...400
            ),
            ("two lengths", Self.post("content-length: 2\r\ncontent-length: 3\r\n", "{}\(behind)"), 400...400),
            ("the same twice", Self.post("content-length: 2\r\ncontent-length: 2\r\n", "{}\(behind)"), 400...400),
            ("a list", Self.post("content-length: 2, 2\r\n", "{}\(behind)"), 400...400),
            ("a sign", Self.post("content-length: +2\r\n", "{}\(behind)"), 400...400),
            ("hexadecimal", Self.post("content-length: 0x2\r\n", "{}\(behind)"), 400...400),
            ("less than none", Self.post("content-length: -2\r\n", "{}\(behind)"), 400...400),
            ("too many digits", Self.post("content-length: 99999999999999999999999\r\n", "{}\(behind)"), 400...400),
            ("not chunked", Self.post("transfer-encoding: identity\r\n", "{}\(behind)"), 400...501),
            ("twice chunked", Self.post("transfer-encoding: chunked, chunked\r\n", "0\r\n\r\n\(behind)"), 400...501),
            (
                "two encodings",
                Self.post("transfer-encoding: gzip\r\ntransfer-encoding: chunked\r\n", "0\r\n\r\n\(behind)"), 400...501
            ),
            ("almost chunked", Self.post("transfer-encoding: xchunked\r\n", "0\r\n\r\n\(behind)"), 400...501),
            ("space before the colon", Self.post("content-length : 2\r\n", "{}\(behind)"), 400...400),
            (
                "a folded line", Self.post("x: a\r\n content-length: 2\r\ncontent-length: 3\r\n x\r\n", "{}\(behind)"),
                400...400
            ),
            ("a bad chunk", Self.post("transfer-encoding: chunked\r\n", "2x\r\n{}\r\n0\r\n\r\n"), 400...400),
            ("a huge chunk", Self.post("transfer-encoding: chunked\r\n", "fffffffffffffffff\r\n{}"), 400...400),
            ("no host", Array("GET /healthz HTTP/1.1\r\n\r\n".utf8), 400...400),
            ("two hosts", Array("GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".utf8), 400...400),
            ("a NUL in a header", Array("GET /healthz HTTP/1.1\r\nHost: a\0b\r\n\r\n".utf8), 400...400),
            ("a NUL in the path", Array("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n".utf8), 400...400),
            (
                "a byte in the path", Array("GET /".utf8) + [0xFF] + Array(" HTTP/1.1\r\nHost: a\r\n\r\n".utf8),
                400...400
            ),
            ("HTTP/0.9", Array("GET /healthz\r\n\r\n".utf8), 400...505),
            ("HTTP/1.2", Array("GET /healthz HTTP/1.2\r\nHost: a\r\n\r\n".utf8), 400...505),
            ("HTTP/2", Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0], 505...505),
            ("an expectation", Self.post("expect: the-worst\r\ncontent-length: 2\r\n", "{}"), 417...417),
            ("CONNECT", Array("CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n\r\n".utf8), 400...405),
            ("a frame behind", HTTPText.get("/healthz") + RawPeer.header(body: 4, meta: 2), 400...400),
        ]
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { bystander async throws in
                for (name, bytes, status) in attacks {
                    try await RawPeer.connect(server.port) { peer async throws in
                        peer.sendWithoutWaiting(bytes)
                        var answer = try await peer.answer()
                        if name == "a frame behind" { answer = try await peer.answer() }
                        #expect(status.contains(answer.status), "\(name): \(answer.status) \(answer.text)")
                        #expect(answer.headers["connection"] == "close", "\(name)")
                        #expect(try await peer.isClosed(), "\(name)")
                    }
                    try await Self.expectServed(bystander)
                }
            }
        }
    }

    @Test("a head without end, or of too many headers, is refused")
    func largeHead() async throws {
        let line = String(repeating: "x", count: 20_000)
        let many = (0..<200).map { "a\($0): b\r\n" }.joined()
        let attacks = [
            HTTPText.get("/" + line), HTTPText.get("/", headers: ["a: " + line]),
            HTTPText.get("/", headers: [line + ": a"]),
            Array("GET / HTTP/1.1\r\nHost: h\r\n\(many)\r\n".utf8),
            Array("GET / HTTP/1.1\r\nHost: h\r\na:".utf8) + Array(repeating: UInt8(ascii: " "), count: 100_000),
        ]
        try await withLiveServer { server in
            for bytes in attacks {
                try await RawPeer.connect(server.port) { peer async throws in
                    peer.sendWithoutWaiting(bytes)
                    #expect(try await peer.answer().status == 431)
                }
            }
        }
    }

    @Test("a body without end is refused as soon as it is too large")
    func endlessBody() async throws {
        let limits = Self.limits { $0.requestBytes = 10_000 }
        let chunk = "400\r\n" + String(repeating: " ", count: 1024) + "\r\n"
        let crumb = "1;\(String(repeating: "x", count: 100))\r\n \r\n"
        try await withLiveServer(limits: limits) { server in
            for piece in [chunk, crumb] {
                try await RawPeer.connect(server.port) { peer async throws in
                    let body = String(repeating: piece, count: 200_000 / piece.utf8.count)
                    peer.sendWithoutWaiting(Self.post("transfer-encoding: chunked\r\n", body))
                    let answer = try await peer.answer()
                    #expect(answer.status == 429 || answer.status == 413, "\(answer.text)")
                    #expect(answer.headers["connection"] == "close")
                }
            }
        }
    }

    @Test("half a head, half a body and no request at all are closed after their time")
    func slow() async throws {
        let limits = Self.limits {
            $0.unfinishedFrame = .milliseconds(200)
            $0.idle = .milliseconds(700)
        }
        try await withLiveServer(limits: limits) { server in
            for bytes in [
                Array("G".utf8), Array("GET / HTTP/1.1\r\nHost:".utf8), Self.post("content-length: 5\r\n", "{"),
            ] {
                try await RawPeer.connect(server.port) { peer async throws in
                    try await peer.send(bytes)
                    #expect(try await peer.isClosed())
                }
            }
            try await RawPeer.connect(server.port) { peer async throws in
                try await Self.expectServed(peer)
                #expect(try await peer.isClosed())
            }
            let statistics = await server.server.statistics()
            #expect(statistics.details.contains { $0.name == "closed-unfinished-frame" && $0.count == 3 })
            #expect(statistics.details.contains { $0.name == "closed-idle" && $0.count == 1 })
        }
    }

    @Test("a reader that stops is not answered without end")
    func unread() async throws {
        let limits = Self.limits {
            $0.unsentBytes = 64 << 10
            $0.stall = .milliseconds(300)
        }
        try await withLiveServer(limits: limits) { server in
            try await RawPeer.connect(server.port) { bystander async throws in
                try await RawPeer.connect(server.port) { peer async throws in
                    let request = HTTPText.get("/grantd.v1.Catalogue/GetSchema?encoding=json&message=%7B%7D")
                    let bytes = Array(repeating: request, count: 10_000).flatMap(\.self)
                    peer.sendWithoutWaiting(bytes)
                    for _ in 0..<200 {
                        try await Self.expectServed(bystander)
                        if await server.server.statistics().details.contains(where: { $0.name == "closed-stalled" }) {
                            return
                        }
                        try await Task.sleep(for: .milliseconds(50))
                    }
                    Issue.record("the reader that stopped was never closed")
                }
            }
        }
    }

    @Test("a peer that speaks TLS to a plain port is closed")
    func tls() async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                try await peer.send([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00])
                #expect(try await peer.isClosed())
            }
            #expect(await server.server.statistics().details.contains { $0.name == "closed-tls-on-a-plain-port" })
        }
    }
}
