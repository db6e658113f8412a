/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_TEST_SUPPORT_H
#define GRANTD_TEST_SUPPORT_H

/* cmocka wants these before itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <grantd/client.h>

#include "fake_server.h"

/* A client of a fake server, with short pauses. */
grantd_client *client_of(const struct fake_server *server);

/* The same, with options that were changed. */
grantd_client *client_with(const struct fake_server *server, grantd_client_options options);

/* Options with short pauses. */
grantd_client_options quick_options(void);

/* Evaluates an application with this id. Returns the code; on GRANTD_OK the answer carried the id. */
int32_t evaluate(grantd_client *client, const char *id, int64_t deadline_ms, grantd_error *error);

/* Calls that a thread of its own makes, one behind the other until one fails, and what the last came to. */
struct caller {
    grantd_client *client;
    const char *id;
    int32_t code;
    int calls;
};

/* Makes the call of a `struct caller`; for pthread_create. */
void *call_in_a_thread(void *argument);

/* Milliseconds of the monotonic clock. */
int64_t now_ms(void);

void sleep_ms(int milliseconds);

/* An Evaluate request with an application of this id. */
struct question {
    Grantd__V1__EvaluateRequest request;
    Grantd__V1__Application application;
};

void question_init(struct question *question, const char *id);

#endif
