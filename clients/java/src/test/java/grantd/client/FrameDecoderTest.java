// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import grantd.client.FrameDecoder.MalformedFrameException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
    private static final int LIMIT = 100;

    private static class Taken implements FrameDecoder.Sink {
        final List<String> events = new ArrayList<>();
        byte[] lastBody;
        int lastMeta = -1;
        boolean isAwaited = true;

        @Override
        public boolean meta(byte[] buffer, int metaBytes) {
            lastMeta = metaBytes;
            return isAwaited;
        }

        @Override
        public void frame(byte[] body, int metaBytes) {
            assertEquals(lastMeta, metaBytes);
            events.add("frame " + body.length + "/" + metaBytes);
            lastBody = body;
        }

        @Override
        public void tooLarge(long bodyBytes) {
            events.add("large " + bodyBytes + "/" + lastMeta);
        }
    }

    private static ByteBuffer frame(int magic, int bodyBytes, int metaBytes, int present) {
        ByteBuffer bytes = ByteBuffer.allocate(12 + present).putInt(magic).putInt(bodyBytes).putInt(metaBytes);
        for (int index = 0; index < present; index++) {
            bytes.put((byte) index);
        }
        return bytes.flip();
    }

    private static ByteBuffer stream() {
        ByteBuffer all = ByteBuffer.allocate(1024);
        all.put(frame(FrameDecoder.MAGIC, 20, 5, 20));
        all.put(frame(FrameDecoder.MAGIC, 0, 0, 0));
        all.put(frame(FrameDecoder.MAGIC, LIMIT + 50, 7, LIMIT + 50));
        all.put(frame(FrameDecoder.MAGIC, LIMIT, LIMIT, LIMIT));
        all.put(frame(FrameDecoder.MAGIC, LIMIT + 1, 0, LIMIT + 1));
        all.put(frame(FrameDecoder.MAGIC, 3, 1, 3));
        return all.flip();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 11, 12, 13, 64, 1024})
    void takesFramesWhateverThePieces(int piece) throws MalformedFrameException {
        FrameDecoder decoder = new FrameDecoder(LIMIT);
        Taken taken = new Taken();
        ByteBuffer all = stream();
        while (all.hasRemaining()) {
            ByteBuffer part = all.slice(all.position(), Math.min(piece, all.remaining()));
            all.position(all.position() + part.remaining());
            decoder.feed(part, taken);
            assertEquals(0, part.remaining());
        }
        assertEquals(
                List.of("frame 20/5", "frame 0/0", "large 150/7", "frame 100/100", "large 101/0", "frame 3/1"),
                taken.events);
        assertArrayEquals(new byte[] {0, 1, 2}, taken.lastBody);
    }

    @Test
    void refusesWhatDoesNotBeginWithTheMagic() {
        FrameDecoder decoder = new FrameDecoder(LIMIT);
        assertThrows(MalformedFrameException.class,
                () -> decoder.feed(ByteBuffer.wrap("HTTP/1.1 400 Bad Request".getBytes()), new Taken()));
    }

    @Test
    void refusesAMetaLargerThanItsBody() {
        FrameDecoder decoder = new FrameDecoder(LIMIT);
        assertThrows(MalformedFrameException.class,
                () -> decoder.feed(frame(FrameDecoder.MAGIC, 4, 5, 0), new Taken()));
    }

    @Test
    void refusesSizesThatCannotBeBeforeTheBytesCome() {
        assertThrows(MalformedFrameException.class,
                () -> new FrameDecoder(LIMIT).feed(frame(FrameDecoder.MAGIC, -1, 4, 0), new Taken()));
        assertThrows(MalformedFrameException.class,
                () -> new FrameDecoder(LIMIT).feed(frame(FrameDecoder.MAGIC, -1, -1, 0), new Taken()));
    }

    @Test
    void refusesAMetaThatIsTooLargeWhateverTheBody() {
        int large = FrameDecoder.MAXIMUM_META_BYTES + 1;
        assertThrows(MalformedFrameException.class,
                () -> new FrameDecoder(large).feed(frame(FrameDecoder.MAGIC, large, large, 0), new Taken()));
    }

    @Test
    void stopsWhenToldByTheMeta() throws MalformedFrameException {
        for (int large = 0; large < 2; large++) {
            FrameDecoder decoder = new FrameDecoder(LIMIT);
            Taken taken = new Taken() {
                @Override
                public boolean meta(byte[] buffer, int metaBytes) {
                    decoder.stop();
                    return super.meta(buffer, metaBytes);
                }
            };
            int bodyBytes = large == 0 ? 20 : LIMIT + 20;
            decoder.feed(frame(FrameDecoder.MAGIC, bodyBytes, 5, bodyBytes), taken);
            assertEquals(5, taken.lastMeta);
            assertEquals(List.of(), taken.events);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10_000, 1_000})
    void aKibibyteOfAReplyIsProgressAndOfAnotherFrameIsNone(int limit) throws MalformedFrameException {
        for (boolean isAwaited : new boolean[] {true, false}) {
            FrameDecoder decoder = new FrameDecoder(limit);
            Taken taken = new Taken();
            taken.isAwaited = isAwaited;
            ByteBuffer all = frame(FrameDecoder.MAGIC, 5_000, 10, 5_000);
            int progress = 0;
            while (all.hasRemaining()) {
                decoder.feed(all.slice(all.position(), 1), taken);
                all.position(all.position() + 1);
                progress += decoder.takeProgress() ? 1 : 0;
            }
            assertEquals(isAwaited ? 4 : 0, progress);
        }
    }

    @Test
    void stopsWhenToldInTheMiddle() throws MalformedFrameException {
        FrameDecoder decoder = new FrameDecoder(LIMIT);
        Taken taken = new Taken();
        FrameDecoder.Sink stopping = new FrameDecoder.Sink() {
            @Override
            public boolean meta(byte[] buffer, int metaBytes) {
                return taken.meta(buffer, metaBytes);
            }

            @Override
            public void frame(byte[] body, int metaBytes) {
                taken.frame(body, metaBytes);
                decoder.stop();
            }

            @Override
            public void tooLarge(long bodyBytes) {
                taken.tooLarge(bodyBytes);
            }
        };
        decoder.feed(stream(), stopping);
        assertEquals(List.of("frame 20/5"), taken.events);
    }

    @Test
    void neverDoesWorseThanRefuse() {
        Random random = new Random(7);
        for (int round = 0; round < 2_000; round++) {
            byte[] bytes = stream().array().clone();
            for (int change = 0; change < 4; change++) {
                bytes[random.nextInt(512)] = (byte) random.nextInt();
            }
            FrameDecoder decoder = new FrameDecoder(LIMIT);
            try {
                decoder.feed(ByteBuffer.wrap(bytes), new Taken());
            } catch (MalformedFrameException error) {
                assertEquals(false, error.getMessage().isEmpty());
            }
        }
    }
}
