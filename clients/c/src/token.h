/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_TOKEN_H
#define GRANTD_TOKEN_H

#include <stddef.h>
#include <stdint.h>

#include "grantd/error.h"

/* Tokens and files of them, read as the daemon's `--token-file` is. No error quotes what stands in one. */

/* Checks a token. Returns NULL, or what is wrong with it in a static text. */
const char *grantd_token_check(const char *token, size_t size);

/* Finds the first token in a file's bytes; every line is checked.
 *
 * token, token_size: receive where it lies in `bytes`.
 * Returns GRANTD_OK or GRANTD_INVALID_ARGUMENT with `error`, which names `path`. */
int32_t grantd_token_find(
    const char *path, const char *bytes, size_t size, const char **token, size_t *token_size, grantd_error *error);

/* Reads a file's first token.
 *
 * token: receives it, to be freed with free(); NULL where this fails.
 * Returns GRANTD_OK, GRANTD_INVALID_ARGUMENT or GRANTD_OUT_OF_MEMORY with `error`. */
int32_t grantd_token_read(const char *path, char **token, grantd_error *error);

#endif
