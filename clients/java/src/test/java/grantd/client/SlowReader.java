// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import brpc.policy.RpcMetaOuterClass.RpcMeta;
import brpc.policy.RpcMetaOuterClass.RpcResponseMeta;
import grantd.v1.AuctionOutcome;
import grantd.v1.ClearAuctionResponse;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;

/** A server that takes its time to read the only request on its only connection, an auction's, before it answers. */
final class SlowReader implements Closeable {
    private static final int PIECES_A_SECOND = 20;

    private final ServerSocket listener = new ServerSocket();
    private final int slowBytes;
    private final int pieceBytes;

    /** Reads so many bytes over so much time, and the rest at once. */
    SlowReader(int slowBytes, Duration time) throws IOException {
        this.slowBytes = slowBytes;
        pieceBytes = (int) (slowBytes * 1_000L / PIECES_A_SECOND / time.toMillis());
        listener.setReceiveBufferSize(64 * 1024);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread thread = new Thread(this::serve, "slow-reader");
        thread.setDaemon(true);
        thread.start();
    }

    GrantdAddress address() {
        return new GrantdAddress("127.0.0.1", listener.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void serve() {
        try (Socket socket = listener.accept()) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            in.readInt();
            int left = in.readInt() + 4;
            for (int taken = 0; taken < slowBytes; taken += pieceBytes) {
                in.readNBytes(pieceBytes);
                left -= pieceBytes;
                Thread.sleep(1_000 / PIECES_A_SECOND);
            }
            in.readNBytes(left);
            RpcMeta meta = RpcMeta.newBuilder().setCorrelationId(1).setResponse(RpcResponseMeta.getDefaultInstance()).build();
            socket.getOutputStream().write(FakeServer.frame(meta, ClearAuctionResponse.newBuilder()
                    .setOutcome(AuctionOutcome.Value.UNDETERMINED).build().toByteArray()));
            in.read();
        } catch (IOException | InterruptedException error) {
            Thread.currentThread().interrupt();
        }
    }
}
