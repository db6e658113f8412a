//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdSchema

extension CallError {
    /// Writes the error as a message.
    package func write(field: UInt32, into reply: ByteWriter) {
        let start = reply.beginMessage(field: field, lengthWidth: 2)
        reply.write(field: ReplyField.Error.code, varint: Int64(self.code))
        reply.write(field: ReplyField.Error.status, self.status.rawValue)
        reply.write(field: ReplyField.Error.message, self.message)
        reply.write(field: ReplyField.Error.field, self.field)
        reply.endMessage(start, lengthWidth: 2)
    }
}
