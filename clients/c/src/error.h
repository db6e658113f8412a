/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_SRC_ERROR_H
#define GRANTD_SRC_ERROR_H

#include "grantd/error.h"

/* Sets an error, the strings copied. `error` may be NULL; what it held is let go of.
 *
 * status: NULL for the one that goes with the code.
 * field: NULL for none.
 * Returns the code. */
int32_t grantd_error_set(grantd_error *error, int32_t code, const char *status, const char *message, const char *field);

/* Sets an error of the client's own. Returns the code. */
int32_t grantd_error_format(grantd_error *error, int32_t code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Hands an error on; `from` is as after GRANTD_ERROR_INIT then. `to` may be NULL. Returns the code. */
int32_t grantd_error_move(grantd_error *to, grantd_error *from);

#endif
