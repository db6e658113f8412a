// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import static grantd.client.BadPeers.MEBIBYTE;
import static grantd.client.BadPeers.SILENCE;
import static grantd.client.BadPeers.assessmentFrame;
import static grantd.client.BadPeers.impatient;
import static grantd.client.BadPeers.sendSlowly;
import static grantd.client.BadPeers.sleep;
import static grantd.client.BadPeers.until;
import static grantd.client.Calls.failure;
import static grantd.client.Calls.quick;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brpc.policy.RpcMetaOuterClass.RpcMeta;
import brpc.policy.RpcMetaOuterClass.RpcResponseMeta;
import grantd.client.BadPeers.Way;
import grantd.v1.Application;
import grantd.v1.AuctionOutcome;
import grantd.v1.ClearAuctionRequest;
import grantd.v1.EvaluateRequest;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Of the table of bad peers that every client's tests run: {@code silent} and {@code trickle}, and what is slow and not silent. */
@Timeout(60)
class SilentPeersTest {
    // silent

    @DisplayName("silent")
    @ParameterizedTest
    @EnumSource(Way.class)
    void silent(Way way) throws Exception {
        try (FakeServer server = new FakeServer(until(2, request -> {})); GrantdClient client = server.client(impatient())) {
            long began = System.nanoTime();
            way.evaluate(client, Samples.application(1));
            long took = (System.nanoTime() - began) / 1_000_000;
            assertTrue(took >= 600 && took < 5_000, "took " + took + " ms");
            assertEquals(3, server.connections.get());
        }
    }

    @DisplayName("silent: calls with deadlines shorter than the silence timeout")
    @Test
    void silentAndShortDeadlines() throws Exception {
        assertCallsWithShortDeadlines(request -> {});
    }

    private static void assertCallsWithShortDeadlines(FakeServer.Behaviour bad) throws Exception {
        try (FakeServer server = new FakeServer(until(1, bad)); GrantdClient all = server.client(impatient())) {
            GrantdClient client = all.withDeadline(Duration.ofMillis(150));
            int answered = 0;
            for (int number = 0; number < 25; number++) {
                try {
                    client.evaluate(Samples.application(number));
                    answered++;
                } catch (GrantdException error) {
                    assertEquals(GrantdCode.DEADLINE_EXCEEDED, error.code());
                }
            }
            // Two calls' time is the silence timeout.
            assertTrue(answered >= 10, answered + " of 25 answered");
            assertEquals(2, server.connections.get());
        }
    }

    @DisplayName("silent: in every attempt")
    @Test
    void silentInEveryAttempt() throws Exception {
        try (FakeServer server = new FakeServer(request -> {}); GrantdClient client = server.client(impatient().attempts(2))) {
            GrantdException error = failure(client);
            assertEquals(GrantdCode.CONNECTION_LOST, error.code());
            assertTrue(error.getMessage().contains("no progress for 300 ms"), error.getMessage());
            assertEquals(2, server.requests.get());
        }
    }

    @DisplayName("silent: a peer that does not even read")
    @Test
    void silentAndDeaf() throws Exception {
        ClearAuctionRequest large = ClearAuctionRequest.newBuilder().setAuctionId("x".repeat(15 * MEBIBYTE)).build();
        // Connections are made by the system, and nobody ever looks at them.
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            GrantdAddress address = new GrantdAddress("127.0.0.1", listener.getLocalPort());
            try (GrantdClient client = new GrantdClient(address, impatient().attempts(2).build())) {
                assertEquals(GrantdCode.CONNECTION_LOST, failure(client).code());
                GrantdException error = assertThrows(GrantdException.class, () -> client.clearAuction(large));
                assertEquals(GrantdCode.CONNECTION_LOST, error.code());
                assertEquals(4, client.channel().statistics().connectionsMade());
            }
        }
    }

    @DisplayName("silent: a connection that owes nothing is kept, and one that is told to wait for ever too")
    @Test
    void silenceThatIsNone() throws Exception {
        try (FakeServer server = new FakeServer(Samples::answer); GrantdClient client = server.client(impatient())) {
            for (int number = 0; number < 2; number++) {
                client.evaluate(Samples.application(number));
                Thread.sleep(2 * SILENCE.toMillis());
            }
            assertEquals(1, server.connections.get());
        }
        try (FakeServer server = new FakeServer(request -> {
            sleep(2 * SILENCE.toMillis());
            Samples.answer(request);
        });
                GrantdClient client = server.client(quick().silenceTimeout(Duration.ZERO))) {
            client.evaluate(Samples.application(1));
            assertEquals(1, server.connections.get());
        }
    }

    @DisplayName("silent: a request that is still on its way out owes no answer")
    @Test
    void aSlowUploadIsNoSilence() throws Exception {
        // For more than two silence timeouts the request is more than the sockets' buffers hold.
        ClearAuctionRequest request = ClearAuctionRequest.newBuilder().setAuctionId("x".repeat(15 * MEBIBYTE)).build();
        try (SlowReader server = new SlowReader(9 * MEBIBYTE, Duration.ofMillis(2_400));
                GrantdClient client = new GrantdClient(
                        server.address(), quick().silenceTimeout(Duration.ofSeconds(1)).build())) {
            assertEquals(AuctionOutcome.Value.UNDETERMINED, client.clearAuction(request).getOutcome());
            assertEquals(1, client.channel().statistics().connectionsMade());
        }
    }

    // trickle

    @DisplayName("trickle")
    @ParameterizedTest
    @EnumSource(value = Way.class, names = {"BLOCKING", "FUTURE", "SCORE"})
    void trickle(Way way) throws Exception {
        try (FakeServer server = new FakeServer(until(2, request -> sendSlowly(request, FakeServer.frame(
                RpcMeta.newBuilder().setCorrelationId(request.meta().getCorrelationId())
                        .setResponse(RpcResponseMeta.getDefaultInstance()).build(), new byte[10_000]))));
                GrantdClient client = server.client(impatient())) {
            long began = System.nanoTime();
            way.evaluate(client, Samples.application(1));
            long took = (System.nanoTime() - began) / 1_000_000;
            assertTrue(took >= 600 && took < 5_000, "took " + took + " ms");
            assertEquals(3, server.connections.get());
        }
    }

    @DisplayName("trickle: calls with deadlines shorter than the silence timeout")
    @Test
    void trickleAndShortDeadlines() throws Exception {
        assertCallsWithShortDeadlines(request -> {
            // The first reply alone: several at once would be no frames.
            if (request.meta().getCorrelationId() == 1) {
                sendSlowly(request, assessmentFrame(request));
            }
        });
    }

    @DisplayName("trickle: a KiB at a time is progress")
    @Test
    void aSlowReplyIsTaken() throws Exception {
        try (FakeServer server = new FakeServer(request -> {
            Application application = EvaluateRequest.parseFrom(request.payload()).getApplication();
            byte[] frame = FakeServer.frame(
                    RpcMeta.newBuilder().setCorrelationId(request.meta().getCorrelationId())
                            .setResponse(RpcResponseMeta.getDefaultInstance()).build(),
                    Samples.assessment(application).toBuilder().setBindingCap("x".repeat(10_000)).build().toByteArray());
            for (int start = 0; start < frame.length; start += 1_100) {
                request.sendBytes(Arrays.copyOfRange(frame, start, Math.min(start + 1_100, frame.length)));
                sleep(100);
            }
        });
                GrantdClient client = server.client(quick().silenceTimeout(Duration.ofMillis(600)))) {
            assertEquals("A-1", client.evaluate(Samples.application(1)).getApplicationId());
            assertEquals(1, server.connections.get());
        }
    }
}
