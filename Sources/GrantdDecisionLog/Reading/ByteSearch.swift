//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc

/// Finds a text among bytes.
package enum ByteSearch {
    /// Whether `bytes` hold `text` somewhere. Nothing holds no text.
    package static func holds(_ bytes: UnsafeRawBufferPointer, _ text: [UInt8]) -> Bool {
        guard let last = text.last, bytes.count >= text.count, let start = bytes.baseAddress else { return false }
        // By the last byte: of a credit code that is its check character, which is rarer than the digits it begins with.
        var place = text.count - 1
        while place < bytes.count, let found = memchr(start + place, Int32(last), bytes.count - place) {
            let end = UnsafeRawPointer(found) - start + 1
            if memcmp(start + (end - text.count), text, text.count) == 0 { return true }
            place = end
        }
        return false
    }
}
