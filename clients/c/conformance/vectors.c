/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "vectors.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

int vectors_open(struct vectors *vectors, const char *path)
{
    *vectors = (struct vectors){ 0 };
    FILE *file = fopen(path, "rb");
    if (!file) return -1;
    size_t capacity = 0;
    for (;;) {
        if (vectors->size == capacity) {
            capacity = capacity ? capacity * 2 : (size_t)1 << 20;
            uint8_t *bytes = realloc(vectors->bytes, capacity);
            if (!bytes) break;
            vectors->bytes = bytes;
        }
        size_t count = fread(vectors->bytes + vectors->size, 1, capacity - vectors->size, file);
        if (count == 0) break;
        vectors->size += count;
    }
    int failed = ferror(file) || !feof(file);
    fclose(file);
    if (!failed) return 0;
    vectors_close(vectors);
    errno = EIO;
    return -1;
}

Grantd__Conformance__Vector *vectors_next(struct vectors *vectors)
{
    uint64_t length = 0;
    size_t offset = vectors->offset;
    for (unsigned shift = 0; offset < vectors->size && shift < 64; shift += 7) {
        uint8_t byte = vectors->bytes[offset++];
        length |= (uint64_t)(byte & 0x7f) << shift;
        if (byte & 0x80) continue;
        if (length > vectors->size - offset) return NULL;
        Grantd__Conformance__Vector *vector =
            grantd__conformance__vector__unpack(NULL, (size_t)length, vectors->bytes + offset);
        if (vector) vectors->offset = offset + (size_t)length;
        return vector;
    }
    return NULL;
}

void vectors_close(struct vectors *vectors)
{
    free(vectors->bytes);
    *vectors = (struct vectors){ 0 };
}
