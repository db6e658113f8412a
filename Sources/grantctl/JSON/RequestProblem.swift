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
    /// What the schema lacks, if that is the problem: a newer schema may have it.
    var unknown: Unknown?

    /// A name that a schema does not have.
    enum Unknown: Sendable {
        /// A member of an application that may be the facts of a measure.
        case measure
        /// Any other name of a field or of an enum's value.
        case other
    }

    /// The place, if there is one, and what is wrong there, for a person.
    var printable: String { (self.field.isEmpty ? "" : "\(self.field.printable): ") + self.message.printable }

    /// The application's own name in a request that has this problem; empty where it has none, or is no JSON.
    func applicationID(in text: ArraySlice<UInt8>) -> String {
        text.withUnsafeBufferPointer { JSONCursor.text(of: ["application", "application_id"], in: $0) } ?? ""
    }

    /// The same problem as a daemon's refusal, so that both read alike.
    var asClientError: GrantdClientError {
        GrantdClientError(code: .invalidRequest, message: self.message, field: self.field)
    }
}
