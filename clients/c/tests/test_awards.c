/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
/* The calls of the book of awards: what is tried again is known again, and an answer that lacks something is none. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon.h"
#include "support.h"

/* Loses the first request with its connection, and then gives the answer. */
struct loser {
    const ProtobufCMessage *answer;
    /* Each connection has a thread. */
    pthread_mutex_t mutex;
    uint8_t *payloads[2];
    size_t sizes[2];
    int count;
};

static void lose(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    struct loser *loser = data;
    pthread_mutex_lock(&loser->mutex);
    if (loser->count < 2) {
        loser->payloads[loser->count] = malloc(request->payload_size);
        memcpy(loser->payloads[loser->count], request->payload, request->payload_size);
        loser->sizes[loser->count] = request->payload_size;
    }
    bool is_first = loser->count++ == 0;
    pthread_mutex_unlock(&loser->mutex);
    if (is_first) fake_close(connection);
    else fake_answer(connection, request->id, loser->answer);
}

/* The request that came twice, byte by byte the same. */
static ProtobufCMessage *sent_twice(struct loser *loser, const ProtobufCMessageDescriptor *type)
{
    assert_int_equal(loser->count, 2);
    assert_int_equal(loser->sizes[0], loser->sizes[1]);
    assert_memory_equal(loser->payloads[0], loser->payloads[1], loser->sizes[0]);
    ProtobufCMessage *sent = protobuf_c_message_unpack(type, NULL, loser->sizes[0], loser->payloads[0]);
    assert_non_null(sent);
    for (int index = 0; index < 2; index++) free(loser->payloads[index]);
    return sent;
}

static void assert_made(const char *key)
{
    assert_non_null(key);
    assert_int_equal(strlen(key), 32);
    assert_int_equal(strspn(key, "0123456789abcdef"), 32);
}

static void award_init(Grantd__V1__Award *award)
{
    grantd__v1__award__init(award);
    award->award_id = (char *)(uintptr_t)"1";
    award->has_state = 1;
    award->state = GRANTD__V1__AWARD_STATE__VALUE__COMMITTED;
}

/* An award with its parts. */
struct awarded {
    Grantd__V1__AwardResponse response;
    Grantd__V1__Assessment assessment;
    Grantd__V1__Award award;
};

static void awarded_init(struct awarded *awarded)
{
    grantd__v1__award_response__init(&awarded->response);
    whole_assessment(&awarded->assessment, "A");
    award_init(&awarded->award);
    awarded->response.assessment = &awarded->assessment;
    awarded->response.award = &awarded->award;
}

static void award_that_is_sent_again(void **state)
{
    (void)state;
    struct awarded awarded;
    awarded_init(&awarded);
    struct loser loser = { .answer = &awarded.response.base, .mutex = PTHREAD_MUTEX_INITIALIZER };
    struct fake_server *server = fake_server_start(0, lose, &loser);
    grantd_client *client = client_of(server);
    Grantd__V1__AwardRequest request = GRANTD__V1__AWARD_REQUEST__INIT;
    Grantd__V1__Application application = GRANTD__V1__APPLICATION__INIT;
    application.application_id = (char *)(uintptr_t)"A";
    request.application = &application;
    Grantd__V1__AwardResponse *response = grantd_award(client, &request, NULL, NULL);
    assert_non_null(response);
    grantd__v1__award_response__free_unpacked(response, NULL);
    grantd_client_destroy(client);
    fake_server_stop(server);
    Grantd__V1__AwardRequest *sent =
        (Grantd__V1__AwardRequest *)sent_twice(&loser, &grantd__v1__award_request__descriptor);
    assert_made(sent->idempotency_key);
    assert_string_equal(sent->application->application_id, "A");
    grantd__v1__award_request__free_unpacked(sent, NULL);
    assert_null(request.idempotency_key);
}

