//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Method {
    /// The method of a number of the log of decisions.
    package init?(decisionNumber: UInt8) {
        guard let method = Self.allCases.first(where: { $0.entry.decisionNumber == decisionNumber }) else { return nil }
        self = method
    }
}
