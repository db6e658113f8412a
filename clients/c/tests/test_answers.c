/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
/* Of the table of bad peers that the tests of every client run: `no response` and `incomplete`. What an answer must hold. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "peers.h"

/* The server's next answers: to every call this message. It is changed under the mutex. */
struct script {
    pthread_mutex_t mutex;
    const ProtobufCMessage *answer;
    bool has_no_response;
    int requests;
};

static void follow_script(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    struct script *script = data;
    pthread_mutex_lock(&script->mutex);
    script->requests++;
    if (script->has_no_response) {
        Brpc__Policy__RpcMeta meta = BRPC__POLICY__RPC_META__INIT;
        meta.has_correlation_id = 1;
        meta.correlation_id = request->id;
        fake_send(connection, &meta, NULL, 0);
    } else {
        fake_answer(connection, request->id, script->answer);
    }
    pthread_mutex_unlock(&script->mutex);
}

static void set_answer(struct script *script, const ProtobufCMessage *answer)
{
    pthread_mutex_lock(&script->mutex);
    script->answer = answer;
    pthread_mutex_unlock(&script->mutex);
}

/* Asks in each of the ways there are; returns the code that all of them give. */
static int32_t ask(
    grantd_client *client, const ProtobufCServiceDescriptor *service, unsigned method, const ProtobufCMessage *request)
{
    grantd_error error = GRANTD_ERROR_INIT;
    ProtobufCMessage *answer = grantd_client_call(client, service, method, request, NULL, &error);
    int32_t code = error.code;
    assert_int_equal(!answer, code != GRANTD_OK);
    if (answer) protobuf_c_message_free_unpacked(answer, NULL);
    grantd_error_clear(&error);

    uint8_t payload[256], *reply;
    assert_true(protobuf_c_message_get_packed_size(request) <= sizeof payload);
    size_t size = protobuf_c_message_pack(request, payload), reply_size;
    const char *names[] = { service->name, strrchr(service->name, '.') + 1 };
    for (int index = 0; index < 2; index++) {
        assert_int_equal(
            grantd_client_call_bytes(
                client, names[index], service->methods[method].name, payload, size, NULL, &reply, &reply_size, NULL),
            code);
        assert_int_equal(!reply, code != GRANTD_OK);
        free(reply);
    }

    struct seen seen = { 0 };
    assert_true(grantd_client_start(client, service, method, request, NULL, note, &seen, NULL) > 0);
    while (grantd_client_wait(client, -1) > 0) continue;
    assert_int_equal(seen.count, 1);
    assert_int_equal(seen.code, code);
    return code;
}

static int32_t score_one(grantd_client *client)
{
    struct series series = { .count = 1 };
    int32_t code = grantd_client_score(client, next_of_series, take_in_series, &series, NULL, NULL, NULL);
    assert_int_equal(series.taken, code ? 0 : 1);
    return code;
}

/* A request and a whole answer of each method of the contract. */
struct exchanges {
    Grantd__V1__EvaluateRequest evaluate;
    Grantd__V1__Application application;
    Grantd__V1__Application *applications[2];
    Grantd__V1__EvaluateBatchRequest batch;
    Grantd__V1__ScreenRequest screen;
    Grantd__V1__ListMeasuresRequest list_measures;
    Grantd__V1__DescribeMeasureRequest describe;
    Grantd__V1__ListDocumentsRequest list_documents;
    Grantd__V1__GetSchemaRequest get_schema;
    Grantd__V1__AuctionBid bid;
    Grantd__V1__AuctionBid *bids[2];
    Grantd__V1__ClearAuctionRequest auction;
    Grpc__Health__V1__HealthCheckRequest check;

