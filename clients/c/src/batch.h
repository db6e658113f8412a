/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_BATCH_H
#define GRANTD_BATCH_H

#include "buffer.h"
#include "client.h"
#include "grantd/score.h"

/* Neighbouring applications that go in one call. */
struct grantd_batch {
    /* The applications as they stand in an EvaluateBatchRequest: each with its tag and length. */
    struct grantd_buffer applications;
    /* Where each ends in it; one that is too large to be sent takes no bytes. */
    size_t *ends;
    uint32_t count;
    /* Of these, sent. */
    uint32_t sent;
    /* The first one's place in the scoring. */
    uint64_t first;
    /* The request under way. */
    struct grantd_buffer payload;
    struct grantd_call call;
    bool is_under_way;
};

/* Appends an application. Returns false without memory.
 *
 * maximum_bytes: one with more than this takes its place and is not sent. */
bool grantd_batch_append(struct grantd_batch *batch, const Grantd__V1__Application *application, size_t maximum_bytes);

/* Whether an application of so many bytes has room, where a batch may have so many applications and so many bytes; one
 * application alone may have more. */
bool grantd_batch_has_room(const struct grantd_batch *batch, uint32_t most, size_t most_bytes, size_t bytes);

/* Whether the application at this place in the batch was too large to be sent. */
bool grantd_batch_is_too_large(const struct grantd_batch *batch, uint32_t index);

/* Encodes the request for the applications from `from` up to `to`. Returns false without memory. */
bool grantd_batch_encode(
    struct grantd_batch *batch, uint32_t from, uint32_t to, const grantd_score_options *options);

/* Empties a batch for further applications. */
void grantd_batch_clear(struct grantd_batch *batch, uint64_t first);

#endif
