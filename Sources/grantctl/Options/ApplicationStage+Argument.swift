//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdInterview

extension ApplicationStage: ExpressibleByArgument {
    /// `application`, `publicity` or `disbursement`.
    init?(argument: String) {
        guard let stage = Self.allCases.first(where: { $0.argument == argument }) else { return nil }
        self = stage
    }

    // The library's own speak of the numbers: they are shadowed only by what is as visible as the conformance.
    package var defaultValueDescription: String { self.argument }

    package static var allValueDescriptions: [String: String] { [:] }

    package static var allValueStrings: [String] { self.allCases.map(\.argument) }

    private var argument: String { self.name.lowercased() }
}
