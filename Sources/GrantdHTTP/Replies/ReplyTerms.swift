//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCompression
internal import GrantdSchema
package import GrantdService
package import NIOCore

/// What a reply is written like on account of its request, whatever it says.
package struct ReplyTerms: Sendable {
    /// Whether the connection is closed behind it.
    package var isLast = false
    /// Whether the body is left out, though not its length.
    package var isHead = false
    /// The origin whose scripts may read it; nil for none.
    package var allowedOrigin: String?
    /// What the request is found by in the log; written as `x-request-id`.
    package var requestID = RequestID.none
    /// What it says of its request; nil where that is not written down. Written as `x-request-hash`.
    package var requestHash: RequestHash?
    /// Whether who asks reads gzip.
    package var acceptsGzip = false
    /// Bodies of fewer bytes go out as they are: they fit into a packet or two all the same.
    static let leastCompressed = 1024

    package init() {}

    /// Appends a reply.
    package func append(_ reply: HTTPReply, to output: inout ByteBuffer) {
        reply.body.withUnsafeBytes { self.append(reply.status, reply.headers, body: $0, to: &output) }
    }

    /// Appends a reply.
    func append(
        _ status: Int,
        _ headers: [(name: String, value: String)],
        body: UnsafeRawBufferPointer,
        to output: inout ByteBuffer
    ) {
        self.makeRoom(for: body, in: &output)
        output.writeStaticString("HTTP/1.1 ")
        Self.append(status, to: &output)
        output.writeStaticString(" ")
        output.writeStaticString(HTTPStatus.phrase(status))
        for (name, value) in headers where Self.isClean(value) {
            output.writeStaticString("\r\n")
            output.writeString(name)
            output.writeStaticString(": ")
            output.writeString(value)
        }
        guard status != 204, status != 304 else { return self.appendRest(body: nil, to: &output) }
        self.appendBody(body, to: &output)
    }

    /// Appends a reply whose first lines are always the same.
    func append(lines: StaticString, body: UnsafeRawBufferPointer, to output: inout ByteBuffer) {
        self.makeRoom(for: body, in: &output)
        output.writeStaticString(lines)
        self.appendBody(body, to: &output)
    }

    private func makeRoom(for body: UnsafeRawBufferPointer, in output: inout ByteBuffer) {
        let isLater = self.isHead || (self.acceptsGzip && body.count >= Self.leastCompressed)
        output.reserveCapacity(minimumWritableBytes: 512 + (isLater ? 0 : body.count))
    }

    /// Appends the body, compressed where that is of use and its reader can read it, and the headers in front of it.
    private func appendBody(_ body: UnsafeRawBufferPointer, to output: inout ByteBuffer) {
        guard body.count >= Self.leastCompressed else { return self.appendRest(body: body, to: &output) }
        output.writeStaticString("\r\nvary: accept-encoding")
        guard self.acceptsGzip else { return self.appendRest(body: body, to: &output) }
        let compressed = ByteWriter(limit: CompressionFormat.mostCompressed(body.count))
        do throws(CompressionFault) {
            try CompressionFormat.gzip.compress(body, into: compressed)
        } catch {
            // It is as good uncompressed.
            return self.appendRest(body: body, to: &output)
        }
        output.writeStaticString("\r\ncontent-encoding: gzip")
        withExtendedLifetime(compressed) { self.appendRest(body: compressed.bytes, to: &output) }
    }

    /// - Parameter body: nil for a reply of a status that has no body at all: a length would be wrong there.
    private func appendRest(body: UnsafeRawBufferPointer?, to output: inout ByteBuffer) {
        output.writeStaticString("\r\nx-content-type-options: nosniff\r\ndate: ")
        HTTPDate.append(to: &output)
        if self.requestID != .none {
            output.writeStaticString("\r\nx-request-id: ")
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: RequestID.mostBytes) {
                self.requestID.write(into: $0)
            }
        }
        if let hash = self.requestHash {
            output.writeStaticString("\r\nx-request-hash: ")
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: RequestHash.mostTextBytes) { bytes in
                bytes.baseAddress.map { hash.write(to: $0) } ?? 0
            }
        }
        if let origin = self.allowedOrigin {
            output.writeStaticString("\r\naccess-control-allow-origin: ")
            output.writeString(origin)
            output.writeStaticString("\r\naccess-control-expose-headers: x-request-id")
            if self.requestHash != nil { output.writeStaticString(", x-request-hash") }
            if origin != "*" { output.writeStaticString("\r\nvary: origin") }
        }
        if self.isLast { output.writeStaticString("\r\nconnection: close") }
        guard let body else {
            output.writeStaticString("\r\n\r\n")
            return
        }
        output.writeStaticString("\r\ncontent-length: ")
        Self.append(body.count, to: &output)
        output.writeStaticString("\r\n\r\n")
        if !self.isHead { output.writeBytes(body) }
    }

    /// Whether a value ends no header.
    private static func isClean(_ value: String) -> Bool {
        value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    private static func append(_ number: Int, to output: inout ByteBuffer) {
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: 20) { bytes in
            var divisor = 1
            while number / divisor >= 10 { divisor *= 10 }
            var count = 0
            while divisor > 0 {
                bytes[count] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / divisor % 10)
                count += 1
                divisor /= 10
            }
            return count
        }
    }
}

/// HTTP's own words for its numbers.
enum HTTPStatus {
    static func phrase(_ status: Int) -> StaticString {
        switch status {
        case 200: "OK"
        case 204: "No Content"
        case 303: "See Other"
        case 304: "Not Modified"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: "Status"
        }
    }
}
