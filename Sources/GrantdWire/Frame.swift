//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import NIOCore

/// A frame that has come in whole. Both parts are slices of what was read: nothing is copied.
package struct Frame: Sendable {
    /// An encoded `RpcMeta`.
    package var meta: ByteBuffer
    /// The payload, with the attachment behind it: only the meta says how long that is.
    package var payload: ByteBuffer

    package init(meta: ByteBuffer, payload: ByteBuffer) {
        self.meta = meta
        self.payload = payload
    }
}
