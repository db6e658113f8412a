/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
/* The table of bad peers that the tests of every client run, by the same names; `killed`, which takes a daemon, is in test_live.c.
 * And what goes with it: who is not bad, and what answers must hold. */
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client.h"
#include "support.h"

/* The silence timeout of these tests, in milliseconds. */
enum { SILENCE = 300 };

/* The first connections behave like this; the ones after them answer. */
struct peer {
    fake_handler behave;
    int bad_connections;
    atomic_int requests;
};

static void answer_well(struct fake_connection *connection, const struct fake_request *request)
{
    if (strcmp(request->meta->request->method_name, "EvaluateBatch") == 0) fake_echo_batch(connection, request);
    else fake_echo(connection, request);
}

static void handle(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    struct peer *peer = data;
    atomic_fetch_add(&peer->requests, 1);
    if (connection->number <= peer->bad_connections) peer->behave(connection, request, data);
    else answer_well(connection, request);
}

static struct fake_server *serve(struct peer *peer, fake_handler behave, int bad_connections)
{
    peer->behave = behave;
    peer->bad_connections = bad_connections;
    atomic_init(&peer->requests, 0);
    return fake_server_start(0, handle, peer);
}

static grantd_client *impatient_client(const struct fake_server *server, int64_t silence_timeout_ms)
{
    grantd_client_options options = quick_options();
    options.silence_timeout_ms = silence_timeout_ms;
    return client_with(server, options);
}

static uint64_t connects(grantd_client *client)
{
    grantd_client_statistics statistics;
    grantd_client_get_statistics(client, &statistics);
    return statistics.connects;
}

/* Applications "0", "1", …, and what came back. */
struct series {
    uint64_t count;
    uint64_t given;
    uint64_t taken;
    uint64_t wrong;
    char id[24];
    Grantd__V1__Application application;
};

static int next(const Grantd__V1__Application **application, void *data)
{
    struct series *series = data;
    if (series->given == series->count) return 0;
    snprintf(series->id, sizeof series->id, "%llu", (unsigned long long)series->given++);
    grantd__v1__application__init(&series->application);
    series->application.application_id = series->id;
    *application = &series->application;
    return 1;
}

static int take(uint64_t index, const Grantd__V1__Assessment *assessment, const grantd_error *error, void *data)
{
    struct series *series = data;
    (void)error;
    if (index != series->taken || !assessment || strtoull(assessment->application_id, NULL, 10) != index) series->wrong++;
    series->taken++;
    return 0;
}

static void scores_all(grantd_client *client, uint64_t count)
{
    struct series series = { .count = count };
    grantd_score_options options;
    grantd_score_options_init(&options);
    options.batch_size = 50;
    assert_int_equal(grantd_client_score(client, next, take, &series, &options, NULL, NULL), GRANTD_OK);
    assert_int_equal(series.taken, count);
    assert_int_equal(series.wrong, 0);
}

struct seen {
    int count;
    int32_t code;
};

static void note(const ProtobufCMessage *response, const grantd_error *error, void *data)
{
    struct seen *seen = data;
    (void)response;
    seen->count++;
    seen->code = error ? error->code : GRANTD_OK;
}

static void keep_silent(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)connection;
    (void)request;
    (void)data;
}

/* A byte of an answer now and then. */
static void trickle_answer(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)data;
    Grantd__V1__Assessment assessment;
    whole_assessment(&assessment, "A-1");
    size_t size;
    uint8_t *frame = fake_frame(request->id, &assessment.base, &size);
    for (size_t index = 0; index < size && fake_send_bytes(connection, frame + index, 1); index++) sleep_ms(SILENCE / 4);
    free(frame);
}

