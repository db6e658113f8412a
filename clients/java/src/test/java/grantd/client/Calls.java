// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** What tests of single calls share. */
final class Calls {
    private Calls() {}

    /** How a call fails that has to. */
    static GrantdException failure(GrantdClient client) {
        return assertThrows(GrantdException.class, () -> client.evaluate(Samples.application(1)));
    }

    /** A configuration with short pauses. */
    static GrantdConfiguration.Builder quick() {
        return GrantdConfiguration.builder().backoff(Duration.ofMillis(2), Duration.ofMillis(20));
    }

    /** Waits until it is so. */
    static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(2);
        }
    }
}
