// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import java.time.Duration;

/**
 * What a call may take.
 *
 * @param deadline Its retries included.
 * @param attempts How often it is tried in all.
 */
record CallOptions(Duration deadline, int attempts) {
    static CallOptions of(GrantdConfiguration configuration) {
        return new CallOptions(configuration.deadline, configuration.attempts);
    }

    CallOptions withDeadline(Duration time) {
        return new CallOptions(Deadlines.checked(time), attempts);
    }

    /** Tried for as long as the deadline allows. */
    CallOptions withoutLimitOfAttempts() {
        return new CallOptions(deadline, Integer.MAX_VALUE);
    }
}
