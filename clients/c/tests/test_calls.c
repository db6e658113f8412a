/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
/* Blocking calls against a server that answers wrongly, late or not at all. */
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

/* The first connection's first answer is this; everything after is right. */
struct nonsense {
    const void *bytes;
    size_t size;
};

static void talk_nonsense(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    const struct nonsense *nonsense = data;
    if (connection->number == 1) fake_send_bytes(connection, nonsense->bytes, nonsense->size);
    else fake_echo(connection, request);
}

static void garbage(void **state)
{
    (void)state;
    const struct nonsense all[] = {
        { "HTTP/1.1 400 Bad Request\r\n\r\n", 28 },
        { "P", 1 },
        /* The second byte is wrong already. */
        { "PX", 2 },
        /* Meta over body. */
        { "PRPC\0\0\0\1\0\0\0\2", 12 },
        /* Meta over 1 MiB. */
        { "PRPC\0\x20\0\0\0\x20\0\0", 12 },
        /* A meta that is no message. */
        { "PRPC\0\0\0\3\0\0\0\3\xff\xff\xff", 15 },
        /* A meta that is no message, in a frame that is not complete. */
        { "PRPC\0\0\0\7\0\0\0\3\xff\xff\xff", 15 },
    };
    for (size_t index = 0; index < sizeof all / sizeof all[0]; index++) {
        struct nonsense nonsense = all[index];
        struct fake_server *server = fake_server_start(0, talk_nonsense, &nonsense);
        grantd_client *client = client_of(server);
        grantd_error error = GRANTD_ERROR_INIT;
        /* One byte may still become a frame. Any other connection is of no use; the next one may be. */
        bool is_unfinished = nonsense.size == 1;
        assert_int_equal(
            evaluate(client, "A-1", is_unfinished ? 60 : 5000, &error), is_unfinished ? GRANTD_TIMED_OUT : GRANTD_OK);
        grantd_client_statistics statistics;
        grantd_client_get_statistics(client, &statistics);
        assert_int_equal(statistics.connects, is_unfinished ? 1 : 2);
        grantd_client_destroy(client);
        if (!is_unfinished) {
            grantd_client_options options = quick_options();
            options.attempts = 1;
            fake_server_stop(server);
            server = fake_server_start(0, talk_nonsense, &nonsense);
            client = client_with(server, options);
            assert_int_equal(evaluate(client, "A-2", 5000, &error), GRANTD_CONNECTION_LOST);
            assert_non_null(strstr(error.message, "what came is no reply"));
            grantd_client_destroy(client);
        }
        grantd_error_clear(&error);
        fake_server_stop(server);
    }
}

/* Replies that are whole frames and no valid replies: compressed, with an attachment of 9 of a payload of 1. */
static void answer_invalid(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    const Brpc__Policy__RpcMeta *wrong = data;
    if (connection->requests > 1) {
        fake_echo(connection, request);
        return;
    }
    Brpc__Policy__RpcMeta meta = *wrong;
    meta.has_correlation_id = 1;
    meta.correlation_id = request->id;
    fake_send(connection, &meta, "z", 1);
}

static void invalid_replies(void **state)
{
    (void)state;
    Brpc__Policy__RpcResponseMeta response = BRPC__POLICY__RPC_RESPONSE_META__INIT;
    Brpc__Policy__RpcMeta metas[3];
    for (int index = 0; index < 3; index++) {
        brpc__policy__rpc_meta__init(&metas[index]);
        metas[index].response = &response;
    }
    metas[0].has_compress_type = 1;
    metas[0].compress_type = 2;
    metas[1].has_attachment_size = 1;
    metas[1].attachment_size = 9;
    metas[2].has_content_type = 1;
    metas[2].content_type = 1;
    for (int index = 0; index < 3; index++) {
        struct fake_server *server = fake_server_start(0, answer_invalid, &metas[index]);
        grantd_client *client = client_of(server);
        assert_int_equal(evaluate(client, "A-1", 5000, NULL), GRANTD_INVALID_REPLY);
        /* The frames are whole: the connection goes on. */
        assert_int_equal(evaluate(client, "A-2", 5000, NULL), GRANTD_OK);
        grantd_client_statistics statistics;
        grantd_client_get_statistics(client, &statistics);
        assert_int_equal(statistics.connects, 1);
        assert_int_equal(statistics.retries, 0);
        grantd_client_destroy(client);
        fake_server_stop(server);
    }
}

static void answer_garbage(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)data;
    if (connection->requests == 1) fake_answer_bytes(connection, request->id, "\xff\xff", 2);
    else fake_echo(connection, request);
}

