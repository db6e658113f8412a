//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The meta of a reply frame (`brpc.policy.RpcMeta`), as the daemon writes it.
package enum ReplyMeta {
    /// The key of `user_fields` that holds the status by its gRPC name.
    package static let statusKey = "grpc-status"
    /// The key of `user_fields` that holds the place that a bad request is wrong at.
    package static let fieldKey = "field"
    /// The key of `user_fields` that holds, in an error, what its caller's log finds the call by.
    package static let requestIDKey = "request-id"

    /// The most bytes of an answer's meta.
    package static let mostBytes = 15

    /// Writes the meta of an answer.
    ///
    /// - Parameter memory: Room for ``mostBytes``.
    /// - Returns: How many bytes were written.
    package static func write(correlationID: Int64, to memory: UnsafeMutableRawPointer) -> Int {
        // response { error_code: 0 }: a stock client takes a meta without a response for a request.
        memory.storeBytes(of: UInt32(littleEndian: 0x0008_0212), as: UInt32.self)
        memory.storeBytes(of: 0x20, toByteOffset: 4, as: UInt8.self)
        var count = 5
        var rest = UInt64(bitPattern: correlationID)
        while rest > 0x7F {
            memory.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: count, as: UInt8.self)
            rest &>>= 7
            count &+= 1
        }
        memory.storeBytes(of: UInt8(truncatingIfNeeded: rest), toByteOffset: count, as: UInt8.self)
        return count &+ 1
    }

    /// The key of `user_fields` that holds the hash of the request, where decisions are logged.
    package static let requestHashKey = "request-hash"

    /// What ``writeRequestHash(bytes:to:_:)`` writes in front of the hash, in bytes.
    package static let requestHashHead = 18

    /// Writes the entry of `user_fields` with the hash of a request: a meta goes on with it.
    ///
    /// - Parameters:
    ///   - byteCount: Of the hash's text, at most 111.
    ///   - memory: Room for it and ``requestHashHead``.
    ///   - write: Writes the text.
    /// - Returns: How many bytes were written.
    package static func writeRequestHash(
        bytes byteCount: Int,
        to memory: UnsafeMutableRawPointer,
        _ write: (UnsafeMutableRawPointer) -> Void
    ) -> Int {
        // user_fields, its length, key: "request-hash", value.
        let head: StaticString = "\u{4A}_\u{0A}\u{0C}request-hash\u{12}_"
        memory.copyMemory(from: head.utf8Start, byteCount: self.requestHashHead)
        memory.storeBytes(of: UInt8(truncatingIfNeeded: byteCount + 16), toByteOffset: 1, as: UInt8.self)
        memory.storeBytes(of: UInt8(truncatingIfNeeded: byteCount), toByteOffset: 17, as: UInt8.self)
        write(memory + self.requestHashHead)
        return self.requestHashHead + byteCount
    }

    /// Writes the meta of an answer whose payload is compressed.
    ///
    /// - Parameter compressType: brpc's number of how.
    package static func write(correlationID: Int64, compressType: Int32, into writer: ByteWriter) {
        let response = writer.beginMessage(field: RPCMetaField.response)
        writer.write(field: RPCMetaField.Response.errorCode, varint: 0)
        writer.endMessage(response)
        writer.write(field: RPCMetaField.compressType, varint: Int64(compressType))
        writer.write(field: RPCMetaField.correlationID, varint: correlationID)
    }

    /// Writes the meta of an error.
    ///
    /// - Parameters:
    ///   - correlationID: The call's.
    ///   - code: The framing's error number, not 0.
    ///   - text: What is wrong and what would be right.
    ///   - status: The gRPC name of the code.
    ///   - field: The place; empty where there is none, and then no entry is written for it.
    ///   - requestID: The caller's own id; as `field`, where there is none.
    ///   - writer: Takes the meta.
    package static func write(
        correlationID: Int64,
        code: Int32,
        text: String,
        status: String,
        field: String,
        requestID: String = "",
        into writer: ByteWriter
    ) {
        let response = writer.beginMessage(field: RPCMetaField.response, lengthWidth: 2)
        writer.write(field: RPCMetaField.Response.errorCode, varint: Int64(code))
        writer.write(field: RPCMetaField.Response.errorText, text)
        writer.endMessage(response, lengthWidth: 2)
        writer.write(field: RPCMetaField.correlationID, varint: correlationID)
        self.writeUserField(self.statusKey, status, into: writer)
        if !field.isEmpty { self.writeUserField(self.fieldKey, field, into: writer) }
        if !requestID.isEmpty { self.writeUserField(self.requestIDKey, requestID, into: writer) }
    }

    private static func writeUserField(_ key: String, _ value: String, into writer: ByteWriter) {
        let entry = writer.beginMessage(field: RPCMetaField.userFields)
        writer.write(field: RPCMetaField.Entry.key, key)
        writer.write(field: RPCMetaField.Entry.value, value)
        writer.endMessage(entry)
    }
}
