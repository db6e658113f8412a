//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdCEL

/// What a measure asks of a calculator.
package struct CalculatorUse: Sendable {
    package let calculator: Calculator
    /// The figures of the text, by name; all that the calculator asks for.
    package let figures: [String: Int64]
    /// Known where all is known that the calculator reads; what it waits for otherwise is asked for.
    package let needs: Program

    package init(calculator: Calculator, figures: [String: Int64], needs: Program) {
        self.calculator = calculator
        self.figures = figures
        self.needs = needs
    }
}