/* The first connection owes answers for ever: it costs the silence timeout, whatever the calls' deadlines. */
static void leaves_quiet_peer(fake_handler behave)
{
    struct peer peer;
    /* A call that waits. */
    struct fake_server *server = serve(&peer, behave, 1);
    grantd_client *client = impatient_client(server, SILENCE);
    int64_t started = now_ms();
    assert_int_equal(evaluate(client, "A-1", 20000, NULL), GRANTD_OK);
    assert_in_range(now_ms() - started, SILENCE - 1, SILENCE + 5000);
    assert_int_equal(connects(client), 2);
    grantd_client_destroy(client);
    fake_server_stop(server);

    /* Calls with short deadlines: nobody looks after the connection between them. */
    server = serve(&peer, behave, 1);
    client = impatient_client(server, SILENCE);
    int failed = 0;
    for (int index = 0; index < 25; index++) failed += evaluate(client, "A-1", SILENCE / 4, NULL) != GRANTD_OK;
    assert_in_range(failed, 1, 15);
    grantd_client_destroy(client);
    fake_server_stop(server);

    /* A loop of the program's own, whose call was given up. */
    server = serve(&peer, behave, 1);
    client = impatient_client(server, SILENCE);
    struct question question;
    question_init(&question, "A-1");
    struct seen seen = { 0 };
    const grantd_call_options deadlines[] = { { .deadline_ms = SILENCE / 4 }, { .deadline_ms = 20000 } };
    for (int index = 0; index < 2; index++)
        grantd_client_start(
            client, &grantd__v1__calculator__descriptor, 0, &question.request.base, &deadlines[index], note, &seen, NULL);
    while (grantd_client_wait(client, -1) > 0) continue;
    assert_int_equal(seen.count, 2);
    assert_int_equal(seen.code, GRANTD_OK);
    assert_int_equal(connects(client), 2);
    grantd_client_destroy(client);
    fake_server_stop(server);

    server = serve(&peer, behave, 1);
    client = impatient_client(server, SILENCE);
    scores_all(client, 300);
    grantd_client_destroy(client);
    fake_server_stop(server);

    /* In every attempt. */
    server = serve(&peer, behave, 1000);
    client = impatient_client(server, SILENCE / 3);
    grantd_error error = GRANTD_ERROR_INIT;
    assert_int_equal(evaluate(client, "A-1", 20000, &error), GRANTD_CONNECTION_LOST);
    assert_non_null(strstr(error.message, "silence_timeout_ms"));
    assert_int_equal(connects(client), 5);
    grantd_error_clear(&error);
    grantd_client_destroy(client);
    fake_server_stop(server);

    /* Without a timeout. */
    server = serve(&peer, behave, 1);
    client = impatient_client(server, 0);
    for (int index = 0; index < 3; index++)
        assert_int_equal(evaluate(client, "A-1", SILENCE / 4, NULL), GRANTD_TIMED_OUT);
    assert_int_equal(connects(client), 1);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

static void silent(void **state)
{
    (void)state;
    leaves_quiet_peer(keep_silent);
}

static void trickle(void **state)
{
    (void)state;
    leaves_quiet_peer(trickle_answer);
}

static void owes_nothing(void **state)
{
    (void)state;
    struct peer peer;
    struct fake_server *server = serve(&peer, NULL, 0);
    grantd_client *client = impatient_client(server, SILENCE / 3);
    for (int index = 0; index < 2; index++) {
        assert_int_equal(evaluate(client, "A-1", 5000, NULL), GRANTD_OK);
        sleep_ms(SILENCE);
    }
    assert_int_equal(connects(client), 1);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

/* 8 KiB in pieces of a little over 1 KiB. */
static void answer_in_pieces(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)data;
    Grantd__V1__EvaluateRequest *decoded =
        grantd__v1__evaluate_request__unpack(NULL, request->payload_size, request->payload);
    Grantd__V1__Assessment assessment;
    whole_assessment(&assessment, decoded->application->application_id);
    size_t size;
    uint8_t *frame = fake_frame(request->id, &assessment.base, &size);
    for (size_t sent = 0; sent < size; sent += 1100) {
        if (!fake_send_bytes(connection, frame + sent, size - sent < 1100 ? size - sent : 1100)) break;
        sleep_ms(SILENCE / 3);
    }
    free(frame);
    grantd__v1__evaluate_request__free_unpacked(decoded, NULL);
}

static void makes_progress(void **state)
{
    (void)state;
    static char id[8193];
    memset(id, 'a', sizeof id - 1);
    struct peer peer;
    struct fake_server *server = serve(&peer, answer_in_pieces, 1);
    grantd_client *client = impatient_client(server, SILENCE);
    assert_int_equal(evaluate(client, id, 20000, NULL), GRANTD_OK);
    assert_int_equal(connects(client), 1);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

static void answer_late(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)data;
    bool is_late = connection->requests > 1 && connection->requests != 5 && connection->requests != 7;
    if (is_late) sleep_ms(SILENCE / 2);
    fake_echo(connection, request);
}

static void late_replies_are_progress(void **state)
{
    (void)state;
    struct peer peer;
    struct fake_server *server = serve(&peer, answer_late, 1);
    grantd_client *client = impatient_client(server, SILENCE);
    assert_int_equal(evaluate(client, "A-1", 20000, NULL), GRANTD_OK);
    for (int index = 0; index < 3; index++) assert_int_equal(evaluate(client, "A-1", 10, NULL), GRANTD_TIMED_OUT);
    /* The third comes after one and a half timeouts, and never a whole one after the one before. */
    assert_int_equal(evaluate(client, "A-2", 20000, NULL), GRANTD_OK);
    grantd_client_statistics statistics;
    grantd_client_get_statistics(client, &statistics);
    assert_int_equal(statistics.connects, 1);
    assert_int_equal(statistics.late_replies, 3);

    /* Those that came while nobody looked are read before the connection is called silent. */
    assert_int_equal(evaluate(client, "A-3", 10, NULL), GRANTD_TIMED_OUT);
    sleep_ms(2 * SILENCE);
    assert_int_equal(evaluate(client, "A-4", 20000, NULL), GRANTD_OK);
    assert_int_equal(connects(client), 1);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

/* Reads nothing after the first request; the next connection answers without looking at what it is asked. */
static void do_not_read(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)data;
    while (connection->number == 1 && !fake_server_is_stopping(connection->server)) sleep_ms(20);
    Grantd__V1__Assessment assessment;
    whole_assessment(&assessment, "A-2");
    if (connection->number > 1) fake_answer(connection, request->id, &assessment.base);
}

/* A peer that takes nothing: a request that is larger than the sockets' buffers is never sent whole. */
static void takes_nothing(void **state)
{
    (void)state;
    struct peer peer;
    struct fake_server *server = serve(&peer, do_not_read, 1000);
    grantd_client_options options = quick_options();
    options.silence_timeout_ms = 4 * SILENCE;
    options.maximum_request_bytes = (size_t)32 * 1024 * 1024;
    grantd_client *client = client_with(server, options);
    assert_int_equal(evaluate(client, "A-1", 10, NULL), GRANTD_TIMED_OUT);
    size_t size = (size_t)16 * 1024 * 1024;
    char *id = malloc(size + 1);
    memset(id, 'a', size);
    id[size] = 0;
    struct question question;
    question_init(&question, id);
    const grantd_call_options call_options = { .deadline_ms = 30000 };
    Grantd__V1__Assessment *answer = grantd_evaluate(client, &question.request, &call_options, NULL);
    free(id);
    assert_non_null(answer);
    assert_int_equal(connects(client), 2);
    grantd__v1__assessment__free_unpacked(answer, NULL);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

static void answer_without_looking(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)data;
    sleep_ms(SILENCE / 3);
    Grantd__V1__Assessment assessment;
    whole_assessment(&assessment, "A-1");
    fake_answer(connection, request->id, &assessment.base);
}

/* A large request on a slow line is no silence, also where another answer comes meanwhile. */
static void takes_its_time(void **state)
{
    (void)state;
    struct peer peer;
    struct fake_server *server = serve(&peer, answer_without_looking, 1);
    fake_server_set_pace(server, 20);
    grantd_client *client = impatient_client(server, 2 * SILENCE);
    assert_int_equal(evaluate(client, "A-1", 20000, NULL), GRANTD_OK);
    int bytes = 64 * 1024;
    setsockopt(client->connection.socket, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    size_t size = (size_t)4 * 1024 * 1024 - 100;
    char *id = malloc(size + 1);
    memset(id, 'a', size);
    id[size] = 0;
    struct seen seen = { 0 };
    const char *const ids[] = { "A-1", id };
    int64_t started = now_ms();
    for (int index = 0; index < 2; index++) {
        struct question question;
        question_init(&question, ids[index]);
        const grantd_call_options options = { .deadline_ms = 30000 };
        grantd_client_start(
            client, &grantd__v1__calculator__descriptor, 0, &question.request.base, &options, note, &seen, NULL);
    }
    free(id);
    while (grantd_client_wait(client, -1) > 0) continue;
    assert_int_equal(seen.count, 2);
    assert_int_equal(seen.code, GRANTD_OK);
    assert_in_range(now_ms() - started, 4 * SILENCE - 100, 20000);
    assert_int_equal(connects(client), 1);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

static void cut_answer(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)data;
    Grantd__V1__Assessment assessment;
    whole_assessment(&assessment, "A-1");
    size_t size;
    uint8_t *frame = fake_frame(request->id, &assessment.base, &size);
    fake_send_bytes(connection, frame, size / 2);
    free(frame);
    fake_close(connection);
}

static void cut(void **state)
{
    (void)state;
    struct peer peer;
    struct fake_server *server = serve(&peer, cut_answer, 1);
    grantd_client *client = client_of(server);
    assert_int_equal(evaluate(client, "A-1", 20000, NULL), GRANTD_OK);
    assert_int_equal(connects(client), 2);
    grantd_client_destroy(client);
    fake_server_stop(server);

    server = serve(&peer, cut_answer, 1);
    client = client_of(server);
    scores_all(client, 300);
    grantd_client_destroy(client);
    fake_server_stop(server);

    server = serve(&peer, cut_answer, 1000);
    client = client_of(server);
    assert_int_equal(evaluate(client, "A-1", 20000, NULL), GRANTD_CONNECTION_LOST);
    assert_int_equal(atomic_load(&peer.requests), 5);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

static void answer_strangers(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)data;
    Grantd__V1__Assessment assessment;
    whole_assessment(&assessment, "?");
    const int64_t strange[] = { 0, -1, request->id + 1000000 };
    for (int index = 0; index < 3; index++) fake_answer(connection, strange[index], &assessment.base);
    fake_echo(connection, request);
}

/* Answers the first call, and then only strangers and the first one again. */
static void answer_strangers_alone(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)data;
    if (connection->requests == 1) {
        fake_echo(connection, request);
        return;
    }
    Grantd__V1__Assessment assessment;
    whole_assessment(&assessment, "?");
    size_t sizes[2];
    uint8_t *frames[2] = {
        fake_frame(request->id + 1000000, &assessment.base, &sizes[0]), fake_frame(1, &assessment.base, &sizes[1])
    };
    for (int index = 0; index < 40 && fake_send_bytes(connection, frames[index % 2], sizes[index % 2]); index++)
        sleep_ms(SILENCE / 8);
    free(frames[0]);
    free(frames[1]);
}

static void strange_ids(void **state)
{
    (void)state;
    struct peer peer;
    struct fake_server *server = serve(&peer, answer_strangers, 1);
    grantd_client *client = client_of(server);
    for (int index = 0; index < 2; index++) assert_int_equal(evaluate(client, "A-1", 20000, NULL), GRANTD_OK);
    grantd_client_statistics statistics;
    grantd_client_get_statistics(client, &statistics);
    assert_int_equal(statistics.unknown_replies, 6);
    assert_int_equal(statistics.late_replies, 0);
    assert_int_equal(statistics.connects, 1);
    grantd_client_destroy(client);
    fake_server_stop(server);

    /* They are no progress. */
    server = serve(&peer, answer_strangers_alone, 1);
    client = impatient_client(server, SILENCE);
    for (int index = 0; index < 2; index++) assert_int_equal(evaluate(client, "A-1", 20000, NULL), GRANTD_OK);
    assert_int_equal(connects(client), 2);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

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
    int32_t code = grantd_client_score(client, next, take, &series, NULL, NULL, NULL);
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

static void declare_4_gib(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)request;
    (void)data;
    fake_send_bytes(connection, "PRPC\xff\xff\xff\xff\xff\xff\xff\xff", 12);
}

static void huge_meta(void **state)
{
    (void)state;
    struct peer peer;
    struct fake_server *server = serve(&peer, declare_4_gib, 1);
    grantd_client *client = client_of(server);
    int64_t started = now_ms();
    assert_int_equal(evaluate(client, "A-1", 20000, NULL), GRANTD_OK);
    assert_in_range(now_ms() - started, 0, 2000);
    assert_int_equal(connects(client), 2);
    grantd_client_destroy(client);
    fake_server_stop(server);

    server = serve(&peer, declare_4_gib, 1000);
    client = client_of(server);
    grantd_error error = GRANTD_ERROR_INIT;
    assert_int_equal(evaluate(client, "A-1", 20000, &error), GRANTD_CONNECTION_LOST);
    assert_non_null(strstr(error.message, "what came is no reply"));
    assert_int_equal(atomic_load(&peer.requests), 5);
    grantd_error_clear(&error);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

/* The resolver of this program: `dead-N` has N addresses that drop SYNs and then a good one, `dead` only three dead ones,
 * `refusing` one that refuses and then a good one. */
int __real_getaddrinfo(const char *host, const char *port, const struct addrinfo *hints, struct addrinfo **addresses);
int __wrap_getaddrinfo(const char *host, const char *port, const struct addrinfo *hints, struct addrinfo **addresses);

static void append(struct addrinfo **list, const char *address, const char *port, const struct addrinfo *hints)
{
    struct addrinfo *one;
    assert_int_equal(__real_getaddrinfo(address, port, hints, &one), 0);
    while (*list) list = &(*list)->ai_next;
    *list = one;
}

int __wrap_getaddrinfo(const char *host, const char *port, const struct addrinfo *hints, struct addrinfo **addresses)
{
    bool is_dead = strncmp(host, "dead", 4) == 0;
    if ((!is_dead && strcmp(host, "refusing") != 0) || (hints->ai_flags & AI_NUMERICHOST))
        return __real_getaddrinfo(host, port, hints, addresses);
    *addresses = NULL;
    int dead = !is_dead ? 0 : host[4] == '-' ? host[5] - '0' : 3;
    for (int index = 0; index < dead; index++) {
        char text[16];
        snprintf(text, sizeof text, "127.0.0.%d", 11 + index);
        append(addresses, text, port, hints);
    }
    if (!is_dead) append(addresses, "127.0.0.21", port, hints);
    if (!is_dead || host[4] == '-') append(addresses, "127.0.0.1", port, hints);
    return 0;
}

enum { DEAD_SOCKETS = 5 };

/* Listens at 127.0.0.LAST with a full backlog: whoever connects further is never answered. */
static void die_at(int last, uint16_t port, int *sockets)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)last - 1);
    for (int index = 0; index < DEAD_SOCKETS; index++) {
        sockets[index] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        assert_true(sockets[index] >= 0);
        if (index == 0) {
            assert_int_equal(bind(sockets[0], (struct sockaddr *)&address, sizeof address), 0);
            assert_int_equal(listen(sockets[0], 0), 0);
        } else {
            (void)connect(sockets[index], (struct sockaddr *)&address, sizeof address);
        }
    }
}

