/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */

/* The contract's methods as blocking functions. Each returns the answer, to be freed with the message's `…__free_unpacked(answer,
 * NULL)`, or NULL and what is wrong in `error`. `options` and `error` may be NULL. */
#ifndef GRANTD_METHODS_H
#define GRANTD_METHODS_H

#include "grantd/call.h"
#include "grantd/connect.h"
#include "grantd/error.h"
#include "grantd/export.h"
#include "grantd/v1/auction.pb-c.h"
#include "grantd/v1/awards.pb-c.h"
#include "grantd/v1/calculator.pb-c.h"
#include "grantd/v1/catalogue.pb-c.h"
#include "grpc/health/v1/health.pb-c.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Assesses one application. */
GRANTD_API Grantd__V1__Assessment *grantd_evaluate(
    grantd_client *client, const Grantd__V1__EvaluateRequest *request, const grantd_call_options *options,
    grantd_error *error);

/* Assesses up to 4,096 applications, 256 with explain; an error stands beside its own application. For more see score.h. */
GRANTD_API Grantd__V1__EvaluateBatchResponse *grantd_evaluate_batch(
    grantd_client *client, const Grantd__V1__EvaluateBatchRequest *request, const grantd_call_options *options,
    grantd_error *error);

/* Assesses up to 65,536 applications for one measure as columns, 4,096 with explain; an error stands in its own row. */
GRANTD_API Grantd__V1__EvaluateColumnsResponse *grantd_evaluate_columns(
    grantd_client *client, const Grantd__V1__EvaluateColumnsRequest *request, const grantd_call_options *options,
    grantd_error *error);

/* Assesses one applicant for every measure in force. */
GRANTD_API Grantd__V1__ScreenResponse *grantd_screen(
    grantd_client *client, const Grantd__V1__ScreenRequest *request, const grantd_call_options *options,
    grantd_error *error);

/* Lists the measures. */
GRANTD_API Grantd__V1__ListMeasuresResponse *grantd_list_measures(
    grantd_client *client, const Grantd__V1__ListMeasuresRequest *request, const grantd_call_options *options,
    grantd_error *error);

/* Describes one measure. */
GRANTD_API Grantd__V1__MeasureDescription *grantd_describe_measure(
    grantd_client *client, const Grantd__V1__DescribeMeasureRequest *request, const grantd_call_options *options,
    grantd_error *error);

/* Lists the documents of the gazettes. */
GRANTD_API Grantd__V1__ListDocumentsResponse *grantd_list_documents(
    grantd_client *client, const Grantd__V1__ListDocumentsRequest *request, const grantd_call_options *options,
    grantd_error *error);

/* Hands out the contract as a FileDescriptorSet. */
GRANTD_API Grantd__V1__Schema *grantd_get_schema(
    grantd_client *client, const Grantd__V1__GetSchemaRequest *request, const grantd_call_options *options,
    grantd_error *error);

/* Clears the auction of a year: up to 100,000 bids, 16 MiB. */
GRANTD_API Grantd__V1__ClearAuctionResponse *grantd_clear_auction(
    grantd_client *client, const Grantd__V1__ClearAuctionRequest *request, const grantd_call_options *options,
    grantd_error *error);

/* Assesses an application with every award before it and records what it is awarded, in one step. A request without an
 * idempotency_key is given one, so that what is tried again awards nothing twice. It holds for this call alone: who asks again by
 * a call of their own sets the key. */
GRANTD_API Grantd__V1__AwardResponse *grantd_award(
    grantd_client *client, const Grantd__V1__AwardRequest *request, const grantd_call_options *options,
    grantd_error *error);

/* Awards up to 4,096 applications in order, each with those before it; keys as in grantd_award(), one for each entry. */
GRANTD_API Grantd__V1__AwardBatchResponse *grantd_award_batch(
    grantd_client *client, const Grantd__V1__AwardBatchRequest *request, const grantd_call_options *options,
    grantd_error *error);

/* Commits, gives back or corrects an award; its key as in grantd_award(). */
GRANTD_API Grantd__V1__SettleResponse *grantd_settle(
    grantd_client *client, const Grantd__V1__SettleRequest *request, const grantd_call_options *options,
    grantd_error *error);

/* Lists awards, a page at a time. */
GRANTD_API Grantd__V1__ListAwardsResponse *grantd_list_awards(
    grantd_client *client, const Grantd__V1__ListAwardsRequest *request, const grantd_call_options *options,
    grantd_error *error);

/* Puts a budget, in the place of the one of its id. Returns it as it is now. */
GRANTD_API Grantd__V1__Envelope *grantd_put_envelope(
    grantd_client *client, const Grantd__V1__PutEnvelopeRequest *request, const grantd_call_options *options,
    grantd_error *error);

/* Lists the budgets. */
GRANTD_API Grantd__V1__ListEnvelopesResponse *grantd_list_envelopes(
    grantd_client *client, const Grantd__V1__ListEnvelopesRequest *request, const grantd_call_options *options,
    grantd_error *error);

/* Asks for the health of the daemon, or of one service. */
GRANTD_API Grpc__Health__V1__HealthCheckResponse *grantd_health_check(
    grantd_client *client, const Grpc__Health__V1__HealthCheckRequest *request, const grantd_call_options *options,
    grantd_error *error);

#ifdef __cplusplus
}
#endif

#endif
