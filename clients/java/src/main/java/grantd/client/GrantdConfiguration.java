// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import javax.net.ssl.SSLContext;

/** How a {@link GrantdChannel} behaves. Immutable; made by a {@link Builder}. */
public final class GrantdConfiguration {
    /** The defaults of every property. */
    public static final GrantdConfiguration DEFAULTS = builder().build();

    private static final int MEBIBYTE = 1024 * 1024;

    final int connections;
    final Duration deadline;
    final Duration connectTimeout;
    final Duration silenceTimeout;
    final int maximumCallsInFlight;
    final int maximumRequestBytes;
    final int maximumAuctionRequestBytes;
    final int maximumReplyBytes;
    final int attempts;
    final Duration initialBackoff;
    final Duration maximumBackoff;
    final int jitterPercent;
    final String token;
    final Executor executor;
    final SSLContext tls;
    final String tlsServerName;
    final Connector.Resolver resolver;

    private GrantdConfiguration(Builder builder) {
        connections = builder.connections;
        deadline = builder.deadline;
        connectTimeout = builder.connectTimeout;
        silenceTimeout = builder.silenceTimeout;
        maximumCallsInFlight = builder.maximumCallsInFlight;
        maximumRequestBytes = builder.maximumRequestBytes;
        maximumAuctionRequestBytes = builder.maximumAuctionRequestBytes;
        maximumReplyBytes = builder.maximumReplyBytes;
        attempts = builder.attempts;
        initialBackoff = builder.initialBackoff;
        maximumBackoff = builder.maximumBackoff;
        jitterPercent = builder.jitterPercent;
        token = builder.token;
        executor = builder.executor;
        tls = builder.tls;
        tlsServerName = builder.tlsServerName;
        resolver = builder.resolver;
    }

    /**
     * Begins with the defaults.
     *
     * @return A new builder.
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Sets properties one by one; each setter refuses a value that cannot be with an IllegalArgumentException. */
    public static final class Builder {
        private int connections = 1;
        private Duration deadline = Duration.ofSeconds(10);
        private Duration connectTimeout = Duration.ofSeconds(5);
        private Duration silenceTimeout = Duration.ofSeconds(5);
        private int maximumCallsInFlight = 128;
        private int maximumRequestBytes = 4 * MEBIBYTE;
        private int maximumAuctionRequestBytes = 16 * MEBIBYTE;
        private int maximumReplyBytes = 16 * MEBIBYTE;
        private int attempts = 5;
        private Duration initialBackoff = Duration.ofMillis(50);
        private Duration maximumBackoff = Duration.ofSeconds(5);
        private int jitterPercent = 25;
        private String token = "";
        private Executor executor = ForkJoinPool.commonPool();
        private SSLContext tls;
        private String tlsServerName = "";
        private Connector.Resolver resolver = InetAddress::getAllByName;

        private Builder() {}

        /**
         * Connections to the daemon, each made when it is first needed.
         *
         * @param count 1 or more; 1 by default: one connection carries many calls at once.
         * @return This builder.
         */
        public Builder connections(int count) {
            connections = atLeastOne(count, "connections");
            return this;
        }

        /**
         * How long a call may take, its retries included, where the call does not say.
         *
         * @param time More than none, a day at most; 10 seconds by default.
         * @return This builder.
         */
        public Builder deadline(Duration time) {
            deadline = Deadlines.checked(time);
            return this;
        }

        /**
         * How long one attempt to connect may take, the look-up of the name and all its addresses included: they are
         * tried in turn, each 250 milliseconds after the one before or at once when that failed.
         *
         * @param time More than none; 5 seconds by default.
         * @return This builder.
         */
        public Builder connectTimeout(Duration time) {
            connectTimeout = Deadlines.checked(time);
            return this;
        }

        /**
         * How long a connection may make no progress, neither a reply nor a KiB of one, while an answer is owed on it, be
         * it to a call that was given up. Then it is left: the calls that wait on it are tried again on a new one. A
         * connection on which nothing is owed may be silent for ever.
         *
         * @param time Nothing, which never leaves one, or more; 5 seconds by default.
         * @return This builder.
         */
        public Builder silenceTimeout(Duration time) {
            silenceTimeout = time.isZero() ? time : Deadlines.checked(time);
            return this;
        }

        /**
         * Calls in flight on one connection; further calls wait for their turn.
         *
         * @param count 1 or more; 128 by default, half of what the daemon lets wait on a connection.
         * @return This builder.
         */
        public Builder maximumCallsInFlight(int count) {
            maximumCallsInFlight = atLeastOne(count, "maximumCallsInFlight");
            return this;
        }

        /**
         * The largest request that is sent.
         *
         * @param bytes 1 or more; 4 MiB by default, the daemon's own limit.
         * @return This builder.
         */
        public Builder maximumRequestBytes(int bytes) {
            maximumRequestBytes = atLeastOne(bytes, "maximumRequestBytes");
            return this;
        }

