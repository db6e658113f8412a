// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"grantd/clients/go/generated/brpc"
)

// Calls that were given up of which a connection is remembered to owe the answers: a daemon lets 256 calls wait on one.
const mostGivenUp = 1 << 16

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
	// Being handed to the socket, or handed over: its answer is owed.
	sent    bool
	outcome chan outcome
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
	// Filled when there is something to write.
	wake chan struct{}
	// Closed at the end.
	over chan struct{}

	mutex   sync.Mutex
	pending map[int64]*call
	// Calls not yet handed to the socket, in order; each is in pending too.
	queue []*call
	// Calls that were sent and given up, and whose answers have not come.
	givenUp map[int64]struct{}
	// The answers owed: to calls sent that are in pending, and to those given up.
	owed int
	// Of these, the calls that the writer is still handing over.
	underWay map[int64]struct{}
	// Since when the peer has made no progress although it owes the answer to a call that was sent whole; zero while it owes none.
	quietSince time.Time
	// Looks for silence; nil before it was first needed. It runs while isWatching.
	watch      *time.Timer
	isWatching bool
	// Takes no more calls: the daemon is stopping.
	draining bool
	answered bool
	ended    bool
}

func newConnection(socket net.Conn, place *place) *connection {
	return &connection{
		socket:  socket,
		place:   place,
		wake:    make(chan struct{}, 1),
		over:    make(chan struct{}),
		pending: map[int64]*call{},
		givenUp: map[int64]struct{}{},

		underWay: map[int64]struct{}{},
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

	select {
	case outcome := <-call.outcome:
		return outcome.reply, outcome.err, true
	case <-ctx.Done():
		c.abandon(call)
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

// The caller no longer waits. The answer to a call that was sent is owed all the same.
func (c *connection) abandon(call *call) {
	c.mutex.Lock()
	_, isPending := c.pending[call.id]
	delete(c.pending, call.id)
	if !call.sent {
		for i, other := range c.queue {
			if other == call {
				c.queue = append(c.queue[:i], c.queue[i+1:]...)
				break
			}
		}
	} else if isPending {
		if len(c.givenUp) < mostGivenUp {
			c.givenUp[call.id] = struct{}{}
		} else {
			c.owed--
			delete(c.underWay, call.id)
		}
	}
	done := c.drained()
	c.mutex.Unlock()
	if done {
		c.end(nil)
	}
}

// Takes the call that a complete reply belongs to out of the table. nil: its caller gave up, it has its reply, or it was never
// made.
func (c *connection) take(id int64) *call {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	call := c.pending[id]
	if call != nil && call.sent {
		delete(c.pending, id)
		c.paid(id)
		return call
	}
	if _, owed := c.givenUp[id]; owed {
		delete(c.givenUp, id)
		c.paid(id)
		atomic.AddInt64(&c.place.counters.late, 1)
		return nil
	}
	atomic.AddInt64(&c.place.counters.unknown, 1)
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
	c.pending, c.queue, c.givenUp, c.underWay = nil, nil, nil, nil
	if c.watch != nil {
		c.watch.Stop()
	}
	// An idle connection that the daemon closed is no failure; one that owed answers is, and so is nonsense. That a reply is
	// larger than this client likes is none either.
	failed := reason != nil && !errors.Is(reason.Cause, ErrReplyTooLarge) &&
		(c.owed > 0 || errors.Is(reason.Cause, ErrInvalidReply))
	c.mutex.Unlock()

	c.place.ended(c, failed)
	close(c.over)
	c.socket.Close()
	for _, call := range lost {
		call.outcome <- outcome{err: reason}
	}
}
