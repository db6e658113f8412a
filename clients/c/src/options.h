/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_OPTIONS_H
#define GRANTD_OPTIONS_H

#include "grantd/connect.h"
#include "tls.h"

/* Options that were checked, with their address taken apart; the strings are the struct's own. */
struct grantd_settings {
    grantd_client_options options;
    char *host;
    char *port;
    char *token;
    /* NULL without TLS. */
    struct grantd_tls_context *tls;
};

/* Checks and copies options. NULL takes the defaults. Returns GRANTD_OK or the code of `error`; ends with
 * grantd_settings_free() either way. */
int32_t grantd_settings_make(
    struct grantd_settings *settings, const grantd_client_options *options, grantd_error *error);

void grantd_settings_free(struct grantd_settings *settings);

#endif
