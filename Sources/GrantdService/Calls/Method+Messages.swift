//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdSchema

extension Method {
    /// The types of its request and of its reply, where these are the types of what is served.
    package func messages(_ types: ApplicationTypes) -> (request: MessageType, reply: MessageType) {
        switch self {
        case .evaluate: (types.evaluateRequest, .assessment)
        case .evaluateBatch: (types.evaluateBatchRequest, .evaluateBatchResponse)
        case .evaluateColumns: (.evaluateColumnsRequest, .evaluateColumnsResponse)
        case .screen: (types.screenRequest, .screenResponse)
        case .listMeasures: (.listMeasuresRequest, .listMeasuresResponse)
        case .describeMeasure: (.describeMeasureRequest, .measureDescription)
        case .listDocuments: (.listDocumentsRequest, .listDocumentsResponse)
        case .getSchema: (.getSchemaRequest, .schema)
        case .clearAuction: (.clearAuctionRequest, .clearAuctionResponse)
        case .healthCheck: (.healthCheckRequest, .healthCheckResponse)
        case .award: (types.awardRequest, .awardResponse)
        case .awardBatch: (types.awardBatchRequest, .awardBatchResponse)
        case .settle: (.settleRequest, .settleResponse)
        case .listAwards: (.listAwardsRequest, .listAwardsResponse)
        case .putEnvelope: (.putEnvelopeRequest, .envelope)
        case .listEnvelopes: (.listEnvelopesRequest, .listEnvelopesResponse)
        }
    }
}
