//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

// By number, not by the tables of Unicode's properties: every character of every text of a policy file is asked.
extension Unicode.Scalar {
    /// A control character: Unicode's general category Cc.
    var isControl: Bool { self.value < 0x20 || (0x7F...0x9F).contains(self.value) }

    /// What ends a line: LF, VT, FF, CR, NEL, LINE SEPARATOR, PARAGRAPH SEPARATOR.
    var isLineBreak: Bool {
        switch self.value {
        case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }
}
