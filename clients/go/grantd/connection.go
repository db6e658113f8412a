// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"grantd/clients/go/generated/brpc"
)

// How long a connection may bring nothing, while a call on it runs out of time, before calls go to a new one.
const silenceLimit = time.Second

// What is asked, whatever connection it goes over.
type request struct {
	service, method string
	payload         []byte
	replyBytes      int
}

// What came back: the answer, or what stands beside an error.
type reply struct {
	meta    *brpc.RpcMeta
	payload []byte
	peer    net.Addr
}

// A call on a connection. It gets one outcome, from whoever takes it out of the connection's table, or none.
type call struct {
	id            int64
	head, payload []byte
	replyBytes    int
	sent          bool
	outcome       chan outcome
}

type outcome struct {
	reply *reply
	err   *Error
}

// A socket and the calls on it. A goroutine reads and one writes; nobody else touches the socket but to close it.
type connection struct {
	socket net.Conn
	place  *place
	lastID int64
	// When bytes last came, in nanoseconds of Unix time.
	lastHeard int64
	// Filled when there is something to write.
	wake chan struct{}
	// Closed at the end.
	over chan struct{}

	mutex   sync.Mutex
	pending map[int64]*call
	// Calls not yet handed to the socket, in order; each is in pending too.
	queue []*call
	// Takes no more calls: the daemon is stopping, or the peer is silent.
	draining bool
	answered bool
	ended    bool
}

func newConnection(socket net.Conn, place *place) *connection {
	return &connection{
		socket:    socket,
		place:     place,
		lastHeard: time.Now().UnixNano(),
		wake:      make(chan struct{}, 1),
		over:      make(chan struct{}),
		pending:   map[int64]*call{},
	}
}

func (c *connection) start() {
	go c.read()
	go c.write()
}

// Makes a call. taken is false where the connection takes no more.
func (c *connection) roundTrip(ctx context.Context, request *request) (r *reply, err *Error, taken bool) {
	id := atomic.AddInt64(&c.lastID, 1)
	head, failure := encodeHead(c.meta(ctx, id, request), len(request.payload))
	if failure != nil {
		return nil, ownError(codes.Internal, nil, failure, "the call cannot be encoded"), true
	}
	call := &call{
		id:         id,
		head:       head,
		payload:    request.payload,
		replyBytes: request.replyBytes,
		outcome:    make(chan outcome, 1),
	}
	c.mutex.Lock()
	if c.ended || c.draining {
		c.mutex.Unlock()
		return nil, nil, false
	}
	c.pending[id] = call
	c.queue = append(c.queue, call)
	c.mutex.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}

	started := time.Now()
	select {
	case outcome := <-call.outcome:
		return outcome.reply, outcome.err, true
	case <-ctx.Done():
		c.abandon(call, started, ctx.Err() == context.DeadlineExceeded)
		return nil, contextError(ctx.Err(), nil), true
	}
}

func (c *connection) meta(ctx context.Context, id int64, request *request) *brpc.RpcMeta {
	meta := &brpc.RpcMeta{
		Request: &brpc.RpcRequestMeta{
			ServiceName: proto.String(request.service),
			MethodName:  proto.String(request.method),
		},
		CorrelationId:      proto.Int64(id),
		AuthenticationData: c.place.configuration.token,
	}
	if deadline, bounded := ctx.Deadline(); bounded {
		meta.Request.TimeoutMs = proto.Int32(milliseconds(time.Until(deadline)))
	}
	return meta
}

// Whole milliseconds, at least 1: less would say that there is no limit.
func milliseconds(left time.Duration) int32 {
	const most = 1<<31 - 1
	rounded := (left + time.Millisecond - 1) / time.Millisecond
	switch {
	case rounded < 1:
		return 1
	case rounded > most:
		return most
	}
	return int32(rounded)
}

// The caller no longer waits.
func (c *connection) abandon(call *call, started time.Time, late bool) {
	c.mutex.Lock()
	delete(c.pending, call.id)
	if !call.sent {
		for i, other := range c.queue {
			if other == call {
				c.queue = append(c.queue[:i], c.queue[i+1:]...)
				break
			}
		}
	}
	silent := late && time.Since(started) >= silenceLimit && atomic.LoadInt64(&c.lastHeard) < started.UnixNano()
	if silent {
		// The peer may be gone without a word. A new connection tells.
		c.draining = true
	}
	done := c.drained()
	c.mutex.Unlock()
	if silent {
		c.place.retire(c)
	}
	if done {
		c.end(nil)
	}
}

// Takes the call that a reply belongs to out of the table. nil: nobody waits for it, or it was never made.
func (c *connection) take(id int64) *call {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	call := c.pending[id]
	if call != nil && call.sent {
		delete(c.pending, id)
		return call
	}
	if call == nil && id > 0 && id <= atomic.LoadInt64(&c.lastID) {
		atomic.AddInt64(&c.place.counters.late, 1)
	} else {
		atomic.AddInt64(&c.place.counters.unknown, 1)
	}
	return nil
}

// Follows up on a reply: its place in the table is free, and it may say that the daemon is stopping.
func (c *connection) replied(stopping bool) {
	c.mutex.Lock()
	first := !c.answered && !stopping
	if first {
		c.answered = true
	}
	retires := stopping && !c.draining
	if stopping {
		c.draining = true
	}
	done := c.drained()
	c.mutex.Unlock()
	if first {
		c.place.answered()
	}
	if retires {
		c.place.retire(c)
	}
	if done {
		c.end(nil)
	}
}

// Whether there is nothing more to wait for. The lock is held.
func (c *connection) drained() bool { return c.draining && len(c.pending) == 0 && !c.ended }

// Closes the socket and fails the calls in flight with the reason. Only the first call has an effect.
func (c *connection) end(reason *Error) {
	c.mutex.Lock()
	if c.ended {
		c.mutex.Unlock()
		return
	}
	c.ended = true
	lost := c.pending
	c.pending, c.queue = nil, nil
	// An idle connection that the daemon closed is no failure; one that took calls and answered none is, and so is nonsense.
	failed := reason != nil && (reason.Code == codes.Internal || !c.answered && len(lost) > 0)
	c.mutex.Unlock()

	c.place.ended(c, failed)
	close(c.over)
	c.socket.Close()
	for _, call := range lost {
		call.outcome <- outcome{err: reason}
	}
}
