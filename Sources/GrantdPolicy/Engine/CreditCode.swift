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

    /// Checks a NUL-terminated code.
    static func fault(in code: UnsafePointer<CChar>) -> Fault? {
        self.values.withUnsafeBufferPointer { values in
            var sum = 0
            // The weight of a position is a power of 3 modulo 31.
            var weight = 1
            for position in 0..<17 {
                let byte = UInt8(bitPattern: code[position])
                guard byte != 0 else { return .length }
                let value = Int(values[Int(byte)])
                guard value < 31 else { return .alphabet }
                sum += value * weight
                weight = weight * 3 % 31
            }
            let last = UInt8(bitPattern: code[17])
            guard last != 0 else { return .length }
            guard code[18] == 0 else { return .length }
            let value = Int(values[Int(last)])
            guard value < 31 else { return .alphabet }
            return value == (31 - sum % 31) % 31 ? nil : .checkCharacter
        }
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
