//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A text in both languages.
package struct BilingualText: Sendable, Hashable {
    /// Chinese, simplified.
    package let zh: String
    /// English.
    package let en: String

    package init(zh: String, en: String) {
        self.zh = zh
        self.en = en
    }

    package static let empty = Self(zh: "", en: "")

    package var isEmpty: Bool { self.zh.isEmpty && self.en.isEmpty }
}
