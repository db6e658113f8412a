//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A sum of money as a policy file writes it: `30,000,000 yuan`, `12.5 yuan`, `100 fen`.
package enum MoneyLiteral {
    /// What is wrong with a text that is no sum.
    package enum Failure: Error {
        case malformed
        case notPositive
        case tooLarge
    }

    static let hint = Text(
        zh: "金额写作 2,000,000 yuan、12.5 yuan 或 100 fen",
        en: "write a sum such as 2,000,000 yuan, 12.5 yuan or 100 fen"
    )

    /// The sum in fen, over 0.
    package static func parse(_ text: String) throws(Failure) -> Int64 {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw .malformed }
        let isYuan = parts[1] == "yuan"
        guard isYuan || parts[1] == "fen" else { throw .malformed }
        let isNegative = parts[0].hasPrefix("-")
        let number = isNegative ? parts[0].dropFirst() : parts[0]
        let halves = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = halves.first, let digits = self.digits(of: whole) else { throw .malformed }
        var fraction: Int64 = 0
        if halves.count == 2 {
            let tail = halves[1]
            guard isYuan, (1...2).contains(tail.utf8.count), tail.utf8.allSatisfy(Self.isDigit),
                let value = Int64(tail)
            else { throw .malformed }
            fraction = tail.utf8.count == 1 ? value &* 10 : value
        }
        guard let value = Int64(digits) else { throw .tooLarge }
        let (scaled, overflowed) = value.multipliedReportingOverflow(by: isYuan ? 100 : 1)
        let (fen, overflowedAgain) = scaled.addingReportingOverflow(fraction)
        guard !overflowed, !overflowedAgain else { throw .tooLarge }
        guard !isNegative, fen > 0 else { throw .notPositive }
        return fen
    }

    /// The digits without their commas; `nil` where the commas do not part them by threes.
    private static func digits(of text: Substring) -> String? {
        let groups = text.split(separator: ",", omittingEmptySubsequences: false)
        guard let first = groups.first, !first.isEmpty, groups.allSatisfy({ $0.utf8.allSatisfy(self.isDigit) }) else {
            return nil
        }
        if groups.count > 1 {
            guard first.utf8.count <= 3, groups.dropFirst().allSatisfy({ $0.utf8.count == 3 }) else { return nil }
        }
        return groups.joined()
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
