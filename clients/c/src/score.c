/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "grantd/score.h"

#include <stdlib.h>

#include "batch.h"
#include "clock.h"
#include "engine.h"
#include "error.h"
#include "request.h"
#include "wait.h"

static const char service_name[] = "grantd.v1.Calculator";
static const char method_name[] = "EvaluateBatch";
/* Bytes of applications in one batch; one application alone may have more. */
static const size_t batch_bytes = 1024 * 1024;
/* Bytes of a request beside its applications. */
enum { REST_BYTES = 64 };
/* While the sink is at work the connection is looked after so often, in nanoseconds. */
static const int64_t look_ns = 20 * GRANTD_MS;

struct scoring {
    struct grantd_client *client;
    grantd_score_source source;
    grantd_score_sink sink;
    void *data;
    grantd_score_options options;
    grantd_call_options call_options;
    size_t maximum_bytes;
    /* A ring: `held` batches from `oldest` on are filled, and under way or answered. */
    struct grantd_batch *batches;
    uint32_t oldest;
    uint32_t held;
    uint64_t read_count;
    uint64_t taken_count;
    int64_t last_look;
    /* Read already, and has no room in the batch before. */
    const Grantd__V1__Application *left_over;
    bool has_ended;
    bool has_failed;
    grantd_error *error;
};

void grantd_score_options_init(grantd_score_options *options)
{
    *options = (grantd_score_options){
        .stage = GRANTD__V1__STAGE__VALUE__APPLICATION,
        .explain = GRANTD__V1__EXPLAIN__LEVEL__NONE,
        .batches_in_flight = 4,
        .deadline_ms = 60000,
        .attempts = GRANTD_ATTEMPTS_UNLIMITED,
    };
}

static int32_t no_memory(struct scoring *scoring)
{
    return grantd_error_set(scoring->error, GRANTD_OUT_OF_MEMORY, NULL, "no memory for a batch", NULL);
}

/* Lets others be served and replies be read while the sink takes its time. */
static void look_after(struct scoring *scoring)
{
    int64_t now = grantd_now();
    if (now - scoring->last_look < look_ns) return;
    scoring->last_look = now;
    grantd_lock(scoring->client);
    grantd_engine_turn(scoring->client, 0);
    grantd_unlock(scoring->client);
}

static int32_t give(struct scoring *scoring, const Grantd__V1__Assessment *assessment, const grantd_error *error)
{
    uint64_t index = scoring->taken_count++;
    int stop = scoring->sink(index, assessment, error, scoring->data);
    look_after(scoring);
    if (!stop) return GRANTD_OK;
    return grantd_error_set(scoring->error, GRANTD_CANCELLED, NULL, "the taker of the results stopped", NULL);
}

static int32_t give_error(struct scoring *scoring, grantd_error *error)
{
    int32_t code = give(scoring, NULL, error);
    grantd_error_clear(error);
    return code;
}

static int32_t give_too_large(struct scoring *scoring)
{
    grantd_error error = GRANTD_ERROR_INIT;
    grantd_error_format(
        &error, GRANTD_OVER_LIMIT, "the application is larger than the %zu bytes that this client sends",
        scoring->maximum_bytes);
    return give_error(scoring, &error);
}

static int32_t give_result(struct scoring *scoring, const Grantd__V1__EvaluateBatchResult *result)
{
    if (result->result_case == GRANTD__V1__EVALUATE_BATCH_RESULT__RESULT_ASSESSMENT)
        return give(scoring, result->assessment, NULL);
    const Grantd__V1__Error *wrong = result->error;
    grantd_error error = GRANTD_ERROR_INIT;
    grantd_error_set(&error, wrong->code, wrong->status, wrong->message, wrong->field);
    return give_error(scoring, &error);
}

static int32_t begin(struct scoring *scoring, struct grantd_batch *batch, uint32_t from, uint32_t to)
{
    if (!grantd_batch_encode(batch, from, to, &scoring->options)) return no_memory(scoring);
    int32_t code = grantd_request_prepare(
        scoring->client, &batch->call, service_name, method_name, grantd_buffer_front(&batch->payload),
        grantd_buffer_size(&batch->payload), &scoring->call_options, scoring->error);
    if (code) return code;
    grantd_wait_begin(scoring->client, &batch->call);
    batch->is_under_way = true;
    return GRANTD_OK;
}

