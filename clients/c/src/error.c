/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct code_names {
    int32_t code;
    const char *status;
    const char *text;
};

static const struct code_names names[] = {
    { GRANTD_OK, "OK", "no error" },
    { GRANTD_NO_SERVICE, "UNIMPLEMENTED", "no such service (1001)" },
    { GRANTD_NO_METHOD, "UNIMPLEMENTED", "no such method (1002)" },
    { GRANTD_BAD_REQUEST, "INVALID_ARGUMENT", "bad request (1003)" },
    { GRANTD_NOT_AUTHORISED, "UNAUTHENTICATED", "not authorised (1004)" },
    { GRANTD_TIMED_OUT, "DEADLINE_EXCEEDED", "timed out (1008)" },
    { GRANTD_INTERNAL, "INTERNAL", "internal error (2001)" },
    { GRANTD_STOPPING, "UNAVAILABLE", "daemon stopping (2003)" },
    { GRANTD_OVER_LIMIT, "RESOURCE_EXHAUSTED", "over a limit (2004)" },
    { GRANTD_CONNECTION_FAILED, "UNAVAILABLE", "connection failed" },
    { GRANTD_CONNECTION_LOST, "UNAVAILABLE", "connection lost" },
    { GRANTD_INVALID_REPLY, "INTERNAL", "invalid reply" },
    { GRANTD_REPLY_TOO_LARGE, "RESOURCE_EXHAUSTED", "reply too large" },
    { GRANTD_CANCELLED, "CANCELLED", "cancelled" },
    { GRANTD_SHUT_DOWN, "CANCELLED", "client shut down" },
    { GRANTD_OUT_OF_MEMORY, "RESOURCE_EXHAUSTED", "out of memory" },
    { GRANTD_INVALID_ARGUMENT, "INVALID_ARGUMENT", "invalid argument" },
    { GRANTD_SOURCE_FAILED, "ABORTED", "the source of applications failed" },
    { GRANTD_SYSTEM, "RESOURCE_EXHAUSTED", "refused by the system" },
};

static const struct code_names *find(int32_t code)
{
    for (size_t index = 0; index < sizeof names / sizeof names[0]; index++)
        if (names[index].code == code) return &names[index];
    return NULL;
}

const char *grantd_code_text(int32_t code)
{
    const struct code_names *found = find(code);
    return found ? found->text : "an error of the daemon's that this client does not know";
}

bool grantd_code_is_retryable(int32_t code)
{
    return code == GRANTD_STOPPING || code == GRANTD_CONNECTION_FAILED || code == GRANTD_CONNECTION_LOST;
}

void grantd_error_clear(grantd_error *error)
{
    if (!error) return;
    free(error->storage);
    *error = (grantd_error)GRANTD_ERROR_INIT;
}

int32_t grantd_error_set(grantd_error *error, int32_t code, const char *status, const char *message, const char *field)
{
    if (!error) return code;
    const struct code_names *known = find(code);
    const char *known_status = known ? known->status : "UNKNOWN";
    if (!status || !*status) status = known_status;
    if (!message) message = "";
    if (!field) field = "";

    size_t status_size = strlen(status) + 1, message_size = strlen(message) + 1, field_size = strlen(field) + 1;
    char *storage = malloc(status_size + message_size + field_size);
    grantd_error result = { code, known_status, grantd_code_text(code), "", storage };
    if (storage) {
        result.status = memcpy(storage, status, status_size);
        result.message = memcpy(storage + status_size, message, message_size);
        result.field = memcpy(storage + status_size + message_size, field, field_size);
    }
    free(error->storage);
    *error = result;
    return code;
}

int32_t grantd_error_format(grantd_error *error, int32_t code, const char *format, ...)
{
    if (!error) return code;
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return grantd_error_set(error, code, NULL, message, NULL);
}

int32_t grantd_error_move(grantd_error *to, grantd_error *from)
{
    int32_t code = from->code;
    if (to) {
        free(to->storage);
        *to = *from;
        *from = (grantd_error)GRANTD_ERROR_INIT;
    } else {
        grantd_error_clear(from);
    }
    return code;
}
