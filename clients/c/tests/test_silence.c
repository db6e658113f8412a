/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
/* Of the table of bad peers that the tests of every client run: `silent` and `trickle`. And who is not silent, though slow. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "client.h"
#include "peers.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        { "silent", silent, NULL, NULL, NULL },
        { "trickle", trickle, NULL, NULL, NULL },
        cmocka_unit_test(owes_nothing),
        cmocka_unit_test(makes_progress),
        cmocka_unit_test(late_replies_are_progress),
        cmocka_unit_test(takes_nothing),
        cmocka_unit_test(takes_its_time),
    };
    return cmocka_run_group_tests_name("silence", tests, NULL, NULL);
}
