/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
/* Blocking calls against a server that answers wrongly, late or not at all; what it answers too much is in test_replies.c. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

static void echo(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)data;
    fake_echo(connection, request);
}

static void answers(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, echo, NULL);
    grantd_client *client = client_of(server);
    for (int index = 0; index < 100; index++) assert_int_equal(evaluate(client, "A-1", 5000, NULL), GRANTD_OK);
    grantd_client_statistics statistics;
    grantd_client_get_statistics(client, &statistics);
    assert_int_equal(statistics.connects, 1);
    assert_int_equal(statistics.retries, 0);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

static void refuse(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)data;
    if (connection->requests == 1)
        fake_refuse(connection, request->id, 1003, "as_of must be set", "INVALID_ARGUMENT", "application.as_of");
    else if (connection->requests == 2) fake_refuse(connection, request->id, 2004, "too many", NULL, NULL);
    else fake_refuse(connection, request->id, 1777, "news", NULL, NULL);
}

static void errors_of_the_daemon(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, refuse, NULL);
    grantd_client *client = client_of(server);
    grantd_error error = GRANTD_ERROR_INIT;
    assert_int_equal(evaluate(client, "A-1", 5000, &error), GRANTD_BAD_REQUEST);
    assert_string_equal(error.status, "INVALID_ARGUMENT");
    assert_string_equal(error.message, "as_of must be set");
    assert_string_equal(error.field, "application.as_of");
    /* The same error is used again: what it held goes. */
    assert_int_equal(evaluate(client, "A-1", 5000, &error), GRANTD_OVER_LIMIT);
    assert_string_equal(error.status, "RESOURCE_EXHAUSTED");
    assert_string_equal(error.field, "");
    assert_int_equal(evaluate(client, "A-1", 5000, &error), 1777);
    assert_string_equal(error.status, "UNKNOWN");
    grantd_error_clear(&error);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

static void look_at_meta(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    const Brpc__Policy__RpcMeta *meta = request->meta;
    bool *is_right = data;
    *is_right = strcmp(meta->request->service_name, "grantd.v1.Calculator") == 0
        && strcmp(meta->request->method_name, "Evaluate") == 0 && meta->request->timeout_ms > 4000
        && meta->request->timeout_ms <= 5000 && meta->authentication_data.len == 6
        && memcmp(meta->authentication_data.data, "secret", 6) == 0;
    fake_echo(connection, request);
}

