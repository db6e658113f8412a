/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "error.h"
#include "tls.h"

/* A library without TLS: a context is never made, and so nothing is begun. */

int32_t grantd_tls_context_make(
    const grantd_client_options *options, const char *host, struct grantd_tls_context **context, grantd_error *error)
{
    (void)host;
    *context = NULL;
    if (!options->tls) return GRANTD_OK;
    return grantd_error_set(
        error, GRANTD_INVALID_ARGUMENT, NULL, "this library was built without TLS; build it with TLS=1", NULL);
}

void grantd_tls_context_free(struct grantd_tls_context *context) { (void)context; }

struct grantd_tls *grantd_tls_begin(struct grantd_tls_context *context, int socket)
{
    (void)context;
    (void)socket;
    return NULL;
}

enum grantd_tls_result grantd_tls_handshake(struct grantd_tls *tls)
{
    (void)tls;
    return GRANTD_TLS_FAILED;
}

enum grantd_tls_result grantd_tls_read(struct grantd_tls *tls, void *bytes, size_t room, size_t *count)
{
    (void)tls;
    (void)bytes;
    (void)room;
    *count = 0;
    return GRANTD_TLS_FAILED;
}

enum grantd_tls_result grantd_tls_write(struct grantd_tls *tls, const void *bytes, size_t size, size_t *count)
{
    (void)tls;
    (void)bytes;
    (void)size;
    *count = 0;
    return GRANTD_TLS_FAILED;
}

bool grantd_tls_has_pending(const struct grantd_tls *tls)
{
    (void)tls;
    return false;
}

const char *grantd_tls_problem(const struct grantd_tls *tls)
{
    (void)tls;
    return "";
}

void grantd_tls_end(struct grantd_tls *tls) { (void)tls; }
