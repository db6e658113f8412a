// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import java.util.Objects;

/**
 * Where a daemon listens.
 *
 * @param host A host name or an IP address, IPv6 without brackets.
 * @param port The TCP port, 1 to 65,535.
 */
public record GrantdAddress(String host, int port) {
    /** The port that {@code grantd serve} takes by default. */
    public static final int STANDARD_PORT = 7843;

    /** Where {@code grantd serve} listens by default: {@code 127.0.0.1:7843}. */
    public static final GrantdAddress STANDARD = new GrantdAddress("127.0.0.1", STANDARD_PORT);

    /**
     * Checks the parts.
     *
     * @param host A host name or an IP address.
     * @param port The TCP port.
     * @throws IllegalArgumentException Where the host is empty or the port is none.
     */
    public GrantdAddress {
        Objects.requireNonNull(host, "host");
        if (host.isEmpty() || port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not an address: host '" + host + "', port " + port);
        }
    }

    /**
     * Reads {@code HOST:PORT}, {@code HOST} or {@code [IPV6]:PORT}.
     *
     * @param text The address.
     * @return The address, with the standard port where the text has none.
     * @throws IllegalArgumentException Where the text is no address.
     */
    public static GrantdAddress parse(String text) {
        int bracket = text.lastIndexOf(']');
        int colon = text.lastIndexOf(':');
        boolean hasPort = colon > bracket && (bracket >= 0 || text.indexOf(':') == colon);
        String host = hasPort ? text.substring(0, colon) : text;
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            return new GrantdAddress(host, hasPort ? Integer.parseInt(text.substring(colon + 1)) : STANDARD_PORT);
        } catch (NumberFormatException error) {
            throw new IllegalArgumentException("not an address, HOST:PORT: " + text, error);
        }
    }

    /**
     * The address in one word.
     *
     * @return {@code HOST:PORT}.
     */
    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
