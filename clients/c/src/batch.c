/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "batch.h"

/* `applications` is field 1 of an EvaluateBatchRequest, length-delimited. */
enum { APPLICATIONS_TAG = 1 << 3 | 2 };

static size_t write_varint(uint8_t *place, size_t value)
{
    size_t count = 0;
    while (value >= 0x80) {
        place[count++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    place[count++] = (uint8_t)value;
    return count;
}

bool grantd_batch_append(struct grantd_batch *batch, const Grantd__V1__Application *application, size_t maximum_bytes)
{
    size_t size = grantd__v1__application__get_packed_size(application);
    if (size <= maximum_bytes) {
        /* A tag, and at most ten bytes of length. */
        uint8_t *place = grantd_buffer_reserve(&batch->applications, size + 11);
        if (!place) return false;
        size_t head = 0;
        place[head++] = APPLICATIONS_TAG;
        head += write_varint(place + head, size);
        grantd__v1__application__pack(application, place + head);
        batch->applications.end += head + size;
        batch->sent++;
    }
    batch->ends[batch->count++] = grantd_buffer_size(&batch->applications);
    return true;
}

bool grantd_batch_has_room(const struct grantd_batch *batch, uint32_t most, size_t most_bytes, size_t bytes)
{
    if (batch->count == 0) return true;
    return batch->count < most && grantd_buffer_size(&batch->applications) + bytes <= most_bytes;
}

bool grantd_batch_is_too_large(const struct grantd_batch *batch, uint32_t index)
{
    /* One that was sent takes two bytes at least. */
    return batch->ends[index] == (index ? batch->ends[index - 1] : 0);
}

bool grantd_batch_encode(
    struct grantd_batch *batch, uint32_t from, uint32_t to, const grantd_score_options *options)
{
    size_t start = from ? batch->ends[from - 1] : 0;
    size_t size = to ? batch->ends[to - 1] - start : 0;
    grantd_buffer_clear(&batch->payload);
    if (!grantd_buffer_append(&batch->payload, grantd_buffer_front(&batch->applications) + start, size)) return false;

    /* The request's other fields follow its applications. */
    Grantd__V1__EvaluateBatchRequest rest = GRANTD__V1__EVALUATE_BATCH_REQUEST__INIT;
    rest.has_stage = options->stage != GRANTD__V1__STAGE__VALUE__APPLICATION;
    rest.stage = options->stage;
    rest.has_assume_unset_bars_absent = options->assume_unset_bars_absent;
    rest.assume_unset_bars_absent = options->assume_unset_bars_absent;
    rest.has_explain = options->explain != GRANTD__V1__EXPLAIN__LEVEL__NONE;
    rest.explain = options->explain;
    size_t rest_size = grantd__v1__evaluate_batch_request__get_packed_size(&rest);
    uint8_t *place = grantd_buffer_reserve(&batch->payload, rest_size);
    if (!place) return false;
    batch->payload.end += grantd__v1__evaluate_batch_request__pack(&rest, place);
    return true;
}

void grantd_batch_clear(struct grantd_batch *batch, uint64_t first)
{
    grantd_buffer_clear(&batch->applications);
    grantd_buffer_clear(&batch->payload);
    batch->count = batch->sent = 0;
    batch->first = first;
}
