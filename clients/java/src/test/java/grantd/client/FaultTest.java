// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import static grantd.client.Calls.await;
import static grantd.client.Calls.failure;
import static grantd.client.Calls.quick;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brpc.policy.RpcMetaOuterClass.RpcMeta;
import brpc.policy.RpcMetaOuterClass.RpcResponseMeta;
import com.google.protobuf.ByteString;
import grantd.v1.Assessment;
import grantd.v1.ClearAuctionRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client against servers that answer wrongly, late or not at all. */
@Timeout(30)
class FaultTest {
    @Test
    void aSilentDaemonMeetsTheDeadline() throws IOException {
        try (FakeServer server = new FakeServer(request -> {});
                GrantdClient client = server.client().withDeadline(Duration.ofMillis(400))) {
            long began = System.nanoTime();
            GrantdException error = failure(client);
            long took = (System.nanoTime() - began) / 1_000_000;
            assertEquals(GrantdCode.DEADLINE_EXCEEDED, error.code());
            assertEquals(1008, error.number());
            assertEquals("DEADLINE_EXCEEDED", error.status());
            assertTrue(took >= 400 && took < 5_000, "took " + took + " ms");
            assertEquals(1, server.requests.get());
        }
    }

    @Test
    void theDaemonIsToldTheTimeLeft() throws IOException, GrantdException {
        AtomicInteger told = new AtomicInteger();
        try (FakeServer server = new FakeServer(request -> {
            told.set(request.meta().getRequest().getTimeoutMs());
            Samples.answer(request);
        });
                GrantdClient client = server.client().withDeadline(Duration.ofSeconds(20))) {
            client.evaluate(Samples.application(1));
            assertTrue(told.get() > 10_000 && told.get() <= 20_000, "told " + told);
        }
    }

    @Test
    void lateRepliesAreDroppedAndCounted() throws IOException, GrantdException, InterruptedException {
        AtomicReference<FakeServer.Request> first = new AtomicReference<>();
        try (FakeServer server = new FakeServer(request -> {
            if (!first.compareAndSet(null, request)) {
                Samples.answer(first.get());
                Samples.answer(request);
            }
        });
                GrantdClient client = server.client()) {
            assertEquals(GrantdCode.DEADLINE_EXCEEDED, failure(client.withDeadline(Duration.ofMillis(400))).code());
            assertEquals("A-2", client.evaluate(Samples.application(2)).getApplicationId());
            assertEquals(new GrantdStatistics(1, 1, 0), client.channel().statistics());
        }
    }

    @Test
    void repliesWithUnknownIdsAreDroppedAndCounted() throws IOException, GrantdException {
        try (FakeServer server = new FakeServer(request -> {
            request.answer(987_654, new byte[0]);
            request.answer(0, new byte[0]);
            request.answer(-1, new byte[0]);
            Samples.answer(request);
        });
                GrantdClient client = server.client()) {
            assertEquals("A-1", client.evaluate(Samples.application(1)).getApplicationId());
            assertEquals(new GrantdStatistics(1, 0, 3), client.channel().statistics());
        }
    }

    @Test
    void aReplyOverTheLimitFailsItsOwnCallOnly() throws Exception {
        try (FakeServer server = new FakeServer(request -> {
            if (new String(request.payload(), StandardCharsets.ISO_8859_1).contains("A-1")) {
                request.answer(request.meta().getCorrelationId(), new byte[300_000]);
            }
            if (request.meta().getCorrelationId() == 2) {
                Samples.answer(request);
            }
        });
                GrantdClient client = server.client(GrantdConfiguration.builder().maximumReplyBytes(10_000))) {
            CompletableFuture<Assessment> large = client.async().evaluate(Samples.application(1));
            CompletableFuture<Assessment> other = client.async().evaluate(Samples.application(2));
            GrantdException error = assertInstanceOf(GrantdException.class,
                    assertThrows(ExecutionException.class, large::get).getCause());
            assertEquals(GrantdCode.REPLY_TOO_LARGE, error.code());
            assertEquals("RESOURCE_EXHAUSTED", error.status());
            assertEquals("A-2", other.get().getApplicationId());
            assertEquals(1, server.connections.get());
        }
    }

