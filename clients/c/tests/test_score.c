/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
/* Scoring many applications: in order, each once, in bounded memory, whatever becomes of the connection. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

/* Applications "0", "1", … and what came back. */
struct series {
    uint64_t count;
    uint64_t given;
    uint64_t taken;
    uint64_t errors;
    uint64_t out_of_order;
    uint64_t most_ahead;
    int32_t last_code;
    /* One without an id, which the fake server refuses; UINT64_MAX for none. */
    uint64_t nameless;
    /* One of this size; UINT64_MAX for none. */
    uint64_t large;
    size_t large_size;
    uint64_t fails_at;
    uint64_t stops_at;
    int sink_ms;
    char *text;
    Grantd__V1__Application application;
};

static void series_init(struct series *series, uint64_t count)
{
    *series = (struct series){
        .count = count,
        .nameless = UINT64_MAX,
        .large = UINT64_MAX,
        .fails_at = UINT64_MAX,
        .stops_at = UINT64_MAX,
    };
}

static int next(const Grantd__V1__Application **application, void *data)
{
    struct series *series = data;
    if (series->given == series->fails_at) return -1;
    if (series->given == series->count) return 0;
    free(series->text);
    bool is_large = series->given == series->large;
    series->text = calloc(1, is_large ? series->large_size + 1 : 24);
    if (is_large) memset(series->text, 'x', series->large_size);
    else snprintf(series->text, 24, "%llu", (unsigned long long)series->given);
    grantd__v1__application__init(&series->application);
    if (series->given != series->nameless) series->application.application_id = series->text;
    series->given++;
    *application = &series->application;
    uint64_t ahead = series->given - series->taken;
    if (ahead > series->most_ahead) series->most_ahead = ahead;
    return 1;
}

static int take(uint64_t index, const Grantd__V1__Assessment *assessment, const grantd_error *error, void *data)
{
    struct series *series = data;
    bool is_special = index == series->nameless || index == series->large;
    if (index != series->taken) series->out_of_order++;
    if (assessment && !is_special && strtoull(assessment->application_id, NULL, 10) != index) series->out_of_order++;
    if (!assessment == !error || (error && !is_special)) series->out_of_order++;
    if (error) {
        series->errors++;
        series->last_code = error->code;
    }
    series->taken++;
    if (series->sink_ms) sleep_ms(series->sink_ms);
    return index == series->stops_at;
}

static int32_t score(
    grantd_client *client, struct series *series, const grantd_score_options *options, grantd_error *error)
{
    uint64_t count = 0;
    int32_t code = grantd_client_score(client, next, take, series, options, &count, error);
    assert_int_equal(count, series->taken);
    assert_int_equal(series->out_of_order, 0);
    free(series->text);
    series->text = NULL;
    return code;
}

static void echo(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)data;
    fake_echo_batch(connection, request);
}

static void in_order(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, echo, NULL);
    grantd_client *client = client_of(server);
    const uint64_t counts[] = { 0, 1, 511, 512, 513, 5000 };
    for (size_t index = 0; index < 6; index++) {
        struct series series;
        series_init(&series, counts[index]);
        assert_int_equal(score(client, &series, NULL, NULL), GRANTD_OK);
        assert_int_equal(series.taken, counts[index]);
        assert_int_equal(series.errors, 0);
        /* Four batches of 512, and one application that had no room. */
        assert_true(series.most_ahead <= 4 * 512 + 1);
    }
    grantd_client_destroy(client);
    fake_server_stop(server);
}

static void an_error_beside_the_others(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, echo, NULL);
    grantd_client *client = client_of(server);
    struct series series;
    series_init(&series, 1000);
    series.nameless = 700;
    assert_int_equal(score(client, &series, NULL, NULL), GRANTD_OK);
    assert_int_equal(series.taken, 1000);
    assert_int_equal(series.errors, 1);
    assert_int_equal(series.last_code, GRANTD_BAD_REQUEST);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