    Grantd__V1__PolicyReference policy;
    Grantd__V1__Assessment assessment;
    Grantd__V1__Assessment *assessments[1];
    Grantd__V1__Error error;
    Grantd__V1__EvaluateBatchResult results[2];
    Grantd__V1__EvaluateBatchResult *result_list[2];
    Grantd__V1__EvaluateBatchResponse batch_response;
    Grantd__V1__ScreenResponse screened;
    Grantd__V1__MeasureSummary summary;
    Grantd__V1__MeasureSummary *summaries[1];
    Grantd__V1__ListMeasuresResponse measures;
    Grantd__V1__MeasureDescription description;
    Grantd__V1__Document document;
    Grantd__V1__Document *documents[1];
    Grantd__V1__ListDocumentsResponse document_list;
    Grantd__V1__Schema schema;
    Grantd__V1__AuctionResult auction_result;
    Grantd__V1__AuctionResult *auction_results[2];
    Grantd__V1__ClearAuctionResponse cleared;
    Grpc__Health__V1__HealthCheckResponse health;
};

static void exchanges_init(struct exchanges *all)
{
    grantd__v1__evaluate_request__init(&all->evaluate);
    grantd__v1__application__init(&all->application);
    grantd__v1__evaluate_batch_request__init(&all->batch);
    all->applications[0] = all->applications[1] = &all->application;
    all->batch.n_applications = 2;
    all->batch.applications = all->applications;
    grantd__v1__screen_request__init(&all->screen);
    grantd__v1__list_measures_request__init(&all->list_measures);
    grantd__v1__describe_measure_request__init(&all->describe);
    grantd__v1__list_documents_request__init(&all->list_documents);
    grantd__v1__get_schema_request__init(&all->get_schema);
    grantd__v1__auction_bid__init(&all->bid);
    grantd__v1__clear_auction_request__init(&all->auction);
    all->bids[0] = all->bids[1] = &all->bid;
    all->auction.n_bids = 2;
    all->auction.bids = all->bids;
    grpc__health__v1__health_check_request__init(&all->check);

    whole_assessment(&all->assessment, "0");
    all->policy = *all->assessment.policy;
    all->assessment.policy = &all->policy;
    all->assessments[0] = &all->assessment;
    grantd__v1__error__init(&all->error);
    all->error.has_code = 1;
    all->error.code = 1003;
    grantd__v1__evaluate_batch_response__init(&all->batch_response);
    for (int index = 0; index < 2; index++) {
        grantd__v1__evaluate_batch_result__init(&all->results[index]);
        all->result_list[index] = &all->results[index];
    }
    all->results[0].result_case = GRANTD__V1__EVALUATE_BATCH_RESULT__RESULT_ASSESSMENT;
    all->results[0].assessment = &all->assessment;
    all->results[1].result_case = GRANTD__V1__EVALUATE_BATCH_RESULT__RESULT_ERROR;
    all->results[1].error = &all->error;
    all->batch_response.n_results = 2;
    all->batch_response.results = all->result_list;
    grantd__v1__screen_response__init(&all->screened);
    all->screened.n_assessments = 1;
    all->screened.assessments = all->assessments;
    grantd__v1__measure_summary__init(&all->summary);
    all->summary.measure = all->assessment.measure;
    all->summary.has_basis = 1;
    all->summary.basis = GRANTD__V1__BASIS__VALUE__CEILING;
    all->summary.policy = &all->policy;
    all->summaries[0] = &all->summary;
    grantd__v1__list_measures_response__init(&all->measures);
    all->measures.n_measures = 1;
    all->measures.measures = all->summaries;
    grantd__v1__measure_description__init(&all->description);
    all->description.measure = all->assessment.measure;
    all->description.has_basis = 1;
    all->description.basis = GRANTD__V1__BASIS__VALUE__CEILING;
    all->description.policy = &all->policy;
    grantd__v1__document__init(&all->document);
    all->document.number = all->assessment.measure;
    all->documents[0] = &all->document;
    grantd__v1__list_documents_response__init(&all->document_list);
    all->document_list.n_documents = 1;
    all->document_list.documents = all->documents;
    grantd__v1__schema__init(&all->schema);
    all->schema.has_file_descriptor_set = 1;
    all->schema.file_descriptor_set.data = (uint8_t *)all->assessment.measure;
    all->schema.file_descriptor_set.len = 7;
    grantd__v1__auction_result__init(&all->auction_result);
    all->auction_results[0] = all->auction_results[1] = &all->auction_result;
    grantd__v1__clear_auction_response__init(&all->cleared);
    all->cleared.has_outcome = 1;
    all->cleared.outcome = GRANTD__V1__AUCTION_OUTCOME__VALUE__CLEARED;
    all->cleared.n_results = 2;
    all->cleared.results = all->auction_results;
    grpc__health__v1__health_check_response__init(&all->health);
    all->health.status = GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVING;
}

