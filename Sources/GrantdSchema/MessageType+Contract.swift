//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import CGrantdProto
internal import CProtobufC

// A descriptor's address is had from a message that was initialised: a C constant that Swift imports has no address that
// Swift promises to keep.
private func messageType<Message>(
    of message: Message,
    initialised initialise: (UnsafeMutablePointer<Message>) -> Void
) -> MessageType {
    var message = message
    initialise(&message)
    return withUnsafeBytes(of: &message) { bytes in
        .compiled(bytes.load(as: UnsafePointer<ProtobufCMessageDescriptor>.self))
    }
}

extension MessageType {
    /// `grantd.v1.EvaluateRequest`, whose application has no facts.
    static let bareEvaluateRequest = messageType(
        of: Grantd__V1__EvaluateRequest(),
        initialised: grantd__v1__evaluate_request__init
    )
    /// `grantd.v1.EvaluateBatchRequest`, whose applications have no facts.
    static let bareEvaluateBatchRequest = messageType(
        of: Grantd__V1__EvaluateBatchRequest(),
        initialised: grantd__v1__evaluate_batch_request__init
    )
    /// `grantd.v1.EvaluateBatchResponse`
    package static let evaluateBatchResponse = messageType(
        of: Grantd__V1__EvaluateBatchResponse(),
        initialised: grantd__v1__evaluate_batch_response__init
    )
    /// `grantd.v1.EvaluateColumnsRequest`
    package static let evaluateColumnsRequest = messageType(
        of: Grantd__V1__EvaluateColumnsRequest(),
        initialised: grantd__v1__evaluate_columns_request__init
    )
    /// `grantd.v1.EvaluateColumnsResponse`
    package static let evaluateColumnsResponse = messageType(
        of: Grantd__V1__EvaluateColumnsResponse(),
        initialised: grantd__v1__evaluate_columns_response__init
    )
    /// `grantd.v1.ScreenRequest`, whose applications have no facts.
    static let bareScreenRequest = messageType(
        of: Grantd__V1__ScreenRequest(),
        initialised: grantd__v1__screen_request__init
    )
    /// `grantd.v1.ScreenResponse`
    package static let screenResponse = messageType(
        of: Grantd__V1__ScreenResponse(),
        initialised: grantd__v1__screen_response__init
    )
    /// `grantd.v1.Application` without the members of `facts`.
    static let bareApplication = messageType(
        of: Grantd__V1__Application(),
        initialised: grantd__v1__application__init
    )
    /// `grantd.v1.Applicant`
    package static let applicant = messageType(
        of: Grantd__V1__Applicant(),
        initialised: grantd__v1__applicant__init
    )
    /// `grantd.v1.PriorAward`
    package static let priorAward = messageType(
        of: Grantd__V1__PriorAward(),
        initialised: grantd__v1__prior_award__init
    )
    /// `grantd.v1.Assessment`
    package static let assessment = messageType(
        of: Grantd__V1__Assessment(),
        initialised: grantd__v1__assessment__init
    )
    /// `grantd.v1.Text`
    package static let text = messageType(of: Grantd__V1__Text(), initialised: grantd__v1__text__init)
    /// `grantd.v1.Error`
    package static let error = messageType(of: Grantd__V1__Error(), initialised: grantd__v1__error__init)
    /// `grantd.v1.ListMeasuresRequest`
    package static let listMeasuresRequest = messageType(
        of: Grantd__V1__ListMeasuresRequest(),
        initialised: grantd__v1__list_measures_request__init
    )
    /// `grantd.v1.ListMeasuresResponse`
    package static let listMeasuresResponse = messageType(
        of: Grantd__V1__ListMeasuresResponse(),
        initialised: grantd__v1__list_measures_response__init
    )
    /// `grantd.v1.DescribeMeasureRequest`
    package static let describeMeasureRequest = messageType(
        of: Grantd__V1__DescribeMeasureRequest(),
        initialised: grantd__v1__describe_measure_request__init
    )
    /// `grantd.v1.MeasureDescription`
    package static let measureDescription = messageType(
        of: Grantd__V1__MeasureDescription(),
        initialised: grantd__v1__measure_description__init
    )
    /// `grantd.v1.ListDocumentsRequest`
    package static let listDocumentsRequest = messageType(
        of: Grantd__V1__ListDocumentsRequest(),
        initialised: grantd__v1__list_documents_request__init
    )
    /// `grantd.v1.ListDocumentsResponse`
    package static let listDocumentsResponse = messageType(
        of: Grantd__V1__ListDocumentsResponse(),
        initialised: grantd__v1__list_documents_response__init
    )
    /// `grantd.v1.GetSchemaRequest`
    package static let getSchemaRequest = messageType(
        of: Grantd__V1__GetSchemaRequest(),
        initialised: grantd__v1__get_schema_request__init
    )
    /// `grantd.v1.Schema`
    package static let schema = messageType(of: Grantd__V1__Schema(), initialised: grantd__v1__schema__init)
    /// `grantd.v1.ClearAuctionRequest`
    package static let clearAuctionRequest = messageType(
        of: Grantd__V1__ClearAuctionRequest(),
        initialised: grantd__v1__clear_auction_request__init
    )
    /// `grantd.v1.AuctionBid`
    package static let auctionBid = messageType(
        of: Grantd__V1__AuctionBid(),
        initialised: grantd__v1__auction_bid__init
    )
    /// `grantd.v1.ClearAuctionResponse`
    package static let clearAuctionResponse = messageType(
        of: Grantd__V1__ClearAuctionResponse(),
        initialised: grantd__v1__clear_auction_response__init
    )
    /// `grantd.v1.AwardRequest`, whose application has no facts.
    static let bareAwardRequest = messageType(
        of: Grantd__V1__AwardRequest(),
        initialised: grantd__v1__award_request__init
    )
    /// `grantd.v1.AwardResponse`
    package static let awardResponse = messageType(
        of: Grantd__V1__AwardResponse(),
        initialised: grantd__v1__award_response__init
    )
    /// `grantd.v1.AwardBatchEntry`, whose application has no facts.
    static let bareAwardBatchEntry = messageType(
        of: Grantd__V1__AwardBatchEntry(),
        initialised: grantd__v1__award_batch_entry__init
    )
    /// `grantd.v1.AwardBatchRequest`, whose applications have no facts.
    static let bareAwardBatchRequest = messageType(
        of: Grantd__V1__AwardBatchRequest(),
        initialised: grantd__v1__award_batch_request__init
    )
    /// `grantd.v1.AwardBatchResponse`
    package static let awardBatchResponse = messageType(
        of: Grantd__V1__AwardBatchResponse(),
        initialised: grantd__v1__award_batch_response__init
    )
    /// `grantd.v1.Award`
    package static let award = messageType(
        of: Grantd__V1__Award(),
        initialised: grantd__v1__award__init
    )
    /// `grantd.v1.SettleRequest`
    package static let settleRequest = messageType(
        of: Grantd__V1__SettleRequest(),
        initialised: grantd__v1__settle_request__init
    )
    /// `grantd.v1.SettleResponse`
    package static let settleResponse = messageType(
        of: Grantd__V1__SettleResponse(),
        initialised: grantd__v1__settle_response__init
    )
    /// `grantd.v1.ListAwardsRequest`
    package static let listAwardsRequest = messageType(
        of: Grantd__V1__ListAwardsRequest(),
        initialised: grantd__v1__list_awards_request__init
    )
    /// `grantd.v1.ListAwardsResponse`
    package static let listAwardsResponse = messageType(
        of: Grantd__V1__ListAwardsResponse(),
        initialised: grantd__v1__list_awards_response__init
    )
    /// `grantd.v1.Envelope`
    package static let envelope = messageType(
        of: Grantd__V1__Envelope(),
        initialised: grantd__v1__envelope__init
    )
    /// `grantd.v1.PutEnvelopeRequest`
    package static let putEnvelopeRequest = messageType(
        of: Grantd__V1__PutEnvelopeRequest(),
        initialised: grantd__v1__put_envelope_request__init
    )
    /// `grantd.v1.ListEnvelopesRequest`
    package static let listEnvelopesRequest = messageType(
        of: Grantd__V1__ListEnvelopesRequest(),
        initialised: grantd__v1__list_envelopes_request__init
    )
    /// `grantd.v1.ListEnvelopesResponse`
    package static let listEnvelopesResponse = messageType(
        of: Grantd__V1__ListEnvelopesResponse(),
        initialised: grantd__v1__list_envelopes_response__init
    )
    /// `grpc.health.v1.HealthCheckRequest`
    package static let healthCheckRequest = messageType(
        of: Grpc__Health__V1__HealthCheckRequest(),
        initialised: grpc__health__v1__health_check_request__init
    )
    /// `grpc.health.v1.HealthCheckResponse`
    package static let healthCheckResponse = messageType(
        of: Grpc__Health__V1__HealthCheckResponse(),
        initialised: grpc__health__v1__health_check_response__init
    )
    /// `brpc.policy.RpcMeta`
    package static let rpcMeta = messageType(
        of: Brpc__Policy__RpcMeta(),
        initialised: brpc__policy__rpc_meta__init
    )
}
