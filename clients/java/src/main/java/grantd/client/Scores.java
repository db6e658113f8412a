// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import grantd.v1.Application;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;

/**
 * The results of a scoring, one for each application, in their order.
 *
 * <p>The source is read in the thread that takes results, and only as far ahead as batches may be in flight, so memory is
 * bounded however many applications there are. A source that takes its time sends what it has gathered after 10
 * milliseconds. A batch whose daemon stops or whose connection is lost is sent again until its deadline; its results come
 * once.
 *
 * <p>{@link #hasNext()} and {@link #next()} throw {@link UncheckedGrantdException} where the scoring as a whole cannot go
 * on, and what the source throws, each after the results before it. For one thread at a time. {@link #close()} gives up what
 * is in flight; a scoring that was read to its end needs none.
 */
public final class Scores implements Iterator<Score>, AutoCloseable {
    /** Of a request: what stands beside its applications, their tags and lengths. */
    private static final int MARGIN_BYTES = 64;
    private static final long LINGER_NANOS = 10_000_000;

    private final GrantdChannel channel;
    private final Iterator<? extends Application> source;
    private final ScoreOptions options;
    private final CallOptions callOptions;
    private final int maximumBytes;
    private final ArrayDeque<ScoreBatch> inFlight = new ArrayDeque<>();
    private Iterator<Score> ready = Collections.emptyIterator();
    /** Being gathered; null where nothing is. */
    private ScoreBatch gathering;
    private long gatheringSince;
    private long nextIndex;
    private boolean isSourceDone;
    private RuntimeException sourceFailure;

    Scores(GrantdChannel channel, Iterator<? extends Application> source, ScoreOptions options) {
        this.channel = channel;
        this.source = Objects.requireNonNull(source, "applications");
        this.options = options;
        callOptions = CallOptions.of(channel.configuration())
                .withDeadline(options.deadline())
                .withoutLimitOfAttempts();
        maximumBytes = Math.max(0, channel.configuration().maximumRequestBytes - MARGIN_BYTES);
    }

    /**
     * Whether there is another result; waits for it.
     *
     * @return False after the last.
     * @throws UncheckedGrantdException Where the scoring as a whole cannot go on.
     */
    @Override
    public boolean hasNext() {
        while (!ready.hasNext()) {
            fill();
            ScoreBatch first = inFlight.poll();
            if (first == null) {
                RuntimeException failure = sourceFailure;
                sourceFailure = null;
                if (failure != null) {
                    throw failure;
                }
                return false;
            }
            try {
                ready = first.results().iterator();
            } catch (GrantdException error) {
                first.cancel();
                close();
                throw new UncheckedGrantdException(error);
            }
        }
        return true;
    }

    /**
     * The next result; waits for it.
     *
     * @return The result, never null.
     * @throws UncheckedGrantdException Where the scoring as a whole cannot go on.
     * @throws NoSuchElementException After the last.
     */
    @Override
    public Score next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ready.next();
    }

    /** Ends the scoring: gives up what is in flight, and reads no more of the source. */
    @Override
    public void close() {
        isSourceDone = true;
        gathering = null;
        inFlight.forEach(ScoreBatch::cancel);
        inFlight.clear();
        ready = Collections.emptyIterator();
    }

    /** Reads the source until enough is in flight, or until a slow source has kept a result waiting. */
    private void fill() {
        long began = System.nanoTime();
        while (!isSourceDone && inFlight.size() < options.batchesInFlight()) {
            if (!inFlight.isEmpty() && inFlight.peek().isAnswered() && System.nanoTime() - began >= LINGER_NANOS) {
                return;
            }
            Application application = read();
            if (application == null) {
                break;
            }
            if (gathering != null && !gathering.hasRoom(application, options.batchSize())) {
                send();
            }
            if (gathering == null) {
                gathering = new ScoreBatch(nextIndex, options);
                gatheringSince = System.nanoTime();
            }
            gathering.add(application, maximumBytes);
            nextIndex++;
            if (gathering.size() == options.batchSize() || System.nanoTime() - gatheringSince >= LINGER_NANOS) {
                send();
            }
        }
        if (isSourceDone && gathering != null && inFlight.size() < options.batchesInFlight()) {
            send();
        }
    }

    /** The next application; null, for ever, after the last. */
    private Application read() {
        try {
            if (source.hasNext()) {
                return Objects.requireNonNull(source.next(), "an application of the source");
            }
        } catch (RuntimeException error) {
            sourceFailure = error;
        }
        isSourceDone = true;
        return null;
    }

    private void send() {
        gathering.send(channel, callOptions);
        inFlight.add(gathering);
        gathering = null;
    }
}