static void settlement_that_is_sent_again(void **state)
{
    (void)state;
    Grantd__V1__Award award;
    award_init(&award);
    Grantd__V1__SettleResponse answer = GRANTD__V1__SETTLE_RESPONSE__INIT;
    answer.award = &award;
    struct loser loser = { .answer = &answer.base, .mutex = PTHREAD_MUTEX_INITIALIZER };
    struct fake_server *server = fake_server_start(0, lose, &loser);
    grantd_client *client = client_of(server);
    Grantd__V1__SettleRequest request = GRANTD__V1__SETTLE_REQUEST__INIT;
    request.award_id = (char *)(uintptr_t)"1";
    Grantd__V1__SettleResponse *response = grantd_settle(client, &request, NULL, NULL);
    assert_non_null(response);
    grantd__v1__settle_response__free_unpacked(response, NULL);
    grantd_client_destroy(client);
    fake_server_stop(server);
    Grantd__V1__SettleRequest *sent =
        (Grantd__V1__SettleRequest *)sent_twice(&loser, &grantd__v1__settle_request__descriptor);
    assert_made(sent->idempotency_key);
    grantd__v1__settle_request__free_unpacked(sent, NULL);
}

static void batch_that_is_sent_again(void **state)
{
    (void)state;
    struct awarded awarded;
    awarded_init(&awarded);
    Grantd__V1__AwardBatchResult result = GRANTD__V1__AWARD_BATCH_RESULT__INIT;
    result.result_case = GRANTD__V1__AWARD_BATCH_RESULT__RESULT_AWARD;
    result.award = &awarded.response;
    Grantd__V1__AwardBatchResult *results[] = { &result, &result, &result };
    Grantd__V1__AwardBatchResponse answer = GRANTD__V1__AWARD_BATCH_RESPONSE__INIT;
    answer.n_results = 3;
    answer.results = results;
    struct loser loser = { .answer = &answer.base, .mutex = PTHREAD_MUTEX_INITIALIZER };
    struct fake_server *server = fake_server_start(0, lose, &loser);
    grantd_client *client = client_of(server);
    Grantd__V1__AwardBatchEntry first = GRANTD__V1__AWARD_BATCH_ENTRY__INIT, second = first, third = first;
    second.idempotency_key = (char *)(uintptr_t)"mine";
    Grantd__V1__AwardBatchEntry *entries[] = { &first, &second, &third };
    Grantd__V1__AwardBatchRequest request = GRANTD__V1__AWARD_BATCH_REQUEST__INIT;
    request.n_entries = 3;
    request.entries = entries;
    Grantd__V1__AwardBatchResponse *response = grantd_award_batch(client, &request, NULL, NULL);
    assert_non_null(response);
    grantd__v1__award_batch_response__free_unpacked(response, NULL);
    grantd_client_destroy(client);
    fake_server_stop(server);
    Grantd__V1__AwardBatchRequest *sent =
        (Grantd__V1__AwardBatchRequest *)sent_twice(&loser, &grantd__v1__award_batch_request__descriptor);
    assert_int_equal(sent->n_entries, 3);
    assert_made(sent->entries[0]->idempotency_key);
    assert_string_equal(sent->entries[1]->idempotency_key, "mine");
    assert_made(sent->entries[2]->idempotency_key);
    assert_string_not_equal(sent->entries[0]->idempotency_key, sent->entries[2]->idempotency_key);
    grantd__v1__award_batch_request__free_unpacked(sent, NULL);
    assert_null(first.idempotency_key);
}

static void answer_with(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    const ProtobufCMessage **answer = data;
    fake_answer(connection, request->id, *answer);
}

