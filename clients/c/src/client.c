/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "clock.h"
#include "engine.h"
#include "error.h"
#include "process.h"

static void close_all(struct grantd_client *client)
{
    int descriptors[] = { client->outer, client->inner, client->timer, client->resolver_bell, client->callback_bell };
    for (size_t index = 0; index < sizeof descriptors / sizeof descriptors[0]; index++)
        if (descriptors[index] >= 0) close(descriptors[index]);
}

static bool watch(int set, int descriptor, uint64_t data)
{
    struct epoll_event event = { .events = EPOLLIN, .data.u64 = data };
    return epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

static bool open_all(struct grantd_client *client)
{
    client->outer = epoll_create1(EPOLL_CLOEXEC);
    client->inner = epoll_create1(EPOLL_CLOEXEC);
    client->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    client->resolver_bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    client->callback_bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (client->outer < 0 || client->inner < 0 || client->timer < 0 || client->resolver_bell < 0
        || client->callback_bell < 0)
        return false;
    return watch(client->inner, client->timer, GRANTD_EVENT_TIMER)
        && watch(client->inner, client->resolver_bell, GRANTD_EVENT_RESOLVER)
        && watch(client->outer, client->inner, 0) && watch(client->outer, client->callback_bell, 0);
}

static void seed(struct grantd_connection *connection)
{
    if (getrandom(&connection->random, sizeof connection->random, GRND_NONBLOCK) < 0)
        connection->random = (uint64_t)grantd_now();
    connection->random |= 1;
}

static void release(struct grantd_client *client)
{
    close_all(client);
    if (client->connection.numeric) freeaddrinfo(client->connection.numeric);
    grantd_ledger_free(&client->ledger);
    grantd_settings_free(&client->settings);
    pthread_mutex_destroy(&client->mutex);
    free(client);
}

int32_t grantd_client_create(const grantd_client_options *options, grantd_client **result, grantd_error *error)
{
    *result = NULL;
    struct grantd_client *client = calloc(1, sizeof *client);
    if (!client) return grantd_error_set(error, GRANTD_OUT_OF_MEMORY, NULL, "no memory for a client", NULL);
    pthread_mutex_init(&client->mutex, NULL);
    client->outer = client->inner = client->timer = client->resolver_bell = client->callback_bell = -1;
    TAILQ_INIT(&client->waiters);
    TAILQ_INIT(&client->ready);
    client->timer_at = GRANTD_NEVER;
    struct grantd_connection *connection = &client->connection;
    connection->socket = -1;
    connection->due = connection->race.next_at = GRANTD_NEVER;

    int32_t code = grantd_settings_make(&client->settings, options, error);
    if (code) {
        release(client);
        return code;
    }
    const grantd_client_options *own = &client->settings.options;
    connection->backoff = (struct grantd_backoff){
        .initial_ns = own->initial_backoff_ms * GRANTD_MS,
        .maximum_ns = own->maximum_backoff_ms * GRANTD_MS,
        .jitter_percent = own->jitter_percent,
    };
    seed(connection);
    connection->numeric = grantd_resolve_numeric(client->settings.host, client->settings.port);
    if (!grantd_ledger_init(&client->ledger, own->maximum_calls_in_flight)) {
        release(client);
        return grantd_error_set(error, GRANTD_OUT_OF_MEMORY, NULL, "no memory for a client", NULL);
    }
    if (!open_all(client)) {
        code = grantd_error_format(error, GRANTD_SYSTEM, "no descriptors for a client: %s", strerrordesc_np(errno));
        release(client);
        return code;
    }
    *result = client;
    return GRANTD_OK;
}

void grantd_client_shutdown(grantd_client *client)
{
    grantd_lock(client);
    grantd_engine_shutdown(client);
    grantd_unlock(client);
}

void grantd_client_destroy(grantd_client *client)
{
    if (!client) return;
    grantd_client_shutdown(client);
    while (grantd_process_ready(client)) continue;
    release(client);
}

void grantd_client_get_statistics(grantd_client *client, grantd_client_statistics *statistics)
{
    grantd_lock(client);
    *statistics = client->statistics;
    grantd_unlock(client);
}
