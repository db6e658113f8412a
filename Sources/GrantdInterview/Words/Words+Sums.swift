//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Words {
    /// Units of money.
    package enum Sums {
        package static let yuan = BilingualText(zh: "元", en: "yuan")
        package static let tenThousandYuan = BilingualText(zh: "万元", en: "10,000 yuan")
        /// What Chinese counts large sums in.
        static let tenThousand = "万"
        static let hundredMillion = "亿"
    }
}