    @Test
    void aReplyBeyondAllMeasureEndsTheConnection() throws Exception {
        try (FakeServer server = new FakeServer(request -> {
            if (request.connection() == 1) {
                request.sendBytes(new byte[] {'P', 'R', 'P', 'C', -1, -1, -1, -1, 0, 0, 0, 1});
            } else {
                Samples.answer(request);
            }
        });
                GrantdClient client = server.client()) {
            assertEquals("A-2", client.evaluate(Samples.application(2)).getApplicationId());
            assertEquals(2, server.connections.get());
        }
    }

    @Test
    void garbageEndsTheConnectionAndTheCallIsTriedAgainOnANewOne() throws Exception {
        Random random = new Random(1);
        try (FakeServer server = new FakeServer(request -> {
            if (request.connection() <= 20) {
                byte[] garbage = new byte[200];
                random.nextBytes(garbage);
                request.sendBytes(garbage);
            } else {
                Samples.answer(request);
            }
        });
                GrantdClient client = server.client(quick())) {
            for (int round = 0; round < 3; round++) {
                assertEquals(GrantdCode.INVALID_REPLY, failure(client).code());
            }
            assertEquals(15, server.requests.get());
            assertEquals(GrantdCode.INVALID_REPLY, failure(client).code());
            assertEquals("A-2", client.evaluate(Samples.application(2)).getApplicationId());
            assertEquals(21, server.connections.get());
        }
    }

    @Test
    void aMetaThatDoesNotDecodeEndsTheConnection() throws Exception {
        try (FakeServer server = new FakeServer(request ->
                request.sendBytes(new byte[] {'P', 'R', 'P', 'C', 0, 0, 0, 2, 0, 0, 0, 2, -1, -1}));
                GrantdClient client = server.client(quick())) {
            assertEquals(GrantdCode.INVALID_REPLY, failure(client).code());
            assertEquals(5, server.connections.get());
        }
    }

    @Test
    void anAnswerThatDoesNotDecodeFailsItsOwnCallOnly() throws Exception {
        try (FakeServer server = new FakeServer(request -> {
            if (request.meta().getCorrelationId() <= 2) {
                request.answer(request.meta().getCorrelationId(), new byte[] {10, 127});
            } else {
                Samples.answer(request);
            }
        });
                GrantdClient client = server.client()) {
            assertEquals(GrantdCode.INVALID_REPLY, failure(client).code());
            ExecutionException error = assertThrows(ExecutionException.class,
                    () -> client.async().evaluate(Samples.application(1)).get());
            assertEquals(GrantdCode.INVALID_REPLY, ((GrantdException) error.getCause()).code());
            assertEquals("A-3", client.evaluate(Samples.application(3)).getApplicationId());
            assertEquals(1, server.connections.get());
        }
    }

    @Test
    void aCompressedAnswerOrAWrongAttachmentIsRefused() throws Exception {
        try (FakeServer server = new FakeServer(request -> request.send(RpcMeta.newBuilder()
                .setCorrelationId(request.meta().getCorrelationId())
                .setResponse(RpcResponseMeta.getDefaultInstance()).setCompressType(2).build(), new byte[3]));
                GrantdClient client = server.client()) {
            assertEquals(GrantdCode.INVALID_REPLY, failure(client).code());
        }
        try (FakeServer server = new FakeServer(request -> request.send(RpcMeta.newBuilder()
                .setCorrelationId(request.meta().getCorrelationId())
                .setResponse(RpcResponseMeta.getDefaultInstance()).setAttachmentSize(4).build(), new byte[3]));
                GrantdClient client = server.client()) {
            assertEquals(GrantdCode.INVALID_REPLY, failure(client).code());
            assertEquals(GrantdCode.INVALID_REPLY, failure(client).code());
            assertEquals(1, server.connections.get());
        }
    }

