/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "vectors.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* In a sequence: what each of its runs has another text of the same length for. */
static const char run_token[] = "RRRRRRRRRRRR";
static const char no_moment[] = "0000-00-00T00:00:00.000Z";

static int name_run(struct vectors *vectors)
{
    char name[sizeof run_token];
    unsigned char random[sizeof run_token - 1];
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random) return -1;
    for (size_t index = 0; index < sizeof random; index++) name[index] = (char)('a' + random[index] % 26);
    for (size_t offset = 0; offset + sizeof random <= vectors->size; offset++)
        if (memcmp(vectors->bytes + offset, run_token, sizeof random) == 0)
            memcpy(vectors->bytes + offset, name, sizeof random);
    return 0;
}

static bool is_moment(const uint8_t *bytes)
{
    for (size_t index = 0; index < sizeof no_moment - 1; index++) {
        bool is_digit = bytes[index] >= '0' && bytes[index] <= '9';
        if (no_moment[index] == '0' ? !is_digit : bytes[index] != (uint8_t)no_moment[index]) return false;
    }
    return true;
}

void vectors_hide_moments(uint8_t *bytes, size_t size)
{
    const size_t length = sizeof no_moment - 1;
    for (size_t offset = 0; offset + length <= size; offset++)
        if (is_moment(bytes + offset)) memcpy(bytes + offset, no_moment, length);
}

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
    if (!failed && name_run(vectors) == 0) return 0;
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
