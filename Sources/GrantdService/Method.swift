//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The methods that are served.
package enum Method: UInt8, Sendable, Hashable, CaseIterable {
    case evaluate
    case evaluateBatch
    case screen
    case listMeasures
    case describeMeasure
    case listDocuments
    case getSchema
    case clearAuction
    case healthCheck

    /// How a call is worked on.
    package enum Kind: Sendable, Hashable {
        /// At once, by whoever has read it.
        case immediate
        /// On a compute thread, in slices: connections take turns.
        case sliced
        /// On a compute thread for such calls alone: it cannot be interrupted.
        case offloaded
    }

    /// What the daemon knows of a method: a row of its table.
    package struct Entry: Sendable {
        /// The full name of the service.
        package let service: StaticString
        /// The name of the method.
        package let name: StaticString
        /// How a request of more than ``immediateBytes`` is worked on.
        package let kind: Kind
        /// The most bytes of a request that is answered at once.
        package let immediateBytes: Int
        /// Whether a request may be as large as an auction's.
        package let mayBeLarge: Bool

        init(
            _ service: StaticString,
            _ name: StaticString,
            _ kind: Kind = .sliced,
            immediateBytes: Int = 2048,
            mayBeLarge: Bool = false
        ) {
            self.service = service
            self.name = name
            self.kind = kind
            self.immediateBytes = immediateBytes
            self.mayBeLarge = mayBeLarge
        }
    }

    /// The method's row. A request of 2 KiB is ten times as large as most, and takes some hundred microseconds at worst.
    package var entry: Entry {
        switch self {
        case .evaluate: Entry("grantd.v1.Calculator", "Evaluate")
        case .evaluateBatch: Entry("grantd.v1.Calculator", "EvaluateBatch", immediateBytes: -1)
        case .screen: Entry("grantd.v1.Calculator", "Screen", immediateBytes: -1)
        case .listMeasures: Entry("grantd.v1.Catalogue", "ListMeasures")
        case .describeMeasure: Entry("grantd.v1.Catalogue", "DescribeMeasure")
        case .listDocuments: Entry("grantd.v1.Catalogue", "ListDocuments")
        case .getSchema: Entry("grantd.v1.Catalogue", "GetSchema")
        case .clearAuction:
            Entry("grantd.v1.RenewablesAuction", "ClearAuction", .offloaded, immediateBytes: -1, mayBeLarge: true)
        // Whoever asks whether the daemon is well waits for nobody.
        case .healthCheck: Entry("grpc.health.v1.Health", "Check", .immediate, immediateBytes: .max)
        }
    }

    /// How a request of so many bytes is worked on.
    package func kind(requestBytes: Int) -> Kind {
        let entry = self.entry
        return requestBytes <= entry.immediateBytes ? .immediate : entry.kind
    }
}
