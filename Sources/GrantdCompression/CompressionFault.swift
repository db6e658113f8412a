//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why bytes could not be compressed or decompressed.
package enum CompressionFault: Error, Hashable, Sendable {
    /// More comes out than may.
    case overLimit
    /// They are not what their format wants: what is wrong, as the end of a sentence.
    case broken(String)
    /// The system has no memory left.
    case noMemory
}
