// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import brpc.policy.RpcMetaOuterClass.RpcMeta;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One connected socket and the calls in flight on it. It lives on the loop, and tells its link what becomes of it. */
final class Transport implements EventLoop.Ready, FrameDecoder.Sink {
    private static final System.Logger LOGGER = System.getLogger("grantd.client");
    /** With so much unsent no further call is taken, so that a daemon that does not read fills no memory. */
    private static final long MAXIMUM_UNSENT_BYTES = 1024 * 1024;
    private static final int READS_IN_A_TURN = 16;

    private final EventLoop loop;
    private final Link link;
    private final FrameEncoder encoder;
    private final FrameDecoder decoder;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final int limit;
    private final Map<Long, Call> inFlight = new HashMap<>();
    private final ArrayDeque<ByteBuffer> unsent = new ArrayDeque<>();
    private final ByteBuffer writeBuffer = ByteBuffer.allocateDirect(64 * 1024).limit(0);
    private long unsentBytes;
    private long heardAt = System.nanoTime();
    private boolean willFlush;
    private boolean isDraining;
    private boolean isClosed;

    Transport(EventLoop loop, Link link, FrameEncoder encoder, GrantdConfiguration configuration,
            SocketChannel channel, SelectionKey key) {
        this.loop = loop;
        this.link = link;
        this.encoder = encoder;
        decoder = new FrameDecoder(configuration.maximumReplyBytes);
        limit = configuration.maximumCallsInFlight;
        this.channel = channel;
        this.key = key;
        key.attach(this);
        key.interestOps(SelectionKey.OP_READ);
    }

    boolean hasRoom() {
        return inFlight.size() < limit && unsentBytes < MAXIMUM_UNSENT_BYTES;
    }

    Link link() {
        return link;
    }

    int callsInFlight() {
        return inFlight.size();
    }

    /** When bytes last came, a moment of {@link System#nanoTime()}; at first when the connection was made. */
    long heardAt() {
        return heardAt;
    }

    /** Sends a call. */
    void send(Call call, long correlationId) {
        long now = System.nanoTime();
        long left = Math.max(1, (call.deadline - now + 999_999) / 1_000_000);
        ByteBuffer frame = encoder.encode(
                correlationId, call.service, call.method, (int) Math.min(left, Integer.MAX_VALUE), call.payload);
        call.link = null;
        call.transport = this;
        call.correlationId = correlationId;
        call.sentAt = now;
        inFlight.put(correlationId, call);
        unsent.add(frame);
        unsentBytes += frame.remaining();
        if (!willFlush) {
            willFlush = true;
            loop.lastly(this::flush);
        }
    }

    /** The call is over; its reply, should it come, is dropped. */
    void forget(Call call) {
        inFlight.remove(call.correlationId);
        call.transport = null;
        closeIfDrained();
    }

    /** Takes no more calls, and closes when those in flight are over. */
    void drain() {
        isDraining = true;
        closeIfDrained();
    }

    /** Closes, and hands back what was in flight; the link is not told. */
    Collection<Call> close() {
        isClosed = true;
        decoder.stop();
        closeQuietly(channel);
        unsent.clear();
        unsentBytes = 0;
        List<Call> calls = new ArrayList<>(inFlight.values());
        inFlight.clear();
        calls.forEach(call -> call.transport = null);
        return calls;
    }

    @Override
    public void ready(SelectionKey ready) {
        if (isClosed) {
            return;
        }
        if (ready.isWritable()) {
            flush();
        }
        if (!isClosed && ready.isReadable()) {
            read();
        }
    }

    private void read() {
        try {
            for (int reads = 0; reads < READS_IN_A_TURN && !isClosed; reads++) {
                ByteBuffer buffer = loop.readBuffer();
                int count = channel.read(buffer);
                if (count < 0) {
                    lost(new GrantdException(GrantdCode.CONNECTION_LOST, "the daemon closed the connection"));
                    return;
                }
                if (count == 0) {
                    return;
                }
                heardAt = System.nanoTime();
                boolean isFull = !buffer.hasRemaining();
                decoder.feed(buffer.flip(), this);
                if (!isFull) {
                    return;
                }
            }
        } catch (FrameDecoder.MalformedFrameException error) {
            lost(new GrantdException(GrantdCode.INVALID_REPLY, error.getMessage()));
        } catch (IOException error) {
            lost(new GrantdException(GrantdCode.CONNECTION_LOST, "the connection broke: " + error.getMessage(), error));
        }
    }

