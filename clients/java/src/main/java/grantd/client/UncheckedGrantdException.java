// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

/** A {@link GrantdException} where none can be declared: out of the iterator or the stream of a scoring. */
public final class UncheckedGrantdException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Wraps an exception.
     *
     * @param cause What happened.
     */
    public UncheckedGrantdException(GrantdException cause) {
        super(cause.toString(), cause);
    }

    /**
     * What happened.
     *
     * @return The wrapped exception, never null.
     */
    @Override
    public synchronized GrantdException getCause() {
        return (GrantdException) super.getCause();
    }
}
