/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
/* Calls that do not block, and services for generated stubs. */
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "support.h"

static void echo(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)data;
    fake_echo(connection, request);
}

static void never_answer(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)connection;
    (void)request;
    (void)data;
}

/* What callbacks have seen. */
struct seen {
    int answers;
    int errors;
    int32_t code;
    pthread_t thread;
};

static void note(const ProtobufCMessage *response, const grantd_error *error, void *data)
{
    struct seen *seen = data;
    if (response) seen->answers++;
    else seen->errors++;
    seen->code = error ? error->code : GRANTD_OK;
    seen->thread = pthread_self();
}

static uint64_t start(grantd_client *client, int64_t deadline_ms, struct seen *seen)
{
    struct question question;
    question_init(&question, "A-1");
    const grantd_call_options options = { .deadline_ms = deadline_ms };
    return grantd_client_start(
        client, &grantd__v1__calculator__descriptor, 0, &question.request.base, &options, note, seen, NULL);
}

static int ready(grantd_client *client, int timeout_ms)
{
    struct pollfd descriptor = { .fd = grantd_client_fd(client), .events = grantd_client_events(client) };
    return poll(&descriptor, 1, timeout_ms);
}

/* A program's own loop: nothing but poll() and process(). */
static void run(grantd_client *client)
{
    size_t open;
    do {
        assert_int_equal(ready(client, 10000), 1);
        open = grantd_client_process(client);
    } while (open > 0);
}

static void many_at_once(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, echo, NULL);
    grantd_client *client = client_of(server);
    struct seen seen = { 0 };
    int descriptor = grantd_client_fd(client);
    /* Far more than may be in flight. */
    for (int round = 0; round < 3; round++) {
        for (int index = 0; index < 1000; index++) assert_true(start(client, 20000, &seen) > 0);
        run(client);
        assert_int_equal(seen.answers, 1000 * (round + 1));
    }
    assert_int_equal(seen.errors, 0);
    assert_int_equal(grantd_client_fd(client), descriptor);
    assert_int_equal(grantd_client_process(client), 0);
    assert_int_equal(grantd_client_wait(client, -1), 0);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

static void deadline_through_the_descriptor(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, never_answer, NULL);
    grantd_client *client = client_of(server);
    struct seen seen = { 0 };
    start(client, 5000, &seen);
    start(client, 60, &seen);
    int64_t started = now_ms();
    while (seen.errors == 0) {
        assert_int_equal(ready(client, 4000), 1);
        grantd_client_process(client);
    }
    assert_in_range(now_ms() - started, 55, 3000);
    assert_int_equal(seen.code, GRANTD_TIMED_OUT);
    assert_int_equal(grantd_client_process(client), 1);
    grantd_client_destroy(client);
    assert_int_equal(seen.errors, 2);
    assert_int_equal(seen.code, GRANTD_SHUT_DOWN);
    fake_server_stop(server);
}

static void lose_the_first(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)data;
    if (connection->number == 1 && connection->requests == 3) fake_close(connection);
    else if (connection->number == 2)
        fake_refuse(connection, request->id, 2003, "the daemon is stopping", "UNAVAILABLE", NULL);
    else fake_echo(connection, request);
}

static void reconnects(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, lose_the_first, NULL);
    char address[64];
    snprintf(address, sizeof address, "localhost:%u", fake_server_port(server));
    for (int by_name = 0; by_name < 2; by_name++) {
        grantd_client_options options = quick_options();
        options.address = by_name ? address : fake_server_address(server);
        grantd_client *client;
        assert_int_equal(grantd_client_create(&options, &client, NULL), GRANTD_OK);
        struct seen seen = { 0 };
        for (int index = 0; index < 20; index++) start(client, 20000, &seen);
        run(client);
        assert_int_equal(seen.answers, 20);
        grantd_client_destroy(client);
    }
    fake_server_stop(server);
}

static void refused(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, echo, NULL);
    grantd_client *client = client_of(server);
    fake_server_stop(server);
    struct seen seen = { 0 };
    start(client, 20000, &seen);
    run(client);
    assert_int_equal(seen.code, GRANTD_CONNECTION_FAILED);
    grantd_client_destroy(client);
}

static void cancels(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, never_answer, NULL);
    grantd_client *client = client_of(server);
    struct seen seen = { 0 };
    uint64_t first = start(client, 20000, &seen), second = start(client, 20000, &seen);
    assert_true(grantd_client_cancel(client, first));
    assert_false(grantd_client_cancel(client, first));
    assert_int_equal(seen.errors, 0);
    assert_int_equal(ready(client, 5000), 1);
    while (seen.errors == 0) grantd_client_wait(client, 5000);
    assert_int_equal(seen.code, GRANTD_CANCELLED);
    assert_true(grantd_client_cancel(client, second));
    run(client);
    assert_int_equal(seen.errors, 2);
    assert_false(grantd_client_cancel(client, second));
    assert_false(grantd_client_cancel(client, 0));
    grantd_client_shutdown(client);
    assert_int_equal(start(client, 20000, &seen), 0);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

/* Each answer asks the next question, from inside the callback. */
struct chain {
    grantd_client *client;
    int left;
    int blocking;
};

