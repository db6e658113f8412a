// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

/** What kind of failure a {@link GrantdException} is; what a program branches on. */
public enum GrantdCode {
    /** The daemon has no such service (1001): it is older than the client. */
    UNKNOWN_SERVICE(1001, "UNIMPLEMENTED"),
    /** The service has no such method (1002): the daemon is older than the client. */
    UNKNOWN_METHOD(1002, "UNIMPLEMENTED"),
    /** The request is malformed (1003); the exception's field names the place. */
    INVALID_REQUEST(1003, "INVALID_ARGUMENT"),
    /** The token is missing or wrong (1004). */
    UNAUTHENTICATED(1004, "UNAUTHENTICATED"),
    /** No answer came in time (1008). */
    DEADLINE_EXCEEDED(1008, "DEADLINE_EXCEEDED"),
    /** A fault in the daemon (2001). */
    INTERNAL_ERROR(2001, "INTERNAL"),
    /** The daemon is stopping (2003), in every attempt. */
    UNAVAILABLE(2003, "UNAVAILABLE"),
    /** Over a limit of the daemon or of the client (2004). */
    LIMIT_EXCEEDED(2004, "RESOURCE_EXHAUSTED"),
    /** An error number that this client does not know; the exception's number tells it. */
    OTHER(0, "UNKNOWN"),
    /** No connection could be made, in every attempt. */
    CONNECTION_FAILED(0, "UNAVAILABLE"),
    /** The connection ended before the answer came, in every attempt. */
    CONNECTION_LOST(0, "UNAVAILABLE"),
    /** What came back is no frame, in every attempt, or no whole answer of the contract. */
    INVALID_REPLY(0, "INTERNAL"),
    /** The reply has more bytes than the client's limit, or would take too much memory; it was not kept. */
    REPLY_TOO_LARGE(0, "RESOURCE_EXHAUSTED"),
    /** The caller gave the call up: its future or controller was cancelled, or its thread interrupted. */
    CANCELLED(0, "CANCELLED"),
    /** The client was closed. */
    SHUT_DOWN(0, "CANCELLED");

    private final int number;
    private final String status;

    GrantdCode(int number, String status) {
        this.number = number;
        this.status = status;
    }

    /**
     * The error number of the framing.
     *
     * @return The number; 0 for {@link #OTHER} and for what only the client can see.
     */
    public int number() {
        return number;
    }

    /**
     * The status by its gRPC name.
     *
     * @return {@code INVALID_ARGUMENT}, say.
     */
    public String status() {
        return status;
    }

    /**
     * The code for an error number of the framing.
     *
     * @param number What the reply's {@code error_code} says, not 0.
     * @return The code; {@link #OTHER} where the number is not known.
     */
    public static GrantdCode of(int number) {
        for (GrantdCode code : values()) {
            if (code.number == number && number != 0) {
                return code;
            }
        }
        return OTHER;
    }
}
