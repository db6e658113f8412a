// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import grantd.v1.Explain;
import grantd.v1.Stage;
import java.time.Duration;

/**
 * How applications are scored: what is asked beside their facts, and how much of it at once.
 *
 * @param stage Eligible at all, or payable: the second asks further rules.
 * @param assumeUnsetBarsAbsent Take a bar whose ground is unset as absent, and list it as assumed.
 * @param explain How much of the reasoning comes back.
 * @param batchSize The most applications in one call: 1 to 4,096, or to 256 with explanations.
 * @param batchesInFlight The most batches sent and not yet read, 1 or more. With a batch size of 1 and one batch in flight
 *     no application is read before the previous one's result is taken.
 * @param deadline How long one batch may take. Within it a batch is tried again as often as it takes.
 */
public record ScoreOptions(
        Stage.Value stage,
        boolean assumeUnsetBarsAbsent,
        Explain.Level explain,
        int batchSize,
        int batchesInFlight,
        Duration deadline) {
    /** For an application as such, without explanations: 512 to a batch, 4 batches in flight, a minute for each. */
    public static final ScoreOptions DEFAULTS =
            new ScoreOptions(Stage.Value.APPLICATION, false, Explain.Level.NONE, 512, 4, Duration.ofMinutes(1));

    private static final int LARGEST_BATCH = 4_096;
    private static final int LARGEST_EXPLAINED_BATCH = 256;

    /**
     * Checks the parts.
     *
     * @param stage Eligible at all, or payable.
     * @param assumeUnsetBarsAbsent Take a bar whose ground is unset as absent.
     * @param explain How much of the reasoning comes back.
     * @param batchSize The most applications in one call.
     * @param batchesInFlight The most batches sent and not yet read.
     * @param deadline How long one batch may take.
     * @throws IllegalArgumentException Where the daemon takes no such batch, or a number is under 1.
     */
    public ScoreOptions {
        int largest = explain == Explain.Level.NONE ? LARGEST_BATCH : LARGEST_EXPLAINED_BATCH;
        if (batchSize < 1 || batchSize > largest) {
            throw new IllegalArgumentException("batchSize: " + batchSize + ", not 1 to " + largest);
        }
        if (batchesInFlight < 1) {
            throw new IllegalArgumentException("batchesInFlight: " + batchesInFlight + ", not 1 or more");
        }
        deadline = Deadlines.checked(deadline);
    }

    /**
     * The same for another stage.
     *
     * @param value Eligible at all, or payable.
     * @return New options.
     */
    public ScoreOptions withStage(Stage.Value value) {
        return new ScoreOptions(value, assumeUnsetBarsAbsent, explain, batchSize, batchesInFlight, deadline);
    }

    /**
     * The same with unset bars taken as absent, or not.
     *
     * @param value Whether to.
     * @return New options.
     */
    public ScoreOptions withAssumeUnsetBarsAbsent(boolean value) {
        return new ScoreOptions(stage, value, explain, batchSize, batchesInFlight, deadline);
    }

    /**
     * The same with the reasoning, in batches of 64 at most.
     *
     * @return New options.
     */
    public ScoreOptions explained() {
        return new ScoreOptions(
                stage, assumeUnsetBarsAbsent, Explain.Level.FULL, Math.min(batchSize, 64), batchesInFlight, deadline);
    }

    /**
     * The same with other batches.
     *
     * @param size The most applications in one call: 1 to 4,096, or to 256 with explanations.
     * @param inFlight The most batches sent and not yet read, 1 or more.
     * @return New options.
     */
    public ScoreOptions withBatches(int size, int inFlight) {
        return new ScoreOptions(stage, assumeUnsetBarsAbsent, explain, size, inFlight, deadline);
    }

    /**
     * The same with another deadline.
     *
     * @param time How long one batch may take, its retries included.
     * @return New options.
     */
    public ScoreOptions withDeadline(Duration time) {
        return new ScoreOptions(stage, assumeUnsetBarsAbsent, explain, batchSize, batchesInFlight, time);
    }
}
