//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Testing

@testable internal import GrantdHTTP

/// Requests as they are taken out of bytes, however these come.
@Suite
struct RequestParserTests {
    private static let requests =
        "GET /a?b HTTP/1.1\r\nHost: h\r\n\r\n"
        + "POST /c HTTP/1.1\r\nHost: h\r\nX-Long-Name-That-Is-Passed-Over-Whatever-It-Says: v\r\ncontent-length: 5\r\n\r\nhello"
        + "POST /d HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n3;x=y\r\ncde\r\n0\r\nHost: t\r\n\r\n"
        + "POST /e HTTP/1.1\r\nHost: h\r\ncontent-length: 0\r\n\r\n"
        + "HEAD /f HTTP/1.1\r\nHost: h\r\n\r\n"
    private static let parts: [ParsedText.Part] = [
        .head(path: "/a", query: "b"), .body(""), .head(path: "/c", query: nil), .body("hello"),
        .head(path: "/d", query: nil), .body("abcde"), .head(path: "/e", query: nil), .body(""),
        .head(path: "/f", query: nil), .body(""),
    ]

    @Test("the same requests come out, in whatever pieces they come")
    func pieces() {
        let bytes = Array(Self.requests.utf8)
        for count in Array(1...40) + [bytes.count] {
            #expect(ParsedText.parts(bytes, piecesOf: count) == Self.parts, "in pieces of \(count)")
            #expect(ParsedText.parts(bytes, piecesOf: bytes.count, most: count) == Self.parts, "parsed by \(count)")
        }
    }

    @Test("a request without a length has none of the one before it")
    func noLength() {
        let text = "POST / HTTP/1.1\r\nHost: h\r\ncontent-length: 3\r\n\r\nabc" + "POST / HTTP/1.1\r\nHost: h\r\n\r\n"
        #expect(ParsedText.parts(Array(text.utf8), piecesOf: 7).suffix(2) == [.head(path: "/", query: nil), .body("")])
    }

    @Test("a body is as large as it may be, and no larger", arguments: [1, 3, 1000])
    func bodies(count: Int) {
        func parts(_ text: String) -> [ParsedText.Part] {
            ParsedText.parts(
                Array("POST / HTTP/1.1\r\nHost: h\r\n\(text)".utf8),
                piecesOf: count,
                mostBodyBytes: 4
            )
        }
        #expect(parts("content-length: 4\r\n\r\nabcd").last == .body("abcd"))
        #expect(parts("content-length: 5\r\n\r\nabcde").last == .tooLarge)
        #expect(parts("transfer-encoding: chunked\r\n\r\n2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n").last == .body("abcd"))
        #expect(parts("transfer-encoding: chunked\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n").last == .tooLarge)
        // By what a chunk tells, before a byte of it is there.
        for length in ["5", "8000000000000000", "ffffffffffffffff"] {
            #expect(parts("transfer-encoding: chunked\r\n\r\n\(length)\r\n").last == .tooLarge, "\(length)")
        }
        #expect(parts("transfer-encoding: chunked\r\n\r\n2\r\nab\r\n3\r\n").last == .tooLarge)
    }

    @Test("heads, and what stands behind bodies, are bounded", arguments: [1, 64, 100_000])
    func heads(count: Int) {
        var limits = HTTPLimits()
        limits.headBytes = 200
        limits.headers = 3
        let long = String(repeating: "x", count: 201)
        for text in [
            "GET /\(long) HTTP/1.1\r\n", "GET / HTTP/1.1\r\nhost: \(long)\r\n", "GET / HTTP/1.1\r\n\(long): a\r\n",
            "GET / HTTP/1.1\r\na: b\r\na: b\r\na: b\r\na: b\r\n",
            "POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n0\r\na: \(long)\r\n",
        ] {
            let parts = ParsedText.parts(Array(text.utf8), piecesOf: count, limits: limits)
            #expect(parts.last == .fault(431), "\(text.prefix(30))")
        }
    }

    @Test("HTTP/2 and versions that are not served are told so")
    func versions() {
        for (text, status) in [
            ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505), ("GET / HTTP/1.2\r\n\r\n", 505),
            ("GET / HTTP/2.0\r\nhost: h\r\n\r\n", 505), ("GET /\r\n\r\n", 505), ("no request\r\n\r\n", 400),
        ] {
            #expect(ParsedText.parts(Array(text.utf8), piecesOf: 100).last == .fault(status), "\(text)")
        }
    }
}
