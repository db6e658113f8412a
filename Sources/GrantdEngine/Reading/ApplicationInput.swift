//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy

/// One application as the evaluator reads it: checked, and pointing into the arena that holds the request.
struct ApplicationInput {
    /// NUL-terminated; `nil` where it is unset.
    var applicationID: UnsafePointer<CChar>?
    /// The ten characters `YYYY-MM-DD`.
    var asOfText: UnsafePointer<CChar>
    /// In days since 1970-01-01.
    var asOf: Int64
    var year: Int64
    /// NUL-terminated; `nil` where it is unset or empty.
    var subject: UnsafePointer<CChar>?
    /// The applicant's struct; `nil` where it is unset.
    var applicant: UnsafeRawPointer?
    /// The struct of the measure's facts.
    var facts: UnsafeRawPointer
    /// The measure, as an index of the policy set's entries.
    var entry: Int
    /// Its version that the day asks for.
    var version: MeasureIndex.Version
    var priorAwards: UnsafeBufferPointer<PriorAward>
    /// Nobody has looked for earlier awards.
    var priorAwardsAreUnknown: Bool
    /// Earlier awards that are dated later are not seen. With the book all that are left in ``priorAwards`` are.
    var lastAwardDay: Int64
    /// Of the book, those that bind the measure on the day.
    var envelopes = UnsafeBufferPointer<EnvelopeBalance>(start: nil, count: 0)
    /// The book was read: what it does not have is not there.
    var isJoined = false
}

/// What a request asks about all its applications.
struct EvaluationOptions: BitwiseCopyable {
    /// The rules of this stage and of those before it are asked.
    var stage = Stage.application
    var assumesUnsetBarsAbsent = false
    var explains = false
    /// The book is to be read.
    var usesLedger = false
}
