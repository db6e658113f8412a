//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

public import GrantdMessages

/// What is asked about an application beside its facts.
public struct GrantdEvaluationOptions: Hashable, Sendable {
    /// Eligible at all, or payable: the second asks further rules. The default is `application`.
    public var stage: GrantdStage.Value
    /// Take a bar whose ground is unset as absent, and list it as assumed. The default is `false`.
    public var assumeUnsetBarsAbsent: Bool
    /// How much of the reasoning comes back. The default is `none`.
    public var explain: GrantdExplain.Level

    /// Makes options; the defaults are the contract's.
    ///
    /// - Parameters:
    ///   - stage: Eligible at all, or payable.
    ///   - assumeUnsetBarsAbsent: Take a bar whose ground is unset as absent.
    ///   - explain: How much of the reasoning comes back.
    public init(
        stage: GrantdStage.Value = .application,
        assumeUnsetBarsAbsent: Bool = false,
        explain: GrantdExplain.Level = .none
    ) {
        self.stage = stage
        self.assumeUnsetBarsAbsent = assumeUnsetBarsAbsent
        self.explain = explain
    }
}
