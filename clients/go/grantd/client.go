// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
)

// Client asks a grantd daemon over connections that it makes, shares between calls, and makes again when they are lost. It is
// safe for use by many goroutines at once; one for a whole program is enough. Close it when done.
//
// It implements grpc.ClientConnInterface for calls of one request and one answer, which are all that grantd has.
type Client struct {
	configuration configuration
	counters      counters
	places        []*place
	turn          uint32
	closing       context.CancelFunc
}

var _ grpc.ClientConnInterface = (*Client)(nil)

// Statistics holds what a client's connections have seen.
type Statistics struct {
	// Connections made, the first ones and those after a loss.
	ConnectionsMade int64
	// Replies to calls that had been given up: past their deadline, or cancelled.
	LateReplies int64
	// Replies to calls that were never made, or had their reply already. More than none means that the peer is at fault.
	UnknownReplies int64
}

type counters struct{ connections, late, unknown int64 }

// New makes a client of the daemon at the address, `HOST:PORT`; a port that is left out is 7843. Nothing is connected before
// the first call. The error says that the address is none, or what is wrong with the token or its file.
func New(address string, options ...Option) (*Client, error) {
	target, err := parseAddress(address)
	if err != nil {
		return nil, err
	}
	client := &Client{configuration: defaultConfiguration()}
	for _, option := range options {
		option(&client.configuration)
	}
	if err := client.configuration.err; err != nil {
		return nil, err
	}
	if client.configuration.dialer == nil {
		client.configuration.dialer = DialTCP
	}
	if config := client.configuration.tls; config != nil {
		client.configuration.dialer = tlsDialer(client.configuration.dialer, config)
	}
	lifetime, cancel := context.WithCancel(context.Background())
	client.closing = cancel
	for i := 0; i < client.configuration.connections; i++ {
		client.places = append(client.places, newPlace(lifetime, target, &client.configuration, &client.counters))
	}
	return client, nil
}

// Close closes the connections for good. Calls under way, and later ones, fail with ErrClosed. It returns nil.
func (c *Client) Close() error {
	c.closing()
	for _, place := range c.places {
		place.close()
	}
	return nil
}

// Statistics tells what the client's connections have seen so far.
func (c *Client) Statistics() Statistics {
	return Statistics{
		ConnectionsMade: atomic.LoadInt64(&c.counters.connections),
		LateReplies:     atomic.LoadInt64(&c.counters.late),
		UnknownReplies:  atomic.LoadInt64(&c.counters.unknown),
	}
}

// Invoke makes a call; the generated stubs use it. The method is `/grantd.v1.Calculator/Evaluate`, arguments and answer are
// protobuf messages. The context's deadline and cancellation hold for all attempts together, and the daemon is told how much
// time is left.
//
// Of the stock options it follows WaitForReady (a daemon that cannot be reached or is stopping is asked until the deadline),
// MaxCallRecvMsgSize, MaxCallSendMsgSize, ForceCodec, Header (always empty), Trailer (the reply's user fields) and Peer.
//
// Award, Settle and the entries of AwardBatch are given an idempotency_key where they bring none, so that what is tried again awards
// nothing twice. It holds for this call alone: who asks again by a call of their own sets the key.
//
// What it returns, if not nil, is an *Error.
func (c *Client) Invoke(
	ctx context.Context, method string, arguments, answer interface{}, options ...grpc.CallOption,
) error {
	service, name, err := splitMethod(method)
	if err != nil {
		return err
	}
	settings := c.settings(service, name)
	if err := settings.apply(options); err != nil {
		return err
	}
	arguments, keyless := withKeys(service, name, arguments)
	if keyless != nil {
		return keyless
	}
	payload, failure := settings.codec.Marshal(arguments)
	if failure != nil {
		return ownError(codes.Internal, nil, failure, "the request cannot be encoded")
	}
	r, refusal := c.call(ctx, service, name, payload, &settings)
	if r != nil {
		settings.report(r)
	}
	if refusal != nil {
		return refusal
	}
	if refusal := c.checkAnswer(service, name, answer, payload, r.payload); refusal != nil {
		return refusal
	}
	if failure := settings.codec.Unmarshal(r.payload, answer); failure != nil {
		return ownError(
			codes.Internal, ErrInvalidReply, failure, "the answer to %s does not decode; the peer may not be grantd", name,
		)
	}
	return nil
}

// NewStream refuses: the framing has no streams, and grantd has no method that needs one. The error's code is Unimplemented.
func (c *Client) NewStream(
	_ context.Context, _ *grpc.StreamDesc, method string, _ ...grpc.CallOption,
) (grpc.ClientStream, error) {
	return nil, &Error{Code: codes.Unimplemented, Message: "grantd has no streams: " + method}
}

func (c *Client) settings(service, method string) callSettings {
	settings := callSettings{
		codec:        protobufCodec{},
		requestBytes: c.configuration.requestBytes,
		replyBytes:   c.configuration.replyBytes,
		attempts:     c.configuration.retry.Attempts,
	}
	switch service + "/" + method {
	case "grantd.v1.RenewablesAuction/ClearAuction", "grantd.v1.Calculator/EvaluateColumns":
		settings.requestBytes = c.configuration.auctionBytes
	}
	return settings
}

// Makes a call with an encoded request, trying again while the failure is one that another attempt may mend and time is left.
// The reply is also given beside an error that the daemon answered with.
func (c *Client) call(
	ctx context.Context, service, method string, payload []byte, settings *callSettings,
) (*reply, *Error) {
	if len(payload) > settings.requestBytes {
		return nil, ownError(
			codes.ResourceExhausted, ErrRequestTooLarge, nil,
			"the request has %d bytes, more than the %d allowed; send less in one call", len(payload), settings.requestBytes,
		)
	}
	if _, bounded := ctx.Deadline(); !bounded {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.configuration.deadline)
		defer cancel()
	}
	request := &request{service: service, method: method, payload: payload, replyBytes: settings.replyBytes}
	var last *Error
	for attempt := 1; ; {
		r, err := c.choose().call(ctx, request)
		if err == nil {
			return r, nil
		}
		if err.ofContext() {
			return r, contextError(ctx.Err(), last)
		}
		free := settings.waitForReady && err.mayWait()
		if !err.retryable() || attempt >= settings.attempts && !free {
			return r, err
		}
		if !free {
			attempt++
		}
		last = err
	}
}

// The place with the fewest calls, in turn among equals.
func (c *Client) choose() *place {
	if len(c.places) == 1 {
		return c.places[0]
	}
	first := int(atomic.AddUint32(&c.turn, 1) % uint32(len(c.places)))
	best := c.places[first]
	for i := 1; i < len(c.places); i++ {
		if other := c.places[(first+i)%len(c.places)]; len(other.slots) < len(best.slots) {
			best = other
		}
	}
	return best
}

func splitMethod(path string) (service, method string, err error) {
	parts := strings.Split(path, "/")
	if len(parts) != 3 || parts[0] != "" || parts[1] == "" || parts[2] == "" {
		return "", "", &Error{
			Code:    codes.Internal,
			Message: fmt.Sprintf("%q is no method: write /SERVICE/METHOD", path),
		}
	}
	return parts[1], parts[2], nil
}
