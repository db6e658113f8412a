//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Sums of fen as texts of yuan.
enum Yuan {
    /// A sum in yuan with a comma between each three digits, with its fen only where there are some: `1,234.50`.
    static func text(ofFen fen: Int64) -> String {
        let (yuan, rest) = fen.magnitude.quotientAndRemainder(dividingBy: 100)
        var text = fen < 0 ? "-" : ""
        let digits = String(yuan)
        for (position, digit) in digits.enumerated() {
            if position > 0, (digits.count - position) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        if rest > 0 { text += rest < 10 ? ".0\(rest)" : ".\(rest)" }
        return text
    }
}