    @Override
    public void frame(byte[] body, int metaBytes) {
        RpcMeta meta = parse(body, metaBytes);
        if (meta == null) {
            return;
        }
        int attachment = meta.getAttachmentSize();
        int payloadBytes = body.length - metaBytes - attachment;
        if (attachment < 0 || payloadBytes < 0) {
            lost(new GrantdException(GrantdCode.INVALID_REPLY, "a reply's attachment is larger than its body"));
            return;
        }
        Call call = take(meta.getCorrelationId());
        if (call == null) {
            return;
        }
        int number = meta.getResponse().getErrorCode();
        if (number != 0) {
            GrantdException error = new GrantdException(
                    number,
                    meta.getUserFieldsOrDefault("grpc-status", ""),
                    meta.getResponse().getErrorText(),
                    meta.getUserFieldsOrDefault("field", ""));
            link.refused(this, call, error);
        } else if (meta.getCompressType() != 0 || meta.getContentType() != 0) {
            link.answered(this, call, null, new GrantdException(
                    GrantdCode.INVALID_REPLY, "the answer is compressed or no protobuf, which nobody asked for"));
        } else {
            link.answered(this, call, UnsafeByteOperations.unsafeWrap(body, metaBytes, payloadBytes), null);
        }
        closeIfDrained();
    }

    @Override
    public void tooLarge(byte[] metaPart, long bodyBytes) {
        RpcMeta meta = parse(metaPart, metaPart.length);
        if (meta == null) {
            return;
        }
        Call call = take(meta.getCorrelationId());
        if (call != null) {
            link.answered(this, call, null, new GrantdException(
                    GrantdCode.REPLY_TOO_LARGE,
                    "the reply has " + bodyBytes + " bytes, more than the limit; ask for less in one call"));
            closeIfDrained();
        }
    }

    private RpcMeta parse(byte[] bytes, int count) {
        try {
            return RpcMeta.parser().parseFrom(bytes, 0, count);
        } catch (InvalidProtocolBufferException error) {
            lost(new GrantdException(GrantdCode.INVALID_REPLY, "a reply's meta does not decode", error));
            return null;
        }
    }

    /** The call of a reply; null, and counted, where nobody waits for it. */
    private Call take(long correlationId) {
        Call call = inFlight.remove(correlationId);
        if (call == null) {
            link.stray(correlationId);
        } else {
            call.transport = null;
        }
        return call;
    }

    private void flush() {
        willFlush = false;
        if (isClosed) {
            return;
        }
        try {
            while (writeBuffer.hasRemaining() || gather()) {
                int count = channel.write(writeBuffer);
                unsentBytes -= count;
                if (writeBuffer.hasRemaining()) {
                    break;
                }
            }
            boolean isBlocked = writeBuffer.hasRemaining();
            key.interestOps(isBlocked ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
            if (!isBlocked) {
                link.roomMade(this);
            }
        } catch (IOException error) {
            lost(new GrantdException(GrantdCode.CONNECTION_LOST, "the connection broke: " + error.getMessage(), error));
        }
    }

    /** Packs what is unsent into the write buffer; whether there is anything. */
    private boolean gather() {
        writeBuffer.clear();
        while (writeBuffer.hasRemaining() && !unsent.isEmpty()) {
            ByteBuffer frame = unsent.peek();
            int count = Math.min(writeBuffer.remaining(), frame.remaining());
            writeBuffer.put(writeBuffer.position(), frame, frame.position(), count);
            writeBuffer.position(writeBuffer.position() + count);
            frame.position(frame.position() + count);
            if (!frame.hasRemaining()) {
                unsent.remove();
            }
        }
        return writeBuffer.flip().hasRemaining();
    }

    private void closeIfDrained() {
        if (isDraining && !isClosed && inFlight.isEmpty()) {
            close();
            link.closed(this);
        }
    }

    private void lost(GrantdException error) {
        if (!isClosed) {
            link.lost(this, close(), error);
        }
    }

    static void closeQuietly(Closeable closeable) {
        try {
            if (closeable != null) {
                closeable.close();
            }
        } catch (IOException error) {
            LOGGER.log(System.Logger.Level.DEBUG, "a socket did not close", error);
        }
    }
}
