/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "grantd/call.h"

#include <stdlib.h>

#include "error.h"
#include "request.h"
#include "wait.h"

ProtobufCMessage *grantd_client_call(
    grantd_client *client, const ProtobufCServiceDescriptor *service, unsigned method, const ProtobufCMessage *request,
    const grantd_call_options *options, grantd_error *error)
{
    struct grantd_call call;
    uint8_t *payload;
    grantd_error_clear(error);
    if (grantd_request_encode(client, &call, service, method, request, options, &payload, error)) return NULL;
    grantd_wait_begin(client, &call);
    grantd_wait_for(client, &call);
    ProtobufCMessage *answer = grantd_request_decode(client, &call, call.output, error);
    free(payload);
    return answer;
}

int32_t grantd_client_call_bytes(
    grantd_client *client, const char *service, const char *method, const void *request, size_t request_size,
    const grantd_call_options *options, uint8_t **reply, size_t *reply_size, grantd_error *error)
{
    struct grantd_call call;
    *reply = NULL;
    *reply_size = 0;
    grantd_error_clear(error);
    if (!service || !method || (!request && request_size))
        return grantd_error_set(error, GRANTD_INVALID_ARGUMENT, NULL, "service, method and request must be given", NULL);
    int32_t code = grantd_request_prepare(client, &call, service, method, request, request_size, options, error);
    if (code) return code;
    grantd_wait_begin(client, &call);
    grantd_wait_for(client, &call);
    code = grantd_request_check(client, &call, error);
    if (code) return code;
    *reply = call.reply;
    *reply_size = call.reply_size;
    return GRANTD_OK;
}
