// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
)

// WithTLS speaks TLS over whatever the dialer connects. A nil configuration is one with the defaults: the system's certificate
// authorities, and the address's own host as the name that the daemon's certificate must bear (ServerName says another). The
// handshake is part of the attempt to connect, and its failure is an ErrConnectionFailed that says why. The default is no TLS.
func WithTLS(config *tls.Config) Option {
	return func(c *configuration) {
		if config == nil {
			config = new(tls.Config)
		}
		c.tls = config.Clone()
	}
}

// A dialer that shakes hands over what another one connects.
func tlsDialer(dial Dialer, config *tls.Config) Dialer {
	return func(ctx context.Context, address string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		named := config
		if named.ServerName == "" {
			named = config.Clone()
			named.ServerName = host
		}
		socket, err := dial(ctx, address)
		if err != nil {
			return nil, err
		}
		secured := tls.Client(socket, named)
		if err := secured.HandshakeContext(ctx); err != nil {
			socket.Close()
			return nil, handshakeError(err)
		}
		return secured, nil
	}
}

// What a handshake failed with, in words that say what to look at.
func handshakeError(err error) error {
	var header tls.RecordHeaderError
	switch {
	case errors.As(err, &header):
		return fmt.Errorf("the peer does not speak TLS: %w", err)
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET):
		return fmt.Errorf("the peer ended the TLS handshake; it may not speak TLS: %w", err)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("no TLS handshake in time; the peer may not speak TLS: %w", err)
	}
	return fmt.Errorf("TLS: %w", err)
}
