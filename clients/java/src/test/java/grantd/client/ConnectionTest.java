// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import static grantd.client.Calls.await;
import static grantd.client.Calls.failure;
import static grantd.client.Calls.quick;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import grantd.v1.Assessment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that cannot be made, stop, break or fall silent, and what becomes of the calls on them. */
@Timeout(30)
class ConnectionTest {
    @Test
    void aDaemonThatDoesNotAcceptMeetsTheConnectTimeout() throws IOException {
        try (DeadListener dead = new DeadListener(InetAddress.getLoopbackAddress())) {
            GrantdAddress address = new GrantdAddress("127.0.0.1", dead.port());
            GrantdConfiguration configuration = quick().connectTimeout(Duration.ofMillis(100)).attempts(2).build();
            try (GrantdClient client = new GrantdClient(address, configuration)) {
                GrantdException error = failure(client);
                assertEquals(GrantdCode.CONNECTION_FAILED, error.code());
                assertTrue(error.getMessage().contains("no connection in time"), error.getMessage());
            }
        }
    }

    @Test
    void aStoppingDaemonIsAskedAgainOnANewConnection() throws Exception {
        try (FakeServer server = new FakeServer(request -> {
            if (request.connection() == 1) {
                request.refuse(2003, "UNAVAILABLE", "stopping", "");
            } else {
                Samples.answer(request);
            }
        });
                GrantdClient client = server.client(quick())) {
            assertEquals("A-1", client.evaluate(Samples.application(1)).getApplicationId());
            assertEquals(2, server.connections.get());
        }
    }

    @Test
    void whatIsInFlightAtAStoppingDaemonIsStillAwaited() throws Exception {
        List<FakeServer.Request> held = Collections.synchronizedList(new ArrayList<>());
        try (FakeServer server = new FakeServer(request -> {
            if (request.connection() > 1) {
                Samples.answer(request);
                Samples.answer(held.get(0));
            } else if (request.meta().getCorrelationId() == 1) {
                held.add(request);
            } else {
                request.refuse(2003, "UNAVAILABLE", "stopping", "");
            }
        });
                GrantdClient client = server.client(quick())) {
            CompletableFuture<Assessment> first = client.async().evaluate(Samples.application(1));
            await(() -> held.size() == 1);
            assertEquals("A-2", client.evaluate(Samples.application(2)).getApplicationId());
            assertEquals("A-1", first.get().getApplicationId());
            assertEquals(3, server.requests.get());
        }
    }

    @Test
    void aDaemonThatAlwaysStopsIsGivenUpAfterAllAttempts() throws IOException {
        try (FakeServer server = new FakeServer(request -> request.refuse(2003, "UNAVAILABLE", "stopping", ""));
                GrantdClient client = server.client(quick().attempts(3))) {
            GrantdException error = failure(client);
            assertEquals(GrantdCode.UNAVAILABLE, error.code());
            assertEquals(2003, error.number());
            assertEquals(3, server.requests.get());
        }
    }

    @Test
    void aLostConnectionIsMadeAgainAndTheCallRepeated() throws Exception {
        try (FakeServer server = new FakeServer(request -> {
            if (request.connection() < 4) {
                request.hangUp();
            } else {
                Samples.answer(request);
            }
        });
                GrantdClient client = server.client(quick())) {
            assertEquals("A-1", client.evaluate(Samples.application(1)).getApplicationId());
            assertEquals(4, client.channel().statistics().connectionsMade());
        }
    }

    @Test
    void aConnectionLostInEveryAttemptIsToldSo() throws IOException {
        try (FakeServer server = new FakeServer(FakeServer.Request::hangUp);
                GrantdClient client = server.client(quick().attempts(2))) {
            GrantdException error = failure(client);
            assertEquals(GrantdCode.CONNECTION_LOST, error.code());
            assertEquals(0, error.number());
            assertEquals("UNAVAILABLE", error.status());
            assertEquals(2, server.requests.get());
        }
    }

    @Test
    void nobodyListening() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (GrantdClient client = new GrantdClient(new GrantdAddress("localhost", port), quick().build())) {
            assertEquals(GrantdCode.CONNECTION_FAILED, failure(client).code());
        }
        GrantdAddress nowhere = new GrantdAddress("host.invalid", 1);
        try (GrantdClient client = new GrantdClient(nowhere, quick().attempts(1).build())) {
            assertEquals(GrantdCode.CONNECTION_FAILED, failure(client).code());
        }
    }

    @Test
    void aCallWaitsForADaemonThatStartsLater() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (GrantdClient client = new GrantdClient(new GrantdAddress("127.0.0.1", port), quick().attempts(1_000).build())) {
            CompletableFuture<Assessment> answer = client.async().evaluate(Samples.application(1));
            Thread.sleep(50);
            try (FakeServer server = new FakeServer(port, Samples::answer)) {
                assertEquals("A-1", answer.get().getApplicationId());
                assertEquals(1, server.connections.get());
            }
        }
    }

    @Test
    void closingFailsWhatIsUnderWayAndWhatComesLater() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        try (FakeServer server = new FakeServer(request -> arrived.countDown())) {
            GrantdClient client = server.client();
            CompletableFuture<Assessment> underWay = client.async().evaluate(Samples.application(1));
            arrived.await();
            client.close();
            client.close();
            ExecutionException error = assertThrows(ExecutionException.class, underWay::get);
            assertEquals(GrantdCode.SHUT_DOWN, ((GrantdException) error.getCause()).code());
            assertEquals(GrantdCode.SHUT_DOWN, failure(client).code());
        }
    }

    @Test
    void severalConnectionsShareTheCalls() throws Exception {
        List<FakeServer.Request> held = Collections.synchronizedList(new ArrayList<>());
        try (FakeServer server = new FakeServer(held::add);
                GrantdClient client = server.client(GrantdConfiguration.builder().connections(4))) {
            List<CompletableFuture<Assessment>> answers = new ArrayList<>();
            for (int number = 0; number < 8; number++) {
                answers.add(client.async().evaluate(Samples.application(number)));
            }
            await(() -> held.size() == 8);
            assertEquals(4, server.connections.get());
            for (FakeServer.Request request : List.copyOf(held)) {
                Samples.answer(request);
            }
            for (CompletableFuture<Assessment> answer : answers) {
                answer.get();
            }
        }
    }
}
