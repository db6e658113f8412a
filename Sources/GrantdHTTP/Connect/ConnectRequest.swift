//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCompression
internal import GrantdEngine
internal import GrantdJSON
internal import NIOCore

/// What a request says of a call, by Connect's rules for unary ones (https://connectrpc.com/docs/protocol/).
struct ConnectRequest {
    /// Why a request is no call.
    enum Fault: Error {
        /// No such method of HTTP.
        case method
        /// No such kind of body.
        case contentType
        /// No such way to compress it.
        ///
        /// - Parameter field: where it is named.
        case compression(field: String)
        case error(CallError)
    }

    let isJSON: Bool
    /// As it was sent.
    let message: ByteBuffer
    /// How the message is compressed; nil where it is not.
    let compression: CompressionFormat?
    /// How long the caller waits, in milliseconds; nil for as long as it takes.
    let timeout: Int64?

    init(_ request: HTTPRequest) throws(Fault) {
        let head = request.head
        let isGet = head.method == .get || head.method == .head
        guard isGet || head.method == .post else { throw .method }
        if let version = head[.connectProtocolVersion], version != "1" {
            throw .error(.badRequest("connect-protocol-version must be 1", field: "connect-protocol-version"))
        }
        self.timeout = try Self.timeout(head[.connectTimeout])
        if isGet {
            (self.isJSON, self.message, self.compression) = try Self.message(inQuery: head.query ?? "")
            return
        }
        guard let isJSON = Self.isJSON(head) else { throw .contentType }
        let compression = try Self.compression(head[.contentEncoding], named: "content-encoding")
        // As with stock servers, no bytes are no bytes, however they are said to be compressed.
        self.compression = request.body.readableBytes > 0 ? compression : nil
        self.isJSON = isJSON
        self.message = request.body
    }

    /// Whether a kind of body is JSON, or protobuf; nil for any other.
    private static func isJSON(_ head: RequestHead) -> Bool? {
        // As nearly everybody writes it.
        if head.is(.contentType, "application/json") { return true }
        let contentType = head[.contentType] ?? ""
        let end = contentType.utf8.firstIndex(of: UInt8(ascii: ";")) ?? contentType.endIndex
        let kind = String(contentType[..<end].drop { $0 == " " })
        let name = kind.last == " " ? String(kind.prefix { $0 != " " }) : kind
        guard ASCIIText.isEqual(name, "application/json") else {
            return ASCIIText.isEqual(name, "application/proto") ? false : nil
        }
        return end == contentType.endIndex || self.isUTF8(String(contentType[end...])) ? true : nil
    }

    /// Whether the parameters of JSON's type leave it in UTF-8.
    private static func isUTF8(_ parameters: String) -> Bool {
        let text = String(parameters.filter { $0 != " " && $0 != "\"" })
        return text == ";" || ASCIIText.isEqual(text, ";charset=utf-8")
    }

    private static func timeout(_ text: String?) throws(Fault) -> Int64? {
        guard let text else { return nil }
        guard (1...10).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let milliseconds = Int64(text)
        else {
            throw .error(
                .badRequest(
                    "connect-timeout-ms must be a whole number of up to ten digits",
                    field: "connect-timeout-ms"
                )
            )
        }
        return milliseconds
    }

    private static func compression(_ name: String?, named field: String) throws(Fault) -> CompressionFormat? {
        do throws(ContentCoding.Unserved) {
            return try ContentCoding.format(name)
        } catch {
            throw .compression(field: field)
        }
    }

    /// The message that stands in an address: `?connect=v1&encoding=json&message=…`, with `&base64=1` in base64.
    private static func message(
        inQuery query: String
    ) throws(Fault) -> (isJSON: Bool, message: ByteBuffer, compression: CompressionFormat?) {
        var values: [String: [UInt8]] = [:]
        for piece in query.utf8.split(separator: UInt8(ascii: "&")) {
            let halves = PercentCoding.halves(of: piece)
            guard let name = PercentCoding.text(halves.name, plusIsSpace: true),
                let value = PercentCoding.decode(halves.value, plusIsSpace: true)
            else { throw .error(.badRequest("the address is not written as it should be", field: "query")) }
            guard values.updateValue(value, forKey: name) == nil else {
                throw .error(.badRequest("it stands twice in the address; give it once", field: name))
            }
        }
        func text(_ name: String) -> String? { values[name].map { String(decoding: $0, as: UTF8.self) } }
        if let version = text("connect"), version != "v1" {
            throw .error(.badRequest("connect must be v1", field: "connect"))
        }
        let compression = try self.compression(text("compression"), named: "compression")
        let encoding = text("encoding")
        // Clients leave both away where the message has no bytes, which in JSON it always has.
        if encoding == nil, values["message"] == nil, text("connect") != nil { return (false, ByteBuffer(), nil) }
        guard encoding == "json" || encoding == "proto" else {
            throw .error(.badRequest("encoding must be json or proto: ?encoding=json&message={}", field: "encoding"))
        }
        guard var message = values["message"] else {
            throw .error(
                .badRequest("message must be set: the request, in the encoding that is named", field: "message")
            )
        }
        if let base64 = text("base64"), base64 != "0" {
            guard base64 == "1", let bytes = Base64.decode(message) else {
                throw .error(.badRequest("message is no base64, or base64 is not 1", field: "message"))
            }
            message = bytes
        }
        return (encoding == "json", ByteBuffer(bytes: message), compression)
    }
}
