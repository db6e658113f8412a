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

/// Browsers whose requests come to no page are told so on one, with what to do, in their reader's language.
@Suite
struct PageRefusalTests {
    private static let form = "application/x-www-form-urlencoded"

    /// A request that is refused, by the language of its reader.
    private struct Case: Sendable {
        let name: String
        let status: Int
        let zh: String
        let en: String
        let request: @Sendable ([String]) -> [UInt8]
    }

    private static let cases = [
        Case(name: "no UTF-8", status: 400, zh: "地址不完整，或者写错了", en: "The address is not written") {
            HTTPText.get("/%FF", headers: $0)
        },
        Case(name: "a query that is none", status: 400, zh: "地址不完整，或者写错了", en: "The address is not written") {
            HTTPText.get("/?q=%", headers: $0)
        },
        Case(name: "a form that is none", status: 400, zh: "没有看懂提交的内容", en: "The form could not be read") {
            HTTPText.post("/screen", Array("go=%".utf8), type: Self.form, headers: $0)
        },
        Case(name: "another site's form", status: 403, zh: "这份表单来自别的网站", en: "stands on another site") {
            let site = "sec-fetch-site: cross-site"
            return HTTPText.post("/screen", Array("go=next".utf8), type: Self.form, headers: $0 + [site])
        },
        Case(name: "PUT", status: 405, zh: "这个页面不能这样打开", en: "cannot be opened like that") {
            let lines = ["PUT /screen HTTP/1.1", "Host: h", "content-length: 0"] + $0
            return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        },
        Case(name: "too many fields", status: 413, zh: "填写的内容太多了", en: "That is too much at once") {
            HTTPText.post("/screen", Array(String(repeating: "a=&", count: 4097).utf8), type: Self.form, headers: $0)
        },
        Case(name: "JSON", status: 415, zh: "提交的不是网页表单", en: "is no form of a page") {
            HTTPText.post("/screen", "{}", headers: $0)
        },
        Case(name: "a compressed form", status: 415, zh: "提交的不是网页表单", en: "is no form of a page") {
            HTTPText.post("/screen", Array("go=next".utf8), type: Self.form, headers: $0 + ["content-encoding: gzip"])
        },
    ]

    /// Holds a refusal against what its reader is to see.
    private static func expect(_ answer: HTTPAnswer, _ status: Int, _ words: String, _ tag: String, _ name: String) {
        #expect(answer.status == status, "\(name)")
        #expect(answer.text.contains(words), "\(name): \(answer.text)")
        #expect(answer.text.contains("<html lang=\"\(tag)\">"), "\(name)")
        #expect(answer.headers["content-type"] == "text/html; charset=utf-8", "\(name)")
        #expect(answer.headers["content-security-policy"]?.hasPrefix("default-src 'none'") == true, "\(name)")
        #expect(answer.headers["x-request-id"]?.isEmpty == false, "\(name)")
        // The way on.
        #expect(answer.text.contains("href=\"/screen?lang="), "\(name)")
    }

    @Test("what is wrong with a request, and the connection goes on")
    func requests() async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                for example in Self.cases {
                    for (accepted, words, tag) in [("zh-CN", example.zh, "zh-CN"), ("en-GB", example.en, "en")] {
                        try await peer.send(example.request(["accept-language: \(accepted)"]))
                        let answer = try await peer.answer()
                        Self.expect(answer, example.status, words, tag, example.name)
                        #expect(answer.headers["connection"] == nil, "\(example.name)")
                        let isMethod = example.status == 405
                        #expect(answer.headers["allow"] == (isMethod ? "GET, HEAD, OPTIONS, POST" : nil))
                        let isForm = example.status == 415
                        #expect(answer.headers["accept-post"] == (isForm ? Self.form : nil))
                    }
                }
                // The address says the language as it does on every page.
                try await peer.send(HTTPText.post("/screen?lang=en", "{}", headers: ["accept-language: zh"]))
                Self.expect(try await peer.answer(), 415, "is no form of a page", "en", "lang")
                try await peer.send(HTTPText.get("/"))
                #expect(try await peer.answer().status == 200)
            }
        }
    }

    @Test("a form that is larger than any is refused before it is there")
    func largeForm() async throws {
        try await withLiveServer { server in
            for size in ["content-length: 1048577", "transfer-encoding: chunked"] {
                try await RawPeer.connect(server.port) { peer async throws in
                    let head = "POST /screen HTTP/1.1\r\nHost: h\r\ncontent-type: \(Self.form)\r\n\(size)\r\n\r\n"
                    let chunk = "10000\r\n" + String(repeating: "a", count: 65536) + "\r\n"
                    let body = size.hasPrefix("content") ? "" : String(repeating: chunk, count: 17)
                    peer.sendWithoutWaiting(Array((head + body).utf8))
                    let answer = try await peer.answer()
                    Self.expect(answer, 413, "填写的内容太多了", "zh-CN", size)
                    #expect(answer.headers["connection"] == "close")
                }
            }
        }
    }

    @Test("that too much waits")
    func busy() async throws {
        var limits = Limits.defaults
        limits.callsWaiting = 0
        try await withLiveServer(limits: limits) { server in
            try await RawPeer.connect(server.port) { peer async throws in
                try await peer.send(HTTPText.get("/"))
                Self.expect(try await peer.answer(), 429, "请稍等片刻，再刷新本页", "zh-CN", "busy")
            }
        }
    }

    @Test("that the daemon stops", .timeLimit(.minutes(1)))
    func stopping() async throws {
        var configuration = ServerConfiguration.defaults
        // Who reads on is told before the connection is closed.
        configuration.quietPeriod = .seconds(60)
        try await withLiveServer(configuration: configuration) { server in
            try await RawPeer.connect(server.port) { peer async throws in
                func page() async throws -> HTTPAnswer {
                    try await peer.send(HTTPText.get("/", headers: ["accept-language: en"]))
                    return try await peer.answer()
                }
                var answer = try await page()
                #expect(answer.status == 200)
                server.server.stop()
                while answer.status == 200 { answer = try await page() }
                Self.expect(answer, 503, "Reload the page in a while", "en", "stopping")
                #expect(answer.headers["connection"] == "close")
            }
        }
    }
}
