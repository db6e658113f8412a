// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import java.time.Duration;

/** Durations as the channel measures them. */
final class Deadlines {
    /** Longer waits mean "no limit" to a caller; the frames' {@code timeout_ms} and the clock hold this one. */
    static final Duration LONGEST = Duration.ofDays(1);

    private Deadlines() {}

    /** The duration, a day at most; an IllegalArgumentException where it is none. */
    static Duration checked(Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("not a length of time: " + time);
        }
        return time.compareTo(LONGEST) > 0 ? LONGEST : time;
    }

    /** The moment of {@link System#nanoTime()} that lies so far ahead. */
    static long after(Duration time) {
        return System.nanoTime() + time.toNanos();
    }
}
