//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// An exact share: `30%` is 30/100. Both parts are positive, and the share is at most the whole.
package struct Ratio: Sendable, Hashable {
    package let numerator: Int64
    package let denominator: Int64
    /// As it is written: `30%`, `12.5%`, `1/3`.
    package let text: String

    package init(numerator: Int64, denominator: Int64, text: String) {
        self.numerator = numerator
        self.denominator = denominator
        self.text = text
    }
}
