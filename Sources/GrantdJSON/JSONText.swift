//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdSchema

/// A text as a JSON string.
package enum JSONText {
    /// Writes the string with its quotes.
    package static func write(_ text: String, into writer: ByteWriter) {
        var text = text
        text.withUTF8 { bytes in
            guard let start = bytes.baseAddress else { return writer.write(StaticString("\"\"")) }
            // A String is UTF-8.
            _ = JSONOutput(writer, isIndented: false).string(start, start + bytes.count)
        }
    }
}

extension ByteWriter {
    /// Writes the text's bytes.
    package func write(_ text: StaticString) { self.write(text.utf8Start, count: text.utf8CodeUnitCount) }
}