        /**
         * The largest request of {@code ClearAuction}, whose bids cannot be shared out over several calls, and of
         * {@code EvaluateColumns}.
         *
         * @param bytes 1 or more; 16 MiB by default, the daemon's own limit for those calls.
         * @return This builder.
         */
        public Builder maximumAuctionRequestBytes(int bytes) {
            maximumAuctionRequestBytes = atLeastOne(bytes, "maximumAuctionRequestBytes");
            return this;
        }

        /**
         * The largest reply that is accepted: its header's own figure, looked at before the bytes come. Nor may an answer
         * take more memory than 16 bytes for each of these: that is estimated from its bytes before it is decoded.
         *
         * @param bytes 1 or more; 16 MiB by default, the daemon's own limit.
         * @return This builder.
         */
        public Builder maximumReplyBytes(int bytes) {
            maximumReplyBytes = atLeastOne(bytes, "maximumReplyBytes");
            return this;
        }

        /**
         * How often a call is tried in all, when the daemon stops or a connection cannot be made, is lost, or carries what is
         * no frame. In scoring a batch is tried as often as its deadline leaves time for.
         *
         * @param count 1 or more, where 1 never tries again; 5 by default.
         * @return This builder.
         */
        public Builder attempts(int count) {
            attempts = atLeastOne(count, "attempts");
            return this;
        }

        /**
         * The pauses before a connection is made anew: each failure in a row doubles the pause.
         *
         * @param initial The first pause, more than none; 50 milliseconds by default.
         * @param maximum The longest, no shorter than the first; 5 seconds by default.
         * @return This builder.
         */
        public Builder backoff(Duration initial, Duration maximum) {
            if (initial.compareTo(maximum) > 0) {
                throw new IllegalArgumentException("the first pause is longer than the longest");
            }
            initialBackoff = Deadlines.checked(initial);
            maximumBackoff = Deadlines.checked(maximum);
            return this;
        }

        /**
         * How much of a pause chance may take away, so that many clients do not return at once.
         *
         * @param percent 0 to 100; 25 by default.
         * @return This builder.
         */
        public Builder jitterPercent(int percent) {
            if (percent < 0 || percent > 100) {
                throw new IllegalArgumentException("jitterPercent: " + percent + ", not 0 to 100");
            }
            jitterPercent = percent;
            return this;
        }

        /**
         * What the daemon's {@code --token-file} asks for.
         *
         * @param secret The token: visible ASCII characters, at most 4,096; empty, the default, sends none.
         * @return This builder.
         */
        public Builder token(String secret) {
            TokenFile.check(Objects.requireNonNull(secret, "token"), "token");
            token = secret;
            return this;
        }

        /**
         * Takes the first token of a file that may be the daemon's own {@code --token-file}: a token a line; empty lines
         * and lines that begin with {@code #} are left out. The file is read now, and not again.
         *
         * @param file The file, in UTF-8.
         * @return This builder.
         * @throws IOException Where the file cannot be read.
         * @throws IllegalArgumentException Where it holds no token, or anything that is none; it names the line.
         */
        public Builder tokenFile(Path file) throws IOException {
            token = TokenFile.read(file);
            return this;
        }

        /**
         * Where answers of asynchronous calls are decoded and their futures completed. An executor that runs its tasks
         * in the calling thread makes them run in the channel's own, which then must never be kept waiting.
         *
         * @param place The executor; by default the common pool.
         * @return This builder.
         */
        public Builder executor(Executor place) {
            executor = Objects.requireNonNull(place, "executor");
            return this;
        }

        /**
         * Speaks TLS, as the daemon's {@code --tls-cert} has it. The handshake has its time within
         * {@link #connectTimeout}; its failure is one of connecting, and says why.
         *
         * @param context What is trusted and shown; {@link GrantdTls} makes one of PEM files. Null, the default: no TLS.
         * @return This builder.
         */
        public Builder tls(SSLContext context) {
            tls = context;
            return this;
        }

        /**
         * The name that the daemon's certificate must bear.
         *
         * @param name A host's name or number; empty, the default, is the address's host.
         * @return This builder.
         */
        public Builder tlsServerName(String name) {
            tlsServerName = Objects.requireNonNull(name, "tlsServerName");
            return this;
        }

        /** What looks names up; for tests. */
        Builder resolver(Connector.Resolver way) {
            resolver = way;
            return this;
        }

        /**
         * Makes the configuration.
         *
         * @return What was set, the rest by default.
         */
        public GrantdConfiguration build() {
            return new GrantdConfiguration(this);
        }

        private static int atLeastOne(int value, String name) {
            if (value < 1) {
                throw new IllegalArgumentException(name + ": " + value + ", not 1 or more");
            }
            return value;
        }
    }
}
