// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"fmt"
	"net"
	"strconv"
	"strings"
)

// DefaultAddress is where a daemon without options listens.
const DefaultAddress = "127.0.0.1:7843"

const defaultPort = "7843"

// Reads HOST:PORT, HOST, [IPV6]:PORT or [IPV6]; a port that is left out is 7843.
func parseAddress(text string) (string, error) {
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		// No port: the brackets of an IPv6 address go, JoinHostPort puts them back.
		host, port = strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"), defaultPort
		if strings.Contains(host, ":") && !strings.HasPrefix(text, "[") {
			return "", fmt.Errorf("grantd: %q is no address: write HOST:PORT, an IPv6 address in brackets", text)
		}
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if host == "" || strings.ContainsAny(host, " \t\r\n[]") || err != nil || number == 0 {
		return "", fmt.Errorf("grantd: %q is no address: write HOST:PORT, an IPv6 address in brackets", text)
	}
	return net.JoinHostPort(host, port), nil
}
