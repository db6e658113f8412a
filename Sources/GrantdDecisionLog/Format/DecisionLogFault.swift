//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why a log of decisions cannot be written or read.
package struct DecisionLogFault: Error, Sendable, Hashable {
    package enum Code: Sendable {
        /// Another daemon, or another erasure, is at work.
        case inUse
        /// The system refused.
        case system
        /// It is none that a daemon has written, or was changed since.
        case damaged
        /// A setting makes no sense.
        case setting
    }

    package let code: Code
    /// What is wrong, with the file's name, and what to do.
    package let message: String
    /// The same in Chinese.
    package let messageZH: String

    package init(_ code: Code, zh: String, en: String) {
        self.code = code
        self.message = en
        self.messageZH = zh
    }
}