static void token_and_time(void **state)
{
    (void)state;
    bool is_right = false;
    struct fake_server *server = fake_server_start(0, look_at_meta, &is_right);
    grantd_client_options options = quick_options();
    char token[] = "secret";
    options.token = token;
    grantd_client *client = client_with(server, options);
    memset(token, 'x', 6);
    assert_int_equal(evaluate(client, "A-1", 5000, NULL), GRANTD_OK);
    assert_true(is_right);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

/* What stands beside an answer: the hash of its request, or something that is none. */
static void answer_with_hash(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    const char *const *hashes = data;
    Grantd__V1__Assessment assessment;
    whole_assessment(&assessment, "A-1");
    const char *hash = hashes[connection->requests - 1];
    if (hash) fake_answer_with(connection, request->id, &assessment.base, "request-hash", hash);
    else fake_answer(connection, request->id, &assessment.base);
}

static void note_end(const ProtobufCMessage *response, const grantd_error *error, void *data)
{
    (void)error;
    *(bool *)data = response != NULL;
}

static void hash_of_the_request(void **state)
{
    (void)state;
    char salted[GRANTD_REQUEST_HASH_BYTES], endless[GRANTD_REQUEST_HASH_BYTES + 1];
    memset(salted, 'a', sizeof salted);
    salted[sizeof salted - 1] = 0;
    memset(endless, 'a', sizeof endless);
    endless[sizeof endless - 1] = 0;
    const char *const hashes[] = { "first", salted, "third", NULL, endless, "unwanted" };
    struct fake_server *server = fake_server_start(0, answer_with_hash, (void *)(uintptr_t)hashes);
    grantd_client *client = client_of(server);
    struct question question;
    question_init(&question, "A-1");
    char hash[GRANTD_REQUEST_HASH_BYTES] = "left over";
    const grantd_call_options options = { .request_hash = hash };

    Grantd__V1__Assessment *answer = grantd_evaluate(client, &question.request, &options, NULL);
    assert_non_null(answer);
    assert_string_equal(hash, "first");
    grantd__v1__assessment__free_unpacked(answer, NULL);

    uint8_t *reply;
    size_t size;
    const char *service = "grantd.v1.Calculator";
    assert_int_equal(
        grantd_client_call_bytes(client, service, "Evaluate", "", 0, &options, &reply, &size, NULL), GRANTD_OK);
    assert_string_equal(hash, salted);
    free(reply);

    bool has_answer = false;
    const unsigned evaluate_method = 0;
    assert_string_equal(grantd__v1__calculator__descriptor.methods[evaluate_method].name, "Evaluate");
    assert_int_not_equal(
        grantd_client_start(
            client, &grantd__v1__calculator__descriptor, evaluate_method, &question.request.base, &options, note_end,
            &has_answer, NULL),
        0);
    while (grantd_client_wait(client, 5000)) continue;
    assert_true(has_answer);
    assert_string_equal(hash, "third");

    /* A daemon without a log, and a peer that is none. */
    for (int turn = 0; turn < 2; turn++) {
        answer = grantd_evaluate(client, &question.request, &options, NULL);
        assert_non_null(answer);
        assert_string_equal(hash, "");
        grantd__v1__assessment__free_unpacked(answer, NULL);
    }
    assert_int_equal(evaluate(client, "A-1", 5000, NULL), GRANTD_OK);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

static void never_answer(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)connection;
    (void)request;
    (void)data;
}

static void deadline(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, never_answer, NULL);
    grantd_client *client = client_of(server);
    grantd_error error = GRANTD_ERROR_INIT;
    int64_t started = now_ms();
    assert_int_equal(evaluate(client, "A-1", 80, &error), GRANTD_TIMED_OUT);
    assert_in_range(now_ms() - started, 79, 2000);
    assert_string_equal(error.status, "DEADLINE_EXCEEDED");
    /* A longer one first, then a shorter one. */
    assert_int_equal(evaluate(client, "A-1", 40, &error), GRANTD_TIMED_OUT);
    grantd_error_clear(&error);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

/* Answers with the call before: the first when the second comes. */
static void answer_late(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    struct fake_request *first = data;
    if (connection->requests == 1) {
        first->id = request->id;
        return;
    }
    fake_answer_bytes(connection, first->id, NULL, 0);
    fake_echo(connection, request);
}

static void late_reply(void **state)
{
    (void)state;
    struct fake_request first = { 0 };
    struct fake_server *server = fake_server_start(0, answer_late, &first);
    grantd_client *client = client_of(server);
    assert_int_equal(evaluate(client, "A-1", 50, NULL), GRANTD_TIMED_OUT);
    assert_int_equal(evaluate(client, "A-2", 5000, NULL), GRANTD_OK);
    grantd_client_statistics statistics;
    grantd_client_get_statistics(client, &statistics);
    assert_int_equal(statistics.late_replies, 1);
    assert_int_equal(statistics.unknown_replies, 0);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

/* The first connections stop or break, the one after answers. */
struct trouble {
    int connections;
    bool stops;
};

static void trouble_first(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    const struct trouble *trouble = data;
    if (connection->number > trouble->connections) fake_echo(connection, request);
    else if (trouble->stops)
        fake_refuse(connection, request->id, 2003, "the daemon is stopping", "UNAVAILABLE", NULL);
    else fake_close(connection);
}

static void retries(void **state)
{
    (void)state;
    for (int stops = 0; stops < 2; stops++) {
        struct trouble trouble = { 2, stops };
        struct fake_server *server = fake_server_start(0, trouble_first, &trouble);
        grantd_client *client = client_of(server);
        assert_int_equal(evaluate(client, "A-1", 5000, NULL), GRANTD_OK);
        grantd_client_statistics statistics;
        grantd_client_get_statistics(client, &statistics);
        assert_int_equal(statistics.connects, 3);
        assert_int_equal(statistics.retries, 2);
        grantd_client_destroy(client);

        fake_server_stop(server);
        trouble.connections = 1000;
        server = fake_server_start(0, trouble_first, &trouble);
        client = client_of(server);
        grantd_error error = GRANTD_ERROR_INIT;
        assert_int_equal(
            evaluate(client, "A-1", 5000, &error), stops ? GRANTD_STOPPING : GRANTD_CONNECTION_LOST);
        assert_string_equal(error.status, "UNAVAILABLE");
        grantd_client_get_statistics(client, &statistics);
        assert_int_equal(statistics.connects, 5);
        /* As long as the time lasts. */
        struct question question;
        question_init(&question, "A-1");
        const grantd_call_options patient = { .deadline_ms = 300, .attempts = GRANTD_ATTEMPTS_UNLIMITED };
        assert_null(grantd_evaluate(client, &question.request, &patient, &error));
        assert_int_equal(error.code, GRANTD_TIMED_OUT);
        grantd_error_clear(&error);
        grantd_client_destroy(client);
        fake_server_stop(server);
    }
}

static void nobody_there(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, echo, NULL);
    uint16_t port = fake_server_port(server);
    grantd_client *client = client_of(server);
    assert_int_equal(evaluate(client, "A-1", 5000, NULL), GRANTD_OK);
    fake_server_stop(server);
    grantd_error error = GRANTD_ERROR_INIT;
    assert_int_equal(evaluate(client, "A-2", 5000, &error), GRANTD_CONNECTION_FAILED);
    assert_non_null(strstr(error.message, "127.0.0.1"));
    assert_non_null(strstr(error.message, "Connection refused"));
    grantd_error_clear(&error);
    /* It comes back. */
    server = fake_server_start(port, echo, NULL);
    assert_int_equal(evaluate(client, "A-3", 5000, NULL), GRANTD_OK);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

static void host_names(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, echo, NULL);
    char address[64];
    snprintf(address, sizeof address, "localhost:%u", fake_server_port(server));
    grantd_client_options options = quick_options();
    options.address = address;
    grantd_client *client;
    assert_int_equal(grantd_client_create(&options, &client, NULL), GRANTD_OK);
    assert_int_equal(evaluate(client, "A-1", 5000, NULL), GRANTD_OK);
    grantd_client_destroy(client);

    options.address = "no-such-host.invalid:7843";
    options.attempts = 1;
    assert_int_equal(grantd_client_create(&options, &client, NULL), GRANTD_OK);
    grantd_error error = GRANTD_ERROR_INIT;
    assert_int_equal(evaluate(client, "A-1", 20000, &error), GRANTD_CONNECTION_FAILED);
    /* The reason follows the address. */
    assert_non_null(strstr(error.message, "port 7843: "));
    assert_true(strlen(strstr(error.message, "port 7843: ")) > strlen("port 7843: "));
    grantd_error_clear(&error);
    grantd_client_destroy(client);
    /* Given up while it is looked up. */
    assert_int_equal(grantd_client_create(&options, &client, NULL), GRANTD_OK);
    evaluate(client, "A-1", 1, NULL);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

static void close_when_idle(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)data;
    fake_echo(connection, request);
    if (connection->number == 1) fake_close(connection);
}

static void idle_connection_closed(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, close_when_idle, NULL);
    grantd_client_options options = quick_options();
    options.attempts = 1;
    grantd_client *client = client_with(server, options);
    assert_int_equal(evaluate(client, "A-1", 5000, NULL), GRANTD_OK);
    /* A quiet connection is looked at before it is used, so not even one attempt is lost. */
    sleep_ms(1100);
    assert_int_equal(evaluate(client, "A-2", 5000, NULL), GRANTD_OK);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

/* Answers four calls at a time, the last one first. */
struct held {
    struct fake_request requests[4];
    uint8_t payloads[4][64];
    int count;
};

static void answer_backwards(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    struct held *held = data;
    struct fake_request *kept = &held->requests[held->count];
    *kept = *request;
    memcpy(held->payloads[held->count], request->payload, request->payload_size);
    kept->payload = held->payloads[held->count];
    if (++held->count < 4) return;
    while (held->count > 0) fake_echo(connection, &held->requests[--held->count]);
}

static void any_order(void **state)
{
    (void)state;
    struct held held = { .count = 0 };
    struct fake_server *server = fake_server_start(0, answer_backwards, &held);
    grantd_client *client = client_of(server);
    struct caller callers[4];
    pthread_t threads[4];
    static const char *const ids[] = { "A-0", "A-1", "A-2", "A-3" };
    for (int index = 0; index < 4; index++) {
        callers[index] = (struct caller){ client, ids[index], 0, 25 };
        assert_int_equal(pthread_create(&threads[index], NULL, call_in_a_thread, &callers[index]), 0);
    }
    for (int index = 0; index < 4; index++) {
        pthread_join(threads[index], NULL);
        assert_int_equal(callers[index].code, GRANTD_OK);
    }
    grantd_client_destroy(client);
    fake_server_stop(server);
}

static void break_now_and_then(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)data;
    if (connection->requests == 200) fake_close(connection);
    else fake_echo(connection, request);
}

