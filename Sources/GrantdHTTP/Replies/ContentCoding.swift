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
    static func acceptsGzip(_ header: UnsafeRawBufferPointer) -> Bool {
        var accepts = false
        var rest = header[...]
        while !rest.isEmpty {
            let piece = rest.prefix { $0 != UInt8(ascii: ",") }
            rest = rest.dropFirst(piece.count + 1)
            let name = self.trimmed(piece.prefix { $0 != UInt8(ascii: ";") })
            let isAccepted = !self.isZero(self.trimmed(piece.drop { $0 != UInt8(ascii: ";") }.dropFirst()))
            // What is said of gzip itself wins over what is said of everything.
            if ASCIIText.isEqual(name, "gzip") || ASCIIText.isEqual(name, "x-gzip") { return isAccepted }
            if ASCIIText.isEqual(name, "*") { accepts = isAccepted }
        }
        return accepts
    }

    /// Whether a weight is `q=0`, `q=0.0` and so on.
    private static func isZero(_ weight: UnsafeRawBufferPointer) -> Bool {
        guard weight.count > 2, ASCIIText.isEqual(UnsafeRawBufferPointer(rebasing: weight[..<2]), "q=") else {
            return false
        }
        return weight[2] == UInt8(ascii: "0")
            && weight[3...].allSatisfy { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: ".") }
    }

    private static func trimmed(_ text: Slice<UnsafeRawBufferPointer>) -> UnsafeRawBufferPointer {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        var text = text.drop(while: isSpace)
        while let last = text.last, isSpace(last) { text.removeLast() }
        return UnsafeRawBufferPointer(rebasing: text)
    }
}
