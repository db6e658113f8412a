//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService
internal import NIOCore
internal import Testing

@testable internal import GrantdHTTP

/// The small texts of HTTP: dates, percent signs, credentials, paths.
@Suite
struct HTTPTextTests {
    @Test("the date is HTTP's")
    func date() {
        for (seconds, text) in [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"), (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
            (Int.max, "Fri, 31 Dec 9999 23:59:59 GMT"), (Int.min, "Thu, 01 Jan 1970 00:00:00 GMT"),
        ] {
            var output = ByteBuffer()
            HTTPDate.append(secondsSince1970: seconds, to: &output)
            #expect(String(buffer: output) == text)
        }
    }

    @Test("percent signs are read, and nothing but text comes out")
    func percent() throws {
        #expect(PercentCoding.text("a%20b+c".utf8, plusIsSpace: false) == "a b+c")
        #expect(PercentCoding.text("%e5%8c%97+%E4%BA%AC".utf8, plusIsSpace: true) == "北 京")
        for wrong in ["%", "%4", "%4g", "%zz", "%00", "%ff", "%c0%80", "%ed%a0%80"] {
            #expect(PercentCoding.text(wrong.utf8, plusIsSpace: true) == nil, "\(wrong)")
        }
        let pairs = try PercentCoding.pairs("a=1&&b&c=2=3&%61=".utf8, most: 4)
        #expect(pairs.map(\.name) == ["a", "b", "c", "a"])
        #expect(pairs.map(\.value) == ["1", "", "2=3", ""])
        #expect(throws: PercentCoding.Fault.tooMany) { _ = try PercentCoding.pairs("a&b&c".utf8, most: 2) }
        #expect(throws: PercentCoding.Fault.notText) { _ = try PercentCoding.pairs("a&b=%ff".utf8, most: 2) }
    }

    @Test("a token is shown as Bearer, or as the password of Basic")
    func credentials() {
        func token(_ text: String?) -> String { String(decoding: Credentials.token(text), as: UTF8.self) }
        #expect(token("Bearer abc") == "abc")
        #expect(token("bearer  abc") == "abc")
        #expect(token("Basic Om86cA==") == "o:p")
        #expect(token("BASIC dTpw") == "p")
        for none in [nil, "", "Bearer", "abc", "Basic", "Basic !!!!", "Basic dXA=", "Digest abc"] {
            #expect(token(none) == "", "\(none ?? "nil")")
        }
    }

    private static func route(_ path: String) -> Route {
        Array(path.utf8).withUnsafeBytes { Route($0) }
    }

    @Test("a path leads to a method by its full name only")
    func routes() {
        for method in Method.allCases {
            #expect(Self.route("/\(method.entry.service)/\(method.entry.name)") == .call(method))
        }
        #expect(Self.route("/grantd.v1.Calculator/evaluate") == .noCall)
        #expect(Self.route("/grantd.v1.Calculator/Evaluate/") == .noCall)
        #expect(Self.route("/metrics") == .operation(.metrics))
        for page in ["/awards", "/awards/", "/awards/run"] { #expect(Self.route(page) == .awardsPage) }
        for page in ["/awardsx", "/Awards", "/", "/Calculator/Evaluate", "//", "/grant", "*", ""] {
            #expect(Self.route(page) == .page)
        }
    }

    @Test("a header's value never ends the header")
    func headers() {
        var output = ByteBuffer()
        ReplyTerms().append(
            HTTPReply(status: 303, headers: [("location", "/a\r\nset-cookie: b"), ("x", "1")]),
            to: &output
        )
        let text = String(buffer: output)
        #expect(!text.contains("cookie"))
        #expect(text.contains("\r\nx: 1\r\n"))
        #expect(text.hasSuffix("\r\ncontent-length: 0\r\n\r\n"))
    }

    @Test("a form is foreign where the browser says so, or names another origin")
    func foreign() throws {
        func isForeign(_ headers: [(String, String)], _ method: String = "POST") throws -> Bool {
            let lines = ([("host", "h:1")] + headers).map { "\($0.0): \($0.1)\r\n" }.joined()
            return Origins.isForeign(try ParsedText.head("\(method) / HTTP/1.1\r\n\(lines)\r\n"))
        }
        #expect(try !isForeign([]))
        #expect(try !isForeign([("origin", "http://h:1")]))
        #expect(try !isForeign([("origin", "null"), ("sec-fetch-site", "same-origin")]))
        #expect(try isForeign([("origin", "null"), ("sec-fetch-site", "cross-site")]))
        #expect(try isForeign([("origin", "http://h:2")]))
        #expect(try isForeign([("sec-fetch-site", "same-site")]))
        #expect(try !isForeign([("origin", "http://h:2")], "GET"))
    }
}
