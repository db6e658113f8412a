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
    /// A whole number of the question's unit, if it has one.
    case number
    /// A day of the calendar.
    case date
    /// Words.
    case text
    /// One of several values.
    case choice
    /// Several of several values, at most so many as the question says.
    case choices
    /// Entries with questions of their own.
    case entries

    /// Whether it is sent as a list: none is an answer, and that nobody knows cannot be said.
    package var isList: Bool { self == .choices || self == .entries }
}
