//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCompression

/// HTTP's names of how a body is compressed (RFC 9110, 8.4.1).
enum ContentCoding {
    /// What is served, as headers and errors name it.
    static let served = "gzip, deflate, identity"

    /// How a body is compressed whose `content-encoding` says so; nil for a body that is not.
    ///
    /// - Throws: where it is compressed in a way that is not served.
    static func format(_ name: String?) throws(Unserved) -> CompressionFormat? {
        guard let name, !name.isEmpty, !ASCIIText.isEqual(name, "identity") else { return nil }
        if ASCIIText.isEqual(name, "gzip") || ASCIIText.isEqual(name, "x-gzip") { return .gzip }
        if ASCIIText.isEqual(name, "deflate") { return .zlib }
        throw Unserved()
    }

    /// A way to compress that is not served.
    struct Unserved: Error {}

    /// Whether who sends such an `accept-encoding` reads gzip.
    static func acceptsGzip(_ header: String?) -> Bool {
        guard let header else { return false }
        var accepts = false
        for piece in header.utf8.split(separator: UInt8(ascii: ",")) {
            let parts = piece.split(separator: UInt8(ascii: ";"), maxSplits: 1, omittingEmptySubsequences: false)
            let name = self.trimmed(parts[0])
            let isAccepted = parts.count < 2 || !self.isZero(parts[1])
            // What is said of gzip itself wins over what is said of everything.
            if ASCIIText.isEqual(name, "gzip") || ASCIIText.isEqual(name, "x-gzip") { return isAccepted }
            if name == "*" { accepts = isAccepted }
        }
        return accepts
    }

    /// Whether a weight is `q=0`, `q=0.0` and so on.
    private static func isZero(_ weight: Substring.UTF8View) -> Bool {
        let text = self.trimmed(weight)
        guard text.hasPrefix("q=") || text.hasPrefix("Q=") else { return false }
        let number = text.dropFirst(2)
        return number.hasPrefix("0") && number.utf8.allSatisfy { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: ".") }
    }

    private static func trimmed(_ text: Substring.UTF8View) -> String {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        let start = text.drop(while: isSpace)
        let end = start.lastIndex { !isSpace($0) }
        return end.map { String(Substring(start[...$0])) } ?? ""
    }
}
