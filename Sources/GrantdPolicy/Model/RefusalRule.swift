//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdCEL

/// Facts that no assessment can be made of together: a request that holds them is an error.
package struct RefusalRule: Sendable {
    /// Refused where this is known to be true.
    package let when: Program
    /// The place that the error names, on the wire: `medical_service_price_first_burden.special_fixed_fen`.
    package let field: String
    /// What would be right, in English.
    package let message: String

    package init(when: Program, field: String, message: String) {
        self.when = when
        self.field = field
        self.message = message
    }
}
