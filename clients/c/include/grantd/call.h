/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */

/* Calls of any method, blocking and not. For the contract's own methods see methods.h and service.h. */
#ifndef GRANTD_CALL_H
#define GRANTD_CALL_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "grantd/connect.h"
#include "grantd/error.h"
#include "grantd/export.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The room that a request's hash takes: 64 hexadecimal digits, a full stop and a salt of 32, and the 0 behind them. */
#define GRANTD_REQUEST_HASH_BYTES 98

/* How one call differs from the client's defaults; 0 leaves a default. */
typedef struct grantd_call_options {
    /* How long the call may take, its retries included, in milliseconds. */
    int64_t deadline_ms;
    /* How often it is tried in all; GRANTD_ATTEMPTS_UNLIMITED as long as the deadline lasts. */
    uint32_t attempts;
    /* Receives what the daemon's log of decisions knows the request by, for `grantctl log show --hash`: room for
     * GRANTD_REQUEST_HASH_BYTES, which must last until the call has ended. Empty where the daemon says none: it keeps no log, or
     * logs no such call, or answered with an error. NULL: not wanted. */
    char *request_hash;
} grantd_call_options;

/* Calls a method and waits for its answer, but no longer than the deadline.
 *
 * service, method: a generated service descriptor and the method's place in it.
 * options: NULL for the defaults.
 * error: receives what is wrong; NULL is allowed.
 * Returns the answer, to be freed with protobuf_c_message_free_unpacked(), or NULL. */
GRANTD_API ProtobufCMessage *grantd_client_call(
    grantd_client *client, const ProtobufCServiceDescriptor *service, unsigned method, const ProtobufCMessage *request,
    const grantd_call_options *options, grantd_error *error);

/* The same for a request that is encoded already; the answer stays encoded, and is checked as any other: a method of the
 * contract fails with GRANTD_INVALID_REPLY where its answer lacks what the contract always sets. The bytes are sent as they are: an
 * award or a settlement must bring its own idempotency_key, for it may be sent again.
 *
 * service, method: full names, `grantd.v1.Calculator` and `Evaluate`.
 * reply: receives the answer's bytes, to be freed with free(); NULL where there is none.
 * Returns GRANTD_OK or the error's code. */
GRANTD_API int32_t grantd_client_call_bytes(
    grantd_client *client, const char *service, const char *method, const void *request, size_t request_size,
    const grantd_call_options *options, uint8_t **reply, size_t *reply_size, grantd_error *error);

/* Takes the end of a call that does not block. Just one of `response` and `error` is not NULL; both are the library's and go
 * when the function returns. It may start and cancel calls and make blocking ones; it may not destroy the client. */
typedef void (*grantd_callback)(const ProtobufCMessage *response, const grantd_error *error, void *data);

/* Starts a call and returns at once. The callback runs exactly once, whatever becomes of the call, and only inside
 * grantd_client_process(), grantd_client_wait() or grantd_client_destroy(). The request is not needed any more when this
 * returns.
 *
 * error: receives what is wrong where the call could not be started; NULL is allowed.
 * Returns the call's number for grantd_client_cancel(); 0 where it could not be started, and then there is no callback. */
GRANTD_API uint64_t grantd_client_start(
    grantd_client *client, const ProtobufCServiceDescriptor *service, unsigned method, const ProtobufCMessage *request,
    const grantd_call_options *options, grantd_callback callback, void *data, grantd_error *error);

/* Gives up a call that was started; its callback runs with GRANTD_CANCELLED. Returns false where the call is over already. */
GRANTD_API bool grantd_client_cancel(grantd_client *client, uint64_t call);

/* A file descriptor for poll(), select() or epoll: it is ready when grantd_client_process() has something to do, deadlines and
 * reconnects included. It stays the same for the client's life and is the client's: neither read nor close it. */
GRANTD_API int grantd_client_fd(const grantd_client *client);

/* What to poll that descriptor for: always POLLIN. */
GRANTD_API short grantd_client_events(const grantd_client *client);

/* Does what can be done without waiting, and runs the callbacks of calls that have ended. Returns how many calls made with
 * grantd_client_start() or a service that does not block are still open. */
GRANTD_API size_t grantd_client_process(grantd_client *client);

/* Waits until there is something to process, then does so: for a program without a loop of its own.
 *
 * timeout_ms: at most so long; -1 without end.
 * Returns how many calls are still open. */
GRANTD_API size_t grantd_client_wait(grantd_client *client, int timeout_ms);

#ifdef __cplusplus
}
#endif

#endif
