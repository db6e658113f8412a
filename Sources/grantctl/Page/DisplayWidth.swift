//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension String {
    /// The columns that a terminal gives the text: two for a full-width character, none for a combining mark.
    var columns: Int { self.unicodeScalars.reduce(0) { $0 + $1.columns } }

    /// The text with spaces after it, up to a width.
    func padded(to columns: Int) -> String { self + String(repeating: " ", count: max(0, columns - self.columns)) }

    /// The text with spaces before it, up to a width.
    func padded(from columns: Int) -> String { String(repeating: " ", count: max(0, columns - self.columns)) + self }

    /// The text without what a terminal would take as a command or would reorder: control characters and directional
    /// overrides become U+FFFD. Applications' own words come back in answers, and must not reach the terminal raw.
    var printable: String {
        guard self.unicodeScalars.contains(where: \.isCommand) else { return self }
        return String(String.UnicodeScalarView(self.unicodeScalars.map { $0.isCommand ? "\u{FFFD}" : $0 }))
    }
}

extension Unicode.Scalar {
    fileprivate var columns: Int {
        switch self.value {
        case 0x20..<0x7F: return 1
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
            0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
            0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default:
            switch self.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: return 0
            default: return 1
            }
        }
    }

    fileprivate var isCommand: Bool {
        switch self.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
