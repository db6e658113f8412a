//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The keys of `user_fields` in an error's meta.
package enum UserField {
    /// The status by its gRPC name: `INVALID_ARGUMENT`.
    package static let status = "grpc-status"
    /// The place that a bad request is wrong at: `prior_awards[0].amount_fen`.
    package static let field = "field"
    /// What a log of decisions knows the request of an answer by.
    package static let requestHash = "request-hash"
}