/* Waits for a batch's answer. Its deadline counts while it is waited for: one that ran out while the sink was at work is begun
 * anew. */
static Grantd__V1__EvaluateBatchResponse *finish(struct scoring *scoring, struct grantd_batch *batch, grantd_error *error)
{
    int64_t asked = grantd_now();
    grantd_wait_for(scoring->client, &batch->call);
    if (batch->call.error.code == GRANTD_TIMED_OUT
        && grantd_now() - asked < batch->call.deadline_ms * GRANTD_MS / 2) {
        grantd_error_clear(&batch->call.error);
        batch->call.attempts_made = 0;
        grantd_request_start_clock(&batch->call);
        grantd_wait_begin(scoring->client, &batch->call);
        grantd_wait_for(scoring->client, &batch->call);
    }
    batch->is_under_way = false;
    return (Grantd__V1__EvaluateBatchResponse *)grantd_request_decode(
        scoring->client, &batch->call, &grantd__v1__evaluate_batch_response__descriptor, error);
}

static uint32_t count_sent(const struct grantd_batch *batch, uint32_t from, uint32_t to)
{
    uint32_t count = 0;
    for (uint32_t index = from; index < to; index++) count += !grantd_batch_is_too_large(batch, index);
    return count;
}

/* Whether what the daemon refuses may be one application of the batch. */
static bool may_be_divided(int32_t code)
{
    return code == GRANTD_BAD_REQUEST || code == GRANTD_OVER_LIMIT || code == GRANTD_REPLY_TOO_LARGE;
}

static int32_t take(struct scoring *scoring, struct grantd_batch *batch, uint32_t from, uint32_t to);

static int32_t divide(
    struct scoring *scoring, struct grantd_batch *batch, uint32_t from, uint32_t to, grantd_error *error)
{
    if (to - from == 1) return give_error(scoring, error);
    grantd_error_clear(error);
    uint32_t middle = from + (to - from) / 2;
    const uint32_t bounds[] = { from, middle, to };
    for (int half = 0; half < 2; half++) {
        uint32_t first = bounds[half], end = bounds[half + 1];
        if (count_sent(batch, first, end) > 0) {
            int32_t code = begin(scoring, batch, first, end);
            if (code) return code;
        }
        int32_t code = take(scoring, batch, first, end);
        if (code) return code;
    }
    return GRANTD_OK;
}

/* Hands the results of a part of a batch over; its call is under way, unless nothing of it was sent. */
static int32_t take(struct scoring *scoring, struct grantd_batch *batch, uint32_t from, uint32_t to)
{
    Grantd__V1__EvaluateBatchResponse *response = NULL;
    if (batch->is_under_way) {
        grantd_error error = GRANTD_ERROR_INIT;
        response = finish(scoring, batch, &error);
        if (!response && may_be_divided(error.code)) return divide(scoring, batch, from, to, &error);
        if (!response) return grantd_error_move(scoring->error, &error);
    }
    int32_t code = GRANTD_OK;
    size_t next = 0;
    for (uint32_t index = from; index < to && code == GRANTD_OK; index++) {
        if (grantd_batch_is_too_large(batch, index)) code = give_too_large(scoring);
        else code = give_result(scoring, response->results[next++]);
    }
    grantd__v1__evaluate_batch_response__free_unpacked(response, NULL);
    return code;
}