    @Test
    void anAttachmentIsPassedOver() throws Exception {
        Assessment assessment = Samples.assessment(Samples.application(1));
        byte[] answer = assessment.toByteString().concat(ByteString.copyFromUtf8("abc")).toByteArray();
        try (FakeServer server = new FakeServer(request -> request.send(RpcMeta.newBuilder()
                .setCorrelationId(request.meta().getCorrelationId())
                .setResponse(RpcResponseMeta.getDefaultInstance()).setAttachmentSize(3).build(), answer));
                GrantdClient client = server.client()) {
            assertEquals(assessment, client.evaluate(Samples.application(1)));
        }
    }

    @Test
    void errorsCarryCodeStatusMessageAndField() throws IOException {
        try (FakeServer server = new FakeServer(
                request -> request.refuse(1003, "INVALID_ARGUMENT", "no such day", "application.as_of"));
                GrantdClient client = server.client()) {
            GrantdException error = failure(client);
            assertEquals(GrantdCode.INVALID_REQUEST, error.code());
            assertEquals(1003, error.number());
            assertEquals("INVALID_ARGUMENT", error.status());
            assertEquals("no such day", error.getMessage());
            assertEquals("application.as_of", error.field());
            assertEquals(1, server.requests.get());
        }
    }

    @Test
    void theTokenGoesWithEveryCall() throws Exception {
        try (FakeServer server = new FakeServer(request -> {
            if (request.meta().getAuthenticationData().toStringUtf8().equals("geheim")) {
                Samples.answer(request);
            } else {
                request.refuse(1004, "UNAUTHENTICATED", "no token", "");
            }
        });
                GrantdClient with = server.client(GrantdConfiguration.builder().token("geheim"));
                GrantdClient without = server.client()) {
            assertEquals("A-1", with.evaluate(Samples.application(1)).getApplicationId());
            assertEquals(GrantdCode.UNAUTHENTICATED, failure(without).code());
        }
    }

    @Test
    void requestsOverTheLimitAreNotSent() throws IOException {
        try (FakeServer server = new FakeServer(Samples::answer);
                GrantdClient client = server.client(
                        GrantdConfiguration.builder().maximumRequestBytes(20).maximumAuctionRequestBytes(40))) {
            assertEquals(GrantdCode.LIMIT_EXCEEDED, failure(client).code());
            GrantdException auction = assertThrows(GrantdException.class, () -> client.clearAuction(
                    ClearAuctionRequest.newBuilder().setAuctionId("x".repeat(40)).build()));
            assertEquals(GrantdCode.LIMIT_EXCEEDED, auction.code());
            assertEquals(0, server.requests.get());
        }
    }

    @Test
    void noMoreCallsAreInFlightThanTheLimit() throws Exception {
        List<FakeServer.Request> held = Collections.synchronizedList(new ArrayList<>());
        try (FakeServer server = new FakeServer(held::add);
                GrantdClient client = server.client(GrantdConfiguration.builder().maximumCallsInFlight(3))) {
            List<CompletableFuture<Assessment>> answers = new ArrayList<>();
            for (int number = 0; number < 10; number++) {
                answers.add(client.async().evaluate(Samples.application(number)));
            }
            await(() -> held.size() == 3);
            Thread.sleep(50);
            assertEquals(3, held.size());
            for (int number = 0; number < 10; number++) {
                int next = number;
                await(() -> held.size() > next);
                Samples.answer(held.get(next));
            }
            for (int number = 0; number < 10; number++) {
                assertEquals("A-" + number, answers.get(number).get().getApplicationId());
            }
        }
    }

    @Test
    void aCancelledCallFreesItsPlaceAndALateReplyIsDropped() throws Exception {
        List<FakeServer.Request> held = Collections.synchronizedList(new ArrayList<>());
        try (FakeServer server = new FakeServer(held::add);
                GrantdClient client = server.client(GrantdConfiguration.builder().maximumCallsInFlight(1))) {
            CompletableFuture<Assessment> first = client.async().evaluate(Samples.application(1));
            CompletableFuture<Assessment> second = client.async().evaluate(Samples.application(2));
            CompletableFuture<Assessment> third = client.async().evaluate(Samples.application(3));
            await(() -> held.size() == 1);
            assertTrue(second.cancel(true));
            assertTrue(first.cancel(true));
            await(() -> held.size() == 2);
            Samples.answer(held.get(0));
            Samples.answer(held.get(1));
            assertEquals("A-3", third.get().getApplicationId());
            assertEquals(1, client.channel().statistics().lateReplies());
        }
    }

