// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brpc.policy.RpcMetaOuterClass.RpcMeta;
import brpc.policy.RpcMetaOuterClass.RpcResponseMeta;
import com.google.protobuf.BlockingRpcChannel;
import com.google.protobuf.RpcCallback;
import com.google.protobuf.RpcChannel;
import com.google.protobuf.RpcController;
import com.google.protobuf.ServiceException;
import grantd.v1.Assessment;
import grantd.v1.Calculator;
import grantd.v1.EvaluateRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The generated stubs over the channel. */
@Timeout(30)
class StubTest {
    private static final EvaluateRequest REQUEST =
            EvaluateRequest.newBuilder().setApplication(Samples.application(1)).build();
    private static final FakeServer.Behaviour REFUSING =
            request -> request.refuse(1003, "INVALID_ARGUMENT", "no", "application.as_of");

    private static Optional<Assessment> evaluate(GrantdChannel channel, RpcController controller) throws Exception {
        CompletableFuture<Optional<Assessment>> answer = new CompletableFuture<>();
        Calculator.newStub((RpcChannel) channel)
                .evaluate(controller, REQUEST, message -> answer.complete(Optional.ofNullable(message)));
        return answer.get();
    }

    private static Calculator.BlockingInterface blocking(GrantdChannel channel) {
        return Calculator.newBlockingStub((BlockingRpcChannel) channel);
    }

    @Test
    void blockingStubsWithAndWithoutController() throws IOException, ServiceException {
        try (FakeServer server = new FakeServer(Samples::answer); GrantdChannel channel = new GrantdChannel(server.address())) {
            GrantdController controller = new GrantdController(Duration.ofSeconds(5));
            assertEquals("A-1", blocking(channel).evaluate(controller, REQUEST).getApplicationId());
            assertFalse(controller.failed());
            assertNull(controller.errorText());
            assertEquals("A-1", blocking(channel).evaluate(null, REQUEST).getApplicationId());
        }
    }

    @Test
    void asynchronousStubsWithAndWithoutController() throws Exception {
        try (FakeServer server = new FakeServer(Samples::answer); GrantdChannel channel = new GrantdChannel(server.address())) {
            assertEquals("A-1", evaluate(channel, new GrantdController()).orElseThrow().getApplicationId());
            assertEquals("A-1", evaluate(channel, null).orElseThrow().getApplicationId());
        }
    }

    @Test
    void theHashOfARequestStandsInTheController() throws Exception {
        // The first two calls are told one; a daemon without a log tells none.
        FakeServer.Behaviour logging = request -> request.send(
                RpcMeta.newBuilder().setCorrelationId(request.meta().getCorrelationId())
                        .setResponse(RpcResponseMeta.getDefaultInstance())
                        .putAllUserFields(request.meta().getCorrelationId() < 3
                                ? Map.of("request-hash", "hash-" + request.meta().getCorrelationId()) : Map.of()).build(),
                Samples.assessment(Samples.application(1)).toByteArray());
        try (FakeServer server = new FakeServer(logging); GrantdChannel channel = new GrantdChannel(server.address())) {
            GrantdController controller = new GrantdController();
            blocking(channel).evaluate(controller, REQUEST);
            assertEquals("hash-1", controller.requestHash());
            controller.reset();
            assertNull(controller.requestHash());
            assertTrue(evaluate(channel, controller).isPresent());
            assertEquals("hash-2", controller.requestHash());
            blocking(channel).evaluate(controller, REQUEST);
            assertNull(controller.requestHash());
        }
    }

    @Test
    void aFailureIsThrownAndStandsInTheController() throws IOException {
        try (FakeServer server = new FakeServer(REFUSING); GrantdChannel channel = new GrantdChannel(server.address())) {
            GrantdController controller = new GrantdController();
            ServiceException error =
                    assertThrows(ServiceException.class, () -> blocking(channel).evaluate(controller, REQUEST));
            assertEquals("application.as_of", ((GrantdException) error).field());
            assertSame(error, controller.failure());
            assertTrue(controller.failed());
            assertEquals("no", controller.errorText());
            controller.reset();
            assertFalse(controller.failed());
            assertNull(controller.failure());
        }
    }

