// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import brpc.policy.RpcMetaOuterClass.RpcMeta;
import brpc.policy.RpcMetaOuterClass.RpcResponseMeta;
import com.google.protobuf.Message;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;

/** A server that answers as a test tells it to: also wrongly, or not at all. */
final class FakeServer implements Closeable {
    /** What to do with a request. */
    interface Behaviour {
        void received(Request request) throws IOException;
    }

    /** A request, and the socket that it came on. */
    record Request(RpcMeta meta, byte[] payload, int connection, Socket socket) {
        void answer(Message answer) throws IOException {
            answer(meta.getCorrelationId(), answer.toByteArray());
        }

        void answer(long correlationId, byte[] answer) throws IOException {
            send(RpcMeta.newBuilder().setCorrelationId(correlationId)
                    .setResponse(RpcResponseMeta.getDefaultInstance()).build(), answer);
        }

        void refuse(int code, String status, String text, String field) throws IOException {
            send(RpcMeta.newBuilder().setCorrelationId(meta.getCorrelationId())
                    .setResponse(RpcResponseMeta.newBuilder().setErrorCode(code).setErrorText(text))
                    .putUserFields("grpc-status", status)
                    .putUserFields("field", field).build(), new byte[0]);
        }

        void send(RpcMeta reply, byte[] answer) throws IOException {
            sendBytes(FakeServer.frame(reply, answer));
        }

        void sendBytes(byte[] bytes) throws IOException {
            synchronized (socket) {
                socket.getOutputStream().write(bytes);
            }
        }

        void hangUp() throws IOException {
            socket.close();
        }
    }

    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger requests = new AtomicInteger();
    private final ServerSocket listener;
    private final Behaviour behaviour;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean isClosed;

    FakeServer(Behaviour behaviour) throws IOException {
        this(0, behaviour);
    }

    FakeServer(int port, Behaviour behaviour) throws IOException {
        this(InetAddress.getLoopbackAddress(), port, behaviour);
    }

    FakeServer(InetAddress address, int port, Behaviour behaviour) throws IOException {
        this(new ServerSocket(), new InetSocketAddress(address, port), behaviour);
    }

    /** Over a socket of its own kind that is not bound. */
    FakeServer(ServerSocket listener, InetSocketAddress address, Behaviour behaviour) throws IOException {
        this.behaviour = behaviour;
        this.listener = listener;
        listener.setReuseAddress(true);
        listener.bind(address);
        start(this::accept);
    }

    static byte[] frame(RpcMeta reply, byte[] answer) {
        byte[] meta = reply.toByteArray();
        return ByteBuffer.allocate(12 + meta.length + answer.length)
                .putInt(FrameDecoder.MAGIC).putInt(meta.length + answer.length).putInt(meta.length)
                .put(meta).put(answer).array();
    }

    GrantdAddress address() {
        return new GrantdAddress(listener.getInetAddress().getHostAddress(), listener.getLocalPort());
    }

    GrantdClient client() {
        return new GrantdClient(address());
    }

    GrantdClient client(GrantdConfiguration.Builder configuration) {
        return new GrantdClient(address(), configuration.build());
    }

    @Override
    public void close() throws IOException {
        isClosed = true;
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                sockets.add(socket);
                int number = connections.incrementAndGet();
                start(() -> serve(socket, number));
            }
        } catch (IOException error) {
            if (!isClosed) {
                throw new UncheckedIOException(error);
            }
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            while (true) {
                if (in.readInt() != FrameDecoder.MAGIC) {
                    throw new IOException("the client sent no frame");
                }
                int bodyBytes = in.readInt();
                int metaBytes = in.readInt();
                RpcMeta meta = RpcMeta.parseFrom(in.readNBytes(metaBytes));
                byte[] payload = in.readNBytes(bodyBytes - metaBytes);
                requests.incrementAndGet();
                behaviour.received(new Request(meta, payload, number, socket));
            }
        } catch (EOFException | SocketException | SSLException error) {
            // The client went, or the test closed the socket.
            sockets.remove(socket);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "fake-server");
        thread.setDaemon(true);
        thread.start();
    }
}