static void next_in_chain(const ProtobufCMessage *response, const grantd_error *error, void *data)
{
    struct chain *chain = data;
    (void)error;
    if (!response || chain->left-- == 0) return;
    if (chain->left % 10 == 0) chain->blocking += evaluate(chain->client, "B-1", 10000, NULL) == GRANTD_OK;
    struct question question;
    question_init(&question, "A-1");
    grantd_client_start(
        chain->client, &grantd__v1__calculator__descriptor, 0, &question.request.base, NULL, next_in_chain, chain, NULL);
}

static void calls_from_callbacks(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, echo, NULL);
    grantd_client *client = client_of(server);
    struct chain chain = { client, 100, 0 };
    struct question question;
    question_init(&question, "A-1");
    grantd_client_start(
        client, &grantd__v1__calculator__descriptor, 0, &question.request.base, NULL, next_in_chain, &chain, NULL);
    run(client);
    assert_int_equal(chain.left, -1);
    assert_int_equal(chain.blocking, 10);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

static void *block(void *argument)
{
    static int32_t worst;
    worst = GRANTD_OK;
    for (int index = 0; index < 300; index++) {
        int32_t code = evaluate(argument, "B-1", 20000, NULL);
        if (code) worst = code;
    }
    return &worst;
}

static void both_kinds_together(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, echo, NULL);
    grantd_client *client = client_of(server);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, block, client), 0);
    struct seen seen = { 0 };
    for (int index = 0; index < 300; index++) {
        start(client, 20000, &seen);
        run(client);
        /* However much the other thread reads: callbacks are ours. */
        assert_true(pthread_equal(seen.thread, pthread_self()));
    }
    void *worst;
    pthread_join(thread, &worst);
    assert_int_equal(*(int32_t *)worst, GRANTD_OK);
    assert_int_equal(seen.answers, 300);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

struct closed {
    int count;
    char id[16];
    int32_t code;
    char field[32];
};

static void close_over(const Grantd__V1__Assessment *assessment, void *data)
{
    struct closed *closed = data;
    const grantd_error *error = grantd_closure_error();
    closed->count++;
    closed->code = error ? error->code : GRANTD_OK;
    snprintf(closed->field, sizeof closed->field, "%s", error ? error->field : "");
    snprintf(closed->id, sizeof closed->id, "%s", assessment ? assessment->application_id : "");
}

static void refuse_the_second(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)data;
    if (connection->requests % 2 == 0)
        fake_refuse(connection, request->id, 1003, "as_of must be set", "INVALID_ARGUMENT", "application.as_of");
    else fake_echo(connection, request);
}

static void generated_stubs(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, refuse_the_second, NULL);
    grantd_client *client = client_of(server);
    struct question question;
    question_init(&question, "A-7");
    for (int mode = GRANTD_BLOCKING; mode <= GRANTD_NON_BLOCKING; mode++) {
        ProtobufCService *service =
            grantd_service_create(client, &grantd__v1__calculator__descriptor, (enum grantd_service_mode)mode);
        struct closed closed = { 0 };
        grantd__v1__calculator__evaluate(service, &question.request, close_over, &closed);
        if (mode == GRANTD_NON_BLOCKING) {
            assert_int_equal(closed.count, 0);
            run(client);
        }
        assert_int_equal(closed.count, 1);
        assert_int_equal(closed.code, GRANTD_OK);
        assert_string_equal(closed.id, "A-7");
        grantd__v1__calculator__evaluate(service, &question.request, close_over, &closed);
        if (mode == GRANTD_NON_BLOCKING) run(client);
        assert_int_equal(closed.count, 2);
        assert_int_equal(closed.code, GRANTD_BAD_REQUEST);
        assert_string_equal(closed.field, "application.as_of");
        assert_null(grantd_closure_error());
        protobuf_c_service_destroy(service);
    }
    /* Nothing can be started any more: the closure hears of it all the same. */
    grantd_client_shutdown(client);
    for (int mode = GRANTD_BLOCKING; mode <= GRANTD_NON_BLOCKING; mode++) {
        ProtobufCService *service =
            grantd_service_create(client, &grantd__v1__calculator__descriptor, (enum grantd_service_mode)mode);
        struct closed closed = { 0 };
        grantd__v1__calculator__evaluate(service, &question.request, close_over, &closed);
        assert_int_equal(closed.count, 1);
        assert_int_equal(closed.code, GRANTD_SHUT_DOWN);
        protobuf_c_service_destroy(service);
    }
    grantd_client_destroy(client);
    fake_server_stop(server);
}

static void deadline_of_a_service(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, never_answer, NULL);
    grantd_client *client = client_of(server);
    ProtobufCService *service =
        grantd_service_create(client, &grantd__v1__calculator__descriptor, GRANTD_BLOCKING);
    grantd_service_set_deadline(service, 50);
    struct question question;
    question_init(&question, "A-7");
    struct closed closed = { 0 };
    grantd__v1__calculator__evaluate(service, &question.request, close_over, &closed);
    assert_int_equal(closed.code, GRANTD_TIMED_OUT);
    /* Without a closure too. */
    grantd__v1__calculator__evaluate(service, &question.request, NULL, NULL);
    protobuf_c_service_destroy(service);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_at_once),
        cmocka_unit_test(deadline_through_the_descriptor),
        cmocka_unit_test(reconnects),
        cmocka_unit_test(refused),
        cmocka_unit_test(cancels),
        cmocka_unit_test(calls_from_callbacks),
        cmocka_unit_test(both_kinds_together),
        cmocka_unit_test(generated_stubs),
        cmocka_unit_test(deadline_of_a_service),
    };
    return cmocka_run_group_tests_name("process", tests, NULL, NULL);
}
