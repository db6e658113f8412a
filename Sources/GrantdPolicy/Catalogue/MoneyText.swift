//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Sums of money as the catalogue's words have them.
enum MoneyText {
    /// A sum of fen in yuan, `50,000,000` or `12.50`.
    static func yuan(fen: Int64) -> String {
        let (yuan, rest) = fen.magnitude.quotientAndRemainder(dividingBy: 100)
        var digits = String(yuan)
        var groups: [Substring] = []
        while digits.utf8.count > 3 {
            groups.insert(digits.suffix(3), at: 0)
            digits = String(digits.dropLast(3))
        }
        let whole = ([Substring(digits)] + groups).joined(separator: ",")
        let sign = fen < 0 ? "-" : ""
        return rest == 0 ? sign + whole : "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }
}
