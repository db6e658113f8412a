//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdPolicy

/// What is wrong with a case file.
package struct CaseDiagnostic: Error, Sendable, Hashable {
    package let file: String
    /// From 1; 0 where the problem is the file as a whole.
    package let line: Int
    /// What is wrong and what would be right, without a full stop.
    package let message: Text

    package init(file: String, line: Int, _ message: Text) {
        self.file = file
        self.line = line
        self.message = message
    }
}
