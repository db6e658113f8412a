/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_ERROR_H
#define GRANTD_ERROR_H

#include <stdbool.h>
#include <stdint.h>

#include "grantd/export.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Why there is no answer. Positive numbers are the daemon's own, negative ones are those that only a client can see. A
 * daemon may send numbers that do not stand here; they arrive as they are. */
enum grantd_code {
    GRANTD_OK = 0,

    /* The daemon has no such service: it is older than this client, or not grantd. */
    GRANTD_NO_SERVICE = 1001,
    /* The daemon's service has no such method. */
    GRANTD_NO_METHOD = 1002,
    /* The request is malformed; `field` names the place. */
    GRANTD_BAD_REQUEST = 1003,
    /* The daemon wants a token and this client's is missing or wrong. */
    GRANTD_NOT_AUTHORISED = 1004,
    /* No answer in time, whether the daemon or the client noticed first. */
    GRANTD_TIMED_OUT = 1008,
    /* A fault inside the daemon. */
    GRANTD_INTERNAL = 2001,
    /* The daemon is stopping, and went on stopping through every attempt. */
    GRANTD_STOPPING = 2003,
    /* Over a limit of the daemon, or over this client's limit on a request's size. */
    GRANTD_OVER_LIMIT = 2004,

    /* No connection could be made, in every attempt. */
    GRANTD_CONNECTION_FAILED = -1,
    /* The connection ended before the answer came, in every attempt: it was closed, left for its silence, or left because what
     * came was no frame. */
    GRANTD_CONNECTION_LOST = -2,
    /* What came back is not what this protocol says, or lacks what the contract always sets. */
    GRANTD_INVALID_REPLY = -3,
    /* The reply is over the client's limits. */
    GRANTD_REPLY_TOO_LARGE = -4,
    /* The call was cancelled, or the taker of a scoring's results stopped it. */
    GRANTD_CANCELLED = -5,
    /* The client was shut down. */
    GRANTD_SHUT_DOWN = -6,
    /* There is no memory. */
    GRANTD_OUT_OF_MEMORY = -7,
    /* An argument or an option cannot be used as it is. */
    GRANTD_INVALID_ARGUMENT = -8,
    /* The source of a scoring's applications failed. */
    GRANTD_SOURCE_FAILED = -9,
    /* The system refuses what the client needs: a file descriptor, a thread. */
    GRANTD_SYSTEM = -10
};

/* What went wrong. Begin with GRANTD_ERROR_INIT; end with grantd_error_clear(). The strings are never NULL. */
typedef struct grantd_error {
    /* One of `enum grantd_code`, or another number of the daemon's. */
    int32_t code;
    /* The status by its gRPC name: `INVALID_ARGUMENT`. */
    const char *status;
    /* What is wrong and what would be right. The daemon's own words may quote a value of the request, an applicant's data:
     * for a person, not for a log. */
    const char *message;
    /* The place in the request: `prior_awards[0].amount_fen`, `facts`. Empty where there is none. */
    const char *field;
    /* The library's own. */
    void *storage;
} grantd_error;

#define GRANTD_ERROR_INIT { GRANTD_OK, "", "", "", 0 }

/* Lets go of what an error holds; it is as after GRANTD_ERROR_INIT then. NULL is allowed. */
GRANTD_API void grantd_error_clear(grantd_error *error);

/* Whether another attempt may mend it: GRANTD_STOPPING, GRANTD_CONNECTION_FAILED, GRANTD_CONNECTION_LOST. The client has
 * made all its attempts already when it reports one of these. */
GRANTD_API bool grantd_code_is_retryable(int32_t code);

/* The code in words: `bad request (1003)`, `connection lost`. Holds no data of a request: safe for logs. */
GRANTD_API const char *grantd_code_text(int32_t code);

#ifdef __cplusplus
}
#endif

#endif
