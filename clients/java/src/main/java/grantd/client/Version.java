// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

/** The version of this library, the one of the daemon it was released with. */
public final class Version {
    /** As {@code pom.xml} has it. */
    public static final String CURRENT = "0.1.0";

    private Version() {}
}
