//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import NIOCore
internal import Testing

@testable internal import GrantdHTTP

/// Requests of HTTP as text, and what the parser makes of them.
enum ParsedText {
    /// What is told of a text, in the order in which it is.
    enum Part: Equatable {
        case head(path: String, query: String?)
        case body(String)
        case tooLarge
        case fault(Int)
    }

    /// The head that a text begins with.
    static func head(_ text: String) throws -> RequestHead {
        let parser = RequestParser(HTTPLimits())
        var bytes = ByteBuffer(string: text)
        switch parser.parse(&bytes, most: .max) {
        case .head(let head): return head
        case .fault(let fault): throw fault
        case .needMoreBytes, .end, .bodyTooLarge: throw HTTPFault(0, "the text begins with no head")
        }
    }

    /// All that is told of bytes that come in pieces of `count`, and are parsed `most` at a time.
    static func parts(
        _ bytes: [UInt8],
        piecesOf count: Int,
        most: Int = .max,
        mostBodyBytes: Int = 1000,
        limits: HTTPLimits = HTTPLimits()
    ) -> [Part] {
        let parser = RequestParser(limits)
        parser.mostBodyBytes = mostBodyBytes
        var parts: [Part] = []
        var start = 0
        while start < bytes.count {
            let end = min(start + count, bytes.count)
            var piece = ByteBuffer(bytes: bytes[start..<end])
            start = end
            var isBehindHead = false
            while piece.readableBytes > 0 || isBehindHead {
                isBehindHead = false
                switch parser.parse(&piece, most: most) {
                case .needMoreBytes: break
                case .head(let head):
                    isBehindHead = true
                    parts.append(.head(path: head.path, query: head.query))
                case .end(let body): parts.append(.body(String(buffer: body)))
                case .bodyTooLarge: return parts + [.tooLarge]
                case .fault(let fault): return parts + [.fault(fault.status)]
                }
            }
        }
        return parts
    }
}
