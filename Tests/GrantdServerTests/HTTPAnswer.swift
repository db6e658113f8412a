//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import NIOCore

/// An answer of HTTP, as it came.
struct HTTPAnswer {
    var status: Int
    /// By their names in small letters.
    var headers: [String: String]
    var body: [UInt8]

    var text: String { String(decoding: self.body, as: UTF8.self) }

    /// Takes the next answer out of what came; nil where it is not whole.
    static func take(from buffer: inout ByteBuffer, isHead: Bool) -> HTTPAnswer? {
        let bytes = buffer.readableBytesView
        var end = bytes.startIndex
        while end + 4 <= bytes.endIndex, !bytes[end...].starts(with: "\r\n\r\n".utf8) { end += 1 }
        guard end + 4 <= bytes.endIndex else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
        }
        let length = isHead ? 0 : headers["content-length"].flatMap { Int($0) } ?? 0
        guard bytes.endIndex - end - 4 >= length else { return nil }
        buffer.moveReaderIndex(forwardBy: end - bytes.startIndex + 4)
        return HTTPAnswer(status: status, headers: headers, body: buffer.readBytes(length: length) ?? [])
    }
}

/// Requests of HTTP, as text.
enum HTTPText {
    static func get(_ path: String, headers: [String] = []) -> [UInt8] {
        Array("GET \(path) HTTP/1.1\r\nHost: h\r\n\(headers.map { $0 + "\r\n" }.joined())\r\n".utf8)
    }

    static func post(
        _ path: String,
        _ body: [UInt8],
        type: String = "application/json",
        headers: [String] = []
    ) -> [UInt8] {
        let head = "POST \(path) HTTP/1.1\r\nHost: h\r\ncontent-type: \(type)\r\ncontent-length: \(body.count)\r\n"
        return Array("\(head)\(headers.map { $0 + "\r\n" }.joined())\r\n".utf8) + body
    }

    static func post(_ path: String, _ body: String, headers: [String] = []) -> [UInt8] {
        self.post(path, Array(body.utf8), headers: headers)
    }

    static let evaluate = "/grantd.v1.Calculator/Evaluate"
    static let batch = "/grantd.v1.Calculator/EvaluateBatch"
    static let health = "/grpc.health.v1.Health/Check"

    /// The application of ``Samples``.
    static let application = #"""
        {"application":{"application_id":"a","as_of":"2026-03-01","subject_id":"s",
        "applicant":{"registeredInBeijing":true},"ai_application_general_agent":{}}}
        """#
}
