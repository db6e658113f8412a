/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_BUFFER_H
#define GRANTD_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that are appended at the end and taken from the beginning. All zero is an empty buffer. */
struct grantd_buffer {
    uint8_t *bytes;
    /* What was appended and is not taken yet lies between `start` and `end`. */
    size_t start;
    size_t end;
    size_t capacity;
};

static inline size_t grantd_buffer_size(const struct grantd_buffer *buffer) { return buffer->end - buffer->start; }

static inline const uint8_t *grantd_buffer_front(const struct grantd_buffer *buffer)
{
    return buffer->bytes + buffer->start;
}

static inline size_t grantd_buffer_room(const struct grantd_buffer *buffer) { return buffer->capacity - buffer->end; }

/* Makes room for at least so many more bytes. Returns where they go, NULL without memory (all is as before then). */
uint8_t *grantd_buffer_reserve(struct grantd_buffer *buffer, size_t count);

/* Appends bytes. Returns false without memory. */
bool grantd_buffer_append(struct grantd_buffer *buffer, const void *bytes, size_t count);

/* Takes bytes from the beginning; no more than there are. */
void grantd_buffer_take(struct grantd_buffer *buffer, size_t count);

/* Forgets what is in it; the memory stays. */
static inline void grantd_buffer_clear(struct grantd_buffer *buffer) { buffer->start = buffer->end = 0; }

/* Lets go of the memory. */
void grantd_buffer_free(struct grantd_buffer *buffer);

#endif
