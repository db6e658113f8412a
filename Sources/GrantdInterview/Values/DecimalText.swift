//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// An exact decimal number as it was typed, before it is said what it counts.
struct DecimalText {
    /// Why a text is no number.
    enum Fault: Error {
        case notANumber
        /// The commas do not stand between groups of three digits.
        case badGrouping
        /// It has more digits behind the point than the places, and they are not zeros.
        case tooPrecise
        case tooLarge
    }

    let isNegative: Bool
    /// Without zeros at the beginning.
    private let whole: [UInt8]
    /// Without zeros at the end.
    private let fraction: [UInt8]

    /// - Parameter text: `1,234.56`, `-5`, `.5`; no unit.
    init(_ text: some StringProtocol) throws(Fault) {
        var bytes = Array(text.utf8)[...]
        var isNegative = false
        if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            bytes = bytes.dropFirst().drop { $0 == UInt8(ascii: " ") }
        }
        let halves = bytes.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = halves.first else { throw .notANumber }
        let fraction = halves.count == 2 ? halves[1] : []
        guard !whole.isEmpty || !fraction.isEmpty, fraction.allSatisfy(Self.isDigit) else { throw .notANumber }
        let groups = whole.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard groups.allSatisfy({ $0.allSatisfy(Self.isDigit) }) else { throw .notANumber }
        if groups.count > 1 {
            guard let first = groups.first, (1...3).contains(first.count),
                groups.dropFirst().allSatisfy({ $0.count == 3 })
            else { throw .badGrouping }
        }
        self.isNegative = isNegative
        self.whole = Array(groups.joined().drop { $0 == UInt8(ascii: "0") })
        var digits = Array(fraction)
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        self.fraction = digits
    }

    /// The number times a power of ten, exactly.
    ///
    /// - Parameter power: 0 or more.
    func scaled(by power: Int) throws(Fault) -> Int64 {
        guard self.fraction.count <= power else { throw .tooPrecise }
        let digits =
            self.whole + self.fraction + Array(repeating: UInt8(ascii: "0"), count: power - self.fraction.count)
        var value: Int64 = 0
        for byte in digits {
            let (product, overflows) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowsToo) = product.subtractingReportingOverflow(Int64(byte) - 0x30)
            guard !overflows, !overflowsToo else { throw .tooLarge }
            value = sum
        }
        if self.isNegative { return value }
        let (positive, overflows) = Int64(0).subtractingReportingOverflow(value)
        guard !overflows else { throw .tooLarge }
        return positive
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
