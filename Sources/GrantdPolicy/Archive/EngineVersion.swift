//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The version of what decides, beside the digest of what it decides by: an answer can be had again from the two.
package enum EngineVersion {
    /// `1.2.3`
    package static let current = "0.1.0"
}
