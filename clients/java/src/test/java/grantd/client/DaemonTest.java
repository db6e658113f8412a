// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.BlockingRpcChannel;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import grantd.v1.Application;
import grantd.v1.Assessment;
import grantd.v1.Calculator;
import grantd.v1.DescribeMeasureRequest;
import grantd.v1.EvaluateRequest;
import grantd.v1.ListDocumentsRequest;
import grantd.v1.ListMeasuresRequest;
import grantd.v1.Outcome;
import grantd.v1.ScreenRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client against daemons of its own, made from {@code GRANTD_BIN/grantd}; skipped where there is none. */
@Timeout(120)
class DaemonTest {
    @BeforeEach
    void needsADaemon() {
        Daemon.assumeThereIsOne();
    }

    @Test
    void everyCallOfTheContract() throws IOException, GrantdException {
        try (Daemon daemon = new Daemon(0); GrantdClient client = new GrantdClient(daemon.address)) {
            assertEquals(ServingStatus.SERVING, client.health("").getStatus());
            Assessment assessment = client.evaluate(Samples.application(7));
            assertEquals("A-7", assessment.getApplicationId());
            assertEquals(Outcome.Value.ELIGIBLE, assessment.getOutcome());
            assertTrue(client.listMeasures(ListMeasuresRequest.getDefaultInstance()).getMeasuresCount() >= 88);
            assertTrue(client.listDocuments(ListDocumentsRequest.getDefaultInstance()).getDocumentsCount() > 14);
            DescribeMeasureRequest describe = DescribeMeasureRequest.newBuilder().setMeasure(assessment.getMeasure()).build();
            assertTrue(client.describeMeasure(describe).getFactsCount() > 0);
            assertTrue(client.screen(ScreenRequest.newBuilder().setAsOf("2026-05-20").build()).getAssessmentsCount() > 0);
            assertTrue(FileDescriptorSet.parseFrom(client.schema().getFileDescriptorSet()).getFileCount() > 14);
            GrantdException error = assertThrows(GrantdException.class, () -> client.evaluate(
                    Samples.application(7).toBuilder().setAsOf("yesterday").build()));
            assertEquals(GrantdCode.INVALID_REQUEST, error.code());
            assertEquals("INVALID_ARGUMENT", error.status());
            assertEquals("as_of", error.field());
            assertFalse(error.getMessage().isEmpty());
        }
    }

    @Test
    void theHashOfARequestIsThatOfItsBytes(@TempDir Path folder) throws Exception {
        try (Daemon daemon = new Daemon(0, "--decision-log", folder.resolve("log").toString());
                GrantdChannel channel = new GrantdChannel(daemon.address)) {
            EvaluateRequest request = EvaluateRequest.newBuilder().setApplication(Samples.application(7)).build();
            GrantdController controller = new GrantdController();
            Calculator.newBlockingStub((BlockingRpcChannel) channel).evaluate(controller, request);
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(request.toByteArray());
            assertEquals(HexFormat.of().formatHex(hash), controller.requestHash());
        }
    }

    @Test
    void sixteenThreadsShareOneClient() throws Exception {
        try (Daemon daemon = new Daemon(0); GrantdClient client = new GrantdClient(daemon.address)) {
            AtomicInteger right = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int index = 0; index < 16; index++) {
                int first = index * 1_000;
                threads.add(new Thread(() -> {
                    for (int number = first; number < first + 100; number++) {
                        try {
                            Application application = Samples.application(number);
                            String id = client.evaluate(application).getApplicationId();
                            right.addAndGet(id.equals(application.getApplicationId()) ? 1 : 0);
                        } catch (GrantdException error) {
                            throw new IllegalStateException(error);
                        }
                    }
                }));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(1_600, right.get());
        }
    }

    @Test
    void aDaemonThatStopsInTheMiddleOfAScoring() throws Exception {
        restartInTheMiddle(true);
    }

    /** Scores while the daemon ends and another one takes its place: nothing may be lost or doubled. */
    static void restartInTheMiddle(boolean isGraceful) throws Exception {
        int total = 20_000;
        Daemon first = new Daemon(0);
        int port = first.address.port();
        List<Daemon> others = new ArrayList<>();
        AtomicInteger read = new AtomicInteger();
        AtomicBoolean isRestarted = new AtomicBoolean();
        // Goes on at least until the other daemon is there.
        Iterator<Application> source = new Iterator<>() {
            @Override
            public boolean hasNext() {
                return read.get() < total || !isRestarted.get();
            }

            @Override
            public Application next() {
                return Samples.application(read.getAndIncrement());
            }
        };
        Thread restarter = new Thread(() -> {
            first.stop(isGraceful);
            try {
                others.add(new Daemon(port));
            } catch (IOException error) {
                throw new IllegalStateException(error);
            } finally {
                isRestarted.set(true);
            }
        });
        try (GrantdClient client = new GrantdClient(first.address)) {
            Scores scores = client.score(source, ScoreOptions.DEFAULTS.withBatches(100, 4));
            int count = 0;
            while (scores.hasNext()) {
                Score score = scores.next();
                assertEquals(count, score.index());
                assertEquals("A-" + count, score.assessment().getApplicationId());
                count++;
                if (count == total / 4) {
                    restarter.start();
                }
            }
            restarter.join();
            assertEquals(read.get(), count);
            assertTrue(client.channel().statistics().connectionsMade() >= 2);
        } finally {
            first.close();
            others.forEach(Daemon::close);
        }
    }
}