static void sixteen_threads(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, break_now_and_then, NULL);
    grantd_client_options options = quick_options();
    /* Fewer than threads, so that some wait for their turn; and every connection is lost after 200 requests. */
    options.maximum_calls_in_flight = 10;
    options.attempts = GRANTD_ATTEMPTS_UNLIMITED;
    grantd_client *client = client_with(server, options);
    struct caller callers[16];
    pthread_t threads[16];
    char ids[16][8];
    for (int index = 0; index < 16; index++) {
        snprintf(ids[index], sizeof ids[index], "T-%d", index);
        callers[index] = (struct caller){ client, ids[index], 0, 100 };
        assert_int_equal(pthread_create(&threads[index], NULL, call_in_a_thread, &callers[index]), 0);
    }
    for (int index = 0; index < 16; index++) {
        pthread_join(threads[index], NULL);
        assert_int_equal(callers[index].code, GRANTD_OK);
    }
    grantd_client_statistics statistics;
    grantd_client_get_statistics(client, &statistics);
    assert_true(statistics.connects > 5);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

static void shut_down_while_waiting(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, never_answer, NULL);
    grantd_client *client = client_of(server);
    struct caller callers[3];
    pthread_t threads[3];
    for (int index = 0; index < 3; index++) {
        callers[index] = (struct caller){ client, "A-1", 0, 1 };
        assert_int_equal(pthread_create(&threads[index], NULL, call_in_a_thread, &callers[index]), 0);
    }
    sleep_ms(50);
    int64_t started = now_ms();
    grantd_client_shutdown(client);
    for (int index = 0; index < 3; index++) {
        pthread_join(threads[index], NULL);
        assert_int_equal(callers[index].code, GRANTD_SHUT_DOWN);
    }
    assert_in_range(now_ms() - started, 0, 2000);
    assert_int_equal(evaluate(client, "A-2", 5000, NULL), GRANTD_SHUT_DOWN);
    grantd_client_shutdown(client);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

