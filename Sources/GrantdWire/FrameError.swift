//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why bytes are no frame that is read here. The connection is of no use afterwards: where the next frame begins is not
/// known.
package enum FrameError: Error, Hashable, Sendable {
    /// The bytes do not begin with `PRPC`.
    case notAFrame
    /// The header says that the meta is larger than the body that holds it. Sizes in bytes.
    case metaLargerThanBody(metaSize: Int, bodySize: Int)
    /// The meta is larger than is read. Sizes in bytes.
    case metaTooLarge(size: Int, limit: Int)
    /// The body is larger than is read. Sizes in bytes.
    case bodyTooLarge(size: Int, limit: Int)
}