static grantd_client *client_of_name(const char *name, uint16_t port, grantd_client_options options)
{
    char address[64];
    snprintf(address, sizeof address, "%s:%u", name, port);
    options.address = address;
    grantd_client *client;
    assert_int_equal(grantd_client_create(&options, &client, NULL), GRANTD_OK);
    return client;
}

static void dead_first_address(void **state)
{
    (void)state;
    struct peer peer;
    struct fake_server *server = serve(&peer, NULL, 0);
    uint16_t port = fake_server_port(server);
    int sockets[3][DEAD_SOCKETS];
    for (int index = 0; index < 3; index++) die_at(11 + index, port, sockets[index]);
    const char *const names[] = { "refusing", "dead-1", "dead-2", "dead-3" };
    for (int dead = 0; dead < 4; dead++) {
        grantd_client *client = client_of_name(names[dead], port, quick_options());
        int64_t started = now_ms();
        assert_int_equal(evaluate(client, "A-1", 20000, NULL), GRANTD_OK);
        /* One that refuses costs no time. */
        assert_in_range(now_ms() - started, dead ? 250 * dead - 1 : 0, 250 * dead + (dead ? 2000 : 240));
        assert_int_equal(connects(client), 1);
        grantd_client_destroy(client);
    }
    assert_int_equal(atomic_load(&peer.requests), 4);

    /* All of them dead: the connect timeout bounds each attempt. */
    grantd_client_options options = quick_options();
    options.connect_timeout_ms = 600;
    options.attempts = 2;
    grantd_client *client = client_of_name("dead", port, options);
    grantd_error error = GRANTD_ERROR_INIT;
    int64_t started = now_ms();
    assert_int_equal(evaluate(client, "A-1", 20000, &error), GRANTD_CONNECTION_FAILED);
    assert_in_range(now_ms() - started, 1199, 5000);
    assert_non_null(strstr(error.message, "it took too long"));
    /* Given up while several are being connected. */
    assert_int_equal(evaluate(client, "A-1", 300, &error), GRANTD_TIMED_OUT);
    grantd_error_clear(&error);
    grantd_client_destroy(client);
    for (int index = 0; index < 3 * DEAD_SOCKETS; index++) close(sockets[index / DEAD_SOCKETS][index % DEAD_SOCKETS]);
    fake_server_stop(server);
}

