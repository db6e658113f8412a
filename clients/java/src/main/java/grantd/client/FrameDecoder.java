// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import java.nio.ByteBuffer;

/**
 * Takes baidu_std frames out of a stream of bytes: {@code PRPC}, the body's size, the meta's size, the body (meta first).
 *
 * <p>Of a frame over the limit only the meta is kept, so that its call can be told; the rest is passed over.
 */
final class FrameDecoder {
    static final int MAGIC = 0x5052_5043;
    static final int HEADER_BYTES = 12;
    /** No reply's meta comes near it. */
    static final int MAXIMUM_META_BYTES = 1024 * 1024;
    /** What is passed over at most for one frame, as a multiple of the limit; beyond it the stream is given up. */
    static final long MAXIMUM_SKIPPED_LIMITS = 64;

    /** Who takes the frames. */
    interface Sink {
        /** A whole frame; the body belongs to the callee. */
        void frame(byte[] body, int metaBytes);

        /** The meta of a frame whose body, of so many bytes, is over the limit and is not kept. */
        void tooLarge(byte[] meta, long bodyBytes);
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

    FrameDecoder(int maximumBodyBytes) {
        this.maximumBodyBytes = maximumBodyBytes;
    }

    /** Takes no more frames, not even those in the buffer at hand; may be called by the sink. */
    void stop() {
        state = State.STOPPED;
        part = null;
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
                    if (!fill(part, in)) {
                        return;
                    }
                    byte[] body = takePart();
                    state = State.HEADER;
                    sink.frame(body, metaBytes);
                }
                case META_OF_LARGE -> {
                    if (!fill(part, in)) {
                        return;
                    }
                    byte[] meta = takePart();
                    toSkip = bodyBytes - metaBytes;
                    state = State.SKIP;
                    sink.tooLarge(meta, bodyBytes);
                }
                case SKIP -> {
                    int here = (int) Math.min(toSkip, in.remaining());
                    in.position(in.position() + here);
                    toSkip -= here;
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
        if (magic != MAGIC) {
            throw new MalformedFrameException("what came back does not begin with PRPC");
        }
        if (meta > bodyBytes) {
            throw new MalformedFrameException("a reply's meta is larger than its body");
        }
        if (bodyBytes <= maximumBodyBytes) {
            metaBytes = (int) meta;
            part = ByteBuffer.allocate((int) bodyBytes);
            state = State.BODY;
        } else if (meta <= MAXIMUM_META_BYTES && bodyBytes / MAXIMUM_SKIPPED_LIMITS <= maximumBodyBytes) {
            metaBytes = (int) meta;
            part = ByteBuffer.allocate(metaBytes);
            state = State.META_OF_LARGE;
        } else {
            throw new MalformedFrameException("a reply of " + bodyBytes + " bytes, its meta of " + meta);
        }
    }

    private byte[] takePart() {
        byte[] bytes = part.array();
        part = null;
        return bytes;
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
