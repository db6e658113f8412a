// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A connection's bytes, read and written without waiting: a socket's own, or what TLS makes of them. */
interface Stream extends Closeable {
    /** Reads what is there and fits; -1 at the end. */
    int read(ByteBuffer into) throws IOException;

    /** Whether more can be read although the socket may have nothing more. */
    boolean holdsInput();

    /** Writes what is taken now. */
    int write(ByteBuffer from) throws IOException;

    /** Writes what was taken and is not out yet; whether all of it is out. */
    boolean flush() throws IOException;

    /** A socket's own bytes. */
    record Plain(SocketChannel channel) implements Stream {
        @Override
        public int read(ByteBuffer into) throws IOException {
            return channel.read(into);
        }

        @Override
        public boolean holdsInput() {
            return false;
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            return channel.write(from);
        }

        @Override
        public boolean flush() {
            return true;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
