//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdPolicy
internal import GrantdSchema

/// An algorithm in Swift that knows its figures and where its facts lie.
protocol PreparedCalculator: Sendable {
    /// Makes it ready for a measure's facts; `nil` where they are not what it reads.
    init?(figures: [String: Int64], facts: MessageType)

    /// What computing costs at most, in the steps of the expression language.
    func steps(facts: UnsafeRawPointer) -> Int

    /// Computes the results of facts of which all that is read is known.
    ///
    /// - Parameter outputs: Where they go, in the order of ``Calculator/outputs``.
    func compute(facts: UnsafeRawPointer, asOf: Int64, into outputs: UnsafeMutablePointer<Value>)
}

extension CalculatorUse {
    /// By a calculator's name, its algorithm.
    private static let algorithms: [String: any PreparedCalculator.Type] = [
        Calculator.paymentStanding.name: PreparedPaymentStanding.self
    ]

    /// The algorithm, ready for a measure's facts; `nil` where they are not what it reads.
    func prepared(for facts: MessageType) -> (any PreparedCalculator)? {
        Self.algorithms[self.calculator.name]?.init(figures: self.figures, facts: facts)
    }
}
