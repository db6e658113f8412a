/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
/* The table of bad peers that the tests of every client run, by the same names; those that have more to tell stand in
 * test_silence.c, test_answers.c and test_addresses.c, and `killed`, which takes a daemon, in test_live.c. */
#include <stdlib.h>
#include <string.h>

#include "peers.h"

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
        { "cut", cut, NULL, NULL, NULL },
        { "strange ids", strange_ids, NULL, NULL, NULL },
        { "huge meta", huge_meta, NULL, NULL, NULL },
        { "stopping", stopping, NULL, NULL, NULL },
        cmocka_unit_test(countless_entries),
    };
    return cmocka_run_group_tests_name("peers", tests, NULL, NULL);
}
