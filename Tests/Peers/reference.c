// What a peer has from the daemon that it is measured beside.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "serve.h"

#include <stdio.h>
#include <string.h>

static int by_text(const void *left, const void *right) {
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static int digit(char character) {
    return character >= '0' && character <= '9' ? character - '0'
         : character >= 'a' && character <= 'f' ? character - 'a' + 10
                                                : -1;
}

static void refuse(const char *path) {
    fprintf(stderr, "%s: a policy's bytes as hexadecimal digits are wanted, and below them the measures' ids\n", path);
    exit(2);
}

struct reference read_reference(const char *path) {
    struct reference reference = {0};
    FILE *file = path ? fopen(path, "r") : NULL;
    if (!file) refuse(path ? path : "no file");
    char *line = NULL;
    size_t capacity = 0;
    ssize_t count;
    while ((count = getline(&line, &capacity, file)) > 0) {
        line[strcspn(line, "\n")] = 0;
        if (!reference.policy) {
            reference.policy = calloc((size_t)count, 1);
            for (const char *at = line; at[0] && at[1]; at += 2) {
                if (digit(at[0]) < 0 || digit(at[1]) < 0) refuse(path);
                reference.policy[reference.policy_count++] = (uint8_t)(digit(at[0]) << 4 | digit(at[1]));
            }
        } else {
            reference.measures =
                realloc(reference.measures, (reference.measure_count + 1) * sizeof *reference.measures);
            reference.measures[reference.measure_count++] = strdup(line);
        }
    }
    free(line);
    fclose(file);
    if (reference.policy_count == 0 || reference.measure_count == 0) refuse(path);
    qsort(reference.measures, reference.measure_count, sizeof *reference.measures, by_text);
    return reference;
}

bool is_measure(const struct reference *reference, const uint8_t *id, size_t count) {
    char text[128];
    if (count >= sizeof text) return false;
    memcpy(text, id, count);
    text[count] = 0;
    const char *key = text;
    return bsearch(&key, reference->measures, reference->measure_count, sizeof key, by_text) != NULL;
}
