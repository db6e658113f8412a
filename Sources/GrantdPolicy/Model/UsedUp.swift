//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdCEL

/// What uses a measure up otherwise than earlier awards do: a year's volume, a quota. Where it does, the application is
/// eligible and gets nothing.
package struct UsedUp: Sendable {
    package let condition: Program
    /// The condition's text.
    package let expression: String
    /// What an assessment names as the cap that binds: `annual-volume`.
    package let cap: String
    package let label: Text

    package init(condition: Program, expression: String, cap: String, label: Text) {
        self.condition = condition
        self.expression = expression
        self.cap = cap
        self.label = label
    }
}
