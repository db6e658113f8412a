//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import NIOCore
internal import Testing

@testable internal import GrantdHTTP

/// What is taken from a request's head, and what is refused.
@Suite
struct RequestHeadTests {
    private static func head(
        _ uri: String,
        _ headers: [(String, String)] = [("Host", "h")],
        method: String = "POST",
        version: String = "HTTP/1.1"
    ) throws -> RequestHead {
        let lines = headers.map { "\($0.0): \($0.1)\r\n" }.joined()
        return try ParsedText.head("\(method) \(uri) \(version)\r\n\(lines)\r\n")
    }

    @Test("path and query are told apart, also in a whole address")
    func target() throws {
        for (uri, path, query) in [
            ("/a?b=c?d", "/a", "b=c?d"), ("/a", "/a", nil), ("/?", "/", ""), ("http://h/a?b", "/a", "b"),
            ("HTTPS://h", "/", nil), ("http://h?b", "/", "b"),
        ] {
            let head = try Self.head(uri)
            #expect(head.path == path)
            #expect(head.query == query)
        }
        #expect(try Self.head("*", method: "OPTIONS").path == "*")
    }

    @Test("a body's length is read in one way or not at all")
    func length() throws {
        #expect(try Self.head("/").hasBody == false)
        #expect(try Self.head("/", [("Host", "h"), ("CONTENT-LENGTH", "12")]).bodyBytes == 12)
        #expect(try Self.head("/", [("Host", "h"), ("Transfer-Encoding", "Chunked")]).bodyBytes == nil)
        for headers in [
            [("content-length", "1"), ("content-length", "1")], [("content-length", "")], [("content-length", "1 2")],
            [("content-length", "1"), ("transfer-encoding", "chunked")], [("transfer-encoding", "gzip, chunked")],
            [("content-length", "9999999999999999999")], [("host", "h")], [("expect", "more")],
        ] {
            #expect(throws: HTTPFault.self) { try Self.head("/", [("host", "h")] + headers) }
        }
        #expect(throws: HTTPFault.self) {
            try Self.head("/", [("transfer-encoding", "chunked")], version: "HTTP/1.0")
        }
    }

    @Test("only HTTP/1.0 and 1.1, and HTTP/1.1 with a host")
    func version() throws {
        #expect(try Self.head("/", [], version: "HTTP/1.0").isLast)
        #expect(throws: HTTPFault.self) { try Self.head("/", []) }
        #expect(throws: HTTPFault.self) { try Self.head("/", version: "HTTP/1.2") }
        #expect(throws: HTTPFault.self) { try Self.head("/\u{E9}") }
    }

    @Test("another protocol is never taken up: the connection ends behind the answer")
    func upgrade() throws {
        #expect(try Self.head("/", [("host", "h"), ("upgrade", "h2c"), ("connection", "upgrade")]).isLast)
        #expect(try Self.head("h:80", method: "CONNECT").isLast)
        #expect(try Self.head("/", [("host", "h"), ("connection", "close")]).isLast)
        #expect(try !Self.head("/").isLast)
    }
}
