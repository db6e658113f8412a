/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_TLS_H
#define GRANTD_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "grantd/connect.h"

/* TLS over a socket that does not block: tls_openssl.c, or tls_none.c in a library that is built without it. */

/* What a client speaks TLS with: whom it trusts, what it shows. */
struct grantd_tls_context;
/* TLS of one connection. */
struct grantd_tls;

enum grantd_tls_result {
    GRANTD_TLS_DONE,
    /* To be tried again once the socket may be read, or written. */
    GRANTD_TLS_WANTS_READ,
    GRANTD_TLS_WANTS_WRITE,
    /* The peer has ended the connection. */
    GRANTD_TLS_ENDED,
    /* grantd_tls_problem() says why. */
    GRANTD_TLS_FAILED
};

/* Reads the files that the options name.
 *
 * host: what the daemon's certificate must bear, where the options name nothing else.
 * context: receives what was made; NULL where the options ask for no TLS.
 * Returns GRANTD_OK or the code of `error`. */
int32_t grantd_tls_context_make(
    const grantd_client_options *options, const char *host, struct grantd_tls_context **context, grantd_error *error);

/* NULL is allowed. */
void grantd_tls_context_free(struct grantd_tls_context *context);

/* Begins with a socket that is connected. Returns NULL without memory. */
struct grantd_tls *grantd_tls_begin(struct grantd_tls_context *context, int socket);

/* Goes on with the handshake. */
enum grantd_tls_result grantd_tls_handshake(struct grantd_tls *tls);

/* Reads as much as there is, up to `room` bytes.
 *
 * count: receives how many bytes were read, with any result. */
enum grantd_tls_result grantd_tls_read(struct grantd_tls *tls, void *bytes, size_t room, size_t *count);

/* Writes as much as the socket takes; what is not taken must be offered again.
 *
 * count: receives how many bytes were taken, with any result. */
enum grantd_tls_result grantd_tls_write(struct grantd_tls *tls, const void *bytes, size_t size, size_t *count);

/* Whether bytes lie here that the socket does not tell of any more. */
bool grantd_tls_has_pending(const struct grantd_tls *tls);

/* Why the last step failed, for a person. The text is there until the next step. */
const char *grantd_tls_problem(const struct grantd_tls *tls);

/* Says farewell where the socket takes it at once, and lets go of the memory; the socket stays open. NULL is allowed. */
void grantd_tls_end(struct grantd_tls *tls);

#endif
