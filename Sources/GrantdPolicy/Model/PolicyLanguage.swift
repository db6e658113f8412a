//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A language in which the loader tells its problems.
package enum PolicyLanguage: String, Sendable, Hashable, CaseIterable {
    /// Chinese, simplified.
    case zh
    /// English.
    case en
}

extension Text {
    /// The text in one of its languages.
    package subscript(language: PolicyLanguage) -> String {
        switch language {
        case .zh: self.zh
        case .en: self.en
        }
    }
}