static void say_stopping(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)data;
    fake_refuse(connection, request->id, 2003, "the daemon is stopping", "UNAVAILABLE", NULL);
}

static void stopping(void **state)
{
    (void)state;
    struct peer peer;
    struct fake_server *server = serve(&peer, say_stopping, 4);
    grantd_client *client = client_of(server);
    assert_int_equal(evaluate(client, "A-1", 20000, NULL), GRANTD_OK);
    assert_int_equal(connects(client), 5);
    grantd_client_destroy(client);
    fake_server_stop(server);

    server = serve(&peer, say_stopping, 1000);
    client = client_of(server);
    assert_int_equal(evaluate(client, "A-1", 20000, NULL), GRANTD_STOPPING);
    assert_int_equal(atomic_load(&peer.requests), 5);
    grantd_client_destroy(client);
    fake_server_stop(server);

    /* A scoring goes on trying. */
    server = serve(&peer, say_stopping, 11);
    client = client_of(server);
    scores_all(client, 10);
    assert_int_equal(connects(client), 12);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

/* 16 MiB of entries of two bytes, each a whole Finding in memory. */
static void answer_with_countless_findings(
    struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)data;
    size_t size = (size_t)16 * 1024 * 1024 - 1000;
    uint8_t *bytes = calloc(1, size);
    for (size_t index = 0; index < size; index += 2) bytes[index] = 9 << 3 | 2;
    fake_answer_bytes(connection, request->id, bytes, size);
    free(bytes);
}

