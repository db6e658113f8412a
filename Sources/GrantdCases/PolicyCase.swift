//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A worked case: a question, and what must come of it.
package struct PolicyCase: Sendable {
    /// What is asked.
    package enum Question: Sendable {
        /// An `EvaluateRequest`.
        case evaluate(CaseNode)
        /// A `ScreenRequest`.
        case screen(CaseNode)
        /// The text of an `EvaluateRequest`, malformed on purpose.
        case raw(String)
        /// Another call, which is not for this runner.
        case other
    }

    /// What must come of it.
    package enum Expectation: Sendable {
        /// An answer that holds these.
        case answer(CaseNode)
        /// A bad request, with the field that it names; `nil`: any.
        case error(field: String?)
    }

    package let id: String
    /// Where it begins, from 1.
    package let line: Int
    package let question: Question
    package let expectation: Expectation
    /// Why it must come so; empty where nothing is said.
    package let why: String
}
