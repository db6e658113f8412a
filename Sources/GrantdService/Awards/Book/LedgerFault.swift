//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why a book could not be read or written.
package struct LedgerFault: Error, Hashable, Sendable {
    /// Whether the same may succeed later without anybody's doing: the database is locked, or does not answer.
    package let isTransient: Bool
    /// What is wrong and what would help, for the caller and the log. Names no applicant.
    package let message: String

    package init(isTransient: Bool, message: String) {
        self.isTransient = isTransient
        self.message = message
    }
}
