//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Civil days from one to another, both in.
package struct DateInterval: Sendable, Hashable {
    /// The first day, in days since 1970-01-01.
    package let from: Int64
    /// The last day, in days since 1970-01-01; `nil` where no end is stated.
    package let until: Int64?
    /// The first day as it is written, `YYYY-MM-DD`.
    package let fromText: String
    /// The last day as it is written, `YYYY-MM-DD`; `nil` where no end is stated.
    package let untilText: String?

    /// Makes an interval of days and of the same days as text.
    package init(from: Int64, fromText: String, until: Int64?, untilText: String?) {
        self.from = from
        self.fromText = fromText
        self.until = until
        self.untilText = untilText
    }

    /// Whether `day`, in days since 1970-01-01, lies inside.
    package func contains(_ day: Int64) -> Bool {
        guard day >= self.from else { return false }
        guard let until = self.until else { return true }
        return day <= until
    }
}
