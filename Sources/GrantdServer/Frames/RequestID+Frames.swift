//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema
internal import GrantdService

extension RequestID {
    /// The id in a frame's meta: brpc's `request_id`, else its `log_id`.
    ///
    /// Read only where the log, or an error, is to be written: whatever else the meta is, this cannot fail.
    init(metaBytes: UnsafeRawBufferPointer) {
        self = .none
        var reader = WireReader(metaBytes)
        while let tag = reader.tag() {
            guard tag.field == RPCMetaField.request, tag.wireType == 2 else {
                guard reader.skip(wireType: tag.wireType) else { return }
                continue
            }
            guard var request = reader.lengthDelimited() else { return }
            self.take(&request)
        }
    }

    private mutating func take(_ request: inout WireReader) {
        while let tag = request.tag() {
            switch (tag.field, tag.wireType) {
            case (RPCMetaField.Request.logID, 0):
                guard let number = request.varint() else { return }
                // 0 is what brpc sends where nobody has set one.
                if case .none = self, number != 0 { self = .number(Int64(bitPattern: number)) }
            case (RPCMetaField.Request.requestID, 2):
                guard let text = request.lengthDelimited() else { return }
                if let id = RequestID(text.bytes) { self = id }
            default:
                guard request.skip(wireType: tag.wireType) else { return }
            }
        }
    }
}
