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
        /// What it does, for those who read the description of the API: Chinese and English.
        package let summary: StaticString
        /// The number that the log of decisions knows the method by, which stays for good; nil for what decides and changes nothing,
        /// and is not logged.
        package let decisionNumber: UInt8?
        /// How a request of more than ``immediateBytes`` is worked on.
        package let kind: Kind
        /// Whether a call is answered in steps, between which its reply grows.
        package let isStepped: Bool
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
            _ summary: StaticString,
            decision decisionNumber: UInt8? = nil,
            _ kind: Kind = .sliced,
            isStepped: Bool = false,
            immediateBytes: Int = 2048,
            explainedBytes: Int = .max,
            mayBeLarge: Bool = false,
            role: Caller.Roles = [],
            hasSideEffects: Bool = false
        ) {
            self.service = service
            self.name = name
            self.summary = summary
            self.decisionNumber = decisionNumber
            self.kind = kind
            self.isStepped = isStepped
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
        case .evaluate:
            Entry(
                "grantd.v1.Calculator",
                "Evaluate",
                "测算一份申请 · Assess one application",
                decision: 1,
                explainedBytes: 256
            )
        case .evaluateBatch:
            .calculator("EvaluateBatch", "批量测算 · Assess many applications", decision: 2, isStepped: true)
        case .evaluateColumns:
            .calculator(
                "EvaluateColumns",
                "按列批量测算 · Assess a table by columns",
                decision: 9,
                isStepped: true,
                mayBeLarge: true
            )
        case .screen:
            .calculator("Screen", "可享受哪些支持 · Screen one applicant for every measure", decision: 3)
        case .listMeasures: .catalogue("ListMeasures", "列出支持事项 · List the measures")
        case .describeMeasure: .catalogue("DescribeMeasure", "说明一项支持 · Describe a measure")
        case .listDocuments: .catalogue("ListDocuments", "列出政策文件 · List the documents")
        // A quarter of a megabyte to copy: hundreds who ask for it at once would hold up whoever asks for an answer.
        case .getSchema: .catalogue("GetSchema", "取得消息结构 · Get the schema", immediateBytes: -1)
        case .clearAuction:
            Entry(
                "grantd.v1.RenewablesAuction",
                "ClearAuction",
                "竞价出清 · Clear the auction",
                decision: 4,
                .offloaded,
                immediateBytes: -1,
                mayBeLarge: true
            )
        // Whoever asks whether the daemon is well waits for nobody.
        case .healthCheck:
            Entry("grpc.health.v1.Health", "Check", "是否正常 · Is the daemon well", .immediate, immediateBytes: .max)
        case .award: .awards("Award", "给予支持并记账 · Award and record", decision: 5)
        case .awardBatch: .awards("AwardBatch", "批量给予支持 · Award in order", decision: 6)
        case .settle: .awards("Settle", "核定、退回或更正 · Commit, give back or correct an award", decision: 7)
        case .listAwards: .awards("ListAwards", "列出已给予的支持 · List awards")
        case .putEnvelope: .awards("PutEnvelope", "设定预算额度 · Put an envelope", decision: 8)
        case .listEnvelopes: .awards("ListEnvelopes", "列出预算额度 · List envelopes")
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
    package func isOffloadedInCooldown(_ bytes: Int, isCompressed: Bool) -> Bool {
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
    /// A method whose every call goes to a compute thread: it assesses many applications.
    fileprivate static func calculator(
        _ name: StaticString,
        _ summary: StaticString,
        decision: UInt8,
        isStepped: Bool = false,
        mayBeLarge: Bool = false
    ) -> Method.Entry {
        Method.Entry(
            "grantd.v1.Calculator",
            name,
            summary,
            decision: decision,
            isStepped: isStepped,
            immediateBytes: -1,
            mayBeLarge: mayBeLarge
        )
    }

    /// A method that says what is served.
    fileprivate static func catalogue(
        _ name: StaticString,
        _ summary: StaticString,
        immediateBytes: Int = 2048
    ) -> Method.Entry {
        Method.Entry("grantd.v1.Catalogue", name, summary, immediateBytes: immediateBytes)
    }

    /// A method of the book's: an agency's alone. What changes it is a decision.
    fileprivate static func awards(
        _ name: StaticString,
        _ summary: StaticString,
        decision: UInt8? = nil
    ) -> Method.Entry {
        Method.Entry(
            "grantd.v1.Awards",
            name,
            summary,
            decision: decision,
            .ledger,
            immediateBytes: -1,
            role: .agency,
            hasSideEffects: decision != nil
        )
    }
}
