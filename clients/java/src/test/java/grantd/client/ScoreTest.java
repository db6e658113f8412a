// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import grantd.v1.Application;
import grantd.v1.Error;
import grantd.v1.EvaluateBatchRequest;
import grantd.v1.EvaluateBatchResponse;
import grantd.v1.EvaluateBatchResult;
import grantd.v1.Explain;
import grantd.v1.Stage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scoring in bulk. */
@Timeout(60)
class ScoreTest {
    private static final GrantdConfiguration QUICK = GrantdConfiguration.builder()
            .backoff(Duration.ofMillis(2), Duration.ofMillis(20)).build();

    /** Takes all results; each must be its own application's, in order. */
    private static int take(Iterator<Score> scores) {
        int count = 0;
        while (scores.hasNext()) {
            Score score = scores.next();
            assertEquals(count, score.index());
            assertEquals("A-" + count, score.assessment().getApplicationId());
            count++;
        }
        assertThrows(NoSuchElementException.class, scores::next);
        return count;
    }

    @ParameterizedTest
    @CsvSource({"0,10,2", "1,10,2", "9,10,1", "10,10,1", "11,10,1", "1000,7,4", "1000,1,1", "5000,4096,3"})
    void resultsComeInOrder(int count, int batchSize, int inFlight) throws IOException {
        try (FakeServer server = new FakeServer(Samples::answer); GrantdClient client = server.client()) {
            assertEquals(count, take(client.score(
                    Samples.applications(count), ScoreOptions.DEFAULTS.withBatches(batchSize, inFlight))));
        }
    }

    @Test
    void batchesAnsweredOutOfOrderComeInOrder() throws IOException {
        List<FakeServer.Request> held = new ArrayList<>();
        try (FakeServer server = new FakeServer(request -> {
            held.add(request);
            if (held.size() == 4) {
                Collections.reverse(held);
                for (FakeServer.Request each : held) {
                    Samples.answer(each);
                }
                held.clear();
            }
        });
                GrantdClient client = server.client()) {
            assertEquals(400, take(client.score(Samples.applications(400), ScoreOptions.DEFAULTS.withBatches(10, 4))));
        }
    }

    @Test
    void theSourceIsReadNoFurtherThanTheWindow() throws IOException {
        AtomicInteger read = new AtomicInteger();
        Stream<Application> source = Stream.generate(() -> Samples.application(read.getAndIncrement()));
        try (FakeServer server = new FakeServer(Samples::answer); GrantdClient client = server.client()) {
            Scores scores = client.score(source.iterator(), ScoreOptions.DEFAULTS.withBatches(10, 3));
            for (int taken = 0; taken < 500; taken++) {
                assertEquals(taken, scores.next().index());
                assertTrue(read.get() <= taken + 41, "read " + read + " with " + taken + " taken");
            }
            scores.close();
            assertFalse(scores.hasNext());
        }
    }

    @Test
    void withOneOfOneTheSourceMayWaitForTheResult() throws IOException {
        AtomicInteger results = new AtomicInteger();
        Iterator<Application> source = new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < 20;
            }

