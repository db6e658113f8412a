//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why an evaluation came to no value. Errors are values: they travel through operators and never unwind.
package struct EvaluationError: Error, Sendable, Hashable {
    /// What kind of error it is.
    package enum Code: UInt8, Sendable, BitwiseCopyable {
        case overflow, divisionByZero, noSuchKey, noSuchOverload, invalidArgument, outOfRange, indexOutOfBounds
        case duplicateKey, undeclared, costExceeded, memoryExceeded, cancelled

        /// The error in a few words.
        package var text: String {
            switch self {
            case .overflow: "integer overflow"
            case .divisionByZero: "division by zero"
            case .noSuchKey: "no such key"
            case .noSuchOverload: "no such overload"
            case .invalidArgument: "invalid argument"
            case .outOfRange: "value out of range"
            case .indexOutOfBounds: "index out of bounds"
            case .duplicateKey: "repeated key in a map"
            case .undeclared: "undeclared reference"
            case .costExceeded: "cost limit exceeded"
            case .memoryExceeded: "memory limit exceeded"
            case .cancelled: "given up"
            }
        }
    }

    /// What kind of error it is.
    package let code: Code
    /// The byte of the expression's source where it arose.
    package let offset: Int
    /// The error in a few words.
    package var text: String { self.code.text }
}
