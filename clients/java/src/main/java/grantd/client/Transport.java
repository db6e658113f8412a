// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import brpc.policy.RpcMetaOuterClass.RpcMeta;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One connected stream and the calls in flight on it. It lives on the loop, and tells its link what becomes of it.
 *
 * <p>While the daemon owes an answer, also one that nobody waits for any more, the connection must make progress: a reply, or a
 * KiB of one. Without any for the silence timeout it is left.
 */
final class Transport implements EventLoop.Ready, FrameDecoder.Sink {
    private static final System.Logger LOGGER = System.getLogger("grantd.client");
    /** With so much unsent no further call is taken, so that a daemon that does not read fills no memory. */
    private static final long MAXIMUM_UNSENT_BYTES = 1024 * 1024;
    private static final long MAXIMUM_META_COST = (long) DecodingCost.BYTES_FOR_A_BYTE * FrameDecoder.MAXIMUM_META_BYTES;
    private static final int READS_IN_A_TURN = 16;
    /** So many calls that were given up are remembered; a late reply to an older one is a stray. */
    private static final int MAXIMUM_GIVEN_UP = 1024;

    /** A call that was sent and not answered. */
    private static final class Sent {
        /** Null once it is given up. */
        private Call call;
        /** Where its request ends in all that is written. */
        private final long end;

        private Sent(Call call, long end) {
            this.call = call;
            this.end = end;
        }
    }

    private final EventLoop loop;
    private final Link link;
    private final FrameEncoder encoder;
    private final FrameDecoder decoder;
    private final Stream stream;
    private final SelectionKey key;
    private final int limit;
    private final long silenceNanos;
    /** In the order in which they were sent. */
    private final Map<Long, Sent> owed = new LinkedHashMap<>();
    private final ArrayDeque<ByteBuffer> unsent = new ArrayDeque<>();
    private final ByteBuffer writeBuffer = ByteBuffer.allocateDirect(64 * 1024).limit(0);
    private int callsInFlight;
    private long unsentBytes;
    private long writtenBytes;
    /** When there last was progress, or when something was first owed. */
    private long quietSince;
    private EventLoop.Timer silence;
    private RpcMeta meta;
    private boolean willFlush;
    private boolean isDraining;
    private boolean isClosed;

    Transport(EventLoop loop, Link link, FrameEncoder encoder, GrantdConfiguration configuration,
            Stream stream, SelectionKey key) {
        this.loop = loop;
        this.link = link;
        this.encoder = encoder;
        decoder = new FrameDecoder(configuration.maximumReplyBytes);
        limit = configuration.maximumCallsInFlight;
        silenceNanos = configuration.silenceTimeout.toNanos();
        this.stream = stream;
        this.key = key;
        key.attach(this);
        key.interestOps(SelectionKey.OP_READ);
    }

    boolean hasRoom() {
        return callsInFlight < limit && unsentBytes < MAXIMUM_UNSENT_BYTES;
    }

    Link link() {
        return link;
    }

    int callsInFlight() {
        return callsInFlight;
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
        if (owed.isEmpty()) {
            quietSince = now;
        }
        unsent.add(frame);
        unsentBytes += frame.remaining();
        owed.put(correlationId, new Sent(call, writtenBytes + unsentBytes));
        callsInFlight++;
        watch();
        if (!willFlush) {
            willFlush = true;
            loop.lastly(this::flush);
        }
    }

    /** The call is given up; its reply is still owed, and dropped when it comes. */
    void forget(Call call) {
        owed.get(call.correlationId).call = null;
        call.transport = null;
        callsInFlight--;
        if (owed.size() - callsInFlight > MAXIMUM_GIVEN_UP) {
            Iterator<Sent> oldest = owed.values().iterator();
            while (oldest.next().call != null) {
                continue;
            }
            oldest.remove();
        }
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
        loop.cancel(silence);
        closeQuietly(stream);
        unsent.clear();
        unsentBytes = 0;
        List<Call> calls = new ArrayList<>(callsInFlight);
        for (Sent sent : owed.values()) {
            if (sent.call != null) {
                sent.call.transport = null;
                calls.add(sent.call);
            }
        }
        owed.clear();
        callsInFlight = 0;
        return calls;
    }

