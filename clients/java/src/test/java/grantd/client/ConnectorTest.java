// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import static grantd.client.Calls.failure;
import static grantd.client.Calls.quick;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Names with several addresses. Those of 127/8 are all the machine's own. */
@Timeout(30)
class ConnectorTest {
    private static final InetAddress FIRST = address("127.0.0.2");
    private static final InetAddress SECOND = address("127.0.0.3");
    private static final InetAddress THIRD = address("127.0.0.4");

    static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException error) {
            throw new IllegalArgumentException(error);
        }
    }

    private static GrantdConfiguration.Builder name(InetAddress... addresses) {
        return quick().attempts(1).resolver(host -> addresses);
    }

    private static List<InetAddress> order(String... literals) {
        InetAddress[] found = new InetAddress[literals.length];
        for (int index = 0; index < found.length; index++) {
            found[index] = address(literals[index]);
        }
        return new ArrayList<>(Connector.alternating(found));
    }

    private static List<InetAddress> addresses(String... literals) {
        return List.of(literals).stream().map(ConnectorTest::address).toList();
    }

    @Test
    void familiesTakeTurnsInTheResolversOrder() {
        assertEquals(addresses("::2", "10.0.0.1", "::3", "10.0.0.2", "::4"), order("::2", "::3", "::4", "10.0.0.1", "10.0.0.2"));
        assertEquals(addresses("10.0.0.1", "::2", "10.0.0.2", "10.0.0.3"), order("10.0.0.1", "10.0.0.2", "10.0.0.3", "::2"));
        assertEquals(addresses("10.0.0.1", "10.0.0.2"), order("10.0.0.1", "10.0.0.2"));
        assertEquals(List.of(), order());
    }

    @Test
    void anAddressThatRefusesIsFollowedByTheNextAtOnce() throws Exception {
        try (FakeServer server = new FakeServer(THIRD, 0, Samples::answer)) {
            GrantdAddress address = new GrantdAddress("grants.test", server.address().port());
            try (GrantdClient client = new GrantdClient(address, name(FIRST, SECOND, FIRST, SECOND, FIRST, THIRD).build())) {
                long began = System.nanoTime();
                assertEquals("A-1", client.evaluate(Samples.application(1)).getApplicationId());
                // Each head start would be 250 ms.
                assertTrue(System.nanoTime() - began < 1_000_000_000, "the next address waited");
            }
        }
    }

    @Test
    void aLateAddressIsClosedWhenAnotherWasFirst() throws Exception {
        try (DeadListener dead = new DeadListener(FIRST);
                FakeServer server = new FakeServer(SECOND, dead.port(), Samples::answer)) {
            long own = dead.attempts();
            assertTrue(own > 0, "its backlog is not full");
            GrantdAddress address = new GrantdAddress("grants.test", dead.port());
            try (GrantdClient client = new GrantdClient(address, name(FIRST, SECOND, THIRD).build())) {
                assertEquals("A-1", client.evaluate(Samples.application(1)).getApplicationId());
                assertEquals(1, client.channel().statistics().connectionsMade());
                assertEquals(1, server.connections.get());
                assertEquals(own, dead.attempts());
            }
        }
    }

    @Test
    void theErrorNamesTheLastFailure() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        GrantdAddress address = new GrantdAddress("grants.test", port);
        try (GrantdClient client = new GrantdClient(address, name(FIRST, SECOND).build())) {
            GrantdException error = failure(client);
            assertEquals(GrantdCode.CONNECTION_FAILED, error.code());
            assertEquals("no connection to grants.test:" + port + ": 127.0.0.3: Connection refused", error.getMessage());
        }
    }

    @Test
    void allAddressesTogetherMeetTheConnectTimeout() throws IOException {
        try (DeadListener dead = new DeadListener(FIRST)) {
            GrantdAddress address = new GrantdAddress("grants.test", dead.port());
            GrantdConfiguration configuration = name(FIRST, SECOND, FIRST).connectTimeout(Duration.ofMillis(700)).build();
            try (GrantdClient client = new GrantdClient(address, configuration)) {
                long began = System.nanoTime();
                GrantdException error = failure(client);
                long took = (System.nanoTime() - began) / 1_000_000;
                assertEquals(GrantdCode.CONNECTION_FAILED, error.code());
                assertTrue(error.getMessage().endsWith(": no connection in time; 127.0.0.3: Connection refused"),
                        error.getMessage());
                assertTrue(took >= 700 && took < 3_000, "took " + took + " ms");
            }
        }
    }
}
