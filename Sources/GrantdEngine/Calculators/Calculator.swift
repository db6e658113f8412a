//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdCEL

/// An algorithm in Swift whose measure stands in a policy file: where a result is more than rules can say.
package struct Calculator: Sendable {
    /// What policy files call it.
    package let name: String
    /// The figures that a file must give it.
    package let figures: [String]
    /// What it gives, under the names by which expressions read it.
    package let outputs: [(name: String, type: ValueType)]
    /// Makes it ready for a measure's facts; `nil` where they are not what it reads.
    let prepare: @Sendable (_ facts: RecordType, _ figures: [String: Int64]) -> (any PreparedCalculator)?

    /// Every calculator.
    package static let all: [Calculator] = [.paymentStanding]

    static func named(_ name: String) -> Calculator? { self.all.first { $0.name == name } }
}

/// A calculator that knows its figures and where its facts lie.
protocol PreparedCalculator: Sendable {
    /// Computes the results of facts of which all that is read is known.
    ///
    /// - Parameter outputs: Where they go, in the order of ``Calculator/outputs``.
    func compute(facts: UnsafeRawPointer, asOf: Int64, into outputs: UnsafeMutablePointer<Value>)
}