/* What became of a call of the book's methods with an empty request, a batch with one entry. */
static int32_t ask(grantd_client *client, unsigned method)
{
    Grantd__V1__AwardBatchEntry entry = GRANTD__V1__AWARD_BATCH_ENTRY__INIT, *entries[] = { &entry };
    Grantd__V1__AwardRequest award = GRANTD__V1__AWARD_REQUEST__INIT;
    Grantd__V1__AwardBatchRequest batch = GRANTD__V1__AWARD_BATCH_REQUEST__INIT;
    batch.n_entries = 1;
    batch.entries = entries;
    Grantd__V1__SettleRequest settle = GRANTD__V1__SETTLE_REQUEST__INIT;
    Grantd__V1__ListAwardsRequest list = GRANTD__V1__LIST_AWARDS_REQUEST__INIT;
    Grantd__V1__PutEnvelopeRequest put = GRANTD__V1__PUT_ENVELOPE_REQUEST__INIT;
    Grantd__V1__ListEnvelopesRequest envelopes = GRANTD__V1__LIST_ENVELOPES_REQUEST__INIT;
    const ProtobufCMessage *const requests[] = {
        &award.base, &batch.base, &settle.base, &list.base, &put.base, &envelopes.base,
    };
    grantd_error error = GRANTD_ERROR_INIT;
    ProtobufCMessage *answer =
        grantd_client_call(client, &grantd__v1__awards__descriptor, method, requests[method], NULL, &error);
    int32_t code = answer ? GRANTD_OK : error.code;
    if (answer) protobuf_c_message_free_unpacked(answer, NULL);
    grantd_error_clear(&error);
    return code;
}

