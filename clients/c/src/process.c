/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "process.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>

#include "closure.h"
#include "engine.h"
#include "error.h"
#include "grantd/call.h"
#include "request.h"

static void run(struct grantd_client *client, struct grantd_call *call)
{
    grantd_error error = GRANTD_ERROR_INIT;
    ProtobufCMessage *response = grantd_request_decode(client, call, call->output, &error);
    if (call->closure) grantd_closure_run(call->closure, response, &error, call->data);
    else call->callback(response, response ? NULL : &error, call->data);
    if (response) protobuf_c_message_free_unpacked(response, NULL);
    grantd_error_clear(&error);
    free((void *)(uintptr_t)call->payload);
    free(call);
}

bool grantd_process_ready(struct grantd_client *client)
{
    struct grantd_calls ended = TAILQ_HEAD_INITIALIZER(ended);
    grantd_lock(client);
    if (client->callback_bell_rings) {
        eventfd_t count;
        (void)eventfd_read(client->callback_bell, &count);
        client->callback_bell_rings = false;
    }
    TAILQ_CONCAT(&ended, &client->ready, link);
    grantd_unlock(client);

    size_t count = 0;
    struct grantd_call *call;
    while ((call = TAILQ_FIRST(&ended))) {
        TAILQ_REMOVE(&ended, call, link);
        run(client, call);
        count++;
    }
    grantd_lock(client);
    client->open_count -= count;
    grantd_unlock(client);
    return count > 0;
}

static void start(
    struct grantd_client *client, struct grantd_call *call, uint64_t *number, bool *is_closed)
{
    grantd_lock(client);
    *is_closed = client->connection.state == GRANTD_CLOSED;
    if (!*is_closed) {
        *number = call->number = ++client->last_number;
        client->open_count++;
        grantd_engine_submit(client, call, false);
    }
    grantd_unlock(client);
}

uint64_t grantd_process_start(
    struct grantd_client *client, const ProtobufCServiceDescriptor *service, unsigned method,
    const ProtobufCMessage *request, const grantd_call_options *options, grantd_callback callback,
    ProtobufCClosure closure, void *data, grantd_error *error)
{
    struct grantd_call *call = malloc(sizeof *call);
    if (!call) {
        grantd_error_set(error, GRANTD_OUT_OF_MEMORY, NULL, "no memory for a call", NULL);
        return 0;
    }
    uint8_t *payload;
    if (grantd_request_encode(client, call, service, method, request, options, &payload, error)) {
        free(call);
        return 0;
    }
    call->callback = callback;
    call->closure = closure;
    call->data = data;
    uint64_t number = 0;
    bool is_closed;
    start(client, call, &number, &is_closed);
    if (is_closed) {
        grantd_error_set(error, GRANTD_SHUT_DOWN, NULL, "the client was shut down", NULL);
        free(payload);
        free(call);
    }
    return number;
}

uint64_t grantd_client_start(
    grantd_client *client, const ProtobufCServiceDescriptor *service, unsigned method, const ProtobufCMessage *request,
    const grantd_call_options *options, grantd_callback callback, void *data, grantd_error *error)
{
    if (!callback) {
        grantd_error_set(error, GRANTD_INVALID_ARGUMENT, NULL, "a call that does not block needs a callback", NULL);
        return 0;
    }
    return grantd_process_start(client, service, method, request, options, callback, NULL, data, error);
}

bool grantd_client_cancel(grantd_client *client, uint64_t number)
{
    bool found = false;
    grantd_lock(client);
    struct grantd_calls *lists[] = { &client->ledger.in_flight, &client->ledger.waiting };
    for (size_t index = 0; index < 2 && number && !found; index++) {
        struct grantd_call *call;
        TAILQ_FOREACH(call, lists[index], link)
            if (call->number == number) break;
        if (!call) continue;
        found = true;
        grantd_error_set(&call->error, GRANTD_CANCELLED, NULL, "the call was cancelled", NULL);
        grantd_ledger_give_up(&client->ledger, call);
        grantd_engine_end(client, call);
        grantd_engine_use_room(client);
    }
    grantd_unlock(client);
    return found;
}

int grantd_client_fd(const grantd_client *client) { return client->outer; }

short grantd_client_events(const grantd_client *client)
{
    (void)client;
    return POLLIN;
}

size_t grantd_client_process(grantd_client *client)
{
    grantd_lock(client);
    client->processing++;
    grantd_engine_turn(client, 0);
    grantd_unlock(client);

    grantd_process_ready(client);

    grantd_lock(client);
    client->processing--;
    grantd_engine_use_room(client);
    grantd_engine_ring(client);
    size_t open = client->open_count;
    grantd_unlock(client);
    return open;
}

size_t grantd_client_wait(grantd_client *client, int timeout_ms)
{
    grantd_lock(client);
    size_t open = client->open_count;
    grantd_unlock(client);
    if (open == 0) return 0;
    struct pollfd descriptor = { .fd = client->outer, .events = POLLIN };
    poll(&descriptor, 1, timeout_ms);
    return grantd_client_process(client);
}
