//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdClient

/// What is wrong with a request before it is sent.
struct RequestProblem: Error, Equatable {
    /// The place, as the daemon would name it: `applicant.kind`, `prior_awards[0].measure`, `facts`. Empty where the
    /// text is no JSON.
    var field: String
    /// What is wrong and what would be right, without a full stop.
    var message: String

    /// The same problem as a daemon's refusal, so that both read alike.
    var asClientError: GrantdClientError {
        GrantdClientError(code: .invalidRequest, message: self.message, field: self.field)
    }
}
