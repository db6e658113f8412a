/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "request.h"

#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "clock.h"
#include "decode.h"
#include "error.h"
#include "keys.h"

static size_t size_limit(const struct grantd_client *client, const char *method)
{
    /* An auction's bids cannot be shared out over several calls, and columns hold many rows. */
    bool is_large = strcmp(method, "ClearAuction") == 0 || strcmp(method, "EvaluateColumns") == 0;
    return is_large ? client->settings.options.maximum_auction_request_bytes
                    : client->settings.options.maximum_request_bytes;
}

void grantd_request_start_clock(struct grantd_call *call)
{
    call->deadline = grantd_now() + call->deadline_ms * GRANTD_MS;
}

int32_t grantd_request_prepare(
    const struct grantd_client *client, struct grantd_call *call, const char *service, const char *method,
    const void *payload, size_t payload_size, const grantd_call_options *options, grantd_error *error)
{
    if (options && options->request_hash) *options->request_hash = 0;
    size_t limit = size_limit(client, method);
    if (payload_size > limit)
        return grantd_error_format(
            error, GRANTD_OVER_LIMIT, "the request has %zu bytes, more than the %zu that this client sends",
            payload_size, limit);
    int64_t deadline_ms = options ? options->deadline_ms : 0;
    if (deadline_ms < 0)
        return grantd_error_set(error, GRANTD_INVALID_ARGUMENT, NULL, "a deadline must be 0 ms at least", NULL);
    *call = (struct grantd_call){
        .service = service,
        .method = method,
        .payload = payload,
        .payload_size = payload_size,
        .deadline_ms = deadline_ms ? grantd_clamp_ms(deadline_ms) : client->settings.options.deadline_ms,
        .attempts_allowed = options && options->attempts ? options->attempts : client->settings.options.attempts,
        .request_hash = options ? options->request_hash : NULL,
        .error = GRANTD_ERROR_INIT,
    };
    grantd_request_start_clock(call);
    return GRANTD_OK;
}

int32_t grantd_request_encode(
    const struct grantd_client *client, struct grantd_call *call, const ProtobufCServiceDescriptor *service,
    unsigned method, const ProtobufCMessage *request, const grantd_call_options *options, uint8_t **encoded,
    grantd_error *error)
{
    *encoded = NULL;
    if (options && options->request_hash) *options->request_hash = 0;
    if (method >= service->n_methods || !request || request->descriptor != service->methods[method].input)
        return grantd_error_set(
            error, GRANTD_INVALID_ARGUMENT, NULL, "the request is not the message that the method takes", NULL);
    struct grantd_keyed keyed;
    int32_t code;
    if (grantd_keys_add(&keyed, request)) {
        size_t size = protobuf_c_message_get_packed_size(keyed.request);
        code = grantd_request_prepare(
            client, call, service->name, service->methods[method].name, NULL, size, options, error);
        if (!code) *encoded = malloc(size ? size : 1);
        if (*encoded) protobuf_c_message_pack(keyed.request, *encoded);
    } else {
        code = GRANTD_OK;
    }
    grantd_keys_free(&keyed);
    if (code) return code;
    if (!*encoded) return grantd_error_set(error, GRANTD_OUT_OF_MEMORY, NULL, "no memory for a request", NULL);
    call->payload = *encoded;
    call->output = service->methods[method].output;
    return GRANTD_OK;
}

static ProtobufCMessage *decode(
    const struct grantd_client *client, const struct grantd_call *call, const ProtobufCMessageDescriptor *output,
    grantd_error *error)
{
    bool exceeded;
    size_t limit = client->settings.options.maximum_decoded_bytes;
    ProtobufCMessage *message = grantd_decode(output, call->reply, call->reply_size, limit, &exceeded);
    if (!message && exceeded) {
        grantd_error_format(
            error, GRANTD_REPLY_TOO_LARGE, "the answer takes more than the %zu bytes of memory that this client allows",
            limit);
        return NULL;
    }
    if (!message) {
        grantd_error_format(error, GRANTD_INVALID_REPLY, "the answer does not decode as %s", output->name);
        return NULL;
    }
    const char *problem = grantd_answer_check(message, call->payload, call->payload_size);
    if (!problem) return message;
    protobuf_c_message_free_unpacked(message, NULL);
    grantd_error_set(error, GRANTD_INVALID_REPLY, NULL, problem, NULL);
    return NULL;
}

static void drop_reply(struct grantd_call *call)
{
    free(call->reply);
    call->reply = NULL;
}

ProtobufCMessage *grantd_request_decode(
    const struct grantd_client *client, struct grantd_call *call, const ProtobufCMessageDescriptor *output,
    grantd_error *error)
{
    if (call->error.code) {
        grantd_error_move(error, &call->error);
        return NULL;
    }
    ProtobufCMessage *message = decode(client, call, output, error);
    drop_reply(call);
    return message;
}

int32_t grantd_request_check(const struct grantd_client *client, struct grantd_call *call, grantd_error *error)
{
    if (call->error.code) return grantd_error_move(error, &call->error);
    const ProtobufCMessageDescriptor *output = grantd_answer_descriptor(call->service, call->method);
    if (!output) return GRANTD_OK;
    grantd_error problem = GRANTD_ERROR_INIT;
    ProtobufCMessage *message = decode(client, call, output, &problem);
    if (message) {
        protobuf_c_message_free_unpacked(message, NULL);
        return GRANTD_OK;
    }
    drop_reply(call);
    return grantd_error_move(error, &problem);
}