/* A method by its place in its service, with what is asked and answered. */
struct exchange {
    const ProtobufCServiceDescriptor *service;
    unsigned method;
    const ProtobufCMessage *request;
    const ProtobufCMessage *answer;
};

enum { EXCHANGES = 9 };

static void exchanges_list(const struct exchanges *all, struct exchange *list)
{
    const ProtobufCServiceDescriptor *calculator = &grantd__v1__calculator__descriptor;
    const ProtobufCServiceDescriptor *catalogue = &grantd__v1__catalogue__descriptor;
    const struct exchange made[EXCHANGES] = {
        { calculator, 0, &all->evaluate.base, &all->assessment.base },
        { calculator, 1, &all->batch.base, &all->batch_response.base },
        { calculator, 3, &all->screen.base, &all->screened.base },
        { catalogue, 0, &all->list_measures.base, &all->measures.base },
        { catalogue, 1, &all->describe.base, &all->description.base },
        { catalogue, 2, &all->list_documents.base, &all->document_list.base },
        { catalogue, 3, &all->get_schema.base, &all->schema.base },
        { &grantd__v1__renewables_auction__descriptor, 0, &all->auction.base, &all->cleared.base },
        { &grpc__health__v1__health__descriptor, 0, &all->check.base, &all->health.base },
    };
    memcpy(list, made, sizeof made);
}

