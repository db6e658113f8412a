/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "buffer.h"

#include <stdlib.h>
#include <string.h>

/* Memory above this is not kept once the buffer is empty. */
static const size_t kept_bytes = 1024 * 1024;

uint8_t *grantd_buffer_reserve(struct grantd_buffer *buffer, size_t count)
{
    size_t size = grantd_buffer_size(buffer);
    if (buffer->capacity - buffer->end >= count && buffer->bytes) return buffer->bytes + buffer->end;
    if (count > SIZE_MAX / 2 - size) return NULL;
    size_t needed = size + count;
    if (needed <= buffer->capacity && size <= buffer->capacity / 2) {
        memmove(buffer->bytes, buffer->bytes + buffer->start, size);
    } else {
        size_t capacity = buffer->capacity < 4096 ? 4096 : buffer->capacity;
        while (capacity < needed) capacity *= 2;
        uint8_t *bytes = malloc(capacity);
        if (!bytes) return NULL;
        if (size) memcpy(bytes, buffer->bytes + buffer->start, size);
        free(buffer->bytes);
        buffer->bytes = bytes;
        buffer->capacity = capacity;
    }
    buffer->start = 0;
    buffer->end = size;
    return buffer->bytes + size;
}

bool grantd_buffer_append(struct grantd_buffer *buffer, const void *bytes, size_t count)
{
    uint8_t *place = grantd_buffer_reserve(buffer, count);
    if (!place) return false;
    if (count) memcpy(place, bytes, count);
    buffer->end += count;
    return true;
}

void grantd_buffer_take(struct grantd_buffer *buffer, size_t count)
{
    buffer->start += count;
    if (buffer->start < buffer->end) return;
    grantd_buffer_clear(buffer);
    if (buffer->capacity > kept_bytes) grantd_buffer_free(buffer);
}

void grantd_buffer_free(struct grantd_buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (struct grantd_buffer){ 0 };
}
