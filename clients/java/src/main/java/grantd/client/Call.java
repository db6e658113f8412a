// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import com.google.protobuf.ByteString;

/** One call on its way, over as many attempts as it takes. All but the fields that never change belong to the loop. */
final class Call {
    /** Told once, on the loop, how the call ended: by an answer, or by an error. */
    interface Completion {
        void done(Answer answer, GrantdException error);
    }

    /**
     * What came for a call.
     *
     * @param payload The serialized message.
     * @param requestHash What the daemon's log knows the request by; null where it says none.
     */
    record Answer(ByteString payload, String requestHash) {}

    final String service;
    final String method;
    final ByteString payload;
    /** A moment of {@link System#nanoTime()}. */
    final long deadline;
    final int attempts;
    private final Completion completion;

    int attempt = 1;
    /** Where it waits for its turn; null once it is sent. */
    Link link;
    /** Where it is in flight. */
    Transport transport;
    long correlationId;
    EventLoop.Timer timer;
    /** Why the last attempt failed. */
    GrantdException lastFailure;
    private boolean isDone;

    Call(String service, String method, ByteString payload, long deadline, int attempts, Completion completion) {
        this.service = service;
        this.method = method;
        this.payload = payload;
        this.deadline = deadline;
        this.attempts = attempts;
        this.completion = completion;
    }

    boolean isDone() {
        return isDone;
    }

    /** Ends the call, the first time it is told to. */
    void finish(EventLoop loop, Answer answer, GrantdException error) {
        if (isDone) {
            return;
        }
        isDone = true;
        loop.cancel(timer);
        completion.done(answer, error);
    }
}
