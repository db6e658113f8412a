// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import java.nio.ByteBuffer;

/**
 * Takes baidu_std frames out of a stream of bytes: {@code PRPC}, the body's size, the meta's size, the body (meta first).
 *
 * <p>A meta is told as soon as it is there, so that a frame that nobody awaits is no progress. Of a frame over the limit only the
 * meta is kept, so that its call can be told; the rest is passed over.
 */
final class FrameDecoder {
    static final int MAGIC = 0x5052_5043;
    static final int HEADER_BYTES = 12;
    /** No reply's meta comes near it. */
    static final int MAXIMUM_META_BYTES = 1024 * 1024;
    /** So much of a reply is progress. */
    static final int PROGRESS_BYTES = 1024;
    /** What is passed over at most for one frame, as a multiple of the limit; beyond it the stream is given up. */
    static final long MAXIMUM_SKIPPED_LIMITS = 64;

    /** Who takes the frames. */
    interface Sink {
        /** The meta of a frame, at the beginning of the buffer; whether what follows is awaited. */
        boolean meta(byte[] buffer, int metaBytes);

        /** The whole frame of that meta; the body belongs to the callee. */
        void frame(byte[] body, int metaBytes);

        /** The frame of that meta has a body of so many bytes, is over the limit and is not kept. */
        void tooLarge(long bodyBytes);
    }

    /** The bytes are no baidu_std frames; nothing after them can be understood. */
    static final class MalformedFrameException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedFrameException(String message) {
            super(message);
        }
    }

    private enum State { HEADER, BODY, META_OF_LARGE, SKIP, STOPPED }

    private final int maximumBodyBytes;
    private final ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    private State state = State.HEADER;
    private ByteBuffer part;
    private long bodyBytes;
    private int metaBytes;
    private long toSkip;
    private boolean isMetaTold;
    /** Of the frame at hand: bytes that came, those of them that were told as progress, and whether anybody awaits them. */
    private long taken;
    private long credited;
    private boolean isAwaited;

    FrameDecoder(int maximumBodyBytes) {
        this.maximumBodyBytes = maximumBodyBytes;
    }

    /** Takes no more frames, not even those in the buffer at hand; may be called by the sink. */
    void stop() {
        state = State.STOPPED;
        part = null;
    }

    /** Whether another KiB of an unfinished reply came since this was last asked. */
    boolean takeProgress() {
        if (!isAwaited || taken - credited < PROGRESS_BYTES) {
            return false;
        }
        credited = taken;
        return true;
    }

    /** Consumes the buffer, and gives the sink what is complete. */
    void feed(ByteBuffer in, Sink sink) throws MalformedFrameException {
        while (state != State.STOPPED) {
            switch (state) {
                case HEADER -> {
                    if (!fill(header, in)) {
                        return;
                    }
                    readHeader();
                }
                case BODY -> {
                    boolean isFull = fillPart(in);
                    if (!isMetaTold && part.position() >= metaBytes) {
                        isMetaTold = true;
                        isAwaited = sink.meta(part.array(), metaBytes);
                    }
                    if (state == State.BODY) {
                        if (!isFull) {
                            return;
                        }
                        byte[] body = takePart();
                        state = State.HEADER;
                        sink.frame(body, metaBytes);
                    }
                }
                case META_OF_LARGE -> {
                    if (!fillPart(in)) {
                        return;
                    }
                    isAwaited = sink.meta(takePart(), metaBytes);
                    if (state == State.META_OF_LARGE) {
                        toSkip = bodyBytes - metaBytes;
                        state = State.SKIP;
                        sink.tooLarge(bodyBytes);
                    }
                }
                case SKIP -> {
                    int here = (int) Math.min(toSkip, in.remaining());
                    in.position(in.position() + here);
                    toSkip -= here;
                    taken += here;
                    if (toSkip > 0) {
                        return;
                    }
                    state = State.HEADER;
                }
                default -> throw new AssertionError(state);
            }
        }
    }

    private void readHeader() throws MalformedFrameException {
        header.flip();
        int magic = header.getInt();
        bodyBytes = Integer.toUnsignedLong(header.getInt());
        long meta = Integer.toUnsignedLong(header.getInt());
        header.clear();
        taken = 0;
        credited = 0;
        isMetaTold = false;
        isAwaited = true;
        if (magic != MAGIC) {
            throw new MalformedFrameException("what came back does not begin with PRPC");
        }
        if (meta > bodyBytes) {
            throw new MalformedFrameException("a reply's meta is larger than its body");
        }
        if (meta > MAXIMUM_META_BYTES) {
            throw new MalformedFrameException("a reply's meta of " + meta + " bytes");
        }
        metaBytes = (int) meta;
        if (bodyBytes <= maximumBodyBytes) {
            part = ByteBuffer.allocate((int) bodyBytes);
            state = State.BODY;
        } else if (bodyBytes / MAXIMUM_SKIPPED_LIMITS <= maximumBodyBytes) {
            part = ByteBuffer.allocate(metaBytes);
            state = State.META_OF_LARGE;
        } else {
            throw new MalformedFrameException("a reply of " + bodyBytes + " bytes");
        }
    }

    private byte[] takePart() {
        byte[] bytes = part.array();
        part = null;
        return bytes;
    }

    private boolean fillPart(ByteBuffer in) {
        int before = part.position();
        boolean isFull = fill(part, in);
        taken += part.position() - before;
        return isFull;
    }

    /** Whether the target is full now. */
    private static boolean fill(ByteBuffer target, ByteBuffer in) {
        int count = Math.min(target.remaining(), in.remaining());
        target.put(target.position(), in, in.position(), count);
        target.position(target.position() + count);
        in.position(in.position() + count);
        return !target.hasRemaining();
    }
}
