//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Comparing texts of HTTP, in which large and small letters are the same.
enum ASCIIText {
    /// Whether two ASCII texts are the same but for small and large letters.
    ///
    /// - Parameter lowercase: in small letters.
    static func isEqual(_ text: UnsafeRawBufferPointer, _ lowercase: StaticString) -> Bool {
        guard text.count == lowercase.utf8CodeUnitCount else { return false }
        var index = 0
        while index < text.count {
            let byte = text[index]
            let small = byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
            guard small == lowercase.utf8Start[index] else { return false }
            index &+= 1
        }
        return true
    }

    /// Whether two ASCII texts are the same but for small and large letters.
    ///
    /// - Parameter lowercase: in small letters.
    static func isEqual(_ text: String, _ lowercase: StaticString) -> Bool {
        var text = text
        return text.withUTF8 { self.isEqual(UnsafeRawBufferPointer($0), lowercase) }
    }

    /// Whether a text is digits and nothing else.
    static func isDigits(_ text: UnsafeRawBufferPointer) -> Bool {
        !text.isEmpty && text.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
    }
}
