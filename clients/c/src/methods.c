/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "grantd/methods.h"

/* Each method by its place in its service's descriptor, which is that of the .proto file. */
#define METHOD(function, service, place, request_type, response_type)                                                  \
    response_type *function(                                                                                           \
        grantd_client *client, const request_type *request, const grantd_call_options *options, grantd_error *error)   \
    {                                                                                                                  \
        return (response_type *)grantd_client_call(                                                                    \
            client, &service##__descriptor, place, (const ProtobufCMessage *)request, options, error);                 \
    }

METHOD(grantd_evaluate, grantd__v1__calculator, 0, Grantd__V1__EvaluateRequest, Grantd__V1__Assessment)
METHOD(
    grantd_evaluate_batch, grantd__v1__calculator, 1, Grantd__V1__EvaluateBatchRequest,
    Grantd__V1__EvaluateBatchResponse)
METHOD(
    grantd_evaluate_columns, grantd__v1__calculator, 2, Grantd__V1__EvaluateColumnsRequest,
    Grantd__V1__EvaluateColumnsResponse)
METHOD(grantd_screen, grantd__v1__calculator, 3, Grantd__V1__ScreenRequest, Grantd__V1__ScreenResponse)
METHOD(
    grantd_list_measures, grantd__v1__catalogue, 0, Grantd__V1__ListMeasuresRequest, Grantd__V1__ListMeasuresResponse)
METHOD(
    grantd_describe_measure, grantd__v1__catalogue, 1, Grantd__V1__DescribeMeasureRequest,
    Grantd__V1__MeasureDescription)
METHOD(
    grantd_list_documents, grantd__v1__catalogue, 2, Grantd__V1__ListDocumentsRequest,
    Grantd__V1__ListDocumentsResponse)
METHOD(grantd_get_schema, grantd__v1__catalogue, 3, Grantd__V1__GetSchemaRequest, Grantd__V1__Schema)
METHOD(
    grantd_clear_auction, grantd__v1__renewables_auction, 0, Grantd__V1__ClearAuctionRequest,
    Grantd__V1__ClearAuctionResponse)
METHOD(grantd_award, grantd__v1__awards, 0, Grantd__V1__AwardRequest, Grantd__V1__AwardResponse)
METHOD(grantd_award_batch, grantd__v1__awards, 1, Grantd__V1__AwardBatchRequest, Grantd__V1__AwardBatchResponse)
METHOD(grantd_settle, grantd__v1__awards, 2, Grantd__V1__SettleRequest, Grantd__V1__SettleResponse)
METHOD(grantd_list_awards, grantd__v1__awards, 3, Grantd__V1__ListAwardsRequest, Grantd__V1__ListAwardsResponse)
METHOD(grantd_put_envelope, grantd__v1__awards, 4, Grantd__V1__PutEnvelopeRequest, Grantd__V1__Envelope)
METHOD(
    grantd_list_envelopes, grantd__v1__awards, 5, Grantd__V1__ListEnvelopesRequest, Grantd__V1__ListEnvelopesResponse)
METHOD(
    grantd_health_check, grpc__health__v1__health, 0, Grpc__Health__V1__HealthCheckRequest,
    Grpc__Health__V1__HealthCheckResponse)
