/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_REQUEST_H
#define GRANTD_REQUEST_H

#include "client.h"

/* Preparing calls and reading what came of them. */

/* Sets a call up for a payload that is encoded; the names and the payload must outlive it. Returns GRANTD_OK or the code of
 * `error`: GRANTD_OVER_LIMIT, GRANTD_INVALID_ARGUMENT. */
int32_t grantd_request_prepare(
    const struct grantd_client *client, struct grantd_call *call, const char *service, const char *method,
    const void *payload, size_t payload_size, const grantd_call_options *options, grantd_error *error);

/* The same for a message, which is encoded.
 *
 * encoded: receives the payload, to be freed with free() when the call is over; NULL where this fails. */
int32_t grantd_request_encode(
    const struct grantd_client *client, struct grantd_call *call, const ProtobufCServiceDescriptor *service,
    unsigned method, const ProtobufCMessage *request, const grantd_call_options *options, uint8_t **encoded,
    grantd_error *error);

/* Begins a call's time, now. */
void grantd_request_start_clock(struct grantd_call *call);

/* Decodes the answer of a call that has ended, and checks that it is a whole one; frees its bytes. The request's payload must
 * still be there. Returns the message, or NULL and what is wrong in `error`. */
ProtobufCMessage *grantd_request_decode(
    const struct grantd_client *client, struct grantd_call *call, const ProtobufCMessageDescriptor *output,
    grantd_error *error);

/* Checks likewise the answer of a call that is to stay encoded; its bytes stay where it passes. A method that is none of the
 * contract's passes. Returns GRANTD_OK or the code of `error`. */
int32_t grantd_request_check(const struct grantd_client *client, struct grantd_call *call, grantd_error *error);

#endif
