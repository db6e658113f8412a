//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The unified social credit code of GB 32100-2015: 17 characters and a check character.
enum CreditCode {
    /// The standard's alphabet in the order of its values: the digits and the capitals but I, O, S, V and Z.
    private static let alphabet: StaticString = "0123456789ABCDEFGHJKLMNPQRTUWXY"

    /// By byte, the character's value in the standard; 255: not in the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        alphabet.withUTF8Buffer { characters in
            for (value, character) in characters.enumerated() { values[Int(character)] = UInt8(value) }
        }
        return values
    }()

    /// What is wrong with a code.
    enum Fault: Error {
        case length
        case alphabet
        case checkCharacter
    }

    /// By position, the weight in the sum: a power of 3 modulo 31.
    private static let weights: [UInt16] = (0..<17).reduce(into: []) { weights, position in
        weights.append(position == 0 ? 1 : weights[position - 1] * 3 % 31)
    }

    /// The two tables, for reading without a look at their bounds. One for the program's life.
    struct Tables: @unchecked Sendable {
        // Unchecked: written once, before anyone reads.
        fileprivate let values: UnsafePointer<UInt8>
        fileprivate let weights: UnsafePointer<UInt16>

        init() {
            let values = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
            values.initialize(from: CreditCode.values, count: 256)
            let weights = UnsafeMutablePointer<UInt16>.allocate(capacity: 17)
            weights.initialize(from: CreditCode.weights, count: 17)
            self.values = UnsafePointer(values)
            self.weights = UnsafePointer(weights)
        }
    }

    /// The tables.
    static let tables = Tables()

    /// Checks a NUL-terminated code.
    static func fault(in code: UnsafePointer<CChar>, _ tables: Tables) -> Fault? {
        var sum: UInt16 = 0
        for position in 0..<17 {
            // A value outside the alphabet is 255, and so is that of the NUL at the end of a short code.
            let value = tables.values[Int(UInt8(bitPattern: code[position]))]
            guard value < 31 else { return code[position] == 0 ? .length : .alphabet }
            sum &+= UInt16(value) &* tables.weights[position]
        }
        let last = tables.values[Int(UInt8(bitPattern: code[17]))]
        guard last < 31 else { return code[17] == 0 ? .length : .alphabet }
        guard code[18] == 0 else { return .length }
        return UInt16(last) == (31 &- sum % 31) % 31 ? nil : .checkCharacter
    }

    /// The words for a fault.
    static func message(for fault: Fault) -> String {
        switch fault {
        case .length: "a unified social credit code has exactly 18 characters"
        case .alphabet: "a unified social credit code has digits and capital letters, without I, O, S, V and Z"
        case .checkCharacter: "the check character of the unified social credit code does not match (GB 32100-2015)"
        }
    }
}
