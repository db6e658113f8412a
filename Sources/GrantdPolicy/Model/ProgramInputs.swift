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

    /// The indices of them; the first three are written for every application.
    @inlinable package static var facts: Int { 0 }
    @inlinable package static var applicant: Int { 1 }
    @inlinable package static var asOf: Int { 2 }
    package static let workingCalendar = 3
    package static let priorAwards = 4
    package static let subject = 5

    /// The index of what a calculator gives, and behind that of the first definition.
    package static let definitions = 6
}
