//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Method {
    /// The number that the log of decisions knows the method by, which stays for good; nil for what decides and changes nothing,
    /// and is not logged.
    package var decisionNumber: UInt8? {
        switch self {
        case .evaluate: 1
        case .evaluateBatch: 2
        case .screen: 3
        case .clearAuction: 4
        case .award: 5
        case .awardBatch: 6
        case .settle: 7
        case .putEnvelope: 8
        case .evaluateColumns: 9
        case .listMeasures, .describeMeasure, .listDocuments, .getSchema, .healthCheck, .listAwards, .listEnvelopes:
            nil
        }
    }

    /// The method of a number of the log of decisions.
    package init?(decisionNumber: UInt8) {
        guard let method = Self.allCases.first(where: { $0.decisionNumber == decisionNumber }) else { return nil }
        self = method
    }
}
