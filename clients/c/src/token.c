/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "token.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

enum {
    TOKEN_BYTES = 4096,
    /* Of the owner's name before a token. */
    NAME_BYTES = 64,
    /* No file of tokens is larger; one that is was named by mistake. */
    FILE_BYTES = 1024 * 1024
};

const char *grantd_token_check(const char *token, size_t size)
{
    if (size == 0) return "a token may not be empty";
    if (size > TOKEN_BYTES) return "a token has 4096 bytes at most";
    for (size_t index = 0; index < size; index++)
        if (token[index] < 0x21 || token[index] > 0x7e)
            return "a token is of visible ASCII characters, without spaces";
    return NULL;
}

static bool begins_with(const char *bytes, size_t size, const char *mark, size_t mark_size)
{
    return size >= mark_size && memcmp(bytes, mark, mark_size) == 0;
}

static bool is_blank(char byte) { return byte == ' ' || byte == '\t'; }

static bool is_alphanumeric(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
}

static const char *skip_blanks(const char *at, const char *stop)
{
    while (at < stop && is_blank(*at)) at++;
    return at;
}

/* Where a role of the token file ends; NULL where none stands there. */
static const char *skip_role(const char *at, const char *stop)
{
    static const char *const roles[] = {"ask", "agency", "operate"};
    for (size_t index = 0; index < sizeof roles / sizeof *roles; index++) {
        size_t count = strlen(roles[index]);
        if (begins_with(at, (size_t)(stop - at), roles[index], count)) return at + count;
    }
    return NULL;
}

/* The token of a line `NAME [ROLE,...]: TOKEN`; NULL where it is no such line. */
static const char *named_token(const char *line, const char *stop)
{
    const char *at = line;
    while (at < stop && (is_alphanumeric(*at) || memchr("._@-", *at, 4))) at++;
    if (at == line || at - line > NAME_BYTES || !is_alphanumeric(*line)) return NULL;
    at = skip_blanks(at, stop);
    if (at < stop && *at == '[') {
        do {
            at = skip_role(skip_blanks(at + 1, stop), stop);
            if (!at) return NULL;
            at = skip_blanks(at, stop);
        } while (at < stop && *at == ',');
        if (at == stop || *at != ']') return NULL;
        at = skip_blanks(at + 1, stop);
    }
    if (at == stop || *at != ':') return NULL;
    return skip_blanks(at + 1, stop);
}

int32_t grantd_token_find(
    const char *path, const char *bytes, size_t size, const char **token, size_t *token_size, grantd_error *error)
{
    *token = NULL;
    if (begins_with(bytes, size, "\xff\xfe", 2) || begins_with(bytes, size, "\xfe\xff", 2)
        || (size && memchr(bytes, 0, size)))
        return grantd_error_format(
            error, GRANTD_INVALID_ARGUMENT, "%.200s: the token file is UTF-16; save it as UTF-8", path);
    const char *line = bytes, *end = bytes + size;
    if (begins_with(bytes, size, "\xef\xbb\xbf", 3)) line += 3;
    for (unsigned number = 1; line < end; number++) {
        const char *feed = memchr(line, '\n', (size_t)(end - line));
        const char *stop = feed ? feed : end;
        const char *next = feed ? feed + 1 : end;
        if (stop > line && stop[-1] == '\r') stop--;
        while (stop > line && is_blank(stop[-1])) stop--;
        while (line < stop && is_blank(*line)) line++;
        if (line < stop && *line != '#') {
            /* A token has no blank inside, so that one with a colon is told from a name. */
            const char *start = line;
            for (const char *at = line; at < stop; at++)
                if (is_blank(*at)) {
                    start = named_token(line, stop);
                    break;
                }
            const char *problem = start ? grantd_token_check(start, (size_t)(stop - start))
                                        : "a line is a token, without spaces, or NAME [ROLE,...]: TOKEN";
            if (problem)
                return grantd_error_format(
                    error, GRANTD_INVALID_ARGUMENT, "%.200s: line %u of the token file: %s", path, number, problem);
            if (!*token) {
                *token = start;
                *token_size = (size_t)(stop - start);
            }
        }
        line = next;
    }
    if (*token) return GRANTD_OK;
    return grantd_error_format(error, GRANTD_INVALID_ARGUMENT, "%.200s: the token file holds no token", path);
}

int32_t grantd_token_read(const char *path, char **token, grantd_error *error)
{
    *token = NULL;
    char *bytes = malloc(FILE_BYTES + 1);
    if (!bytes) return grantd_error_set(error, GRANTD_OUT_OF_MEMORY, NULL, "no memory for a token file", NULL);
    int32_t code;
    const char *found;
    size_t found_size;
    FILE *file = fopen(path, "rbe");
    size_t size = file ? fread(bytes, 1, FILE_BYTES + 1, file) : 0;
    if (!file || ferror(file))
        code = grantd_error_format(
            error, GRANTD_INVALID_ARGUMENT, "%.200s: the token file cannot be read: %s", path, strerrordesc_np(errno));
    else if (size > FILE_BYTES)
        code = grantd_error_format(error, GRANTD_INVALID_ARGUMENT, "%.200s: the token file is over 1 MiB", path);
    else code = grantd_token_find(path, bytes, size, &found, &found_size, error);
    if (file) fclose(file);
    if (!code && !(*token = strndup(found, found_size)))
        code = grantd_error_set(error, GRANTD_OUT_OF_MEMORY, NULL, "no memory for a token", NULL);
    free(bytes);
    return code;
}
