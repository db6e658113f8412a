//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The outcome of an assessment. The raw value is the number of `grantd.v1.Outcome.Value`.
enum Outcome: UInt8 {
    case eligible = 1
    case ineligible = 2
    case undetermined = 3
    case exhausted = 4
    case notInForce = 5

    /// Whether lines are reported.
    var hasLines: Bool { self == .eligible || self == .exhausted }
}

/// What one rule said. The raw value is the number of `grantd.v1.Finding.Verdict`; 0 stands for a rule that is not
/// asked at the request's stage.
enum Verdict: UInt8 {
    case notAsked = 0
    case pass = 1
    case fail = 2
    case unknown = 3
    case assumed = 4
}
