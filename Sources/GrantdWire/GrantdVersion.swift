//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The version of the daemon and the tool, which is every client's too; `scripts/version.sh` writes it from VERSION.
package enum GrantdVersion {
    /// As `--version` prints it.
    package static let current = "0.1.0"
}