    @Test
    void manyCallsThatWereGivenUpLeaveTheConnectionGood() throws Exception {
        List<FakeServer.Request> held = Collections.synchronizedList(new ArrayList<>());
        int count = 1_500;
        // The server is silent for as long as the loop takes, on a busy machine longer than a client waits.
        GrantdConfiguration.Builder patient =
                GrantdConfiguration.builder().maximumCallsInFlight(2).silenceTimeout(Duration.ZERO);
        try (FakeServer server = new FakeServer(held::add);
                GrantdClient client = server.client(patient)) {
            CompletableFuture<Assessment> kept = client.async().evaluate(Samples.application(0));
            for (int number = 1; number <= count; number++) {
                int sent = number;
                CompletableFuture<Assessment> answer = client.async().evaluate(Samples.application(number));
                await(() -> held.size() > sent);
                assertTrue(answer.cancel(false));
            }
            for (FakeServer.Request request : List.copyOf(held)) {
                Samples.answer(request);
            }
            assertEquals("A-0", kept.get().getApplicationId());
            await(() -> client.channel().statistics().lateReplies() == count);
            assertEquals(new GrantdStatistics(1, count, 0), client.channel().statistics());
        }
    }

    @Test
    void anInterruptedThreadGivesItsCallUp() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        try (FakeServer server = new FakeServer(request -> arrived.countDown());
                GrantdClient client = server.client()) {
            CompletableFuture<GrantdException> seen = new CompletableFuture<>();
            Thread caller = new Thread(() -> {
                GrantdException error = failure(client);
                assertTrue(Thread.currentThread().isInterrupted());
                seen.complete(error);
            });
            caller.start();
            arrived.await();
            caller.interrupt();
            assertEquals(GrantdCode.CANCELLED, seen.get(10, TimeUnit.SECONDS).code());
        }
    }

    @Test
    void sixteenThreadsShareOneClient() throws Exception {
        Random random = new Random(3);
        List<FakeServer.Request> held = new ArrayList<>();
        // Answers out of order, in handfuls.
        FakeServer.Behaviour shuffling = request -> {
            synchronized (held) {
                held.add(request);
                if (held.size() >= 8) {
                    Collections.shuffle(held, random);
                    for (FakeServer.Request each : held) {
                        Samples.answer(each);
                    }
                    held.clear();
                }
            }
        };
        try (FakeServer server = new FakeServer(shuffling); GrantdClient client = server.client()) {
            AtomicInteger right = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int index = 0; index < 16; index++) {
                int first = index * 1_000;
                Thread thread = new Thread(() -> {
                    for (int number = first; number < first + 200; number++) {
                        try {
                            Assessment answer = client.evaluate(Samples.application(number));
                            right.addAndGet(answer.getApplicationId().equals("A-" + number) ? 1 : 0);
                        } catch (GrantdException error) {
                            throw new IllegalStateException(error);
                        }
                    }
                });
                threads.add(thread);
                thread.start();
            }
            // The last handful may be short: its calls are answered when all others are.
            while (threads.stream().anyMatch(Thread::isAlive)) {
                Thread.sleep(20);
                synchronized (held) {
                    for (FakeServer.Request each : held) {
                        Samples.answer(each);
                    }
                    held.clear();
                }
            }
            assertEquals(16 * 200, right.get());
            assertEquals(1, server.connections.get());
        }
    }

    @Test
    void aPeerThatSendsRepliesToNothingDisturbsNobody() throws Exception {
        byte[] stray = FakeServer.frame(RpcMeta.newBuilder()
                .setResponse(RpcResponseMeta.newBuilder().setErrorCode(2003)).setCorrelationId(77).build(), new byte[0]);
        try (FakeServer server = new FakeServer(request -> {
            request.sendBytes(stray);
            Samples.answer(request);
        });
                GrantdClient client = server.client()) {
            assertEquals("A-1", client.evaluate(Samples.application(1)).getApplicationId());
            assertEquals("A-2", client.evaluate(Samples.application(2)).getApplicationId());
            assertEquals(1, server.connections.get());
        }
    }
}
