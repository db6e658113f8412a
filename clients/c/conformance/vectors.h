/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_VECTORS_H
#define GRANTD_VECTORS_H

#include <stddef.h>
#include <stdint.h>

#include "conformance/vector.pb-c.h"

/* A file of Vector messages, each behind its length as a varint. */
struct vectors {
    uint8_t *bytes;
    size_t size;
    size_t offset;
};

/* Reads a file. What stands in a sequence for the name of its run becomes a name that no other run has. Returns 0, or -1 with
 * errno set. */
int vectors_open(struct vectors *vectors, const char *path);

/* The next vector, to be freed with grantd__conformance__vector__free_unpacked(). NULL after the last one, and where the file is not
 * as it should be; then `offset` is short of `size`. */
Grantd__Conformance__Vector *vectors_next(struct vectors *vectors);

/* Puts what the daemon's clock shows as sequences have it: the moments within bytes become 0000-00-00T00:00:00.000Z. */
void vectors_hide_moments(uint8_t *bytes, size_t size);

void vectors_close(struct vectors *vectors);

#endif
