// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import javax.net.ssl.SSLException;

/** A handshake on the loop, over a socket that is connected. */
final class TlsHandshake implements EventLoop.Ready {
    /** Who is told, once. */
    interface Listener {
        /** TLS stands; the stream belongs to the callee. */
        void agreed(Stream stream, SelectionKey key);

        /** It does not, and the stream is still open. */
        void failed(IOException cause);
    }

    private final TlsStream stream;
    private final Listener listener;

    TlsHandshake(TlsStream stream, Listener listener) {
        this.stream = stream;
        this.listener = listener;
    }

    @Override
    public void ready(SelectionKey key) {
        if (!key.isValid()) {
            return;
        }
        try {
            int wanted = stream.handshake();
            if (wanted == 0) {
                key.interestOps(0);
                listener.agreed(stream, key);
            } else {
                key.interestOps(wanted);
            }
        } catch (IOException error) {
            key.interestOps(0);
            listener.failed(new IOException(problem(error), error));
        }
    }

    void close() {
        Transport.closeQuietly(stream);
    }

    /** What a handshake failed with, in words that say what to look at. */
    static String problem(IOException error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException) {
                return "the daemon's certificate is refused: it has expired (" + cause.getMessage() + ")";
            }
            if (cause instanceof CertificateException && cause.getCause() == null) {
                return "the daemon's certificate is refused: " + cause.getMessage();
            }
        }
        String text = String.valueOf(error.getMessage());
        if (text.contains("unable to find valid certification path") || text.contains("PKIX")) {
            return "the daemon's certificate is refused: no authority that is trusted has signed it (" + text + ")";
        }
        if (text.contains("Unsupported or unrecognized SSL message")) {
            return "the peer does not speak TLS";
        }
        if (error instanceof SSLException) {
            return "TLS: " + text;
        }
        return text.contains("TLS") ? text : "the peer ended the TLS handshake; it may not speak TLS (" + text + ")";
    }
}
