//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a measure's programs read, in the order in which they are given it: these, then what a calculator gives, then
/// the definitions.
package enum ProgramInputs {
    /// Under which names expressions read them.
    package static let names = ["facts", "applicant", "as_of", "working_calendar", "prior_awards", "subject_id"]

    /// The indices of them.
    package static let facts = 0
    package static let applicant = 1
    package static let asOf = 2
    package static let workingCalendar = 3
    package static let priorAwards = 4
    package static let subject = 5

    /// The index of what a calculator gives, and behind that of the first definition.
    package static let definitions = 6
}
