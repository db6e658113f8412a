//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService
package import NIOHTTP1

/// A request's line and headers, looked over once; what does not bear on the service is left out.
package struct RequestHead: Sendable {
    package var method: HTTPMethod
    /// As it was sent, percent signs and all, without the query.
    package var path: Substring
    /// As it was sent; nil where there is none.
    package var query: Substring?
    /// Whether the peer wants no further reply on the connection, or could not understand where it begins.
    package var isLast: Bool
    /// Bytes of the body, where they are told; nil for a body in chunks.
    package var bodyBytes: Int? = 0
    /// Whether the peer waits for a word before it sends the body.
    package var expectsContinue = false

    var contentType: String?
    var contentEncoding: String?
    var connectVersion: String?
    var connectTimeout: String?
    var authorization: String?
    var origin: String?
    var host: String?
    var acceptLanguage: String?
    var ifNoneMatch: String?
    var fetchSite: String?
    /// `x-request-id`, where it is one that may be repeated.
    var requestID: RequestID?
    /// `access-control-request-method`: the request asks what a script may send.
    var requestedMethod: String?

    /// Whether anything follows the head.
    package var hasBody: Bool { self.bodyBytes != 0 }

    /// - Throws: Where the request is none of HTTP/1.1, or its length could be read in two ways.
    package init(_ head: HTTPRequestHead) throws(HTTPFault) {
        guard head.version.major == 1, head.version.minor <= 1 else {
            throw HTTPFault(505, "HTTP/\(head.version.major).\(head.version.minor) is not served; speak HTTP/1.1")
        }
        guard head.uri.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw HTTPFault(400, "the request's path holds bytes that must be written with percent signs")
        }
        self.method = head.method
        self.isLast = !head.isKeepAlive || head.method == .CONNECT
        let target = Self.target(head.uri)
        // By bytes: characters of text are dear, and these are ASCII.
        if let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) {
            self.path = target[..<mark]
            self.query = target[target.utf8.index(after: mark)...]
        } else {
            self.path = target
            self.query = nil
        }
        var encoding: String?
        var length: String?
        var expectation: String?
        for (name, value) in head.headers {
            switch name.utf8.count {
            case 4 where Self.isEqual(name, "host"): try Self.take(value, into: &self.host)
            case 6 where Self.isEqual(name, "origin"): try Self.take(value, into: &self.origin)
            case 6 where Self.isEqual(name, "expect"): try Self.take(value, into: &expectation)
            // What follows would be another protocol, which is not served: the parser reads no further.
            case 7 where Self.isEqual(name, "upgrade"): self.isLast = true
            case 12 where Self.isEqual(name, "content-type"): try Self.take(value, into: &self.contentType)
            case 12 where Self.isEqual(name, "x-request-id"):
                // Of two the first: a proxy's own stands before what others wrote.
                if self.requestID == nil { self.requestID = RequestID(value.utf8) }
            case 13 where Self.isEqual(name, "authorization"): try Self.take(value, into: &self.authorization)
            case 13 where Self.isEqual(name, "if-none-match"): self.ifNoneMatch = value
            case 14 where Self.isEqual(name, "content-length"): try Self.take(value, into: &length)
            case 14 where Self.isEqual(name, "sec-fetch-site"): try Self.take(value, into: &self.fetchSite)
            case 15 where Self.isEqual(name, "accept-language"): self.acceptLanguage = value
            case 16 where Self.isEqual(name, "content-encoding"): try Self.take(value, into: &self.contentEncoding)
            case 17 where Self.isEqual(name, "transfer-encoding"): try Self.take(value, into: &encoding)
            case 18 where Self.isEqual(name, "connect-timeout-ms"): try Self.take(value, into: &self.connectTimeout)
            case 24 where Self.isEqual(name, "connect-protocol-version"):
                try Self.take(value, into: &self.connectVersion)
            case 29 where Self.isEqual(name, "access-control-request-method"):
                try Self.take(value, into: &self.requestedMethod)
            default: break
            }
        }
        if head.version.minor == 1, self.host == nil {
            throw HTTPFault(400, "a request of HTTP/1.1 must name its host")
        }
        try self.takeLength(length, encoding, isHTTP10: head.version.minor == 0)
        if let expectation {
            guard Self.isEqual(expectation, "100-continue") else {
                throw HTTPFault(417, "nothing but 100-continue can be expected")
            }
            self.expectsContinue = head.version.minor == 1 && self.hasBody
        }
    }

    /// Takes the body's length, where there is one way to read it.
    private mutating func takeLength(_ length: String?, _ encoding: String?, isHTTP10: Bool) throws(HTTPFault) {
        if let encoding {
            guard length == nil, !isHTTP10 else { throw .unsureLength }
            guard Self.isEqual(encoding, "chunked") else {
                throw HTTPFault(501, "no transfer-encoding but chunked is served")
            }
            self.bodyBytes = nil
        } else if let length {
            guard !length.isEmpty, length.utf8.count <= 18, length.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let bytes = Int(length)
            else { throw .unsureLength }
            self.bodyBytes = bytes
        }
    }

    /// The path and query of a target, which may be a whole address.
    private static func target(_ uri: String) -> Substring {
        let text = Substring(uri)
        if text.utf8.first == UInt8(ascii: "/") { return text }
        for scheme in ["http://", "https://"] where text.utf8.starts(with: scheme.utf8) {
            let rest = text.utf8.dropFirst(scheme.utf8.count)
            let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
            guard let end else { return "/" }
            return rest[end] == UInt8(ascii: "/") ? text[end...] : "/" + text[end...]
        }
        return text
    }

    /// Takes the value of a header that stands once.
    private static func take(_ value: String, into place: inout String?) throws(HTTPFault) {
        guard place == nil else { throw HTTPFault(400, "a header stands twice that may stand once") }
        place = value
    }

    /// Whether two ASCII texts are the same but for small and large letters.
    ///
    /// - Parameter name: in small letters.
    static func isEqual(_ text: String, _ name: StaticString) -> Bool {
        guard text.utf8.count == name.utf8CodeUnitCount else { return false }
        var index = 0
        for byte in text.utf8 {
            let small = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
            guard small == name.utf8Start[index] else { return false }
            index += 1
        }
        return true
    }
}
