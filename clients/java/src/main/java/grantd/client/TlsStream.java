// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/** TLS over a socket that does not block. First comes {@link #handshake()}, until it wants nothing more. */
final class TlsStream implements Stream {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel channel;
    private final SSLEngine engine;
    /** Records that came: from the position on they are to be opened. */
    private final ByteBuffer incoming;
    /** Records to be sent. */
    private final ByteBuffer outgoing;
    /** What records held that found no room with the reader. */
    private final ByteBuffer opened;
    private boolean hasBegun;
    /** The record at the position has not come in full. */
    private boolean isPart = true;
    /** Told once what came before it is read. */
    private SSLException failure;

    /**
     * Sets TLS up; nothing is sent yet.
     *
     * @param name What the daemon's certificate must bear.
     */
    TlsStream(SocketChannel channel, SSLContext context, String name, int port) {
        this.channel = channel;
        engine = context.createSSLEngine(name, port);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        incoming = ByteBuffer.allocate(engine.getSession().getPacketBufferSize()).limit(0);
        outgoing = ByteBuffer.allocate(engine.getSession().getPacketBufferSize()).limit(0);
        opened = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).limit(0);
    }

    /** Goes on with the handshake; what it waits for, an operation of {@link SelectionKey}, or 0 at its end. */
    int handshake() throws IOException {
        if (!hasBegun) {
            hasBegun = true;
            engine.beginHandshake();
        }
        while (true) {
            if (!flush()) {
                return SelectionKey.OP_WRITE;
            }
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> runTasks();
                case NEED_WRAP -> seal(NOTHING);
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (isPart && engine.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP) {
                        int count = receive();
                        if (count < 0) {
                            throw new EOFException("the peer ended the TLS handshake; it may not speak TLS");
                        }
                        if (count == 0) {
                            return SelectionKey.OP_READ;
                        }
                    }
                    if (open().getStatus() == SSLEngineResult.Status.CLOSED) {
                        throw new EOFException("the peer ended the TLS handshake");
                    }
                }
                default -> {
                    return 0;
                }
            }
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int start = into.position();
        try {
            while (into.hasRemaining()) {
                if (opened.hasRemaining()) {
                    move(opened, into);
                } else if (failure != null) {
                    throw failure;
                } else if (isPart) {
                    int count = receive();
                    if (count <= 0) {
                        return into.position() > start ? into.position() - start : count;
                    }
                } else if (open().getStatus() == SSLEngineResult.Status.CLOSED) {
                    return into.position() > start ? into.position() - start : -1;
                } else {
                    answer();
                }
            }
        } catch (SSLException error) {
            failure = error;
            if (into.position() == start) {
                throw error;
            }
        }
        return into.position() - start;
    }

    @Override
    public boolean holdsInput() {
        return opened.hasRemaining() || failure != null || !isPart;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        int start = from.position();
        while (flush() && from.hasRemaining()) {
            if (seal(from).getStatus() == SSLEngineResult.Status.CLOSED) {
                throw new EOFException("the peer ended TLS");
            }
        }
        return from.position() - start;
    }

    @Override
    public boolean flush() throws IOException {
        if (outgoing.hasRemaining()) {
            channel.write(outgoing);
        }
        return !outgoing.hasRemaining();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** After the handshake: what the peer's messages of TLS itself ask for, a change of keys. */
    private void answer() throws IOException {
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
            runTasks();
        }
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && flush()) {
            seal(NOTHING);
            flush();
        }
    }

    private void runTasks() {
        // A few signatures: milliseconds, and only at the beginning of a connection.
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    private int receive() throws IOException {
        incoming.compact();
        int count = channel.read(incoming);
        incoming.flip();
        if (count > 0) {
            isPart = false;
        }
        return count;
    }

    private SSLEngineResult open() throws SSLException {
        opened.clear();
        try {
            SSLEngineResult result = engine.unwrap(incoming, opened);
            isPart = result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW || !incoming.hasRemaining();
            if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
                throw new SSLException("a TLS record is larger than records may be");
            }
            return result;
        } finally {
            opened.flip();
        }
    }

    private SSLEngineResult seal(ByteBuffer from) throws SSLException {
        outgoing.clear();
        try {
            return engine.wrap(from, outgoing);
        } finally {
            outgoing.flip();
        }
    }

    private static void move(ByteBuffer from, ByteBuffer into) {
        int count = Math.min(from.remaining(), into.remaining());
        into.put(into.position(), from, from.position(), count);
        into.position(into.position() + count);
        from.position(from.position() + count);
    }
}
