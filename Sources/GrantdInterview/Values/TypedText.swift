//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a person typed, in one form: full-width letters, digits and marks become the plain ones, white space at both ends
/// goes.
struct TypedText {
    let text: String

    init(_ typed: String) {
        var scalars = String.UnicodeScalarView()
        for scalar in typed.unicodeScalars { scalars.append(Self.plain(scalar)) }
        let isSpace: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace }
        guard let first = scalars.firstIndex(where: { !isSpace($0) }),
            let last = scalars.lastIndex(where: { !isSpace($0) })
        else {
            self.text = ""
            return
        }
        self.text = String(scalars[first...last])
    }

    var isEmpty: Bool { self.text.isEmpty }

    private static func plain(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        // The full-width forms stand in the order of ASCII.
        case 0xFF01...0xFF5E: Unicode.Scalar(UInt8(scalar.value - 0xFEE0))
        case 0x3000, 0x00A0, 0x2007, 0x202F: " "
        case 0x2212, 0x2013, 0xFE63: "-"
        case 0x3002: "."
        default: scalar
        }
    }
}
