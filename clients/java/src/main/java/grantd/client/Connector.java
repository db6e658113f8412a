// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * One attempt to connect: looks the host up beside the loop, then tries its addresses in turn, each a moment after the one
 * before, and takes the first that connects (RFC 8305 in spirit). Where TLS is asked for, its handshake is part of the attempt.
 *
 * <p>It reports once, on the loop; after {@link #cancel()} not at all.
 */
final class Connector {
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%.*)?");
    /** An address that neither connects nor fails has this long before the next is tried beside it. */
    private static final long HEAD_START_NANOS = 250_000_000;

    /** Who is told. */
    interface Listener {
        /** A connected stream, not blocking, registered with the loop for nothing; it belongs to the callee. */
        void connected(Stream stream, SelectionKey key);

        /** No address answered. */
        void failed(Exception cause);
    }

    /** What looks names up; it may take its time. */
    interface Resolver {
        /** All addresses of a host, in the order in which they are best tried. */
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    /** An address that is being tried. */
    private final class Attempt implements EventLoop.Ready {
        private final InetAddress candidate;
        private final SocketChannel channel;

        Attempt(InetAddress candidate, SocketChannel channel) {
            this.candidate = candidate;
            this.channel = channel;
        }

        /** Begins to connect. */
        void start() throws IOException {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            SelectionKey key = channel.register(loop.selector(), 0, this);
            if (channel.connect(new InetSocketAddress(candidate, address.port()))) {
                succeed(this, key);
            } else {
                key.interestOps(SelectionKey.OP_CONNECT);
            }
        }

        @Override
        public void ready(SelectionKey key) {
            if (isOver || !attempts.contains(this)) {
                return;
            }
            try {
                if (channel.finishConnect()) {
                    key.interestOps(0);
                    succeed(this, key);
                }
            } catch (IOException error) {
                drop(this, error);
                // The next one's turn comes with this failure only where it follows this one.
                if (this == latest || attempts.isEmpty()) {
                    tryNext();
                }
            }
        }
    }

    private final EventLoop loop;
    private final GrantdAddress address;
    private final GrantdConfiguration configuration;
    private final Listener listener;
    private final EventLoop.Timer timer;
    private final Set<Attempt> attempts = new HashSet<>();
    private Queue<InetAddress> candidates = new ArrayDeque<>();
    private EventLoop.Timer headStart;
    private Attempt latest;
    private TlsHandshake handshake;
    private Exception lastFailure;
    private boolean isOver;

    Connector(EventLoop loop, GrantdAddress address, GrantdConfiguration configuration, Listener listener) {
        this.loop = loop;
        this.address = address;
        this.listener = listener;
        this.configuration = configuration;
        timer = loop.schedule(System.nanoTime() + configuration.connectTimeout.toNanos(), this::expire);
    }

    /** Begins; the listener is not called before this returns. */
    void start() {
        if (LITERAL.matcher(address.host()).matches()) {
            loop.lastly(this::lookUp);
        } else {
            // A name server may take its time, and the loop has none.
            Thread thread = new Thread(this::lookUp, "grantd-client-lookup");
            thread.setDaemon(true);
            thread.start();
        }
    }

    void cancel() {
        isOver = true;
        loop.cancel(timer);
        loop.cancel(headStart);
        dropAttempts();
        if (handshake != null) {
            handshake.close();
        }
    }

    private void dropAttempts() {
        attempts.forEach(attempt -> Transport.closeQuietly(attempt.channel));
        attempts.clear();
    }

    /** The resolver's order, but the families of addresses take turns. */
    static Queue<InetAddress> alternating(InetAddress[] found) {
        Queue<InetAddress> ofFirst = new ArrayDeque<>();
        Queue<InetAddress> others = new ArrayDeque<>();
        for (InetAddress candidate : found) {
            (candidate.getClass() == found[0].getClass() ? ofFirst : others).add(candidate);
        }
        Queue<InetAddress> all = new ArrayDeque<>();
        while (!ofFirst.isEmpty() || !others.isEmpty()) {
            if (!ofFirst.isEmpty()) {
                all.add(ofFirst.remove());
            }
            if (!others.isEmpty()) {
                all.add(others.remove());
            }
        }
        return all;
    }

    private void lookUp() {
        try {
            Queue<InetAddress> found = alternating(configuration.resolver.resolve(address.host()));
            if (found.isEmpty()) {
                throw new UnknownHostException(address.host() + " has no address");
            }
            loop.execute(() -> {
                candidates = found;
                tryNext();
            });
        } catch (UnknownHostException error) {
            loop.execute(() -> fail(error));
        }
    }

    private void tryNext() {
        loop.cancel(headStart);
        while (!isOver && !candidates.isEmpty()) {
            if (begin(candidates.remove())) {
                if (!isOver && !candidates.isEmpty()) {
                    headStart = loop.schedule(System.nanoTime() + HEAD_START_NANOS, this::tryNext);
                }
                return;
            }
        }
        if (attempts.isEmpty()) {
            fail(lastFailure);
        }
    }

    /** Whether the attempt goes on, or has succeeded. */
    private boolean begin(InetAddress candidate) {
        Attempt attempt = null;
        try {
            attempt = new Attempt(candidate, SocketChannel.open());
            attempts.add(attempt);
            latest = attempt;
            attempt.start();
            return true;
        } catch (IOException | UnsupportedAddressTypeException error) {
            drop(attempt, error);
            return false;
        }
    }

    private void drop(Attempt attempt, Exception error) {
        lastFailure = error;
        if (attempt != null) {
            attempts.remove(attempt);
            Transport.closeQuietly(attempt.channel);
            String tried = attempt.candidate.getHostAddress();
            if (!tried.equals(address.host())) {
                lastFailure = new IOException(tried + ": " + error.getMessage(), error);
            }
        }
    }

    private void succeed(Attempt attempt, SelectionKey key) {
        attempts.remove(attempt);
        if (configuration.tls == null) {
            cancel();
            listener.connected(new Stream.Plain(attempt.channel), key);
            return;
        }
        loop.cancel(headStart);
        candidates.clear();
        dropAttempts();
        String name = configuration.tlsServerName.isEmpty() ? address.host() : configuration.tlsServerName;
        TlsStream stream = new TlsStream(attempt.channel, configuration.tls, name, address.port());
        handshake = new TlsHandshake(stream, new TlsHandshake.Listener() {
            @Override
            public void agreed(Stream agreed, SelectionKey ready) {
                handshake = null;
                cancel();
                listener.connected(agreed, ready);
            }

            @Override
            public void failed(IOException cause) {
                fail(cause);
            }
        });
        key.attach(handshake);
        // Once what connected has returned: the handshake may end at once.
        TlsHandshake begun = handshake;
        loop.lastly(() -> begun.ready(key));
    }

    private void expire() {
        if (handshake != null) {
            fail(new TimeoutException("no TLS handshake in time; the peer may not speak TLS"));
            return;
        }
        String earlier = lastFailure == null ? "" : "; " + lastFailure.getMessage();
        fail(new TimeoutException("no connection in time" + earlier));
    }

    private void fail(Exception cause) {
        if (isOver) {
            return;
        }
        cancel();
        listener.failed(cause);
    }
}
