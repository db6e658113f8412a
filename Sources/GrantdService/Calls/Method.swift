//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

/// The methods that are served.
package enum Method: UInt8, Sendable, Hashable, CaseIterable {
    case evaluate
    case evaluateBatch
    case evaluateColumns
    case screen
    case listMeasures
    case describeMeasure
    case listDocuments
    case getSchema
    case clearAuction
    case healthCheck
    case award
    case awardBatch
    case settle
    case listAwards
    case putEnvelope
    case listEnvelopes

    /// How a call is worked on.
    package enum Kind: Sendable, Hashable {
        /// At once, by whoever has read it.
        case immediate
        /// On a compute thread, in slices: connections take turns.
        case sliced
        /// On a compute thread for such calls alone: it cannot be interrupted.
        case offloaded
        /// On the thread of the book, with all others that wait for it.
        case ledger
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
        /// The same of a request that is explained, which takes ten times as long and more.
        package let explainedBytes: Int
        /// Whether a request may be as large as an auction's.
        package let mayBeLarge: Bool
        /// What a caller's token must say beside that it may ask.
        package let role: Caller.Roles
        /// Whether it changes anything.
        package let hasSideEffects: Bool

        init(
            _ service: StaticString,
            _ name: StaticString,
            _ kind: Kind = .sliced,
            immediateBytes: Int = 2048,
            explainedBytes: Int = .max,
            mayBeLarge: Bool = false,
            role: Caller.Roles = [],
            hasSideEffects: Bool = false
        ) {
            self.service = service
            self.name = name
            self.kind = kind
            self.immediateBytes = immediateBytes
            self.explainedBytes = explainedBytes
            self.mayBeLarge = mayBeLarge
            self.role = role
            self.hasSideEffects = hasSideEffects
        }
    }

    /// The method's row. A request of 2 KiB is ten times as large as most.
    package var entry: Entry {
        switch self {
        case .evaluate: Entry("grantd.v1.Calculator", "Evaluate", explainedBytes: 256)
        case .evaluateBatch: Entry("grantd.v1.Calculator", "EvaluateBatch", immediateBytes: -1)
        case .evaluateColumns:
            Entry("grantd.v1.Calculator", "EvaluateColumns", immediateBytes: -1, mayBeLarge: true)
        case .screen: Entry("grantd.v1.Calculator", "Screen", immediateBytes: -1)
        case .listMeasures: Entry("grantd.v1.Catalogue", "ListMeasures")
        case .describeMeasure: Entry("grantd.v1.Catalogue", "DescribeMeasure")
        case .listDocuments: Entry("grantd.v1.Catalogue", "ListDocuments")
        // A quarter of a megabyte to copy: hundreds who ask for it at once would hold up whoever asks for an answer.
        case .getSchema: Entry("grantd.v1.Catalogue", "GetSchema", immediateBytes: -1)
        case .clearAuction:
            Entry("grantd.v1.RenewablesAuction", "ClearAuction", .offloaded, immediateBytes: -1, mayBeLarge: true)
        // Whoever asks whether the daemon is well waits for nobody.
        case .healthCheck: Entry("grpc.health.v1.Health", "Check", .immediate, immediateBytes: .max)
        case .award: .awards("Award")
        case .awardBatch: .awards("AwardBatch")
        case .settle: .awards("Settle")
        case .listAwards: .awards("ListAwards", hasSideEffects: false)
        case .putEnvelope: .awards("PutEnvelope")
        case .listEnvelopes: .awards("ListEnvelopes", hasSideEffects: false)
        }
    }

    /// Whether a call is answered in steps, between which its reply grows.
    package var isStepped: Bool {
        switch self {
        case .evaluateBatch, .evaluateColumns: true
        default: false
        }
    }

    /// How a request is worked on.
    package func kind(of request: UnsafeRawBufferPointer) -> Kind {
        let entry = self.entry
        guard request.count <= entry.immediateBytes else { return entry.kind }
        guard request.count > entry.explainedBytes, Self.asksForExplanation(request) else { return .immediate }
        return entry.kind
    }

    /// Whether a request begins on a compute thread, whose connection has just had a call that took long.
    package func isSuspect(_ bytes: Int, isCompressed: Bool) -> Bool {
        self.entry.kind != .immediate && (isCompressed || bytes > Self.surelyShort)
    }

    /// In bytes: of so few entries no list takes long.
    private static let surelyShort = 256

    /// Whether an `EvaluateRequest` has `explain` (field 4), or cannot be read far enough to say.
    private static func asksForExplanation(_ request: UnsafeRawBufferPointer) -> Bool {
        var reader = WireReader(request)
        while !reader.isAtEnd {
            guard let tag = reader.tag() else { return true }
            guard tag.field == 4, tag.wireType == 0 else {
                guard reader.skip(wireType: tag.wireType) else { return true }
                continue
            }
            guard reader.varint() == 0 else { return true }
        }
        return false
    }
}

extension Method.Entry {
    /// A method of the book's: an agency's alone.
    fileprivate static func awards(_ name: StaticString, hasSideEffects: Bool = true) -> Method.Entry {
        Method.Entry(
            "grantd.v1.Awards",
            name,
            .ledger,
            immediateBytes: -1,
            role: .agency,
            hasSideEffects: hasSideEffects
        )
    }
}
