//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Hands a text over as an arena holds it: with NULs behind it up to a multiple of eight bytes.
func withArenaText<Result>(_ text: String, _ body: (UnsafePointer<CChar>) throws -> Result) rethrows -> Result {
    let bytes = text.utf8.map { CChar(bitPattern: $0) }
    let padded = bytes + [CChar](repeating: 0, count: 8 - bytes.count % 8)
    return try padded.withUnsafeBufferPointer { buffer in
        guard let start = buffer.baseAddress else { fatalError("a buffer of eight bytes and more") }
        return try body(start)
    }
}