static void countless_entries(void **state)
{
    (void)state;
    struct peer peer;
    struct fake_server *server = serve(&peer, answer_with_countless_findings, 1000);
    grantd_client *client = client_of(server);
    grantd_error error = GRANTD_ERROR_INIT;
    assert_int_equal(evaluate(client, "A-1", 60000, &error), GRANTD_REPLY_TOO_LARGE);
    assert_non_null(strstr(error.message, "268435456"));
    assert_int_equal(atomic_load(&peer.requests), 1);
    grantd_error_clear(&error);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        { "silent", silent, NULL, NULL, NULL },
        { "trickle", trickle, NULL, NULL, NULL },
        { "cut", cut, NULL, NULL, NULL },
        { "strange ids", strange_ids, NULL, NULL, NULL },
        { "no response", no_response, NULL, NULL, NULL },
        { "incomplete", incomplete, NULL, NULL, NULL },
        { "huge meta", huge_meta, NULL, NULL, NULL },
        { "dead first address", dead_first_address, NULL, NULL, NULL },
        { "stopping", stopping, NULL, NULL, NULL },
        cmocka_unit_test(owes_nothing),
        cmocka_unit_test(makes_progress),
        cmocka_unit_test(late_replies_are_progress),
        cmocka_unit_test(takes_nothing),
        cmocka_unit_test(takes_its_time),
        cmocka_unit_test(countless_entries),
    };
    return cmocka_run_group_tests_name("peers", tests, NULL, NULL);
}
