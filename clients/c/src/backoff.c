/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "backoff.h"

int64_t grantd_backoff_failed(struct grantd_backoff *backoff, uint64_t random)
{
    int64_t pause = backoff->initial_ns;
    for (unsigned doubling = 0; doubling < backoff->failures && pause < backoff->maximum_ns; doubling++) pause *= 2;
    if (pause > backoff->maximum_ns) pause = backoff->maximum_ns;
    if (backoff->failures < 31) backoff->failures++;
    /* At most a day in nanoseconds, so the product with 100 fits. */
    int64_t spread = pause * (int64_t)backoff->jitter_percent / 100;
    return pause - (spread > 0 ? (int64_t)(random % ((uint64_t)spread + 1)) : 0);
}
