//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCompression
internal import GrantdMessages
internal import GrantdService
internal import GrantdTesting
internal import SwiftProtobuf
internal import Testing

/// Bodies of HTTP that are compressed.
@Suite
struct CompressedHTTPTests {
    private static let codings: [(name: String, format: CompressionFormat)] = [
        ("gzip", .gzip), ("GZIP", .gzip), ("x-gzip", .gzip), ("deflate", .zlib),
    ]
    private static let accepts = ["accept-encoding: gzip"]

    @Test("a compressed request has the answer of a plain one", arguments: codings)
    func request(_ coding: (name: String, format: CompressionFormat)) async throws {
        let requests: [(path: String, type: String, body: [UInt8])] = [
            (HTTPText.evaluate, "application/json", Array(HTTPText.application.utf8)),
            (HTTPText.evaluate, "application/proto", try Samples.evaluate()),
            (HTTPText.batch, "application/proto", try Samples.batch(count: 1000)),
            (
                HTTPText.batch, "application/json",
                try GrantdEvaluateBatchRequest(serializedBytes: try Samples.batch(count: 300)).jsonUTF8Bytes()
                    as [UInt8]
            ),
            (HTTPText.health, "application/json", Array("{}".utf8)),
        ]
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                for (path, type, body) in requests {
                    try await peer.send(HTTPText.post(path, body, type: type))
                    let plain = try await peer.answer()
                    #expect(plain.status == 200, "\(plain.text)")
                    let packed = try Compressed.pack(body, coding.format)
                    let headers = ["content-encoding: \(coding.name)"]
                    try await peer.send(HTTPText.post(path, packed, type: type, headers: headers))
                    let answer = try await peer.answer()
                    #expect(answer.status == 200, "\(answer.text)")
                    #expect(answer.body == plain.body)
                    #expect(answer.headers["content-encoding"] == nil)
                }
            }
        }
    }

    @Test("a reply of some length is compressed for who reads that, and for nobody else")
    func reply() async throws {
        let explained = #"{"explain":"FULL","# + HTTPText.application.dropFirst()
        let requests: [(name: String, bytes: @Sendable ([String]) -> [UInt8], isLong: Bool)] = [
            ("evaluate", { HTTPText.post(HTTPText.evaluate, explained, headers: $0) }, true),
            ("health", { HTTPText.post(HTTPText.health, "{}", headers: $0) }, false),
            ("error", { HTTPText.post(HTTPText.evaluate, "{", headers: $0) }, false),
            (
                "measures", { HTTPText.post("/grantd.v1.Catalogue/ListMeasures", "{}", headers: $0) }, true
            ),
            (
                "schema",
                { HTTPText.post("/grantd.v1.Catalogue/GetSchema", [], type: "application/proto", headers: $0) }, true
            ),
            ("descriptors", { HTTPText.get("/schema.binpb", headers: $0) }, true),
            ("description", { HTTPText.get("/openapi.json", headers: $0) }, true),
            ("page", { HTTPText.get("/", headers: $0) }, true),
            ("alive", { HTTPText.get("/healthz", headers: $0) }, false),
        ]
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                for (name, bytes, isLong) in requests {
                    // Twice, as what is made once is kept.
                    for _ in 0..<2 {
                        try await peer.send(bytes([]))
                        let plain = try await peer.answer()
                        #expect(plain.headers["content-encoding"] == nil)
                        #expect(plain.headers["vary"] == (isLong ? "accept-encoding" : nil), "\(name)")
                        try await peer.send(bytes(Self.accepts))
                        let answer = try await peer.answer()
                        #expect(answer.status == plain.status)
                        #expect(answer.headers["vary"] == plain.headers["vary"])
                        #expect(answer.headers["content-encoding"] == (isLong ? "gzip" : nil), "\(name)")
                        #expect(answer.headers["content-type"] == plain.headers["content-type"])
                        let body = isLong ? try Compressed.unpack(answer.body, .gzip) : answer.body
                        #expect(body == plain.body, "\(name)")
                        if isLong { #expect(answer.body.count < plain.body.count) }
                    }
                    try await peer.send(bytes(["accept-encoding: deflate, gzip;q=0, *"]))
                    #expect(try await peer.answer().headers["content-encoding"] == nil, "\(name)")
                }
            }
        }
    }

    @Test("HEAD tells the length of what GET would send")
    func head() async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                try await peer.send(HTTPText.get("/schema.binpb", headers: Self.accepts))
                let get = try await peer.answer()
                let text = "HEAD /schema.binpb HTTP/1.1\r\nHost: h\r\n\(Self.accepts[0])\r\n\r\n"
                try await peer.send(Array(text.utf8))
                let head = try await peer.answer(isHead: true)
                #expect(head.headers["content-length"] == "\(get.body.count)")
                #expect(head.headers["content-encoding"] == "gzip")
            }
        }
    }

    @Test("a tag is known again, whichever way its body was sent, and nothing else is")
    func tag() async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                try await peer.send(HTTPText.get("/schema.binpb", headers: Self.accepts))
                let tag = try #require(try await peer.answer().headers["etag"])
                #expect(tag.hasPrefix("W/\""))
                for known in [tag, String(tag.dropFirst(2)), "\"other\", \(tag)", "*"] {
                    try await peer.send(HTTPText.get("/schema.binpb", headers: ["if-none-match: \(known)"]))
                    let answer = try await peer.answer()
                    #expect(answer.status == 304, "\(known)")
                    #expect(answer.headers["etag"] == tag)
                }
                for known in ["\"\"", "\"", "W/", " , ", "\"other\""] {
                    try await peer.send(HTTPText.get("/schema.binpb", headers: ["if-none-match: \(known)"]))
                    #expect(try await peer.answer().status == 200, "\(known)")
                }
            }
        }
    }

    @Test("a coding that is not served is told what is, by Connect's rules")
    func unserved() async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                for name in ["br", "zstd", "snappy", "gzip, gzip", "gzip,identity"] {
                    try await peer.send(HTTPText.post(HTTPText.health, "{}", headers: ["content-encoding: \(name)"]))
                    let answer = try await peer.answer()
                    #expect(answer.status == 501)
                    #expect(answer.text.hasPrefix(#"{"code":"unimplemented""#))
                    #expect(answer.text.contains("served are gzip, deflate, identity"))
                    #expect(answer.headers["accept-encoding"] == "gzip, deflate, identity")
                }
                for name in ["", "identity"] {
                    try await peer.send(HTTPText.post(HTTPText.health, "{}", headers: ["content-encoding: \(name)"]))
                    #expect(try await peer.answer().status == 200)
                }
                let form = HTTPText.post(
                    "/",
                    Array("a=b".utf8),
                    type: "application/x-www-form-urlencoded",
                    headers: ["content-encoding: gzip"]
                )
                try await peer.send(form)
                #expect(try await peer.answer().status == 415)
            }
        }
    }

    @Test("broken bodies are 400, bombs 429, and the connection goes on")
    func broken() async throws {
        let gzip = ["content-encoding: gzip"]
        let good = try Compressed.pack(Array(HTTPText.application.utf8), .gzip)
        let bomb = try Compressed.pack([UInt8](repeating: 0x20, count: 32 << 20), .gzip)
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                for path in [HTTPText.evaluate, HTTPText.batch] {
                    for type in ["application/json", "application/proto"] {
                        for body in [Array(good.dropLast()), good + [0], Array("{}".utf8)] {
                            try await peer.send(HTTPText.post(path, body, type: type, headers: gzip))
                            let answer = try await peer.answer()
                            #expect(answer.status == 400)
                            #expect(answer.text.contains("the request is no gzip: "), "\(answer.text)")
                        }
                        try await peer.send(HTTPText.post(path, bomb, type: type, headers: gzip))
                        let answer = try await peer.answer()
                        #expect(answer.status == 429)
                        #expect(
                            answer.text.hasPrefix(#"{"code":"resource_exhausted","message":"the request is larger"#)
                        )
                    }
                }
                // Clients of Connect do not compress a message of no bytes.
                let list = "/grantd.v1.Catalogue/ListMeasures"
                try await peer.send(HTTPText.post(list, [], type: "application/proto", headers: gzip))
                #expect(try await peer.answer().status == 200)
                try await peer.send(HTTPText.post(HTTPText.evaluate, good, headers: gzip))
                #expect(try await peer.answer().status == 200)
            }
        }
    }

    @Test("a message in the address may be compressed, by Connect's rules")
    func get() async throws {
        // {"as_of":"2026-03-01"}, as Python's gzip module makes it, in base64 for addresses.
        let message = "H4sIAAAAAAACA6tWSiyOz09TslIyMjAy0zUw1jUwVKoFAKyW29oWAAAA"
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                let path = "/grantd.v1.Calculator/Screen?connect=v1&encoding=json&base64=1&message="
                try await peer.send(HTTPText.get(path + message + "&compression=gzip"))
                let answer = try await peer.answer()
                #expect(answer.status == 200, "\(answer.text)")
                try await peer.send(HTTPText.get(path + message + "&compression=br"))
                let refused = try await peer.answer()
                #expect(refused.status == 501)
                #expect(refused.text.contains(#""field":"compression""#))
            }
        }
    }
}
