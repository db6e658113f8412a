//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Ids of subjects and applications are compared as they stand, byte by byte. So what a reader cannot tell from another
/// id is none: white space at its ends, characters that do not show.
enum PlainID {
    /// What is wrong with an id.
    enum Fault {
        case whiteSpace
        case hidden(Unicode.Scalar)
    }

    /// The first fault of an id, which is valid UTF-8; `nil` where it is plain.
    static func fault(in id: UnsafePointer<CChar>) -> Fault? {
        var count = 0
        while id[count] != 0 {
            let byte = UInt8(bitPattern: id[count])
            guard byte > 0x20, byte < 0x7F else {
                // A space inside is the one other byte of ASCII that is plain.
                guard byte == 0x20, count > 0 else { return self.faultOfAny(id) }
                count += 1
                continue
            }
            count += 1
        }
        return count > 0 && id[count - 1] == 0x20 ? .whiteSpace : nil
    }

    @inline(never)
    private static func faultOfAny(_ id: UnsafePointer<CChar>) -> Fault? {
        let bytes = UnsafeRawBufferPointer(start: id, count: cStringCount(id))
        let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars
        if scalars.first?.properties.isWhitespace ?? false { return .whiteSpace }
        if scalars.last?.properties.isWhitespace ?? false { return .whiteSpace }
        return scalars.first { self.isHidden($0) }.map { .hidden($0) }
    }

    /// Controls, separators of lines, and what Unicode calls default-ignorable: zero-width marks, joiners, variation
    /// selectors, changes of direction.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: scalar.properties.isDefaultIgnorableCodePoint || (0xFFF9...0xFFFB).contains(scalar.value)
        }
    }

    static func message(for fault: Fault) -> String {
        switch fault {
        case .whiteSpace:
            return
                "an id begins and ends with a character that shows, not with white space: ids are compared as they stand"
        case .hidden(let scalar):
            let digits = String(scalar.value, radix: 16, uppercase: true)
            let code = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            return "the id holds a character that does not show, \(code): ids are compared as they stand; leave it out"
        }
    }
}
