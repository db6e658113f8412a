//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials
import GrantdMessages
import GrantdSchema
import GrantdTesting
import SwiftProtobuf
import Testing

struct RequestMetaTests {
    private static var meta: BrpcRpcMeta {
        var meta = BrpcRpcMeta()
        meta.request.serviceName = "grantd.v1.Calculator"
        meta.request.methodName = "Evaluate"
        meta.request.logID = -5
        meta.request.requestID = "abc"
        meta.request.timeoutMs = 1500
        meta.correlationID = -7
        meta.compressType = 2
        meta.contentType = 1
        meta.attachmentSize = 12
        meta.authenticationData = .init([0, 1, 255])
        meta.userFields = ["k": "v"]
        return meta
    }

    /// What was read, in values that outlive the bytes.
    private struct Read: Equatable {
        var service = "grantd.v1.Calculator"
        var method = "Evaluate"
        var correlationID: Int64 = -7
        var timeout: Int32? = 1500
        var compressType: Int32 = 2
        var contentType: Int32 = 1
        var attachmentSize: Int32 = 12
        var authentication: [UInt8]? = [0, 1, 255]
    }

    private func read(_ bytes: [UInt8]) -> Result<Read, RequestMetaFault> {
        let reader = RequestMetaReader()
        return bytes.withUnsafeBytes { bytes in
            do throws(RequestMetaFault) {
                let meta = try reader.read(bytes)
                return .success(
                    Read(
                        service: String(decoding: meta.service, as: UTF8.self),
                        method: String(decoding: meta.method, as: UTF8.self),
                        correlationID: meta.correlationID,
                        timeout: meta.timeoutMilliseconds,
                        compressType: meta.compressType,
                        contentType: meta.contentType,
                        attachmentSize: meta.attachmentSize,
                        authentication: meta.authentication.map { Array($0) }
                    )
                )
            } catch {
                return .failure(error)
            }
        }
    }

    private func fault(_ meta: BrpcRpcMeta) throws -> RequestMetaFault? {
        guard case .failure(let fault) = self.read(try Samples.bytes(meta)) else { return nil }
        return fault
    }

    @Test func everyField() throws {
        #expect(self.read(try Samples.bytes(Self.meta)) == .success(Read()))
    }

    @Test func theLeast() throws {
        var meta = BrpcRpcMeta()
        meta.request.serviceName = "Calculator"
        meta.request.methodName = "Screen"
        let expected = Read(
            service: "Calculator",
            method: "Screen",
            correlationID: 0,
            timeout: nil,
            compressType: 0,
            contentType: 0,
            attachmentSize: 0,
            authentication: nil
        )
        #expect(self.read(try Samples.bytes(meta)) == .success(expected))
    }

    @Test func whatIsMissingIsNamedToTheCaller() throws {
        var meta = Self.meta
        meta.request.clearMethodName()
        #expect(try self.fault(meta)?.fault.field == "request.method_name")
        #expect(try self.fault(meta)?.correlationID == -7)
        meta = Self.meta
        meta.request.serviceName = ""
        #expect(try self.fault(meta)?.fault.field == "request.service_name")
        meta = Self.meta
        meta.clearRequest()
        #expect(try self.fault(meta)?.fault.field == "request.service_name")
    }

    @Test func textsAreTexts() throws {
        var meta = Self.meta
        meta.request.serviceName = "grantd.v1\0.Calculator"
        #expect(try self.fault(meta)?.fault.field == "request.service_name")
        meta = Self.meta
        meta.request.requestID = "\0"
        #expect(try self.fault(meta)?.fault.field == "request.request_id")
        meta = Self.meta
        meta.userFields = ["a\0": "b"]
        #expect(try self.fault(meta)?.fault.field == "user_fields[0].key")
        #expect(try self.fault(meta)?.correlationID == -7)
    }

    @Test func bytesThatAreNoMeta() {
        for bytes: [UInt8] in [[0xFF], [0x0A, 9, 1], Array("GET / HTTP/1.1".utf8)] {
            guard case .failure(let fault) = self.read(bytes) else {
                Issue.record("\(bytes) was read")
                continue
            }
            #expect(fault.correlationID == nil)
        }
    }

    @Test func everyTruncationAndFlip() throws {
        let good = try Samples.bytes(Self.meta)
        for count in 0..<good.count { _ = self.read(Array(good[..<count])) }
        for index in good.indices {
            for bit in 0..<8 {
                var bytes = good
                bytes[index] ^= 1 << UInt8(bit)
                _ = self.read(bytes)
            }
        }
    }

    @Test func aReply() throws {
        for id in [0, 1, 127, 128, -1, Int64.max, Int64.min] {
            var bytes = [UInt8](repeating: 0xFF, count: ReplyMeta.mostBytes)
            let count = bytes.withUnsafeMutableBytes { bytes in
                bytes.baseAddress.map { ReplyMeta.write(correlationID: id, to: $0) } ?? 0
            }
            let meta = try BrpcRpcMeta(serializedBytes: Array(bytes[..<count]))
            #expect(meta.hasResponse)
            #expect(meta.response.errorCode == 0)
            #expect(meta.correlationID == id)
            #expect(!meta.hasRequest)
        }
    }

    @Test func anError() throws {
        let writer = ByteWriter(limit: 1000)
        ReplyMeta.write(
            correlationID: 9,
            code: 1003,
            text: "错",
            status: "INVALID_ARGUMENT",
            field: "facts",
            into: writer
        )
        var meta = try BrpcRpcMeta(serializedBytes: Array(writer.bytes))
        #expect(meta.response.errorCode == 1003)
        #expect(meta.response.errorText == "错")
        #expect(meta.correlationID == 9)
        #expect(meta.userFields == ["grpc-status": "INVALID_ARGUMENT", "field": "facts"])
        writer.reset()
        ReplyMeta.write(correlationID: 9, code: 2004, text: "", status: "RESOURCE_EXHAUSTED", field: "", into: writer)
        meta = try BrpcRpcMeta(serializedBytes: Array(writer.bytes))
        #expect(meta.userFields == ["grpc-status": "RESOURCE_EXHAUSTED"])
        // The longest there is.
        let id = String(repeating: "x", count: 128)
        writer.reset()
        ReplyMeta.write(
            correlationID: 9,
            code: 1003,
            text: "",
            status: "INVALID_ARGUMENT",
            field: "facts",
            requestID: id,
            into: writer
        )
        meta = try BrpcRpcMeta(serializedBytes: Array(writer.bytes))
        #expect(meta.userFields == ["grpc-status": "INVALID_ARGUMENT", "field": "facts", "request-id": id])
    }

    @Test func fieldNumbersAreTheContracts() throws {
        func number(_ type: MessageType, _ name: String) -> UInt32? { type.field(named: name)?.number }
        let meta = MessageType.rpcMeta
        #expect(number(meta, "request") == RPCMetaField.request)
        #expect(number(meta, "response") == RPCMetaField.response)
        #expect(number(meta, "compress_type") == RPCMetaField.compressType)
        #expect(number(meta, "correlation_id") == RPCMetaField.correlationID)
        #expect(number(meta, "attachment_size") == RPCMetaField.attachmentSize)
        #expect(number(meta, "authentication_data") == RPCMetaField.authenticationData)
        #expect(number(meta, "user_fields") == RPCMetaField.userFields)
        #expect(number(meta, "content_type") == RPCMetaField.contentType)
    }
}
