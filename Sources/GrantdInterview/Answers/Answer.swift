//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What was answered to one question.
package enum Answer: Sendable, Hashable {
    case flag(Bool)
    /// Money in fen, any other number as on the wire.
    case number(Int64)
    case date(CalendarDay)
    case text(String)
    /// The name of the value.
    case choice(String)
    /// The names of the values, in the order of the question's.
    case choices([String])
    /// Each entry's answers by the names of their questions; what is not known is left out.
    case entries([[String: Answer]])
}
