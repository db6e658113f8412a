//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Reads the metas of requests. One for each event loop: it keeps its working memory.
///
/// A meta is looked over by the contract's descriptors like every message, and then read where it lies: nothing of it is
/// copied.
package final class RequestMetaReader {
    // The framing is brpc's: a newer one may have fields that mean nothing here.
    private let decoder = MessageDecoder(.rpcMeta, passesUnknownFields: true)

    package init() {}

    /// Reads one meta.
    ///
    /// - Parameter bytes: The whole meta; what is returned points into them.
    /// - Throws: ``RequestMetaFault`` where they are no meta, hold no request, or hold a value that is none.
    package func read(_ bytes: UnsafeRawBufferPointer) throws(RequestMetaFault) -> RequestMeta {
        do throws(WireFault) {
            try self.decoder.validate(bytes)
        } catch {
            // A fault with a field is one of a value: the rest decodes, and the call can be answered.
            let correlationID = error.field.isEmpty ? nil : Self.scan(bytes).correlationID
            throw RequestMetaFault(correlationID: correlationID, fault: error)
        }
        let meta = Self.scan(bytes)
        if meta.service.isEmpty || meta.method.isEmpty {
            let field = meta.service.isEmpty ? "request.service_name" : "request.method_name"
            throw RequestMetaFault(
                correlationID: meta.correlationID,
                fault: WireFault(kind: .malformed, field: field, message: "must be set")
            )
        }
        return meta
    }

    private static func scan(_ bytes: UnsafeRawBufferPointer) -> RequestMeta {
        var meta = RequestMeta()
        var reader = WireReader(bytes)
        while let tag = reader.tag() {
            switch (tag.field, tag.wireType) {
            case (RPCMetaField.request, 2):
                guard let request = reader.lengthDelimited() else { return meta }
                self.scanRequest(request, into: &meta)
            case (RPCMetaField.compressType, 0): meta.compressType = self.int32(&reader)
            case (RPCMetaField.correlationID, 0): meta.correlationID = Int64(bitPattern: reader.varint() ?? 0)
            case (RPCMetaField.attachmentSize, 0): meta.attachmentSize = self.int32(&reader)
            case (RPCMetaField.authenticationData, 2): meta.authentication = self.bytes(&reader)
            case (RPCMetaField.contentType, 0): meta.contentType = self.int32(&reader)
            default:
                if !reader.skip(wireType: tag.wireType) { return meta }
            }
        }
        return meta
    }

    private static func scanRequest(_ request: WireReader, into meta: inout RequestMeta) {
        var reader = request
        while let tag = reader.tag() {
            switch (tag.field, tag.wireType) {
            case (RPCMetaField.Request.serviceName, 2): meta.service = self.bytes(&reader) ?? meta.service
            case (RPCMetaField.Request.methodName, 2): meta.method = self.bytes(&reader) ?? meta.method
            case (RPCMetaField.Request.timeout, 0): meta.timeoutMilliseconds = self.int32(&reader)
            default:
                if !reader.skip(wireType: tag.wireType) { return }
            }
        }
    }

    private static func int32(_ reader: inout WireReader) -> Int32 {
        Int32(truncatingIfNeeded: reader.varint() ?? 0)
    }

    private static func bytes(_ reader: inout WireReader) -> UnsafeRawBufferPointer? {
        reader.lengthDelimited()?.bytes
    }
}
