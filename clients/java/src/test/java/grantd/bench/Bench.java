// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.bench;

import grantd.client.GrantdAddress;
import grantd.client.GrantdAsyncClient;
import grantd.client.GrantdClient;
import grantd.client.GrantdConfiguration;
import grantd.client.GrantdException;
import grantd.client.Score;
import grantd.client.ScoreOptions;
import grantd.client.Scores;
import grantd.v1.Applicant;
import grantd.v1.Application;
import grantd.v1.DigitalSpaceLaboratoryProjectFacts;
import grantd.v1.EvaluateBatchRequest;
import grantd.v1.EvaluateRequest;
import grantd.v1.PriorAward;
import java.util.Collections;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * Measures the client against a live daemon with the request of {@code grantctl bench}: {@code Bench [HOST:PORT] [SECONDS]}.
 * Each row is warmed up for as long as it is measured.
 */
public final class Bench {
    private static final int BATCH = 1_000;

    private final GrantdAddress address;
    private final double seconds;

    private Bench(GrantdAddress address, double seconds) {
        this.address = address;
        this.seconds = seconds;
    }

    /**
     * Prints the rows.
     *
     * @param arguments Address and seconds a row.
     * @throws Exception Where a call fails.
     */
    public static void main(String[] arguments) throws Exception {
        String address = arguments.length > 0 ? arguments[0] : System.getenv("GRANTD_ADDRESS");
        Bench bench = new Bench(
                address == null ? GrantdAddress.STANDARD : GrantdAddress.parse(address),
                arguments.length > 1 ? Double.parseDouble(arguments[1]) : 3);
        bench.one();
        for (int inFlight : new int[] {16, 64, 128}) {
            bench.many(inFlight);
        }
        bench.batches();
        bench.scoring();
    }

    /** Five rules, a rate and a cap of which an earlier award has used a part. */
    private static Application sample() {
        return Application.newBuilder()
                .setApplicationId("A-2026-000417")
                .setAsOf("2026-05-20")
                .setSubjectId("P-17")
                .setApplicant(Applicant.newBuilder()
                        .setUnifiedSocialCreditCode("91110108MA01CX7K1R")
                        .setKind(Applicant.Kind.ENTERPRISE)
                        .setRegisteredInBeijing(true))
                .addPriorAwards(PriorAward.newBuilder()
                        .setMeasure("digital-space.laboratory-project")
                        .setSubjectId("P-17")
                        .setAwardedOn("2025-12-01")
                        .setAmountFen(200_000_000))
                .setDigitalSpaceLaboratoryProject(DigitalSpaceLaboratoryProjectFacts.newBuilder()
                        .setInPilotZone(true)
                        .setLaboratoryLevel(DigitalSpaceLaboratoryProjectFacts.LaboratoryLevel.MUNICIPAL)
                        .setLaboratoryLanded(true)
                        .setKeyIndustryRelated(true)
                        .setTechnologyInnovationProject(true)
                        .setApprovedTotalInvestmentFen(1_234_567_890))
                .build();
    }

    private void one() throws GrantdException {
        EvaluateRequest request = EvaluateRequest.newBuilder().setApplication(sample()).build();
        try (GrantdClient client = new GrantdClient(address)) {
            double rate = 0;
            for (int round = 0; round < 2; round++) {
                long began = System.nanoTime();
                long calls = 0;
                while (elapsed(began) < seconds) {
                    client.evaluate(request);
                    calls++;
                }
                rate = calls / elapsed(began);
            }
            print("blocking, 1 in flight", rate, "calls/s");
        }
    }

    private void many(int inFlight) throws InterruptedException {
        EvaluateRequest request = EvaluateRequest.newBuilder().setApplication(sample()).build();
        // What follows an answer is the next call, which waits for nothing: it may be made in the channel's own thread.
        GrantdConfiguration direct = GrantdConfiguration.builder().executor(Runnable::run).build();
        try (GrantdClient client = new GrantdClient(address, direct)) {
            double rate = 0;
            for (int round = 0; round < 2; round++) {
                Load load = new Load(client.async(), request, inFlight, System.nanoTime() + (long) (seconds * 1e9));
                long began = System.nanoTime();
                load.run();
                rate = load.calls.sum() / elapsed(began);
            }
            print("futures, " + inFlight + " in flight", rate, "calls/s");
        }
    }

    /** Lanes of calls, each begun by the answer to the one before. */
    private static final class Load {
        final LongAdder calls = new LongAdder();
        private final GrantdAsyncClient client;
        private final EvaluateRequest request;
        private final CountDownLatch lanes;
        private final long until;
        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        Load(GrantdAsyncClient client, EvaluateRequest request, int inFlight, long until) {
            this.client = client;
            this.request = request;
            this.until = until;
            lanes = new CountDownLatch(inFlight);
        }

        void run() throws InterruptedException {
            for (long lane = lanes.getCount(); lane > 0; lane--) {
                next();
            }
            lanes.await();
            if (failure.get() != null) {
                throw new IllegalStateException(failure.get());
            }
        }

        private void next() {
            if (System.nanoTime() - until >= 0 || failure.get() != null) {
                lanes.countDown();
                return;
            }
            client.evaluate(request).whenComplete((answer, error) -> {
                if (error != null) {
                    failure.compareAndSet(null, error);
                } else {
                    calls.increment();
                }
                next();
            });
        }
    }

    private void batches() throws GrantdException {
        EvaluateBatchRequest request = EvaluateBatchRequest.newBuilder()
                .addAllApplications(Collections.nCopies(BATCH, sample())).build();
        try (GrantdClient client = new GrantdClient(address)) {
            double rate = 0;
            for (int round = 0; round < 2; round++) {
                long began = System.nanoTime();
                long applications = 0;
                while (elapsed(began) < seconds) {
                    applications += client.evaluateBatch(request).getResultsCount();
                }
                rate = applications / elapsed(began);
            }
            print("EvaluateBatch of " + BATCH + ", 1 in flight", rate, "applications/s");
        }
    }

    private void scoring() throws GrantdException {
        Iterator<Application> source = Stream.generate(Bench::sample).iterator();
        try (GrantdClient client = new GrantdClient(address);
                Scores scores = client.score(source, ScoreOptions.DEFAULTS.withBatches(BATCH, 4))) {
            double rate = 0;
            for (int round = 0; round < 2; round++) {
                long began = System.nanoTime();
                long applications = 0;
                while (elapsed(began) < seconds) {
                    for (int count = 0; count < BATCH; count++) {
                        Score score = scores.next();
                        score.orThrow();
                        applications++;
                    }
                }
                rate = applications / elapsed(began);
            }
            print("score, batches of " + BATCH + ", 4 in flight", rate, "applications/s");
        }
    }

    private static double elapsed(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    private static void print(String row, double rate, String unit) {
        System.out.println(String.format(Locale.ROOT, "%-40s %,12.0f %s", row, rate, unit));
    }
}
