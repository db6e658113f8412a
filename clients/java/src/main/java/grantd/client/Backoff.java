// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

/** The pauses before a connection is made anew: doubled by each failure in a row, bounded, shortened by chance. */
final class Backoff {
    private final long initial;
    private final long maximum;
    private final int jitterPercent;
    private int failures;

    Backoff(GrantdConfiguration configuration) {
        initial = configuration.initialBackoff.toNanos();
        maximum = configuration.maximumBackoff.toNanos();
        jitterPercent = configuration.jitterPercent;
    }

    /** The peer answers: the next failure is a first one again. */
    void succeeded() {
        failures = 0;
    }

    /**
     * Notes a failure.
     *
     * @param random 0 to 1; how much of the jitter is taken.
     * @return How long to wait before the next attempt, in nanoseconds.
     */
    long failed(double random) {
        // A day at most, and no pause is under a nanosecond: 47 doublings reach any maximum.
        long grown = initial;
        for (int doubled = 0; doubled < failures && grown < maximum; doubled++) {
            grown *= 2;
        }
        failures = Math.min(failures + 1, 64);
        long pause = Math.min(grown, maximum);
        return pause - (long) (pause * random * jitterPercent / 100);
    }
}
