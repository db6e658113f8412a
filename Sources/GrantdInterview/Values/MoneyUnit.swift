//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// In what a person types a sum that names no unit of its own.
package enum MoneyUnit: String, Sendable, Hashable, CaseIterable {
    case yuan
    case tenThousandYuan = "wan"

    package func name(_ language: Language) -> String {
        switch self {
        case .yuan: language(Words.Sums.yuan)
        case .tenThousandYuan: language(Words.Sums.tenThousandYuan)
        }
    }

    /// As a power of ten of a yuan.
    var power: Int { self == .yuan ? 0 : 4 }
}