static void incomplete_answers(void **state)
{
    (void)state;
    struct awarded awarded;
    awarded_init(&awarded);
    Grantd__V1__Award *awards[] = { &awarded.award };
    Grantd__V1__Error error = GRANTD__V1__ERROR__INIT;
    error.has_code = 1;
    error.code = 1003;
    Grantd__V1__AwardBatchResult result = GRANTD__V1__AWARD_BATCH_RESULT__INIT, *results[] = { &result, &result };
    Grantd__V1__AwardBatchResponse batch = GRANTD__V1__AWARD_BATCH_RESPONSE__INIT;
    batch.results = results;
    Grantd__V1__SettleResponse settled = GRANTD__V1__SETTLE_RESPONSE__INIT;
    Grantd__V1__ListAwardsResponse list = GRANTD__V1__LIST_AWARDS_RESPONSE__INIT;
    list.awards = awards;
    list.n_awards = 1;
    Grantd__V1__Envelope envelope = GRANTD__V1__ENVELOPE__INIT, *budgets[] = { &envelope };
    Grantd__V1__ListEnvelopesResponse envelopes = GRANTD__V1__LIST_ENVELOPES_RESPONSE__INIT;
    envelopes.envelopes = budgets;
    envelopes.n_envelopes = 1;

    const ProtobufCMessage *answer = &awarded.response.base;
    struct fake_server *server = fake_server_start(0, answer_with, &answer);
    grantd_client *client = client_of(server);
    assert_int_equal(ask(client, 0), GRANTD_OK);
    awarded.response.award = NULL;
    assert_int_equal(ask(client, 0), GRANTD_OK);
    awarded.response.assessment = NULL;
    assert_int_equal(ask(client, 0), GRANTD_INVALID_REPLY);
    awarded_init(&awarded);
    awarded.award.award_id = NULL;
    assert_int_equal(ask(client, 0), GRANTD_INVALID_REPLY);
    awarded_init(&awarded);
    awarded.assessment.has_outcome = 0;
    assert_int_equal(ask(client, 0), GRANTD_INVALID_REPLY);

    answer = &batch.base;
    assert_int_equal(ask(client, 1), GRANTD_INVALID_REPLY);
    batch.n_results = 1;
    assert_int_equal(ask(client, 1), GRANTD_INVALID_REPLY);
    result.result_case = GRANTD__V1__AWARD_BATCH_RESULT__RESULT_AWARD;
    result.award = &awarded.response;
    assert_int_equal(ask(client, 1), GRANTD_INVALID_REPLY);
    awarded_init(&awarded);
    assert_int_equal(ask(client, 1), GRANTD_OK);
    batch.n_results = 2;
    assert_int_equal(ask(client, 1), GRANTD_INVALID_REPLY);
    batch.n_results = 1;
    result.result_case = GRANTD__V1__AWARD_BATCH_RESULT__RESULT_ERROR;
    result.error = &error;
    assert_int_equal(ask(client, 1), GRANTD_OK);
    error.code = 0;
    assert_int_equal(ask(client, 1), GRANTD_INVALID_REPLY);

    answer = &settled.base;
    assert_int_equal(ask(client, 2), GRANTD_INVALID_REPLY);
    settled.award = &awarded.award;
    assert_int_equal(ask(client, 2), GRANTD_OK);
    awarded.award.has_state = 0;
    assert_int_equal(ask(client, 2), GRANTD_INVALID_REPLY);

    answer = &list.base;
    assert_int_equal(ask(client, 3), GRANTD_INVALID_REPLY);
    awarded_init(&awarded);
    assert_int_equal(ask(client, 3), GRANTD_OK);

    answer = &envelope.base;
    envelope.envelope_id = (char *)(uintptr_t)"2026";
    assert_int_equal(ask(client, 4), GRANTD_INVALID_REPLY);
    answer = &envelopes.base;
    assert_int_equal(ask(client, 5), GRANTD_INVALID_REPLY);
    envelope.has_limit_fen = 1;
    assert_int_equal(ask(client, 5), GRANTD_OK);
    answer = &envelope.base;
    assert_int_equal(ask(client, 4), GRANTD_OK);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

/* As large as the contract lets a call of columns be. */
static void large_columns(void **state)
{
    (void)state;
    Grantd__V1__PolicyReference policy = GRANTD__V1__POLICY_REFERENCE__INIT;
    policy.programme = policy.document_number = policy.digest = (char *)(uintptr_t)"p";
    Grantd__V1__EvaluateColumnsResponse whole = GRANTD__V1__EVALUATE_COLUMNS_RESPONSE__INIT;
    whole.has_rows = 1;
    whole.policy = &policy;
    const ProtobufCMessage *answer = &whole.base;
    struct fake_server *server = fake_server_start(0, answer_with, &answer);
    grantd_client *client = client_of(server);
    Grantd__V1__Column column = GRANTD__V1__COLUMN__INIT, *columns[] = { &column };
    column.has_data = 1;
    column.data.len = 8 << 20;
    column.data.data = calloc(1, column.data.len);
    Grantd__V1__EvaluateColumnsRequest request = GRANTD__V1__EVALUATE_COLUMNS_REQUEST__INIT;
    request.n_columns = 1;
    request.columns = columns;
    Grantd__V1__EvaluateColumnsResponse *response = grantd_evaluate_columns(client, &request, NULL, NULL);
    assert_non_null(response);
    grantd__v1__evaluate_columns_response__free_unpacked(response, NULL);
    free(column.data.data);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

static void the_daemon_awards_once(void **state)
{
    (void)state;
    char folder[4096], book[4200];
    snprintf(folder, sizeof folder, "%s/grantd-book-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    assert_non_null(mkdtemp(folder));
    snprintf(book, sizeof book, "%s/book.sqlite", folder);
    const char *const arguments[] = { "--ledger", book, NULL };
    struct daemon daemon;
    if (!daemon_start_with(&daemon, "0", arguments)) {
        rmdir(folder);
        skip();
    }
    grantd_client_options options;
    grantd_client_options_init(&options);
    options.address = daemon.address;
    grantd_client *client;
    assert_int_equal(grantd_client_create(&options, &client, NULL), GRANTD_OK);

    Grantd__V1__Envelope envelope = GRANTD__V1__ENVELOPE__INIT;
    envelope.envelope_id = (char *)(uintptr_t)"2026";
    envelope.has_limit_fen = 1;
    envelope.limit_fen = 2000000000;
    Grantd__V1__PutEnvelopeRequest put = GRANTD__V1__PUT_ENVELOPE_REQUEST__INIT;
    put.envelope = &envelope;
    Grantd__V1__Envelope *now = grantd_put_envelope(client, &put, NULL, NULL);
    assert_non_null(now);
    grantd__v1__envelope__free_unpacked(now, NULL);

    Grantd__V1__Applicant applicant = GRANTD__V1__APPLICANT__INIT;
    applicant.unified_social_credit_code = (char *)(uintptr_t)"91110108MA01CX7K1R";
    applicant.has_registered_in_beijing = applicant.registered_in_beijing = 1;
    Grantd__V1__MedicalDeviceCommonPlatformFacts facts = GRANTD__V1__MEDICAL_DEVICE_COMMON_PLATFORM_FACTS__INIT;
    facts.has_common_technology_platform = facts.common_technology_platform = 1;
    facts.has_for_medical_device_industry = facts.for_medical_device_industry = 1;
    facts.has_engineering_investment_fen = 1;
    facts.engineering_investment_fen = 6000000000;
    Grantd__V1__Application application = GRANTD__V1__APPLICATION__INIT;
    application.as_of = (char *)(uintptr_t)"2026-05-20";
    application.subject_id = (char *)(uintptr_t)"P-1";
    application.applicant = &applicant;
    application.facts_case = GRANTD__V1__APPLICATION__FACTS_MEDICAL_DEVICE_COMMON_PLATFORM;
    application.medical_device_common_platform = &facts;
    Grantd__V1__AwardRequest request = GRANTD__V1__AWARD_REQUEST__INIT;
    request.application = &application;
    request.idempotency_key = (char *)(uintptr_t)"round/1";
    char award[64] = "";
    for (int turn = 0; turn < 2; turn++) {
        Grantd__V1__AwardResponse *response = grantd_award(client, &request, NULL, NULL);
        assert_non_null(response);
        assert_int_equal(response->award->amount_fen, 1800000000);
        assert_int_equal(response->replayed, turn);
        snprintf(award, sizeof award, "%s", response->award->award_id);
        grantd__v1__award_response__free_unpacked(response, NULL);
    }
    Grantd__V1__AwardBatchEntry entry = GRANTD__V1__AWARD_BATCH_ENTRY__INIT, *entries[] = { &entry };
    entry.application = &application;
    Grantd__V1__AwardBatchRequest batch = GRANTD__V1__AWARD_BATCH_REQUEST__INIT;
    batch.n_entries = 1;
    batch.entries = entries;
    Grantd__V1__AwardBatchResponse *more = grantd_award_batch(client, &batch, NULL, NULL);
    assert_non_null(more);
    assert_int_equal(more->results[0]->award->award->amount_fen, 200000000);
    grantd__v1__award_batch_response__free_unpacked(more, NULL);

    Grantd__V1__SettleRequest settle = GRANTD__V1__SETTLE_REQUEST__INIT;
    settle.award_id = award;
    settle.has_action = 1;
    settle.action = GRANTD__V1__SETTLE_ACTION__VALUE__CANCEL;
    settle.reason = (char *)(uintptr_t)"withdrawn";
    Grantd__V1__SettleResponse *settled = grantd_settle(client, &settle, NULL, NULL);
    assert_non_null(settled);
    assert_int_equal(settled->award->state, GRANTD__V1__AWARD_STATE__VALUE__CANCELLED);
    grantd__v1__settle_response__free_unpacked(settled, NULL);

    Grantd__V1__ListAwardsRequest all = GRANTD__V1__LIST_AWARDS_REQUEST__INIT;
    Grantd__V1__ListAwardsResponse *list = grantd_list_awards(client, &all, NULL, NULL);
    assert_non_null(list);
    assert_int_equal(list->n_awards, 2);
    grantd__v1__list_awards_response__free_unpacked(list, NULL);
    Grantd__V1__ListEnvelopesRequest budgets = GRANTD__V1__LIST_ENVELOPES_REQUEST__INIT;
    Grantd__V1__ListEnvelopesResponse *envelopes = grantd_list_envelopes(client, &budgets, NULL, NULL);
    assert_non_null(envelopes);
    assert_int_equal(envelopes->envelopes[0]->used_fen, 200000000);
    grantd__v1__list_envelopes_response__free_unpacked(envelopes, NULL);
    grantd_client_destroy(client);
    daemon_stop(&daemon, SIGTERM);
    static const char *const ends[] = { "", "-wal", "-shm" };
    for (size_t index = 0; index < 3; index++) {
        char file[4300];
        snprintf(file, sizeof file, "%s%s", book, ends[index]);
        unlink(file);
    }
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(award_that_is_sent_again),
        cmocka_unit_test(settlement_that_is_sent_again),
        cmocka_unit_test(batch_that_is_sent_again),
        cmocka_unit_test(incomplete_answers),
        cmocka_unit_test(large_columns),
        cmocka_unit_test(the_daemon_awards_once),
    };
    return cmocka_run_group_tests_name("awards", tests, NULL, NULL);
}
