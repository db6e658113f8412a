/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_BACKOFF_H
#define GRANTD_BACKOFF_H

#include <stdint.h>

/* The pauses between attempts to connect: doubled by each failure in a row, bounded, shortened by chance. */
struct grantd_backoff {
    int64_t initial_ns;
    int64_t maximum_ns;
    uint32_t jitter_percent;
    unsigned failures;
};

/* The peer answers: the next failure is a first one again. */
static inline void grantd_backoff_succeeded(struct grantd_backoff *backoff) { backoff->failures = 0; }

/* Notes a failure.
 *
 * random: any number; decides how much of the jitter is taken.
 * Returns how long to wait before the next attempt, in nanoseconds. */
int64_t grantd_backoff_failed(struct grantd_backoff *backoff, uint64_t random);

#endif
