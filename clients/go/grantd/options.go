// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"time"
)

// Retry says when to try again.
type Retry struct {
	// How often a call is tried in all; 1 never tries again. The default is 5. A scoring tries each of its batches as often as its
	// deadline leaves time for.
	Attempts int
	// The pause after the first failure of a connection. The default is 50 milliseconds.
	InitialBackoff time.Duration
	// The longest pause; each failure in a row doubles the pause up to it. The default is 5 seconds.
	MaximumBackoff time.Duration
	// How much of a pause chance may take away, in hundredths, so that many clients do not return at once. The default is 25.
	JitterPercent int
}

// DefaultRetry holds the defaults of every field.
var DefaultRetry = Retry{
	Attempts:       5,
	InitialBackoff: 50 * time.Millisecond,
	MaximumBackoff: 5 * time.Second,
	JitterPercent:  25,
}

// Dialer makes a connection to the address, `HOST:PORT`, before ctx is done.
type Dialer func(ctx context.Context, address string) (net.Conn, error)

// Option changes how a Client behaves.
type Option func(*configuration)

type configuration struct {
	connections    int
	deadline       time.Duration
	connectTimeout time.Duration
	silenceTimeout time.Duration
	callsInFlight  int
	requestBytes   int
	auctionBytes   int
	replyBytes     int
	replyEntries   int
	retry          Retry
	token          []byte
	dialer         Dialer
	tls            *tls.Config
	// What is wrong with the options; New reports it.
	err error
}

func defaultConfiguration() configuration {
	return configuration{
		connections:    1,
		deadline:       10 * time.Second,
		connectTimeout: 5 * time.Second,
		silenceTimeout: 5 * time.Second,
		callsInFlight:  128,
		requestBytes:   4 << 20,
		auctionBytes:   16 << 20,
		replyBytes:     16 << 20,
		replyEntries:   1 << 20,
		retry:          DefaultRetry,
		dialer:         DialTCP,
	}
}

// WithConnections sets the number of connections to the daemon. The default is 1: one connection carries many calls at once.
// Scoring in bulk gains from as many as the daemon has threads.
func WithConnections(number int) Option {
	return func(c *configuration) { c.connections = atLeastOne(number) }
}

// WithDeadline sets how long a call may take, its retries included, where its context says nothing. The default is 10 seconds.
// ScoreOptions has a deadline of its own.
func WithDeadline(deadline time.Duration) Option {
	return func(c *configuration) { c.deadline = deadline }
}

// WithConnectTimeout sets how long one attempt to connect may take, the look-up of the name and all its addresses included. The
// default is 5 seconds.
func WithConnectTimeout(timeout time.Duration) Option {
	return func(c *configuration) { c.connectTimeout = timeout }
}

// WithSilenceTimeout sets how long a connection that owes an answer may bring none, nor 1 KiB of one, before it is left: it is
// closed, and the calls that wait on it are made again over a new one. A call that was given up is owed its answer too. 0 turns it
// off. The default is 5 seconds; set more where single calls take the daemon longer.
func WithSilenceTimeout(timeout time.Duration) Option {
	return func(c *configuration) { c.silenceTimeout = timeout }
}

// WithMaximumCallsInFlight sets the number of calls in flight on one connection; further calls wait for their turn. The
// default is 128, half of what the daemon lets wait on a connection.
func WithMaximumCallsInFlight(number int) Option {
	return func(c *configuration) { c.callsInFlight = atLeastOne(number) }
}

// WithMaximumRequestBytes sets the largest request that is sent, in bytes. The default is 4 MiB, the daemon's own limit.
func WithMaximumRequestBytes(bytes int) Option {
	return func(c *configuration) { c.requestBytes = bytes }
}

// WithMaximumAuctionRequestBytes sets the largest request of ClearAuction and of EvaluateColumns that is sent, in bytes, in place of the
// limit of the other calls: an auction's bids cannot be shared out over several calls. The default is 16 MiB, the daemon's own limit.
func WithMaximumAuctionRequestBytes(bytes int) Option {
	return func(c *configuration) { c.auctionBytes = bytes }
}

// WithMaximumReplyBytes sets the largest reply that is accepted, in bytes: its header's own figure, looked at before the bytes
// come. The default is 16 MiB, the daemon's own limit. grpc.MaxCallRecvMsgSize sets it for one call.
func WithMaximumReplyBytes(bytes int) Option {
	return func(c *configuration) { c.replyBytes = bytes }
}

// WithMaximumReplyEntries sets how many messages and list entries a reply may hold: they are counted before it is decoded, since a
// few bytes of a hostile reply may take a hundred times as many once decoded. The default is 1,048,576, one for every 16 bytes of
// the largest reply, and takes 256 MiB at most.
func WithMaximumReplyEntries(number int) Option {
	return func(c *configuration) { c.replyEntries = number }
}

// WithRetry sets when to try again. The default is DefaultRetry.
func WithRetry(retry Retry) Option {
	return func(c *configuration) {
		retry.Attempts = atLeastOne(retry.Attempts)
		c.retry = retry
	}
}

// WithToken sets what the daemon's `--token-file` asks for: visible ASCII characters, 4,096 at most. The default is none, and so is
// an empty one.
func WithToken(token string) Option {
	return func(c *configuration) {
		c.token = nil
		if token == "" {
			return
		}
		if err := checkToken([]byte(token)); err != nil {
			c.err = fmt.Errorf("grantd: %w", err)
			return
		}
		c.token = []byte(token)
	}
}

// WithTokenFile takes the first token of a file that is written as the daemon's `--token-file` is: a token a line, `#` before a
// comment. The file is read once, when the client is made, and New says what is wrong with it.
func WithTokenFile(path string) Option {
	return func(c *configuration) {
		token, err := readTokenFile(path)
		if err != nil {
			c.err = err
			return
		}
		c.token = token
	}
}

// WithDialer sets what makes the connections: a proxy, or a socket of another kind. The default is DialTCP. WithTLS goes over it.
func WithDialer(dialer Dialer) Option {
	return func(c *configuration) { c.dialer = dialer }
}

func atLeastOne(number int) int {
	if number < 1 {
		return 1
	}
	return number
}
