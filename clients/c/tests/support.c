/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <string.h>
#include <time.h>

grantd_client_options quick_options(void)
{
    grantd_client_options options;
    grantd_client_options_init(&options);
    options.initial_backoff_ms = 5;
    options.maximum_backoff_ms = 40;
    return options;
}

grantd_client *client_with(const struct fake_server *server, grantd_client_options options)
{
    grantd_client *client;
    grantd_error error = GRANTD_ERROR_INIT;
    options.address = fake_server_address(server);
    int32_t code = grantd_client_create(&options, &client, &error);
    assert_int_equal(code, GRANTD_OK);
    return client;
}

grantd_client *client_of(const struct fake_server *server) { return client_with(server, quick_options()); }

void question_init(struct question *question, const char *id)
{
    grantd__v1__evaluate_request__init(&question->request);
    grantd__v1__application__init(&question->application);
    question->application.application_id = (char *)(uintptr_t)id;
    question->request.application = &question->application;
}

int32_t evaluate(grantd_client *client, const char *id, int64_t deadline_ms, grantd_error *error)
{
    struct question question;
    question_init(&question, id);
    const grantd_call_options options = { .deadline_ms = deadline_ms };
    grantd_error own = GRANTD_ERROR_INIT;
    Grantd__V1__Assessment *answer = grantd_evaluate(client, &question.request, &options, error ? error : &own);
    int32_t code = answer ? GRANTD_OK : error ? error->code : own.code;
    /* Tests call this from threads too, where cmocka's assertions may not fail: a wrong answer has a code of its own. */
    if (answer && (!answer->application_id || strcmp(answer->application_id, id) != 0)) code = INT32_MAX;
    grantd__v1__assessment__free_unpacked(answer, NULL);
    grantd_error_clear(&own);
    return code;
}

int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void sleep_ms(int milliseconds)
{
    struct timespec time = { milliseconds / 1000, (long)(milliseconds % 1000) * 1000000 };
    nanosleep(&time, NULL);
}

void *call_in_a_thread(void *argument)
{
    struct caller *caller = argument;
    caller->code = GRANTD_OK;
    for (int index = 0; index < caller->calls && caller->code == GRANTD_OK; index++)
        caller->code = evaluate(caller->client, caller->id, 20000, NULL);
    return NULL;
}
