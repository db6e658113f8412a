//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdJSON
internal import GrantdSchema
internal import GrantdService
internal import NIOCore

/// How a call's outcome is written: Connect's unary replies.
struct ConnectReply: Sendable {
    let method: Method
    let isJSON: Bool
    let terms: ReplyTerms

    /// Appends an answer.
    ///
    /// - Parameter hash: what it says of its request; nil where that is not written down.
    func append(_ payload: UnsafeRawBufferPointer, hash: RequestHash? = nil, to output: inout ByteBuffer) {
        var terms = self.terms
        terms.requestHash = hash
        terms.append(
            lines: self.isJSON
                ? "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncache-control: no-store"
                : "HTTP/1.1 200 OK\r\ncontent-type: application/proto\r\ncache-control: no-store",
            body: payload,
            to: &output
        )
    }

    /// Appends an answer, or why there is none. Called on any thread.
    func make(_ outcome: PendingCall.Outcome, _ contract: HTTPContract, limit: Int) -> ByteBuffer {
        var output = ByteBuffer()
        do throws(CallError) {
            let reply = try outcome.get()
            guard self.isJSON else {
                self.append(reply.payload, hash: reply.requestHash, to: &output)
                return output
            }
            let text = ByteWriter(limit: limit)
            try contract.writeReply(of: self.method, reply.payload, into: text)
            withExtendedLifetime(text) { self.append(text.bytes, hash: reply.requestHash, to: &output) }
        } catch {
            Self.append(error, self.terms, to: &output)
        }
        return output
    }

    /// Appends an error.
    ///
    /// - Parameters:
    ///   - status: HTTP's number where it is another than Connect's for the code.
    ///   - headers: what stands beside the ordinary ones.
    static func append(
        _ error: CallError,
        status: Int? = nil,
        headers: [(name: String, value: String)] = [],
        _ terms: ReplyTerms,
        to output: inout ByteBuffer
    ) {
        let code = ConnectCode(error.status)
        let body = ByteWriter(limit: 64 << 10)
        self.write(error, code, into: body)
        withExtendedLifetime(body) {
            terms.append(
                status ?? code.status,
                [("content-type", "application/json"), ("cache-control", "no-store")] + headers,
                body: body.bytes,
                to: &output
            )
        }
    }

    /// `{"code": …, "message": …, "details": [a google.rpc.BadRequest that names the field]}`
    private static func write(_ error: CallError, _ code: ConnectCode, into body: ByteWriter) {
        body.write(#"{"code":""#)
        body.write(code.name)
        body.write(#"","message":"#)
        JSONText.write(error.message, into: body)
        if !error.field.isEmpty {
            let detail = ByteWriter(limit: 64 << 10)
            let violation = detail.beginMessage(field: 1, lengthWidth: 2)
            detail.write(field: 1, error.field)
            detail.write(field: 2, error.message)
            detail.endMessage(violation, lengthWidth: 2)
            body.write(#","details":[{"type":"google.rpc.BadRequest","value":""#)
            let value = withExtendedLifetime(detail) { Base64.encodeUnpadded(detail.bytes) }
            value.withUnsafeBytes { body.write($0) }
            body.write(#"","debug":{"fieldViolations":[{"field":"#)
            JSONText.write(error.field, into: body)
            body.write(#","description":"#)
            JSONText.write(error.message, into: body)
            body.write("}]}}]")
        }
        body.write("}")
    }
}
