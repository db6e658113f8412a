//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc

/// Strings as protobuf-c keeps them: valid UTF-8 that ends at its NUL.
package enum CString {
    /// In bytes, without the NUL.
    @inline(__always)
    package static func length(_ string: UnsafePointer<CChar>) -> Int { strlen(string) }
}
