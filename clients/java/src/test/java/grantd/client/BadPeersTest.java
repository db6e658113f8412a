// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import static grantd.client.BadPeers.MEBIBYTE;
import static grantd.client.BadPeers.impatient;
import static grantd.client.BadPeers.sleep;
import static grantd.client.BadPeers.until;
import static grantd.client.Calls.failure;
import static grantd.client.Calls.quick;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brpc.policy.RpcMetaOuterClass.RpcMeta;
import brpc.policy.RpcMetaOuterClass.RpcResponseMeta;
import com.google.protobuf.ByteString;
import grantd.client.BadPeers.Way;
import grantd.v1.EvaluateBatchRequest;
import grantd.v1.EvaluateBatchResponse;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of bad peers that every client's tests run, by its names; see {@link SilentPeersTest} and {@link IncompleteAnswersTest} for the others. */
@Timeout(60)
class BadPeersTest {
    // cut

    @DisplayName("cut")
    @ParameterizedTest
    @EnumSource(Way.class)
    void cut(Way way) throws Exception {
        FakeServer.Behaviour cutting = request -> {
            byte[] frame = FakeServer.frame(
                    RpcMeta.newBuilder().setCorrelationId(request.meta().getCorrelationId())
                            .setResponse(RpcResponseMeta.getDefaultInstance()).build(), new byte[100]);
            request.sendBytes(Arrays.copyOf(frame, frame.length / 2));
            request.hangUp();
        };
        try (FakeServer server = new FakeServer(until(3, cutting)); GrantdClient client = server.client(quick())) {
            way.evaluate(client, Samples.application(1));
            assertEquals(4, server.connections.get());
        }
        if (way == Way.SCORE) {
            return; // Tried until its deadline: see stopping.
        }
        try (FakeServer server = new FakeServer(cutting); GrantdClient client = server.client(quick())) {
            assertEquals(GrantdCode.CONNECTION_LOST, way.failure(client).code());
            assertEquals(5, server.requests.get());
        }
    }

    // strange ids

    @DisplayName("strange ids")
    @ParameterizedTest
    @EnumSource(Way.class)
    void strangeIds(Way way) throws Exception {
        try (FakeServer server = new FakeServer(request -> {
            for (long id : new long[] {0, -1, 987_654, Long.MIN_VALUE}) {
                request.answer(id, new byte[0]);
                request.sendBytes(FakeServer.frame(RpcMeta.newBuilder().setCorrelationId(id)
                        .setResponse(RpcResponseMeta.newBuilder().setErrorCode(2003)).build(), new byte[20]));
            }
            Samples.answer(request);
        });
                GrantdClient client = server.client(quick())) {
            way.evaluate(client, Samples.application(1));
            assertEquals(new GrantdStatistics(1, 0, 8), client.channel().statistics());
        }
    }

    @DisplayName("strange ids: they are no progress, however large")
    @ParameterizedTest
    @EnumSource(value = Way.class, names = {"BLOCKING", "FUTURE", "SCORE"})
    void strangeIdsForEver(Way way) throws Exception {
        byte[] reply = FakeServer.frame(RpcMeta.newBuilder().setCorrelationId(987_654)
                .setResponse(RpcResponseMeta.getDefaultInstance()).build(), new byte[4_000]);
        try (FakeServer server = new FakeServer(until(1, request -> {
            for (int count = 0; count < 100; count++) {
                request.sendBytes(reply);
                sleep(50);
            }
        }));
                GrantdClient client = server.client(impatient())) {
            long began = System.nanoTime();
            way.evaluate(client, Samples.application(1));
            long took = (System.nanoTime() - began) / 1_000_000;
            assertTrue(took >= 300 && took < 3_000, "took " + took + " ms");
            assertEquals(2, server.connections.get());
        }
    }

    // huge meta

    @DisplayName("huge meta")
    @ParameterizedTest
    @EnumSource(Way.class)
    void hugeMeta(Way way) throws Exception {
        byte[] header = {'P', 'R', 'P', 'C', -1, -1, -1, -1, -1, -1, -1, -1};
        try (FakeServer server = new FakeServer(until(2, request -> request.sendBytes(header)));
                GrantdClient client = server.client(quick())) {
            long began = System.nanoTime();
            way.evaluate(client, Samples.application(1));
            assertTrue(System.nanoTime() - began < 3_000_000_000L, "the connection did not end at once");
            assertEquals(3, server.connections.get());
        }
    }

    // Bounded by what decoding costs

    @DisplayName("costly: 16 MiB of empty list entries")
    @ParameterizedTest
    @EnumSource(Way.class)
    void costly(Way way) throws Exception {
        byte[] findings = DecodingCostTest.repeated(16 * MEBIBYTE - 100, way == Way.SCORE ? 0x0A : 0x4A, 0).toByteArray();
        try (FakeServer server = new FakeServer(request -> request.answer(request.meta().getCorrelationId(), findings));
                GrantdClient client = server.client(quick())) {
            GrantdException error = way.failure(client);
            assertEquals(GrantdCode.REPLY_TOO_LARGE, error.code());
            assertEquals("RESOURCE_EXHAUSTED", error.status());
            assertTrue(error.getMessage().contains("more than 268435456 bytes of memory"), error.getMessage());
            assertEquals(1, server.requests.get());
        }
    }