static void garbage_in_an_answer(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, answer_garbage, NULL);
    grantd_client *client = client_of(server);
    assert_int_equal(evaluate(client, "A-1", 5000, NULL), GRANTD_INVALID_REPLY);
    /* The frames are whole: the connection goes on. */
    assert_int_equal(evaluate(client, "A-2", 5000, NULL), GRANTD_OK);
    grantd_client_statistics statistics;
    grantd_client_get_statistics(client, &statistics);
    assert_int_equal(statistics.connects, 1);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

struct caller {
    grantd_client *client;
    const char *id;
    int32_t code;
    int calls;
};

static void *call_in_a_thread(void *argument)
{
    struct caller *caller = argument;
    caller->code = GRANTD_OK;
    for (int index = 0; index < caller->calls && caller->code == GRANTD_OK; index++)
        caller->code = evaluate(caller->client, caller->id, 20000, NULL);
    return NULL;
}

/* Waits for two calls on the first connection, then answers the one with "BIG" with too many bytes. */
static void answer_too_much(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    static int64_t big;
    (void)data;
    if (connection->number > 1) {
        fake_echo(connection, request);
        return;
    }
    if (connection->requests == 1) big = 0;
    if (memmem(request->payload, request->payload_size, "BIG", 3)) big = request->id;
    if (connection->requests < 2) return;
    size_t size = 100000;
    uint8_t *bytes = calloc(1, size);
    fake_answer_bytes(connection, big, bytes, size);
    free(bytes);
}

static void reply_over_the_limit(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, answer_too_much, NULL);
    grantd_client_options options = quick_options();
    options.maximum_reply_bytes = 50000;
    grantd_client *client = client_with(server, options);
    struct caller callers[2] = { { client, "BIG", 0, 1 }, { client, "A-2", 0, 1 } };
    pthread_t threads[2];
    for (int index = 0; index < 2; index++)
        assert_int_equal(pthread_create(&threads[index], NULL, call_in_a_thread, &callers[index]), 0);
    for (int index = 0; index < 2; index++) pthread_join(threads[index], NULL);
    /* The one fails; the other, which was in flight beside it, is tried again. */
    assert_int_equal(callers[0].code, GRANTD_REPLY_TOO_LARGE);
    assert_int_equal(callers[1].code, GRANTD_OK);
    assert_int_equal(evaluate(client, "A-3", 5000, NULL), GRANTD_OK);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

static void answer_with_many_findings(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)data;
    uint8_t bytes[4000];
    for (size_t index = 0; index < sizeof bytes; index += 2) {
        bytes[index] = 9 << 3 | 2;
        bytes[index + 1] = 0;
    }
    fake_answer_bytes(connection, request->id, bytes, sizeof bytes);
}

static void reply_that_grows(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, answer_with_many_findings, NULL);
    grantd_client_options options = quick_options();
    options.maximum_decoded_bytes = 32768;
    grantd_client *client = client_with(server, options);
    assert_int_equal(evaluate(client, "A-1", 5000, NULL), GRANTD_REPLY_TOO_LARGE);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

static void large_reply(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)data;
    static char text[3000001];
    memset(text, 'a', sizeof text - 1);
    Grantd__V1__Assessment assessment;
    whole_assessment(&assessment, text);
    (void)request->payload;
    fake_answer(connection, request->id, &assessment.base);
}

static void large_request_and_reply(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, large_reply, NULL);
    grantd_client *client = client_of(server);
    char *id = malloc(3000001);
    memset(id, 'a', 3000000);
    id[3000000] = 0;
    assert_int_equal(evaluate(client, id, 30000, NULL), GRANTD_OK);
    grantd_client_destroy(client);

    grantd_client_options options = quick_options();
    options.maximum_request_bytes = 100000;
    client = client_with(server, options);
    assert_int_equal(evaluate(client, id, 30000, NULL), GRANTD_OVER_LIMIT);
    grantd_client_destroy(client);
    free(id);
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
        const grantd_call_options patient = { 300, GRANTD_ATTEMPTS_UNLIMITED };
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
        cmocka_unit_test(deadline),
        cmocka_unit_test(late_reply),
        cmocka_unit_test(garbage),
        cmocka_unit_test(invalid_replies),
        cmocka_unit_test(garbage_in_an_answer),
        cmocka_unit_test(reply_over_the_limit),
        cmocka_unit_test(reply_that_grows),
        cmocka_unit_test(large_request_and_reply),
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
