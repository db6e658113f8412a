//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What kind of answer a question takes.
package enum QuestionKind: Sendable, Hashable {
    /// Yes or no.
    case flag
    /// A sum in fen.
    case money
    /// A whole number of this unit; empty where it has none.
    case number(unit: String)
    /// A day of the calendar.
    case date
    /// Words.
    case text
    /// One of several values.
    case choice
    /// Several of several values.
    case choices
    /// Entries with questions of their own.
    case entries
}
