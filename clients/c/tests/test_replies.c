/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
/* Blocking calls whose replies are none, are too large, or only large. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(garbage),
        cmocka_unit_test(invalid_replies),
        cmocka_unit_test(garbage_in_an_answer),
        cmocka_unit_test(reply_over_the_limit),
        cmocka_unit_test(reply_that_grows),
        cmocka_unit_test(large_request_and_reply),
    };
    return cmocka_run_group_tests_name("replies", tests, NULL, NULL);
}