    @DisplayName("costly: a meta")
    @Test
    void costlyMeta() throws Exception {
        byte[] fields = DecodingCostTest.repeated(MEBIBYTE, 0x0A, 0).toByteArray();
        byte[] deep = ByteString.copyFrom(new byte[] {0x4A, (byte) 0xA0, (byte) 0x8D, 0x06})
                .concat(DecodingCostTest.repeated(100_000, 0x1B)).toByteArray();
        for (byte[] meta : new byte[][] {fields, deep}) {
            byte[] frame = ByteBuffer.allocate(12 + meta.length).putInt(FrameDecoder.MAGIC)
                    .putInt(meta.length).putInt(meta.length).put(meta).array();
            try (FakeServer server = new FakeServer(until(1, request -> request.sendBytes(frame)));
                    GrantdClient client = server.client(quick())) {
                client.evaluate(Samples.application(1));
                assertEquals(2, server.connections.get());
            }
        }
    }

    // dead first address

    @DisplayName("dead first address")
    @ParameterizedTest
    @EnumSource(Way.class)
    void deadFirstAddress(Way way) throws Exception {
        InetAddress[] addresses = {ConnectorTest.address("127.0.0.2"), ConnectorTest.address("127.0.0.3")};
        try (DeadListener dead = new DeadListener(addresses[0]);
                FakeServer server = new FakeServer(addresses[1], dead.port(), Samples::answer)) {
            GrantdConfiguration configuration = quick().resolver(host -> addresses).build();
            GrantdAddress address = new GrantdAddress("grants.test", dead.port());
            try (GrantdClient client = new GrantdClient(address, configuration)) {
                long began = System.nanoTime();
                way.evaluate(client, Samples.application(1));
                long took = (System.nanoTime() - began) / 1_000_000;
                assertTrue(took >= 250 && took < 4_000, "took " + took + " ms");
                assertEquals(1, server.connections.get());
            }
        }
    }

    // stopping

    @DisplayName("stopping")
    @ParameterizedTest
    @EnumSource(Way.class)
    void stopping(Way way) throws Exception {
        FakeServer.Behaviour stopping = request -> request.refuse(2003, "UNAVAILABLE", "stopping", "");
        try (FakeServer server = new FakeServer(until(4, stopping)); GrantdClient client = server.client(quick())) {
            way.evaluate(client, Samples.application(1));
            assertEquals(5, server.connections.get());
        }
        if (way == Way.SCORE) {
            return;
        }
        try (FakeServer server = new FakeServer(stopping); GrantdClient client = server.client(quick())) {
            assertEquals(GrantdCode.UNAVAILABLE, way.failure(client).code());
            assertEquals(5, server.requests.get());
        }
    }

    @DisplayName("stopping: a batch of a scoring is tried as often as its deadline leaves time for")
    @Test
    void stoppingInAScoring() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        try (FakeServer server = new FakeServer(request -> {
            if (attempts.incrementAndGet() <= 30) {
                request.refuse(2003, "UNAVAILABLE", "stopping", "");
            } else {
                Samples.answer(request);
            }
        });
                GrantdClient client = server.client(quick());
                Scores scores = client.score(Samples.applications(1))) {
            assertEquals("A-0", scores.next().assessment().getApplicationId());
            assertEquals(31, attempts.get());
        }
    }

    // killed

    @DisplayName("killed")
    @Test
    void killed() throws Exception {
        Daemon.assumeThereIsOne();
        DaemonTest.restartInTheMiddle(false);
    }

    @DisplayName("killed: in the middle of batches")
    @Test
    void killedInTheMiddleOfBatches() throws Exception {
        Daemon.assumeThereIsOne();
        EvaluateBatchRequest.Builder batch = EvaluateBatchRequest.newBuilder();
        for (int number = 0; number < 4_096; number++) {
            batch.addApplications(Samples.application(number));
        }
        // As often as it takes until the other daemon is there.
        GrantdConfiguration configuration = quick().attempts(10_000)
                .deadline(Duration.ofSeconds(50)).silenceTimeout(Duration.ofSeconds(30)).build();
        try (Daemon first = new Daemon(0); GrantdClient client = new GrantdClient(first.address, configuration)) {
            List<CompletableFuture<EvaluateBatchResponse>> answers = new ArrayList<>();
            for (int count = 0; count < 32; count++) {
                answers.add(client.async().evaluateBatch(batch.build()));
            }
            answers.get(0).get();
            first.stop(false);
            try (Daemon second = new Daemon(first.address.port())) {
                for (CompletableFuture<EvaluateBatchResponse> answer : answers) {
                    for (int number = 0; number < 4_096; number++) {
                        assertEquals("A-" + number, answer.get().getResults(number).getAssessment().getApplicationId());
                    }
                }
                assertEquals(first.address, second.address);
                // A listener that dies may still take a connection that nobody will ever serve.
                assertTrue(client.channel().statistics().connectionsMade() >= 2);
            }
        }
    }
}
