/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "answer.h"

#include <stdbool.h>
#include <string.h>

#include "grantd/v1/auction.pb-c.h"
#include "grantd/v1/awards.pb-c.h"
#include "grantd/v1/calculator.pb-c.h"
#include "grantd/v1/catalogue.pb-c.h"
#include "grpc/health/v1/health.pb-c.h"

/* Fields of requests that have a result each. */
enum { BATCH_APPLICATIONS = 1, AWARD_ENTRIES = 1, AUCTION_BIDS = 4 };

static size_t read_varint(const uint8_t *bytes, size_t size, uint64_t *value)
{
    *value = 0;
    for (size_t count = 0; count < size && count < 10; count++) {
        *value |= (uint64_t)(bytes[count] & 0x7f) << (7 * count);
        if (bytes[count] < 0x80) return count + 1;
    }
    return 0;
}

/* How often a field stands in a message that was encoded by a library: it is well formed. */
static size_t count_field(const uint8_t *bytes, size_t size, unsigned wanted)
{
    size_t found = 0;
    while (size > 0) {
        uint64_t tag, value = 0;
        size_t step = read_varint(bytes, size, &tag);
        if (!step) return found;
        bytes += step;
        size -= step;
        uint64_t skipped;
        switch (tag & 7) {
        case PROTOBUF_C_WIRE_TYPE_VARINT:
            skipped = read_varint(bytes, size, &value);
            if (!skipped) return found;
            break;
        case PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED:
            step = read_varint(bytes, size, &value);
            if (!step || value > size - step) return found;
            skipped = step + value;
            break;
        case PROTOBUF_C_WIRE_TYPE_32BIT:
            skipped = 4;
            break;
        case PROTOBUF_C_WIRE_TYPE_64BIT:
            skipped = 8;
            break;
        default:
            return found;
        }
        if (skipped > size) return found;
        bytes += skipped;
        size -= skipped;
        found += tag >> 3 == wanted;
    }
    return found;
}

static bool has_policy(const Grantd__V1__PolicyReference *policy)
{
    return policy && policy->programme && policy->document_number && policy->digest;
}

static bool is_assessment(const Grantd__V1__Assessment *assessment)
{
    return assessment->measure && assessment->as_of && assessment->has_outcome && assessment->has_basis
        && has_policy(assessment->policy);
}

static const char *check_assessment(const Grantd__V1__Assessment *assessment)
{
    return is_assessment(assessment) ? NULL : "the assessment lacks its measure, as_of, outcome, basis or policy";
}

static bool is_result(const Grantd__V1__EvaluateBatchResult *result)
{
    switch (result->result_case) {
    case GRANTD__V1__EVALUATE_BATCH_RESULT__RESULT_ASSESSMENT:
        return is_assessment(result->assessment);
    case GRANTD__V1__EVALUATE_BATCH_RESULT__RESULT_ERROR:
        return result->error->has_code && result->error->code != 0;
    default:
        return false;
    }
}

static const char *check_batch(const Grantd__V1__EvaluateBatchResponse *response, const uint8_t *request, size_t size)
{
    if (response->n_results != count_field(request, size, BATCH_APPLICATIONS))
        return "the answer to a batch has not one result for each application";
    for (size_t index = 0; index < response->n_results; index++)
        if (!is_result(response->results[index]))
            return "a result of a batch is neither a whole assessment nor an error with its code";
    return NULL;
}

static const char *check_columns(const Grantd__V1__EvaluateColumnsResponse *response)
{
    return response->has_rows && has_policy(response->policy) ? NULL : "the answer in columns lacks its rows or policy";
}

static const char *check_screening(const Grantd__V1__ScreenResponse *response)
{
    for (size_t index = 0; index < response->n_assessments; index++)
        if (!is_assessment(response->assessments[index]))
            return "an assessment of a screening lacks its measure, as_of, outcome, basis or policy";
    return NULL;
}

static const char *check_measures(const Grantd__V1__ListMeasuresResponse *response)
{
    for (size_t index = 0; index < response->n_measures; index++) {
        const Grantd__V1__MeasureSummary *measure = response->measures[index];
        if (!measure->measure || !measure->has_basis || !has_policy(measure->policy))
            return "a measure of the list lacks its name, basis or policy";
    }
    return NULL;
}

static const char *check_description(const Grantd__V1__MeasureDescription *description)
{
    if (description->measure && description->has_basis && has_policy(description->policy)) return NULL;
    return "the description lacks its measure, basis or policy";
}

static const char *check_documents(const Grantd__V1__ListDocumentsResponse *response)
{
    for (size_t index = 0; index < response->n_documents; index++)
        if (!response->documents[index]->number) return "a document of the list lacks its number";
    return NULL;
}

static const char *check_schema(const Grantd__V1__Schema *schema)
{
    return schema->has_file_descriptor_set && schema->file_descriptor_set.len > 0 ? NULL : "the schema is empty";
}

static const char *check_auction(const Grantd__V1__ClearAuctionResponse *response, const uint8_t *request, size_t size)
{
    if (!response->has_outcome) return "the auction lacks its outcome";
    if (response->policy && !has_policy(response->policy)) return "the auction's policy lacks a part";
    bool has_results = response->outcome == GRANTD__V1__AUCTION_OUTCOME__VALUE__CLEARED
        || response->outcome == GRANTD__V1__AUCTION_OUTCOME__VALUE__NOTHING_SELECTED;
    if (has_results && response->n_results != count_field(request, size, AUCTION_BIDS))
        return "the auction has not one result for each bid";
    return NULL;
}

static bool is_award(const Grantd__V1__Award *award) { return award && award->award_id && award->has_state; }