static void no_response(void **state)
{
    (void)state;
    struct script script = { .mutex = PTHREAD_MUTEX_INITIALIZER, .has_no_response = true };
    struct fake_server *server = fake_server_start(0, follow_script, &script);
    grantd_client *client = client_of(server);
    struct exchanges all;
    struct exchange list[EXCHANGES];
    exchanges_init(&all);
    exchanges_list(&all, list);
    for (int index = 0; index < EXCHANGES; index++)
        assert_int_equal(ask(client, list[index].service, list[index].method, list[index].request), GRANTD_INVALID_REPLY);
    /* In four ways each, once each. */
    assert_int_equal(script.requests, 4 * EXCHANGES);
    assert_int_equal(score_one(client), GRANTD_INVALID_REPLY);
    assert_int_equal(connects(client), 1);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

/* Leaves something out of the answers; returns false where there is no such way. The exchanges whose answers are touched are those
 * of `touched`, one bit each. */
static bool leave_out(struct exchanges *all, int way, unsigned *touched)
{
    enum { EVALUATE = 1, BATCH = 2, SCREEN = 4, LIST = 8, DESCRIBE = 16, DOCUMENTS = 32, SCHEMA = 64, AUCTION = 128, HEALTH = 256 };
    const unsigned assessed = EVALUATE | BATCH | SCREEN, with_policy = assessed | LIST | DESCRIBE;
    const unsigned ways[] = {
        assessed, assessed, assessed, assessed, assessed, with_policy, with_policy, with_policy, BATCH,   BATCH,     BATCH,
        BATCH,    LIST,     LIST,     LIST,     DESCRIBE, DESCRIBE,    DESCRIBE,    DOCUMENTS,   SCHEMA,  SCHEMA,    AUCTION,
        AUCTION,  AUCTION,  HEALTH,
    };
    if (way >= (int)(sizeof ways / sizeof ways[0])) return false;
    *touched = ways[way];
    switch (way) {
    case 0: all->assessment.measure = NULL; break;
    case 1: all->assessment.as_of = NULL; break;
    case 2: all->assessment.has_outcome = 0; break;
    case 3: all->assessment.has_basis = 0; break;
    case 4: all->assessment.policy = NULL; break;
    case 5: all->policy.programme = NULL; break;
    case 6: all->policy.document_number = NULL; break;
    case 7: all->policy.digest = NULL; break;
    case 8: all->batch_response.n_results = 0; break;
    case 9: all->batch_response.n_results = 1; break;
    case 10: all->results[1].result_case = GRANTD__V1__EVALUATE_BATCH_RESULT__RESULT__NOT_SET; break;
    case 11: all->error.code = 0; break;
    case 12: all->summary.measure = NULL; break;
    case 13: all->summary.has_basis = 0; break;
    case 14: all->summary.policy = NULL; break;
    case 15: all->description.measure = NULL; break;
    case 16: all->description.has_basis = 0; break;
    case 17: all->description.policy = NULL; break;
    case 18: all->document.number = NULL; break;
    case 19: all->schema.has_file_descriptor_set = 0; break;
    case 20: all->schema.file_descriptor_set.len = 0; break;
    case 21: all->cleared.has_outcome = 0; break;
    case 22: all->cleared.n_results = 0; break;
    case 23: all->cleared.n_results = 1; break;
    case 24: all->health.status = GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__UNKNOWN; break;
    default: break;
    }
    return true;
}

static void incomplete(void **state)
{
    (void)state;
    struct script script = { .mutex = PTHREAD_MUTEX_INITIALIZER };
    struct fake_server *server = fake_server_start(0, follow_script, &script);
    grantd_client *client = client_of(server);
    struct exchanges all;
    struct exchange list[EXCHANGES];
    exchanges_init(&all);
    exchanges_list(&all, list);
    for (int index = 0; index < EXCHANGES; index++) {
        set_answer(&script, list[index].answer);
        assert_int_equal(ask(client, list[index].service, list[index].method, list[index].request), GRANTD_OK);
    }
    for (int way = 0;; way++) {
        unsigned touched;
        pthread_mutex_lock(&script.mutex);
        exchanges_init(&all);
        bool is_way = leave_out(&all, way, &touched);
        pthread_mutex_unlock(&script.mutex);
        if (!is_way) break;
        for (int index = 0; index < EXCHANGES; index++) {
            if (!(touched & 1u << index)) continue;
            set_answer(&script, list[index].answer);
            assert_int_equal(
                ask(client, list[index].service, list[index].method, list[index].request), GRANTD_INVALID_REPLY);
        }
        /* One application, and one result with the assessment that lacks something; or another number of results. */
        if (!(touched & 1) && way != 8) continue;
        set_answer(&script, &all.batch_response.base);
        pthread_mutex_lock(&script.mutex);
        if (way != 8) all.batch_response.n_results = 1;
        pthread_mutex_unlock(&script.mutex);
        assert_int_equal(score_one(client), GRANTD_INVALID_REPLY);
    }
    /* An auction that was not cleared has no results. */
    pthread_mutex_lock(&script.mutex);
    exchanges_init(&all);
    all.cleared.outcome = GRANTD__V1__AUCTION_OUTCOME__VALUE__INVALID;
    all.cleared.n_results = 0;
    pthread_mutex_unlock(&script.mutex);
    set_answer(&script, list[7].answer);
    assert_int_equal(ask(client, list[7].service, list[7].method, list[7].request), GRANTD_OK);
    assert_int_equal(connects(client), 1);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        { "no response", no_response, NULL, NULL, NULL },
        { "incomplete", incomplete, NULL, NULL, NULL },
    };
    return cmocka_run_group_tests_name("answers", tests, NULL, NULL);
}
