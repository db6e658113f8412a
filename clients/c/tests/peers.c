/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "peers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

struct fake_server *serve(struct peer *peer, fake_handler behave, int bad_connections)
{
    peer->behave = behave;
    peer->bad_connections = bad_connections;
    atomic_init(&peer->requests, 0);
    return fake_server_start(0, handle, peer);
}

grantd_client *impatient_client(const struct fake_server *server, int64_t silence_timeout_ms)
{
    grantd_client_options options = quick_options();
    options.silence_timeout_ms = silence_timeout_ms;
    return client_with(server, options);
}

uint64_t connects(grantd_client *client)
{
    grantd_client_statistics statistics;
    grantd_client_get_statistics(client, &statistics);
    return statistics.connects;
}

int next_of_series(const Grantd__V1__Application **application, void *data)
{
    struct series *series = data;
    if (series->given == series->count) return 0;
    snprintf(series->id, sizeof series->id, "%llu", (unsigned long long)series->given++);
    grantd__v1__application__init(&series->application);
    series->application.application_id = series->id;
    *application = &series->application;
    return 1;
}

int take_in_series(uint64_t index, const Grantd__V1__Assessment *assessment, const grantd_error *error, void *data)
{
    struct series *series = data;
    (void)error;
    if (index != series->taken || !assessment || strtoull(assessment->application_id, NULL, 10) != index) series->wrong++;
    series->taken++;
    return 0;
}

void scores_all(grantd_client *client, uint64_t count)
{
    struct series series = { .count = count };
    grantd_score_options options;
    grantd_score_options_init(&options);
    options.batch_size = 50;
    assert_int_equal(grantd_client_score(client, next_of_series, take_in_series, &series, &options, NULL, NULL), GRANTD_OK);
    assert_int_equal(series.taken, count);
    assert_int_equal(series.wrong, 0);
}

void note(const ProtobufCMessage *response, const grantd_error *error, void *data)
{
    struct seen *seen = data;
    (void)response;
    seen->count++;
    seen->code = error ? error->code : GRANTD_OK;
}
