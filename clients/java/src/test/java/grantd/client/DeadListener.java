// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** An address at which connections are neither made nor refused: a backlog of one that is full. */
final class DeadListener implements Closeable {
    private final ServerSocket listener;
    private final List<SocketChannel> queue = new ArrayList<>();

    DeadListener(InetAddress address) throws IOException {
        listener = new ServerSocket(0, 1, address);
        for (int number = 0; number < 4; number++) {
            SocketChannel waiting = SocketChannel.open();
            waiting.configureBlocking(false);
            waiting.connect(listener.getLocalSocketAddress());
            queue.add(waiting);
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (SocketChannel waiting : queue) {
            waiting.close();
        }
    }
}
