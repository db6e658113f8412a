/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_CLOCK_H
#define GRANTD_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Nanoseconds in a millisecond. */
#define GRANTD_MS INT64_C(1000000)
/* No wait is longer than a day: longer waits mean "no limit" to a caller. */
#define GRANTD_LONGEST_MS INT64_C(86400000)

/* A time that never comes. */
#define GRANTD_NEVER INT64_MAX

/* The monotonic clock, in nanoseconds. */
static inline int64_t grantd_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static inline int64_t grantd_clamp_ms(int64_t milliseconds)
{
    if (milliseconds < 1) return 1;
    return milliseconds > GRANTD_LONGEST_MS ? GRANTD_LONGEST_MS : milliseconds;
}

#endif
