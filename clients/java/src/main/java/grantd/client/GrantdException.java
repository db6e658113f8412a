// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import com.google.protobuf.ServiceException;

/**
 * Why a call had no answer.
 *
 * <p>It is the {@link ServiceException} that the generated blocking stubs declare. {@link #toString()} is safe to log: the
 * daemon's words may quote what was sent, an applicant's data, so they stand in {@link #getMessage()} only.
 */
public final class GrantdException extends ServiceException {
    private static final long serialVersionUID = 1L;

    private final GrantdCode code;
    private final int number;
    private final String status;
    private final String field;

    /**
     * Makes an exception for what the daemon refused.
     *
     * @param number The error number of the framing, not 0.
     * @param status The status by its gRPC name; where it is empty, the number's own.
     * @param message What is wrong and what would be right.
     * @param field The place in the request; empty where none can be named.
     */
    public GrantdException(int number, String status, String message, String field) {
        this(GrantdCode.of(number), number, status.isEmpty() ? GrantdCode.of(number).status() : status, message, field, null);
    }

    GrantdException(GrantdCode code, String message) {
        this(code, message, null);
    }

    GrantdException(GrantdCode code, String message, Throwable cause) {
        this(code, code.number(), code.status(), message, "", cause);
    }

    private GrantdException(
            GrantdCode code, int number, String status, String message, String field, Throwable cause) {
        super(message, cause);
        this.code = code;
        this.number = number;
        this.status = status;
        this.field = field;
    }

    /**
     * What kind of failure it is.
     *
     * @return The code.
     */
    public GrantdCode code() {
        return code;
    }

    /**
     * The error number of the framing.
     *
     * @return 1003, say; 0 for what only the client can see, a lost connection.
     */
    public int number() {
        return number;
    }

    /**
     * The status by its gRPC name, as the daemon sent it.
     *
     * @return {@code INVALID_ARGUMENT}, say; never empty.
     */
    public String status() {
        return status;
    }

    /**
     * The place in the request.
     *
     * @return {@code prior_awards[0].amount_fen}, {@code facts}; empty where no place can be named.
     */
    public String field() {
        return field;
    }

    /** The same failure with the stack of whoever waited for it, the original as its cause. */
    GrantdException rethrown() {
        return new GrantdException(code, number, status, getMessage(), field, this);
    }

    /**
     * The code and the field; safe to log. What only the client can see is told in full.
     *
     * @return {@code grantd.client.GrantdException: INVALID_REQUEST (1003) at facts}, say.
     */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(getClass().getName()).append(": ").append(code);
        if (number != 0) {
            text.append(" (").append(number).append(')');
        }
        if (!field.isEmpty()) {
            text.append(" at ").append(field);
        }
        if (number == 0) {
            text.append(": ").append(getMessage());
        }
        return text.toString();
    }
}
