// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** All connections of a channel: the choice between them, and the further attempts of calls. It lives on the loop. */
final class Links {
    private final EventLoop loop;
    private final List<Link> all = new ArrayList<>();
    private final AtomicLong connections = new AtomicLong();
    private final AtomicLong late = new AtomicLong();
    private final AtomicLong unknown = new AtomicLong();
    private int turn;
    private boolean isClosed;

    Links(EventLoop loop, GrantdAddress address, GrantdConfiguration configuration) {
        this.loop = loop;
        FrameEncoder encoder = new FrameEncoder(configuration.token);
        for (int count = 0; count < configuration.connections; count++) {
            all.add(new Link(loop, address, configuration, encoder, this));
        }
    }

    /** What the connections have seen; from any thread. */
    GrantdStatistics statistics() {
        return new GrantdStatistics(connections.get(), late.get(), unknown.get());
    }

    /** Begins a call. */
    void start(Call call) {
        if (call.isDone()) {
            return;
        }
        if (isClosed) {
            call.finish(loop, null, shutDown());
            return;
        }
        call.timer = loop.schedule(call.deadline, () -> expire(call));
        choose().start(call);
    }

    /** The caller no longer waits; nothing happens where the call is over already. */
    void cancel(Call call) {
        giveUp(call, new GrantdException(GrantdCode.CANCELLED, "the call was cancelled"));
    }

    /** Tries calls again that failed in a way that another attempt may mend. */
    void retry(Collection<Call> calls, GrantdException error) {
        for (Call call : calls) {
            call.lastFailure = error;
            if (isClosed || call.attempt >= call.attempts) {
                call.finish(loop, null, isClosed ? shutDown() : error);
            } else if (!call.isDone()) {
                call.attempt++;
                choose().start(call);
            }
        }
    }

    /** Closes every connection for good; calls under way fail. */
    void close() {
        isClosed = true;
        for (Link link : all) {
            link.close().forEach(call -> call.finish(loop, null, shutDown()));
        }
    }

    void countConnection() {
        connections.incrementAndGet();
    }

    void countStray(boolean isLate) {
        (isLate ? late : unknown).incrementAndGet();
    }

    private void expire(Call call) {
        String message = "no answer came in time; allow more time, or ask for less in one call";
        giveUp(call, new GrantdException(GrantdCode.DEADLINE_EXCEEDED, message, call.lastFailure));
    }

    private void giveUp(Call call, GrantdException error) {
        if (call.isDone()) {
            return;
        }
        call.finish(loop, null, error);
        if (call.link != null) {
            call.link.forget(call);
        } else if (call.transport != null) {
            call.transport.link().givenUp(call);
        }
    }

    /** The connection with the fewest open calls, beginning with another one each time. */
    private Link choose() {
        int count = all.size();
        Link best = all.get(turn);
        for (int offset = 1; offset < count; offset++) {
            Link other = all.get((turn + offset) % count);
            if (other.load() < best.load()) {
                best = other;
            }
        }
        turn = (turn + 1) % count;
        return best;
    }

    static GrantdException shutDown() {
        return new GrantdException(GrantdCode.SHUT_DOWN, "the client was closed; make a new one");
    }
}
