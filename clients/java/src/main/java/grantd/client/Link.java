// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One place for a connection: made when a call needs it, lost, and made again after a pause. It lives on the loop.
 *
 * <p>A transport that is to take no more calls, because the daemon stops, drains beside its successor.
 */
final class Link implements Connector.Listener {
    private static final System.Logger LOGGER = System.getLogger("grantd.client");

    private enum State { IDLE, CONNECTING, ACTIVE, BACKING_OFF, CLOSED }

    private final EventLoop loop;
    private final GrantdAddress address;
    private final GrantdConfiguration configuration;
    private final FrameEncoder encoder;
    private final Links links;
    private final Backoff backoff;
    private final Set<Call> waiting = new LinkedHashSet<>();
    private final Set<Transport> draining = new HashSet<>();
    private State state = State.IDLE;
    private Transport transport;
    private Connector connector;
    private long lastId;

    Link(EventLoop loop, GrantdAddress address, GrantdConfiguration configuration, FrameEncoder encoder, Links links) {
        this.loop = loop;
        this.address = address;
        this.configuration = configuration;
        this.encoder = encoder;
        this.links = links;
        backoff = new Backoff(configuration);
    }

    /** Calls that wait or are in flight. */
    int load() {
        return waiting.size() + (transport == null ? 0 : transport.callsInFlight());
    }

    // Callers

    void start(Call call) {
        call.link = this;
        waiting.add(call);
        if (state == State.IDLE) {
            connect();
        } else {
            pump();
        }
    }

    /** The call waits no longer. */
    void forget(Call call) {
        waiting.remove(call);
        call.link = null;
    }

    /** A call in flight was given up. */
    void givenUp(Call call) {
        call.transport.forget(call);
        pump();
    }

    /** Closes for good, and hands back every call. */
    List<Call> close() {
        state = State.CLOSED;
        List<Call> calls = new ArrayList<>(waiting);
        waiting.clear();
        if (connector != null) {
            connector.cancel();
        }
        if (transport != null) {
            calls.addAll(transport.close());
        }
        draining.forEach(old -> calls.addAll(old.close()));
        draining.clear();
        transport = null;
        return calls;
    }

    // Connecting

    private void connect() {
        state = State.CONNECTING;
        connector = new Connector(loop, address, configuration, this);
        connector.start();
    }

    @Override
    public void connected(Stream stream, SelectionKey key) {
        connector = null;
        state = State.ACTIVE;
        transport = new Transport(loop, this, encoder, configuration, stream, key);
        links.countConnection();
        LOGGER.log(System.Logger.Level.DEBUG, "connected to {0}", address);
        pump();
    }

    @Override
    public void failed(Exception cause) {
        connector = null;
        LOGGER.log(System.Logger.Level.DEBUG, "no connection to {0}: {1}", address, cause);
        GrantdException error = new GrantdException(
                GrantdCode.CONNECTION_FAILED, "no connection to " + address + ": " + cause.getMessage(), cause);
        backOff();
        List<Call> calls = new ArrayList<>(waiting);
        waiting.clear();
        links.retry(calls, error);
    }

    private void backOff() {
        state = State.BACKING_OFF;
        long pause = backoff.failed(ThreadLocalRandom.current().nextDouble());
        loop.schedule(System.nanoTime() + pause, () -> {
            if (state != State.BACKING_OFF) {
                return;
            }
            state = State.IDLE;
            if (!waiting.isEmpty()) {
                connect();
            }
        });
    }

    /** The transport takes no more calls. */
    private void retire() {
        Transport old = transport;
        transport = null;
        backOff();
        draining.add(old);
        old.drain();
    }

    private void pump() {
        Iterator<Call> calls = waiting.iterator();
        while (transport != null && transport.hasRoom() && calls.hasNext()) {
            Call call = calls.next();
            calls.remove();
            transport.send(call, ++lastId);
        }
    }

    // What a transport tells

    /** The unsent requests went out. */
    void roomMade(Transport of) {
        if (of == transport) {
            pump();
        }
    }

    /** A reply that ends the call. */
    void answered(Transport of, Call call, Call.Answer answer, GrantdException error) {
        if (of == transport) {
            backoff.succeeded();
        }
        call.finish(loop, answer, error);
        pump();
    }

    /** A reply with an error number; 2003 sends the call, and all later ones, elsewhere. */
    void refused(Transport of, Call call, GrantdException error) {
        if (error.code() != GrantdCode.UNAVAILABLE) {
            answered(of, call, null, error);
            return;
        }
        if (of == transport) {
            LOGGER.log(System.Logger.Level.DEBUG, "{0} is stopping", address);
            retire();
        }
        links.retry(List.of(call), error);
    }

    /** A reply to a call that nobody waits for. */
    void stray(long correlationId) {
        links.countStray(correlationId > 0 && correlationId <= lastId);
    }

    /** A transport that drained is closed. */
    void closed(Transport of) {
        draining.remove(of);
    }

    /** A transport is closed that did not want to. */
    void lost(Transport of, Collection<Call> calls, GrantdException error) {
        LOGGER.log(System.Logger.Level.DEBUG, "lost the connection to {0}: {1}", address, error);
        draining.remove(of);
        if (of == transport) {
            transport = null;
            backOff();
        }
        links.retry(calls, error);
    }
}
