//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdCEL

/// A name for an expression that several others use.
package struct Definition: Sendable {
    package let name: String
    /// Its inputs are `facts`, `applicant`, `as_of` and the definitions before it.
    package let program: Program
    package let expression: String

    package init(name: String, program: Program, expression: String) {
        self.name = name
        self.program = program
        self.expression = expression
    }
}