static void too_large_to_send(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, echo, NULL);
    grantd_client_options options = quick_options();
    options.maximum_request_bytes = 2000;
    grantd_client *client = client_with(server, options);
    for (uint64_t place = 0; place < 3; place++) {
        struct series series;
        series_init(&series, place == 2 ? 1 : 300);
        series.large = place == 1 ? 150 : 0;
        series.large_size = 5000;
        assert_int_equal(score(client, &series, NULL, NULL), GRANTD_OK);
        assert_int_equal(series.taken, series.count);
        assert_int_equal(series.errors, 1);
        assert_int_equal(series.last_code, GRANTD_OVER_LIMIT);
    }
    grantd_client_destroy(client);
    fake_server_stop(server);
}

/* Refuses a whole batch that holds the application "xx". */
static void refuse_xx(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)data;
    if (memmem(request->payload, request->payload_size, "\x0a\x02xx", 4))
        fake_refuse(connection, request->id, 1003, "it does not decode", "INVALID_ARGUMENT", "");
    else fake_echo_batch(connection, request);
}

static void divides_a_batch(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, refuse_xx, NULL);
    grantd_client *client = client_of(server);
    struct series series;
    series_init(&series, 1200);
    series.large = 777;
    series.large_size = 2;
    assert_int_equal(score(client, &series, NULL, NULL), GRANTD_OK);
    assert_int_equal(series.taken, 1200);
    assert_int_equal(series.errors, 1);
    assert_int_equal(series.last_code, GRANTD_BAD_REQUEST);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

static void replies_over_the_limit(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, echo, NULL);
    grantd_client_options options = quick_options();
    options.maximum_reply_bytes = 1500;
    grantd_client *client = client_with(server, options);
    struct series series;
    series_init(&series, 2000);
    assert_int_equal(score(client, &series, NULL, NULL), GRANTD_OK);
    assert_int_equal(series.taken, 2000);
    assert_int_equal(series.errors, 0);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

static void answer_too_few(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)data;
    fake_answer_bytes(connection, request->id, "\x0a\x02\x0a\x00", 4);
}

static void answer_without_result(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)data;
    fake_answer_bytes(connection, request->id, "\x0a\x00\x0a\x00", 4);
}

static void answers_that_do_not_fit(void **state)
{
    (void)state;
    fake_handler handlers[] = { answer_too_few, answer_without_result };
    for (int index = 0; index < 2; index++) {
        struct fake_server *server = fake_server_start(0, handlers[index], NULL);
        grantd_client *client = client_of(server);
        struct series series;
        series_init(&series, 2);
        assert_int_equal(score(client, &series, NULL, NULL), GRANTD_INVALID_REPLY);
        assert_int_equal(series.taken, 0);
        grantd_client_destroy(client);
        fake_server_stop(server);
    }
}

/* Trouble of every kind: half an answer, a lost connection, a daemon that stops. */
static void trouble(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    atomic_int *count = data;
    /* Spread, so that no connection meets the same trouble at its beginning again and again. */
    uint32_t chance = (uint32_t)atomic_fetch_add(count, 1) * 2654435761u >> 28;
    if (chance < 3) {
        fake_send_bytes(connection, "PRPC\0\0\1\0\0", 9);
        fake_close(connection);
    } else if (chance < 5) {
        fake_refuse(connection, request->id, 2003, "the daemon is stopping", "UNAVAILABLE", NULL);
    } else {
        fake_echo_batch(connection, request);
    }
}

