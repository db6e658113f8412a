//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import NIOCore

/// A call's method and body, encoded.
struct Request: Sendable {
    let method: GrantdMethod
    let payload: ByteBuffer
}

/// A method of the contract by its names on the wire.
package struct GrantdMethod: Hashable, Sendable {
    /// The full service name, `grantd.v1.Calculator`.
    package let service: String
    /// The method's name, `Evaluate`.
    package let name: String

    package static let evaluate = Self(service: "grantd.v1.Calculator", name: "Evaluate")
    package static let evaluateBatch = Self(service: "grantd.v1.Calculator", name: "EvaluateBatch")
    package static let screen = Self(service: "grantd.v1.Calculator", name: "Screen")
    package static let listMeasures = Self(service: "grantd.v1.Catalogue", name: "ListMeasures")
    package static let describeMeasure = Self(service: "grantd.v1.Catalogue", name: "DescribeMeasure")
    package static let listDocuments = Self(service: "grantd.v1.Catalogue", name: "ListDocuments")
    package static let getSchema = Self(service: "grantd.v1.Catalogue", name: "GetSchema")
    package static let clearAuction = Self(service: "grantd.v1.RenewablesAuction", name: "ClearAuction")
    package static let award = Self(service: "grantd.v1.Awards", name: "Award")
    package static let awardBatch = Self(service: "grantd.v1.Awards", name: "AwardBatch")
    package static let settle = Self(service: "grantd.v1.Awards", name: "Settle")
    package static let listAwards = Self(service: "grantd.v1.Awards", name: "ListAwards")
    package static let putEnvelope = Self(service: "grantd.v1.Awards", name: "PutEnvelope")
    package static let listEnvelopes = Self(service: "grantd.v1.Awards", name: "ListEnvelopes")
    package static let checkHealth = Self(service: "grpc.health.v1.Health", name: "Check")
}