/* Reads applications into a batch until it is full or there are no more. */
static int32_t fill(struct scoring *scoring, struct grantd_batch *batch)
{
    grantd_batch_clear(batch, scoring->read_count);
    while (!scoring->has_ended) {
        const Grantd__V1__Application *application = scoring->left_over;
        scoring->left_over = NULL;
        if (!application) {
            int given = scoring->source(&application, scoring->data);
            if (given <= 0) {
                scoring->has_ended = true;
                scoring->has_failed = given < 0;
                break;
            }
        }
        size_t size = grantd__v1__application__get_packed_size(application);
        size_t most = scoring->maximum_bytes < batch_bytes ? scoring->maximum_bytes : batch_bytes;
        if (!grantd_batch_has_room(batch, scoring->options.batch_size, most, size)) {
            scoring->left_over = application;
            break;
        }
        if (!grantd_batch_append(batch, application, scoring->maximum_bytes)) return no_memory(scoring);
        scoring->read_count++;
        if (batch->count == scoring->options.batch_size) break;
    }
    return GRANTD_OK;
}

static int32_t run(struct scoring *scoring)
{
    const uint32_t window = scoring->options.batches_in_flight;
    for (;;) {
        int32_t code;
        while (scoring->held < window && !scoring->has_ended) {
            struct grantd_batch *batch = &scoring->batches[(scoring->oldest + scoring->held) % window];
            if ((code = fill(scoring, batch))) return code;
            if (batch->count == 0) break;
            scoring->held++;
            if (batch->sent && (code = begin(scoring, batch, 0, batch->count))) return code;
        }
        if (scoring->held == 0) break;
        struct grantd_batch *batch = &scoring->batches[scoring->oldest];
        if ((code = take(scoring, batch, 0, batch->count))) return code;
        scoring->oldest = (scoring->oldest + 1) % window;
        scoring->held--;
    }
    if (!scoring->has_failed) return GRANTD_OK;
    return grantd_error_set(
        scoring->error, GRANTD_SOURCE_FAILED, NULL, "the source of applications failed; the results before it stand", NULL);
}

static int32_t set_up(struct scoring *scoring, const grantd_score_options *options)
{
    if (options) scoring->options = *options;
    else grantd_score_options_init(&scoring->options);
    grantd_score_options *own = &scoring->options;
    const bool explains = own->explain != GRANTD__V1__EXPLAIN__LEVEL__NONE;
    if (own->batch_size == 0) own->batch_size = explains ? 64 : 512;
    if (own->batch_size > (explains ? 256u : 4096u) || own->batches_in_flight < 1 || own->batches_in_flight > 1024
        || own->deadline_ms < 1)
        return grantd_error_set(
            scoring->error, GRANTD_INVALID_ARGUMENT, NULL,
            "a batch has up to 4,096 applications, 256 with explain; 1 to 1,024 batches are in flight, for 1 ms or more",
            NULL);
    scoring->call_options =
        (grantd_call_options){ .deadline_ms = own->deadline_ms, .attempts = own->attempts };
    scoring->maximum_bytes = scoring->client->settings.options.maximum_request_bytes - REST_BYTES;
    scoring->batches = calloc(own->batches_in_flight, sizeof *scoring->batches);
    if (!scoring->batches) return no_memory(scoring);
    for (uint32_t index = 0; index < own->batches_in_flight; index++) {
        scoring->batches[index].ends = calloc(own->batch_size, sizeof(size_t));
        if (!scoring->batches[index].ends) return no_memory(scoring);
    }
    return GRANTD_OK;
}

static void tear_down(struct scoring *scoring)
{
    for (uint32_t index = 0; scoring->batches && index < scoring->options.batches_in_flight; index++) {
        struct grantd_batch *batch = &scoring->batches[index];
        if (batch->is_under_way) {
            grantd_wait_drop(scoring->client, &batch->call);
            grantd_error_clear(&batch->call.error);
            free(batch->call.reply);
        }
        grantd_buffer_free(&batch->applications);
        grantd_buffer_free(&batch->payload);
        free(batch->ends);
    }
    free(scoring->batches);
}

int32_t grantd_client_score(
    grantd_client *client, grantd_score_source source, grantd_score_sink sink, void *data,
    const grantd_score_options *options, uint64_t *count, grantd_error *error)
{
    struct scoring scoring = { .client = client, .source = source, .sink = sink, .data = data, .error = error };
    grantd_error_clear(error);
    int32_t code = set_up(&scoring, options);
    if (!code) code = run(&scoring);
    tear_down(&scoring);
    if (count) *count = scoring.taken_count;
    return code;
}
