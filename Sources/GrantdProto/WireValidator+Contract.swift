//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension WireValidator {
    /// For an `EvaluateRequest`. Paths begin below its application.
    package static func forEvaluate() -> WireValidator { WireValidator(.evaluateRequest, transparent: "application") }

    /// For one application of a batch.
    package static func forApplication() -> WireValidator { WireValidator(.application) }

    /// For a `ScreenRequest`.
    package static func forScreen() -> WireValidator { WireValidator(.screenRequest) }
}
