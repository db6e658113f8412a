//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The unified social credit code of GB 32100-2015: 17 characters and a check character.
package enum CreditCode {
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
    enum Fault {
        case length
        case alphabet
        case checkCharacter
    }

    /// By position, the weight in the sum: a power of 3 modulo 31.
    private static let weights: [UInt16] = (0..<17).reduce(into: []) { weights, position in
        weights.append(position == 0 ? 1 : weights[position - 1] * 3 % 31)
    }

    /// What each character adds to the sum at each position, for reading without a look at bounds. One for the program's life.
    package struct Tables: @unchecked Sendable {
        // Unchecked: written once, before anyone reads.

        /// By position and byte: the value times the weight; more than all sums where the byte is not in the alphabet.
        fileprivate let products: UnsafePointer<UInt16>

        fileprivate static let outside: UInt16 = 1 << 10

        init() {
            let products = UnsafeMutablePointer<UInt16>.allocate(capacity: 18 * 256)
            for position in 0..<18 {
                // The last one is the check character, which counts with its complement.
                let weight = position < 17 ? CreditCode.weights[position] : 1
                for byte in 0..<256 {
                    let value = CreditCode.values[byte]
                    (products + position * 256 + byte).initialize(
                        to: value < 31 ? UInt16(value) * weight % 31 : Self.outside
                    )
                }
            }
            self.products = UnsafePointer(products)
        }
    }

    /// The tables.
    package static let tables = Tables()

    /// Checks a code of an arena.
    static func fault(in code: UnsafePointer<CChar>, _ tables: Tables) -> Fault? {
        let start = UnsafeRawPointer(code)
        // By words, the next one only where the text goes on.
        guard !self.holdsNUL(start.loadUnaligned(as: UInt64.self)),
            !self.holdsNUL(start.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        else { return self.faultOfAny(code) }
        let end = UInt64(littleEndian: start.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
        guard end & 0xFF_0000 == 0, end & 0xFF != 0, end & 0xFF00 != 0 else { return self.faultOfAny(code) }
        var sum: UInt16 = 0
        for position in 0..<18 {
            sum &+= tables.products[position &* 256 &+ Int(UInt8(bitPattern: code[position]))]
        }
        // The check character makes the sum a multiple of 31.
        guard sum < Tables.outside, sum % 31 == 0 else { return self.faultOfAny(code) }
        return nil
    }

    @inline(__always)
    private static func holdsNUL(_ word: UInt64) -> Bool {
        (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080 != 0
    }

    /// The first fault of a code that has one.
    @inline(never)
    private static func faultOfAny(_ code: UnsafePointer<CChar>) -> Fault {
        for position in 0..<18 {
            // A value outside the alphabet is 255, and so is that of the NUL at the end of a short code.
            let byte = UInt8(bitPattern: code[position])
            guard self.values[Int(byte)] < 31 else { return byte == 0 ? .length : .alphabet }
        }
        return code[18] == 0 ? .checkCharacter : .length
    }

    /// Refuses a code of an arena that is none.
    ///
    /// - Parameter field: The code's path in its request.
    @inline(__always)
    package static func check(
        _ code: UnsafePointer<CChar>,
        _ tables: Tables = CreditCode.tables,
        field: @autoclosure () -> String
    ) throws(CallError) {
        guard let fault = self.fault(in: code, tables) else { return }
        throw .badRequest(self.message(for: fault), field: field())
    }

    /// The words for a fault.
    private static func message(for fault: Fault) -> String {
        switch fault {
        case .length: "a unified social credit code has exactly 18 characters"
        case .alphabet: "a unified social credit code has digits and capital letters, without I, O, S, V and Z"
        case .checkCharacter: "the check character of the unified social credit code does not match (GB 32100-2015)"
        }
    }
}