static void nothing_lost_nothing_twice(void **state)
{
    (void)state;
    atomic_int count = 0;
    struct fake_server *server = fake_server_start(0, trouble, &count);
    grantd_client *client = client_of(server);
    struct series series;
    series_init(&series, 10000);
    grantd_score_options options;
    grantd_score_options_init(&options);
    options.batch_size = 200;
    options.batches_in_flight = 8;
    assert_int_equal(score(client, &series, &options, NULL), GRANTD_OK);
    assert_int_equal(series.taken, 10000);
    grantd_client_statistics statistics;
    grantd_client_get_statistics(client, &statistics);
    assert_true(statistics.retries > 10);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

struct restart {
    struct series series;
    struct fake_server *server;
};

static int take_and_restart(
    uint64_t index, const Grantd__V1__Assessment *assessment, const grantd_error *error, void *data)
{
    struct restart *restart = data;
    if (index == 2000) {
        uint16_t port = fake_server_port(restart->server);
        fake_server_stop(restart->server);
        restart->server = fake_server_start(port, echo, NULL);
    }
    return take(index, assessment, error, &restart->series);
}

static int next_of_restart(const Grantd__V1__Application **application, void *data)
{
    struct restart *restart = data;
    return next(application, &restart->series);
}

static void server_restarted(void **state)
{
    (void)state;
    struct restart restart;
    series_init(&restart.series, 6000);
    restart.server = fake_server_start(0, echo, NULL);
    grantd_client *client = client_of(restart.server);
    assert_int_equal(
        grantd_client_score(client, next_of_restart, take_and_restart, &restart, NULL, NULL, NULL), GRANTD_OK);
    free(restart.series.text);
    assert_int_equal(restart.series.taken, 6000);
    assert_int_equal(restart.series.out_of_order, 0);
    grantd_client_destroy(client);
    fake_server_stop(restart.server);
}

static void source_and_sink(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, echo, NULL);
    grantd_client *client = client_of(server);
    struct series series;
    series_init(&series, 5000);
    series.fails_at = 3000;
    grantd_error error = GRANTD_ERROR_INIT;
    assert_int_equal(score(client, &series, NULL, &error), GRANTD_SOURCE_FAILED);
    assert_int_equal(series.taken, 3000);
    series_init(&series, 5000);
    series.stops_at = 1234;
    assert_int_equal(score(client, &series, NULL, &error), GRANTD_CANCELLED);
    assert_int_equal(series.taken, 1235);
    grantd_error_clear(&error);
    /* What was in flight is given up, and the client is as good as new. */
    series_init(&series, 5000);
    assert_int_equal(score(client, &series, NULL, NULL), GRANTD_OK);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

static void slow_sink(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, echo, NULL);
    grantd_client *client = client_of(server);
    struct series series;
    series_init(&series, 40);
    series.sink_ms = 20;
    grantd_score_options options;
    grantd_score_options_init(&options);
    options.batch_size = 10;
    /* Less than the sink takes for a batch. */
    options.deadline_ms = 100;
    assert_int_equal(score(client, &series, &options, NULL), GRANTD_OK);
    assert_int_equal(series.taken, 40);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

static void never_answer(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)connection;
    (void)request;
    (void)data;
}

static void daemon_that_never_answers(void **state)
{
    (void)state;
    struct fake_server *server = fake_server_start(0, never_answer, NULL);
    grantd_client *client = client_of(server);
    struct series series;
    series_init(&series, 5000);
    grantd_score_options options;
    grantd_score_options_init(&options);
    options.deadline_ms = 80;
    grantd_error error = GRANTD_ERROR_INIT;
    assert_int_equal(score(client, &series, &options, &error), GRANTD_TIMED_OUT);
    assert_int_equal(series.taken, 0);
    options.batch_size = 5000;
    assert_int_equal(score(client, &series, &options, &error), GRANTD_INVALID_ARGUMENT);
    grantd_error_clear(&error);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_order),
        cmocka_unit_test(an_error_beside_the_others),
        cmocka_unit_test(too_large_to_send),
        cmocka_unit_test(divides_a_batch),
        cmocka_unit_test(replies_over_the_limit),
        cmocka_unit_test(answers_that_do_not_fit),
        cmocka_unit_test(nothing_lost_nothing_twice),
        cmocka_unit_test(server_restarted),
        cmocka_unit_test(source_and_sink),
        cmocka_unit_test(slow_sink),
        cmocka_unit_test(daemon_that_never_answers),
    };
    return cmocka_run_group_tests_name("score", tests, NULL, NULL);
}