            @Override
            public Application next() {
                assertEquals(next, results.get());
                return Samples.application(next++);
            }
        };
        try (FakeServer server = new FakeServer(Samples::answer); GrantdClient client = server.client()) {
            Scores scores = client.score(source, ScoreOptions.DEFAULTS.withBatches(1, 1));
            while (scores.hasNext()) {
                scores.next();
                results.incrementAndGet();
            }
            assertEquals(20, results.get());
        }
    }

    @Test
    void aSlowSourceDoesNotWaitForABatchToFill() throws IOException {
        AtomicInteger read = new AtomicInteger();
        Iterator<Application> source = Stream.generate(() -> {
            try {
                Thread.sleep(15);
            } catch (InterruptedException error) {
                throw new IllegalStateException(error);
            }
            return Samples.application(read.getAndIncrement());
        }).iterator();
        try (FakeServer server = new FakeServer(Samples::answer);
                GrantdClient client = server.client();
                Scores scores = client.score(source)) {
            for (int taken = 0; taken < 10; taken++) {
                scores.next();
                assertTrue(read.get() <= taken + 12, "read " + read + " with " + taken + " taken");
            }
        }
    }

    @Test
    void anErrorStandsBesideItsOwnApplication() throws IOException {
        try (FakeServer server = new FakeServer(request -> {
            EvaluateBatchResponse.Builder response = EvaluateBatchResponse.newBuilder();
            for (Application application : EvaluateBatchRequest.parseFrom(request.payload()).getApplicationsList()) {
                response.addResults(application.getApplicationId().endsWith("3")
                        ? EvaluateBatchResult.newBuilder().setError(Error.newBuilder()
                                .setCode(1003).setStatus("INVALID_ARGUMENT").setMessage("no").setField("as_of"))
                        : EvaluateBatchResult.newBuilder().setAssessment(Samples.assessment(application)));
            }
            request.answer(response.build());
        });
                GrantdClient client = server.client()) {
            client.score(Samples.applications(100), ScoreOptions.DEFAULTS.withBatches(7, 2)).forEachRemaining(score -> {
                assertEquals(score.index() % 10 != 3, score.isAssessed());
                assertEquals(score.isAssessed() ? "" : "as_of", score.isAssessed() ? "" : score.error().getField());
            });
        }
    }

    @Test
    void anApplicationOverTheLimitIsAnErrorBesideTheOthers() throws IOException {
        List<Application> applications = new ArrayList<>();
        for (int number = 0; number < 20; number++) {
            Application application = Samples.application(number);
            applications.add(number % 5 == 0
                    ? application.toBuilder().setSubjectId("x".repeat(3_000)).build()
                    : application);
        }
        try (FakeServer server = new FakeServer(Samples::answer);
                GrantdClient client = server.client(GrantdConfiguration.builder().maximumRequestBytes(2_000))) {
            int count = 0;
            Scores scores = client.score(applications.iterator(), ScoreOptions.DEFAULTS.withBatches(4, 2));
            while (scores.hasNext()) {
                Score score = scores.next();
                assertEquals(count, score.index());
                assertEquals(count % 5 == 0 ? 2004 : 0, score.isAssessed() ? 0 : score.error().getCode());
                count++;
            }
            assertEquals(20, count);
        }
    }

    @Test
    void largeApplicationsGoInSmallerBatches() throws IOException {
        AtomicInteger largest = new AtomicInteger();
        try (FakeServer server = new FakeServer(request -> {
            largest.accumulateAndGet(request.payload().length, Math::max);
            Samples.answer(request);
        });
                GrantdClient client = server.client()) {
            Iterator<Application> source = Stream.iterate(0, number -> number + 1).limit(100)
                    .map(number -> Samples.application(number).toBuilder().setSubjectId("x".repeat(100_000)).build())
                    .iterator();
            assertEquals(100, take(client.score(source)));
            assertTrue(largest.get() < 1_100_000, "largest " + largest);
        }
    }

    @Test
    void optionsGoWithEveryBatch() throws IOException {
        List<EvaluateBatchRequest> requests = Collections.synchronizedList(new ArrayList<>());
        try (FakeServer server = new FakeServer(request -> {
            requests.add(EvaluateBatchRequest.parseFrom(request.payload()));
            Samples.answer(request);
        });
                GrantdClient client = server.client()) {
            ScoreOptions options = ScoreOptions.DEFAULTS.explained()
                    .withStage(Stage.Value.DISBURSEMENT).withAssumeUnsetBarsAbsent(true);
            assertEquals(200, take(client.score(Samples.applications(200), options)));
            for (EvaluateBatchRequest request : requests) {
                assertTrue(request.getApplicationsCount() <= 64);
                assertEquals(Explain.Level.FULL, request.getExplain());
                assertEquals(Stage.Value.DISBURSEMENT, request.getStage());
                assertTrue(request.getAssumeUnsetBarsAbsent());
            }
        }
    }

    @Test
    void streamsGiveTheSameAndCloseTheirSource() throws IOException {
        AtomicBoolean isClosed = new AtomicBoolean();
        Stream<Application> source =
                Stream.iterate(0, number -> number + 1).map(Samples::application).onClose(() -> isClosed.set(true));
        try (FakeServer server = new FakeServer(Samples::answer); GrantdClient client = server.client()) {
            try (Stream<Score> scores = client.score(source, ScoreOptions.DEFAULTS.withBatches(10, 2))) {
                assertEquals(List.of("A-0", "A-1", "A-2"),
                        scores.limit(3).map(score -> score.assessment().getApplicationId()).toList());
            }
            assertTrue(isClosed.get());
        }
    }

    @Test
    void whatTheSourceThrowsComesAfterTheResultsBeforeIt() throws IOException {
        IllegalStateException failure = new IllegalStateException("the file ended");
        Iterator<Application> source = Stream.iterate(0, number -> number + 1)
                .map(number -> {
                    if (number == 25) {
                        throw failure;
                    }
                    return Samples.application(number);
                }).iterator();
        try (FakeServer server = new FakeServer(Samples::answer); GrantdClient client = server.client()) {
            Scores scores = client.score(source, ScoreOptions.DEFAULTS.withBatches(10, 2));
            for (int taken = 0; taken < 25; taken++) {
                assertEquals(taken, scores.next().index());
            }
            assertSame(failure, assertThrows(IllegalStateException.class, scores::hasNext));
            assertFalse(scores.hasNext());
        }
    }

    @Test
    void aBatchWithTooFewResultsEndsTheScoring() throws IOException {
        try (FakeServer server = new FakeServer(request -> request.answer(EvaluateBatchResponse.getDefaultInstance()));
                GrantdClient client = server.client()) {
            Scores scores = client.score(Samples.applications(10));
            UncheckedGrantdException error = assertThrows(UncheckedGrantdException.class, scores::hasNext);
            assertEquals(GrantdCode.INVALID_REPLY, error.getCause().code());
            assertFalse(scores.hasNext());
        }
    }

    @Test
    void connectionsLostAndDaemonsStoppingLoseNothingAndRepeatNothing() throws IOException {
        AtomicInteger turn = new AtomicInteger();
        try (FakeServer server = new FakeServer(request -> {
            int number = turn.incrementAndGet();
            if (number % 7 == 0) {
                request.hangUp();
            } else if (number % 5 == 0) {
                request.refuse(2003, "UNAVAILABLE", "stopping", "");
            } else {
                Samples.answer(request);
            }
        });
                GrantdClient client = new GrantdClient(server.address(), QUICK)) {
            assertEquals(2_000, take(client.score(Samples.applications(2_000), ScoreOptions.DEFAULTS.withBatches(20, 4))));
            assertTrue(server.connections.get() > 10);
        }
    }

    @Test
    void aServerThatIsGoneForAWhileLosesNothing() throws Exception {
        FakeServer first = new FakeServer(Samples::answer);
        try (GrantdClient client = new GrantdClient(first.address(), QUICK)) {
            Scores scores = client.score(Samples.applications(3_000), ScoreOptions.DEFAULTS.withBatches(20, 4));
            for (int taken = 0; taken < 1_000; taken++) {
                assertEquals("A-" + taken, scores.next().assessment().getApplicationId());
            }
            int port = first.address().port();
            first.close();
            Thread starter = new Thread(() -> {
                try {
                    Thread.sleep(400);
                    new FakeServer(port, Samples::answer);
                } catch (IOException | InterruptedException error) {
                    throw new IllegalStateException(error);
                }
            });
            starter.start();
            int count = 1_000;
            while (scores.hasNext()) {
                assertEquals("A-" + count, scores.next().assessment().getApplicationId());
                count++;
            }
            assertEquals(3_000, count);
            starter.join();
        }
    }

    @Test
    void aDaemonThatStaysAwayEndsTheScoringAtItsDeadline() throws IOException {
        try (FakeServer server = new FakeServer(FakeServer.Request::hangUp);
                GrantdClient client = new GrantdClient(server.address(), QUICK)) {
            Scores scores =
                    client.score(Samples.applications(10), ScoreOptions.DEFAULTS.withDeadline(Duration.ofMillis(300)));
            UncheckedGrantdException error = assertThrows(UncheckedGrantdException.class, scores::next);
            assertEquals(GrantdCode.DEADLINE_EXCEEDED, error.getCause().code());
        }
    }
}
