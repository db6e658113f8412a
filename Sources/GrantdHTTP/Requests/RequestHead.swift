//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService

/// A request's line and headers, looked over once; what does not bear on the service is left out.
package struct RequestHead: Sendable {
    /// A version of HTTP.
    struct Version: Sendable, Hashable {
        var major: UInt8
        var minor: UInt8
    }

    package let method: HTTPMethod
    /// Whether the peer wants no further reply on the connection, or could not understand where it begins.
    package private(set) var isLast: Bool
    /// Bytes of the body, where they are told; nil for a body in chunks.
    package private(set) var bodyBytes: Int? = 0
    /// Whether the peer waits for a word before it sends the body.
    package private(set) var expectsContinue = false
    private let text: HeadText
    /// Of the path in the target.
    private let pathStart: Int
    private let pathEnd: Int

    /// Whether anything follows the head.
    package var hasBody: Bool { self.bodyBytes != 0 }

    /// - Parameters:
    ///   - text: what was gathered of it.
    ///   - isKeepAlive: whether a further request may follow on the connection.
    /// - Throws: Where the request is none of HTTP/1.1, or its length could be read in two ways.
    init(_ text: HeadText, method: HTTPMethod, version: Version, isKeepAlive: Bool) throws(HTTPFault) {
        guard version.major == 1, version.minor <= 1 else {
            throw HTTPFault(505, "HTTP/\(version.major).\(version.minor) is not served; speak HTTP/1.1")
        }
        guard text.withTarget({ $0.allSatisfy { 0x21...0x7E ~= $0 } }) else {
            throw HTTPFault(400, "the request's path holds bytes that must be written with percent signs")
        }
        self.text = text
        self.method = method
        // What follows an upgrade would be another protocol, which is not served: the parser reads no further.
        self.isLast = !isKeepAlive || method == .connect || text.has(.upgrade)
        (self.pathStart, self.pathEnd) = text.withTarget(Self.path)
        if version.minor == 1, !text.has(.host) {
            throw HTTPFault(400, "a request of HTTP/1.1 must name its host")
        }
        try self.takeLength(isHTTP10: version.minor == 0)
        if text.has(.expect) {
            guard self.is(.expect, "100-continue") else {
                throw HTTPFault(417, "nothing but 100-continue can be expected")
            }
            self.expectsContinue = version.minor == 1 && self.hasBody
        }
    }

    /// Takes the body's length, where there is one way to read it.
    private mutating func takeLength(isHTTP10: Bool) throws(HTTPFault) {
        if self.text.has(.transferEncoding) {
            guard !self.text.has(.contentLength), !isHTTP10 else { throw .unsureLength }
            guard self.is(.transferEncoding, "chunked") else {
                throw HTTPFault(501, "no transfer-encoding but chunked is served")
            }
            self.bodyBytes = nil
        } else if self.text.has(.contentLength) {
            guard let bytes = self.text.withValue(of: .contentLength, Self.number) else { throw .unsureLength }
            self.bodyBytes = bytes
        }
    }

    /// What a few digits say.
    private static func number(_ digits: UnsafeRawBufferPointer) -> Int? {
        guard digits.count <= 18, ASCIIText.isDigits(digits) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// Where the path stands in a target, which may be a whole address.
    private static func path(_ target: UnsafeRawBufferPointer) -> (start: Int, end: Int) {
        var start = 0
        if target.first != UInt8(ascii: "/") {
            for scheme: StaticString in ["http://", "https://"] {
                let count = scheme.utf8CodeUnitCount
                guard target.count >= count,
                    ASCIIText.isEqual(UnsafeRawBufferPointer(rebasing: target[..<count]), scheme)
                else { continue }
                start =
                    target[count...].firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? target.count
            }
        }
        return (start, target[start...].firstIndex(of: UInt8(ascii: "?")) ?? target.count)
    }

    // MARK: - What it says

    /// Lends the path as it was sent, percent signs and all, without the query.
    func withPath<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        self.text.withTarget { target in
            // An address without a path is that of the first page.
            guard self.pathStart < self.pathEnd || target.isEmpty else {
                return body(UnsafeRawBufferPointer(start: Self.root.utf8Start, count: 1))
            }
            return body(UnsafeRawBufferPointer(rebasing: target[self.pathStart..<self.pathEnd]))
        }
    }

    private static let root: StaticString = "/"

    /// The path as it was sent, percent signs and all, without the query.
    var path: String { self.withPath { String(decoding: $0, as: UTF8.self) } }

    /// As it was sent; nil where there is none.
    var query: String? {
        self.text.withTarget { target in
            self.pathEnd < target.count ? String(decoding: target[(self.pathEnd + 1)...], as: UTF8.self) : nil
        }
    }

    /// `x-request-id`, where it is one that may be repeated.
    var requestID: RequestID? {
        guard self.text.has(.requestID) else { return nil }
        return self.text.withValue(of: .requestID) { RequestID($0) }
    }

    /// A header's value; nil where there is none.
    subscript(field: HeaderField) -> String? { self.text.value(of: field) }

    /// Lends a header's value; an empty one where there is none.
    func withValue<Result>(of field: HeaderField, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        self.text.withValue(of: field, body)
    }

    /// Whether a header has a value, in whatever letters.
    ///
    /// - Parameter lowercase: in small letters.
    func `is`(_ field: HeaderField, _ lowercase: StaticString) -> Bool {
        self.text.has(field) && self.text.withValue(of: field) { ASCIIText.isEqual($0, lowercase) }
    }
}
