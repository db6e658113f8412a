//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A message in Chinese and in English.
package struct Phrase: Sendable, Hashable {
    /// Chinese, simplified.
    package let zh: String
    /// English.
    package let en: String

    package init(zh: String, en: String) {
        self.zh = zh
        self.en = en
    }
}
