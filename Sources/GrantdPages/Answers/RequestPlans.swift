//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdJSON
internal import GrantdSchema

/// How the pages' requests are read from JSON: planned once, when policies are loaded.
struct RequestPlans: Sendable {
    let plan: JSONPlan
    private let types: ApplicationTypes

    /// - Parameter plan: One that has both requests, to be shared; nil: one is made.
    init(_ types: ApplicationTypes, _ plan: JSONPlan?) {
        self.types = types
        self.plan = plan ?? JSONPlan([types.evaluateRequest, types.screenRequest])
    }

    /// An `EvaluateRequest`; what it holds is named without `application.` in front, as the engine does.
    var evaluate: JSONPlan.Root? { self.plan.root(self.types.evaluateRequest, transparent: "application") }

    var screen: JSONPlan.Root? { self.plan.root(self.types.screenRequest) }
}
