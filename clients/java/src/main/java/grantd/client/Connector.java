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
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * One attempt to connect: looks the host up beside the loop, then tries its addresses one after the other.
 *
 * <p>It reports once, on the loop; after {@link #cancel()} not at all.
 */
final class Connector implements EventLoop.Ready {
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%.*)?");

    /** Who is told. */
    interface Listener {
        /** A connected channel, not blocking, registered with the loop for nothing; it belongs to the callee. */
        void connected(SocketChannel channel, SelectionKey key);

        /** No address answered. */
        void failed(Exception cause);
    }

    private final EventLoop loop;
    private final GrantdAddress address;
    private final Listener listener;
    private final EventLoop.Timer timer;
    private InetAddress[] candidates = {};
    private int next;
    private SocketChannel channel;
    private boolean isOver;

    Connector(EventLoop loop, GrantdAddress address, long timeoutNanos, Listener listener) {
        this.loop = loop;
        this.address = address;
        this.listener = listener;
        timer = loop.schedule(System.nanoTime() + timeoutNanos,
                () -> fail(new TimeoutException("no connection in time")));
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
        drop();
    }

    private void lookUp() {
        try {
            InetAddress[] found = InetAddress.getAllByName(address.host());
            loop.execute(() -> {
                candidates = found;
                tryNext(null);
            });
        } catch (UnknownHostException error) {
            loop.execute(() -> fail(error));
        }
    }

    private void tryNext(Exception previous) {
        if (isOver) {
            return;
        }
        if (next == candidates.length) {
            fail(previous);
            return;
        }
        try {
            channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            SelectionKey key = channel.register(loop.selector(), 0, this);
            if (channel.connect(new InetSocketAddress(candidates[next++], address.port()))) {
                succeed(key);
            } else {
                key.interestOps(SelectionKey.OP_CONNECT);
            }
        } catch (IOException error) {
            drop();
            tryNext(error);
        }
    }

    @Override
    public void ready(SelectionKey key) {
        if (isOver || key.channel() != channel) {
            return;
        }
        try {
            if (channel.finishConnect()) {
                key.interestOps(0);
                succeed(key);
            }
        } catch (IOException error) {
            drop();
            tryNext(error);
        }
    }

    private void succeed(SelectionKey key) {
        isOver = true;
        loop.cancel(timer);
        SocketChannel connected = channel;
        channel = null;
        listener.connected(connected, key);
    }

    private void fail(Exception cause) {
        if (isOver) {
            return;
        }
        cancel();
        listener.failed(cause);
    }

    private void drop() {
        Transport.closeQuietly(channel);
        channel = null;
    }
}