static bool is_awarded(const Grantd__V1__AwardResponse *response)
{
    return response->assessment && is_assessment(response->assessment) && (!response->award || is_award(response->award));
}

static bool is_award_result(const Grantd__V1__AwardBatchResult *result)
{
    switch (result->result_case) {
    case GRANTD__V1__AWARD_BATCH_RESULT__RESULT_AWARD:
        return is_awarded(result->award);
    case GRANTD__V1__AWARD_BATCH_RESULT__RESULT_ERROR:
        return result->error->has_code && result->error->code != 0;
    default:
        return false;
    }
}

static const char *check_awarded(const Grantd__V1__AwardResponse *response)
{
    return is_awarded(response) ? NULL : "the answer to an award lacks its assessment, or the award's id or state";
}

static const char *check_award_batch(const Grantd__V1__AwardBatchResponse *response, const uint8_t *request, size_t size)
{
    if (response->n_results != count_field(request, size, AWARD_ENTRIES))
        return "the answer to a batch of awards has not one result for each entry";
    for (size_t index = 0; index < response->n_results; index++)
        if (!is_award_result(response->results[index]))
            return "a result of a batch of awards is neither a whole award nor an error with its code";
    return NULL;
}

static const char *check_settlement(const Grantd__V1__SettleResponse *response)
{
    return is_award(response->award) ? NULL : "the answer to a settlement lacks the award, its id or its state";
}

static const char *check_awards(const Grantd__V1__ListAwardsResponse *response)
{
    for (size_t index = 0; index < response->n_awards; index++)
        if (!is_award(response->awards[index])) return "an award of the list lacks its id or state";
    return NULL;
}

static const char *check_envelope(const Grantd__V1__Envelope *envelope)
{
    return envelope->envelope_id && envelope->has_limit_fen ? NULL : "an envelope lacks its id or limit";
}

static const char *check_envelopes(const Grantd__V1__ListEnvelopesResponse *response)
{
    const char *problem = NULL;
    for (size_t index = 0; index < response->n_envelopes && !problem; index++)
        problem = check_envelope(response->envelopes[index]);
    return problem;
}

static const char *check_health(const Grpc__Health__V1__HealthCheckResponse *response)
{
    /* In proto3 an unset enum is its 0, which no daemon sends. */
    bool is_set = response->status != GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__UNKNOWN;
    return is_set ? NULL : "the health check lacks its status";
}

const char *grantd_answer_check(const ProtobufCMessage *answer, const uint8_t *request, size_t request_size)
{
    const ProtobufCMessageDescriptor *type = answer->descriptor;
    if (type == &grantd__v1__assessment__descriptor) return check_assessment((const Grantd__V1__Assessment *)answer);
    if (type == &grantd__v1__evaluate_batch_response__descriptor)
        return check_batch((const Grantd__V1__EvaluateBatchResponse *)answer, request, request_size);
    if (type == &grantd__v1__evaluate_columns_response__descriptor)
        return check_columns((const Grantd__V1__EvaluateColumnsResponse *)answer);
    if (type == &grantd__v1__screen_response__descriptor)
        return check_screening((const Grantd__V1__ScreenResponse *)answer);
    if (type == &grantd__v1__list_measures_response__descriptor)
        return check_measures((const Grantd__V1__ListMeasuresResponse *)answer);
    if (type == &grantd__v1__measure_description__descriptor)
        return check_description((const Grantd__V1__MeasureDescription *)answer);
    if (type == &grantd__v1__list_documents_response__descriptor)
        return check_documents((const Grantd__V1__ListDocumentsResponse *)answer);
    if (type == &grantd__v1__schema__descriptor) return check_schema((const Grantd__V1__Schema *)answer);
    if (type == &grantd__v1__clear_auction_response__descriptor)
        return check_auction((const Grantd__V1__ClearAuctionResponse *)answer, request, request_size);
    if (type == &grantd__v1__award_response__descriptor) return check_awarded((const Grantd__V1__AwardResponse *)answer);
    if (type == &grantd__v1__award_batch_response__descriptor)
        return check_award_batch((const Grantd__V1__AwardBatchResponse *)answer, request, request_size);
    if (type == &grantd__v1__settle_response__descriptor)
        return check_settlement((const Grantd__V1__SettleResponse *)answer);
    if (type == &grantd__v1__list_awards_response__descriptor)
        return check_awards((const Grantd__V1__ListAwardsResponse *)answer);
    if (type == &grantd__v1__envelope__descriptor) return check_envelope((const Grantd__V1__Envelope *)answer);
    if (type == &grantd__v1__list_envelopes_response__descriptor)
        return check_envelopes((const Grantd__V1__ListEnvelopesResponse *)answer);
    if (type == &grpc__health__v1__health_check_response__descriptor)
        return check_health((const Grpc__Health__V1__HealthCheckResponse *)answer);
    return NULL;
}

const ProtobufCMessageDescriptor *grantd_answer_descriptor(const char *service, const char *method)
{
    static const ProtobufCServiceDescriptor *const services[] = {
        &grantd__v1__calculator__descriptor,
        &grantd__v1__catalogue__descriptor,
        &grantd__v1__renewables_auction__descriptor,
        &grantd__v1__awards__descriptor,
        &grpc__health__v1__health__descriptor,
    };
    for (size_t index = 0; index < sizeof services / sizeof services[0]; index++) {
        const char *name = services[index]->name;
        if (strcmp(name, service) != 0 && strcmp(strrchr(name, '.') + 1, service) != 0) continue;
        const ProtobufCMethodDescriptor *found =
            protobuf_c_service_descriptor_get_method_by_name(services[index], method);
        if (found) return found->output;
    }
    return NULL;
}
