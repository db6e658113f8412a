//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Ids of subjects and applications are compared as they stand, byte by byte. So what a reader cannot tell from another
/// id is none: white space at its ends, characters that do not show.
package enum PlainID {
    /// What is wrong with an id.
    enum Fault {
        case whiteSpace
        case hidden(Unicode.Scalar)
    }

    /// The first fault of an id of an arena, which is valid UTF-8; `nil` where it is plain.
    static func fault(in id: UnsafePointer<CChar>) -> Fault? {
        guard id[0] != 0x20 else { return .whiteSpace }
        let start = UnsafeRawPointer(id)
        var offset = 0
        var before: UInt8 = 0
        // Eight bytes at a time: nearly all ids are characters of ASCII that show, with spaces inside.
        while true {
            let word = UInt64(littleEndian: start.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let ends = (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
            if ends == 0 {
                if self.mayHide(word) { return self.faultOfAny(id) }
                before = UInt8(truncatingIfNeeded: word &>> 56)
                offset &+= 8
                continue
            }
            // In front of the first NUL; behind it there are only NULs, which are passed over as characters that show.
            let bits = UInt64(truncatingIfNeeded: ends.trailingZeroBitCount &- 7)
            if self.mayHide(word | 0x4040_4040_4040_4040 &<< bits) { return self.faultOfAny(id) }
            let last = bits == 0 ? before : UInt8(truncatingIfNeeded: word &>> (bits &- 8))
            return last == 0x20 ? .whiteSpace : nil
        }
    }

    /// Whether one of eight bytes, none of which is a NUL, is a control or no ASCII.
    @inline(__always)
    private static func mayHide(_ word: UInt64) -> Bool {
        // A byte under 0x20 loses by the difference, DEL reaches the highest bit by the sum.
        (word | (word &- 0x2020_2020_2020_2020) | (word &+ 0x0101_0101_0101_0101)) & 0x8080_8080_8080_8080 != 0
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

    /// Refuses an id of an arena that is not plain.
    ///
    /// - Parameter field: The id's path in its request.
    @inline(__always)
    package static func check(_ id: UnsafePointer<CChar>, field: @autoclosure () -> String) throws(CallError) {
        guard let fault = self.fault(in: id) else { return }
        throw .badRequest(self.message(for: fault), field: field())
    }

    private static func message(for fault: Fault) -> String {
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
