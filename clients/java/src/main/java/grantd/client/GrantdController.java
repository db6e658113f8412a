// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import com.google.protobuf.RpcCallback;
import com.google.protobuf.RpcController;
import java.time.Duration;

/**
 * The controller of one call through a generated stub: carries its deadline, cancels it, and tells why it failed and what the
 * daemon's log knows the request by.
 *
 * <p>Use one for one call at a time; {@link #reset()} makes it good for the next.
 */
public final class GrantdController implements RpcController {
    private Duration deadline;
    private Runnable onCancel;
    private RpcCallback<Object> toNotify;
    private boolean isCanceled;
    private GrantdException failure;
    private String errorText;
    private String requestHash;

    /** Makes a controller for a call with the channel's own deadline. */
    public GrantdController() {}

    /**
     * Makes a controller for a call with a deadline of its own.
     *
     * @param deadline How long the call may take, its retries included; more than none.
     */
    public GrantdController(Duration deadline) {
        this.deadline = Deadlines.checked(deadline);
    }

    /** Makes the controller good for another call; the deadline stays. */
    @Override
    public synchronized void reset() {
        onCancel = null;
        toNotify = null;
        isCanceled = false;
        failure = null;
        errorText = null;
        requestHash = null;
    }

    /**
     * Whether the call failed.
     *
     * @return True once it has.
     */
    @Override
    public synchronized boolean failed() {
        return errorText != null;
    }

    /**
     * Why the call failed, for a person; it may quote what was sent.
     *
     * @return The text; null where it did not fail.
     */
    @Override
    public synchronized String errorText() {
        return errorText;
    }

    /**
     * Why the call failed.
     *
     * @return The exception with code, status, message and field; null where it did not fail.
     */
    public synchronized GrantdException failure() {
        return failure;
    }

    /**
     * What the daemon's log of decisions knows the request by, for {@code grantctl log show --hash}.
     *
     * @return The SHA-256 of the request's bytes in hexadecimal; where the log masks fields, a full stop and the salt that went
     *     before them, too. Null before the answer, and where the daemon keeps no log, or logs no such call.
     */
    public synchronized String requestHash() {
        return requestHash;
    }

    /** Gives the call up, from any thread; it then fails with {@link GrantdCode#CANCELLED}. */
    @Override
    public void startCancel() {
        Runnable cancel;
        RpcCallback<Object> notified;
        synchronized (this) {
            if (isCanceled) {
                return;
            }
            isCanceled = true;
            cancel = onCancel;
            notified = toNotify;
        }
        if (cancel != null) {
            cancel.run();
        }
        if (notified != null) {
            notified.run(null);
        }
    }

    /**
     * Notes a failure.
     *
     * @param reason What to give as {@link #errorText()}.
     */
    @Override
    public synchronized void setFailed(String reason) {
        errorText = reason;
    }

    /**
     * Whether the call was given up.
     *
     * @return True after {@link #startCancel()}.
     */
    @Override
    public synchronized boolean isCanceled() {
        return isCanceled;
    }

    /**
     * Has a callback run when the call is given up; at once where it was already.
     *
     * @param callback Run with null.
     */
    @Override
    public void notifyOnCancel(RpcCallback<Object> callback) {
        synchronized (this) {
            if (!isCanceled) {
                toNotify = callback;
                return;
            }
        }
        callback.run(null);
    }

    synchronized Duration deadline() {
        return deadline;
    }

    synchronized void answered(String hash) {
        requestHash = hash;
    }

    void fail(GrantdException error) {
        synchronized (this) {
            failure = error;
            requestHash = null;
            errorText = error.getMessage() == null ? error.code().name() : error.getMessage();
        }
    }

    /** What gives the call up; run at once where that was asked for already. */
    void bind(Runnable cancel) {
        synchronized (this) {
            if (!isCanceled) {
                onCancel = cancel;
                return;
            }
        }
        cancel.run();
    }
}