    private void watch() {
        if (silence == null && silenceNanos > 0) {
            silence = loop.schedule(quietSince + silenceNanos, () -> {
                silence = null;
                if (owed.isEmpty()) {
                    return;
                }
                if (System.nanoTime() - quietSince < silenceNanos) {
                    watch();
                    return;
                }
                lost(new GrantdException(GrantdCode.CONNECTION_LOST, "the connection was left: it made no progress for "
                        + silenceNanos / 1_000_000 + " ms though answers were owed"));
            });
        }
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
                int count = stream.read(buffer);
                if (count < 0) {
                    lost(new GrantdException(GrantdCode.CONNECTION_LOST, "the daemon closed the connection"));
                    return;
                }
                if (count == 0) {
                    return;
                }
                boolean isFull = !buffer.hasRemaining();
                decoder.feed(buffer.flip(), this);
                if (decoder.takeProgress()) {
                    quietSince = System.nanoTime();
                }
                if (!isFull) {
                    return;
                }
            }
            if (!isClosed && stream.holdsInput()) {
                // No socket will tell of it.
                loop.execute(this::readOn);
            }
        } catch (FrameDecoder.MalformedFrameException error) {
            lost(new GrantdException(GrantdCode.INVALID_REPLY, error.getMessage()));
        } catch (IOException error) {
            lost(new GrantdException(GrantdCode.CONNECTION_LOST, "the connection broke: " + error.getMessage(), error));
        }
    }

    private void readOn() {
        if (!isClosed) {
            read();
        }
    }

    @Override
    public boolean meta(byte[] buffer, int metaBytes) {
        try {
            ByteString bytes = UnsafeByteOperations.unsafeWrap(buffer, 0, metaBytes);
            if (DecodingCost.isOver(MAXIMUM_META_COST, RpcMeta.getDefaultInstance(), bytes)) {
                lost(new GrantdException(GrantdCode.INVALID_REPLY, "a reply's meta would take too much memory"));
                return false;
            }
            meta = RpcMeta.parseFrom(bytes);
        } catch (InvalidProtocolBufferException error) {
            lost(new GrantdException(GrantdCode.INVALID_REPLY, "a reply's meta does not decode", error));
            return false;
        }
        return owed.containsKey(meta.getCorrelationId());
    }

    @Override
    public void frame(byte[] body, int metaBytes) {
        Call call = take(meta.getCorrelationId());
        if (call == null) {
            return;
        }
        int attachment = meta.getAttachmentSize();
        int payloadBytes = body.length - metaBytes - attachment;
        int number = meta.getResponse().getErrorCode();
        if (!meta.hasResponse()) {
            answeredBadly(call, "the reply has no response: neither an answer nor an error");
        } else if (number != 0) {
            GrantdException error = new GrantdException(
                    number,
                    meta.getUserFieldsOrDefault("grpc-status", ""),
                    meta.getResponse().getErrorText(),
                    meta.getUserFieldsOrDefault("field", ""));
            link.refused(this, call, error);
        } else if (meta.getCompressType() != 0 || meta.getContentType() != 0) {
            answeredBadly(call, "the answer is compressed or no protobuf, which nobody asked for");
        } else if (attachment < 0 || payloadBytes < 0) {
            answeredBadly(call, "a reply's attachment is larger than its body");
        } else {
            ByteString payload = UnsafeByteOperations.unsafeWrap(body, metaBytes, payloadBytes);
            String hash = meta.getUserFieldsOrDefault("request-hash", null);
            link.answered(this, call, new Call.Answer(payload, hash), null);
        }
        closeIfDrained();
    }

    @Override
    public void tooLarge(long bodyBytes) {
        Call call = take(meta.getCorrelationId());
        if (call != null) {
            link.answered(this, call, null, new GrantdException(
                    GrantdCode.REPLY_TOO_LARGE,
                    "the reply has " + bodyBytes + " bytes, more than the limit; ask for less in one call"));
            closeIfDrained();
        }
    }

    private void answeredBadly(Call call, String complaint) {
        link.answered(this, call, null, new GrantdException(GrantdCode.INVALID_REPLY, complaint));
    }

    /** The call of a reply; null, and counted, where nobody waits for it. */
    private Call take(long correlationId) {
        Sent sent = owed.remove(correlationId);
        if (sent != null) {
            quietSince = System.nanoTime();
        }
        if (sent == null || sent.call == null) {
            link.stray(correlationId);
            return null;
        }
        sent.call.transport = null;
        callsInFlight--;
        return sent.call;
    }

    private void flush() {
        willFlush = false;
        if (isClosed) {
            return;
        }
        try {
            while (writeBuffer.hasRemaining() || gather()) {
                // What is not out yet owes nothing: sending it is no silence, as long as it goes on.
                boolean isFirstUnsent = !owed.isEmpty() && owed.values().iterator().next().end > writtenBytes;
                int count = stream.write(writeBuffer);
                unsentBytes -= count;
                writtenBytes += count;
                if (isFirstUnsent && count > 0) {
                    quietSince = System.nanoTime();
                }
                if (writeBuffer.hasRemaining()) {
                    break;
                }
            }
            boolean isBlocked = writeBuffer.hasRemaining() || !stream.flush();
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
        if (isDraining && !isClosed && callsInFlight == 0) {
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
