/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "grantd/service.h"

#include <stdlib.h>

#include "closure.h"
#include "grantd/call.h"
#include "process.h"

struct service {
    /* First, so that a pointer to the one is a pointer to the other. */
    ProtobufCService base;
    grantd_client *client;
    enum grantd_service_mode mode;
    int64_t deadline_ms;
};

static _Thread_local const grantd_error *current_error;

const grantd_error *grantd_closure_error(void) { return current_error; }

void grantd_closure_run(
    ProtobufCClosure closure, const ProtobufCMessage *response, const grantd_error *error, void *data)
{
    if (!closure) return;
    /* A closure may make a blocking call, whose closure runs inside. */
    const grantd_error *outer = current_error;
    current_error = response ? NULL : error;
    closure(response, data);
    current_error = outer;
}

/* A caller who does not want to know. */
static void ignore(const ProtobufCMessage *response, void *data)
{
    (void)response;
    (void)data;
}

static void invoke(
    ProtobufCService *base, unsigned method, const ProtobufCMessage *request, ProtobufCClosure closure, void *data)
{
    struct service *service = (struct service *)base;
    grantd_call_options options = { .deadline_ms = service->deadline_ms };
    grantd_error error = GRANTD_ERROR_INIT;
    if (service->mode == GRANTD_BLOCKING) {
        ProtobufCMessage *response =
            grantd_client_call(service->client, base->descriptor, method, request, &options, &error);
        grantd_closure_run(closure, response, &error, data);
        if (response) protobuf_c_message_free_unpacked(response, NULL);
    } else if (!grantd_process_start(
                   service->client, base->descriptor, method, request, &options, NULL,
                   closure ? closure : ignore, data, &error)) {
        /* It could not even be started: nothing will run the closure later. */
        grantd_closure_run(closure, NULL, &error, data);
    }
    grantd_error_clear(&error);
}

static void destroy(ProtobufCService *base) { free(base); }

ProtobufCService *grantd_service_create(
    grantd_client *client, const ProtobufCServiceDescriptor *descriptor, enum grantd_service_mode mode)
{
    struct service *service = calloc(1, sizeof *service);
    if (!service) return NULL;
    service->base.descriptor = descriptor;
    service->base.invoke = invoke;
    service->base.destroy = destroy;
    service->client = client;
    service->mode = mode;
    return &service->base;
}

void grantd_service_set_deadline(ProtobufCService *service, int64_t deadline_ms)
{
    ((struct service *)service)->deadline_ms = deadline_ms < 0 ? 0 : deadline_ms;
}