static void wrong_use(void **state)
{
    (void)state;
    grantd_client *client;
    assert_int_equal(grantd_client_create(NULL, &client, NULL), GRANTD_OK);
    grantd_error error = GRANTD_ERROR_INIT;
    Grantd__V1__ScreenRequest request = GRANTD__V1__SCREEN_REQUEST__INIT;
    const ProtobufCServiceDescriptor *calculator = &grantd__v1__calculator__descriptor;
    assert_null(grantd_client_call(client, calculator, 0, &request.base, NULL, &error));
    assert_int_equal(error.code, GRANTD_INVALID_ARGUMENT);
    assert_null(grantd_client_call(client, calculator, 99, &request.base, NULL, &error));
    assert_null(grantd_client_call(client, calculator, 3, NULL, NULL, &error));
    const grantd_call_options past = { .deadline_ms = -1 };
    assert_null(grantd_client_call(client, calculator, 3, &request.base, &past, &error));
    assert_int_equal(error.code, GRANTD_INVALID_ARGUMENT);
    uint8_t *reply;
    size_t size;
    assert_int_equal(
        grantd_client_call_bytes(client, NULL, "Evaluate", NULL, 0, NULL, &reply, &size, NULL), GRANTD_INVALID_ARGUMENT);
    assert_int_equal(grantd_client_start(client, calculator, 3, &request.base, NULL, NULL, NULL, &error), 0);
    grantd_error_clear(&error);
    grantd_client_destroy(client);
    grantd_client_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers),
        cmocka_unit_test(errors_of_the_daemon),
        cmocka_unit_test(token_and_time),
        cmocka_unit_test(hash_of_the_request),
        cmocka_unit_test(deadline),
        cmocka_unit_test(late_reply),
        cmocka_unit_test(retries),
        cmocka_unit_test(nobody_there),
        cmocka_unit_test(host_names),
        cmocka_unit_test(idle_connection_closed),
        cmocka_unit_test(any_order),
        cmocka_unit_test(sixteen_threads),
        cmocka_unit_test(shut_down_while_waiting),
        cmocka_unit_test(wrong_use),
    };
    return cmocka_run_group_tests_name("calls", tests, NULL, NULL);
}