    @Test
    void aFailureOfAnAsynchronousStubStandsInTheController() throws Exception {
        try (FakeServer server = new FakeServer(REFUSING); GrantdChannel channel = new GrantdChannel(server.address())) {
            GrantdController controller = new GrantdController();
            assertTrue(evaluate(channel, controller).isEmpty());
            assertEquals(GrantdCode.INVALID_REQUEST, controller.failure().code());
            assertTrue(evaluate(channel, null).isEmpty());
        }
    }

    @Test
    void anotherControllerIsToldTheText() throws Exception {
        final class Plain implements RpcController {
            private String text;

            @Override
            public void reset() {
                text = null;
            }

            @Override
            public boolean failed() {
                return text != null;
            }

            @Override
            public String errorText() {
                return text;
            }

            @Override
            public void startCancel() {}

            @Override
            public void setFailed(String reason) {
                text = reason;
            }

            @Override
            public boolean isCanceled() {
                return false;
            }

            @Override
            public void notifyOnCancel(RpcCallback<Object> callback) {}
        }

        try (FakeServer server = new FakeServer(REFUSING); GrantdChannel channel = new GrantdChannel(server.address())) {
            Plain controller = new Plain();
            assertTrue(evaluate(channel, controller).isEmpty());
            assertEquals("no", controller.errorText());
        }
    }

    @Test
    void theControllerCancelsItsCall() throws Exception {
        CountDownLatch arrived = new CountDownLatch(2);
        try (FakeServer server = new FakeServer(request -> arrived.countDown());
                GrantdChannel channel = new GrantdChannel(server.address())) {
            GrantdController first = new GrantdController();
            GrantdController second = new GrantdController();
            CompletableFuture<Object> notified = new CompletableFuture<>();
            first.notifyOnCancel(notified::complete);
            new Thread(() -> {
                try {
                    arrived.await();
                } catch (InterruptedException error) {
                    throw new IllegalStateException(error);
                }
                first.startCancel();
                second.startCancel();
            }).start();
            CompletableFuture<Assessment> asynchronous = new CompletableFuture<>();
            Calculator.newStub((RpcChannel) channel).evaluate(second, REQUEST, asynchronous::complete);
            GrantdException error = assertThrows(GrantdException.class, () -> blocking(channel).evaluate(first, REQUEST));
            assertEquals(GrantdCode.CANCELLED, error.code());
            assertNull(asynchronous.get());
            assertEquals(GrantdCode.CANCELLED, second.failure().code());
            assertNull(notified.get());
            assertTrue(first.isCanceled());
        }
    }

    @Test
    void aControllerCancelledBeforehandMakesNoCall() throws Exception {
        try (FakeServer server = new FakeServer(request -> {}); GrantdChannel channel = new GrantdChannel(server.address())) {
            GrantdController controller = new GrantdController();
            controller.startCancel();
            GrantdException error =
                    assertThrows(GrantdException.class, () -> blocking(channel).evaluate(controller, REQUEST));
            assertEquals(GrantdCode.CANCELLED, error.code());
        }
    }

    @Test
    void aBlockingCallInTheChannelsThreadIsRefused() throws Exception {
        GrantdConfiguration direct = GrantdConfiguration.builder().executor(Runnable::run).build();
        CountDownLatch isFollowed = new CountDownLatch(1);
        try (FakeServer server = new FakeServer(request -> {
            try {
                isFollowed.await();
            } catch (InterruptedException error) {
                throw new IllegalStateException(error);
            }
            Samples.answer(request);
        });
                GrantdClient client = new GrantdClient(server.address(), direct)) {
            CompletableFuture<Throwable> seen = new CompletableFuture<>();
            client.async().evaluate(Samples.application(1)).thenRun(() -> {
                try {
                    client.evaluate(Samples.application(2));
                } catch (IllegalStateException | GrantdException error) {
                    seen.complete(error);
                }
            });
            isFollowed.countDown();
            assertEquals(IllegalStateException.class, seen.get().getClass());
            assertEquals("A-3", client.evaluate(Samples.application(3)).getApplicationId());
        }
    }

    @Test
    void anExecutorThatTakesNothingStopsNoAnswer() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        executor.shutdown();
        try (FakeServer server = new FakeServer(Samples::answer);
                GrantdClient client = server.client(GrantdConfiguration.builder().executor(executor))) {
            assertEquals("A-1", client.async().evaluate(Samples.application(1)).get().getApplicationId());
        }
    }
}
