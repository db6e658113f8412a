// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /** How many sockets of this machine try to connect to it, its own ones among them. */
    long attempts() throws IOException {
        byte[] bytes = listener.getInetAddress().getAddress();
        // As the kernel writes it, also at the end of an IPv6 address; 02 is SYN_SENT.
        String entry = String.format("%02X%02X%02X%02X:%04X 02 ", bytes[3], bytes[2], bytes[1], bytes[0], port());
        long count = 0;
        for (Path table : List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"))) {
            if (Files.exists(table)) {
                count += Files.readAllLines(table).stream().filter(line -> line.contains(entry)).count();
            }
        }
        return count;
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
