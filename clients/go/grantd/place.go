// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"context"
	"math/rand"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc/codes"
)

// A connection's place: the connection is made when a call needs it, lost, and made again, with a pause after a failure.
type place struct {
	lifetime      context.Context
	address       string
	configuration *configuration
	counters      *counters
	// Holds an element for each call in flight.
	slots chan struct{}

	mutex sync.Mutex
	// The connection that takes calls; nil while there is none.
	current *connection
	// The connection being made; nil while none is.
	making *making
	// All connections not yet at their end, those that only drain included.
	open map[*connection]struct{}
	// The pause after failures, and when the present one is over.
	backoff   backoff
	notBefore time.Time
}

// An attempt to connect that calls wait for.
type making struct {
	done       chan struct{}
	connection *connection
	err        error
}

func newPlace(lifetime context.Context, address string, configuration *configuration, counters *counters) *place {
	return &place{
		lifetime:      lifetime,
		address:       address,
		configuration: configuration,
		counters:      counters,
		slots:         make(chan struct{}, configuration.callsInFlight),
		open:          map[*connection]struct{}{},
		backoff:       backoff{retry: configuration.retry},
	}
}

// Makes one attempt at a call.
func (p *place) call(ctx context.Context, request *request) (*reply, *Error) {
	if err := ctx.Err(); err != nil {
		return nil, contextError(err, nil)
	}
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return nil, contextError(ctx.Err(), nil)
	case <-p.lifetime.Done():
		return nil, closedError()
	}
	for {
		connection, err := p.connection(ctx)
		if err != nil {
			return nil, err
		}
		reply, err, taken := connection.roundTrip(ctx, request)
		if taken {
			return reply, err
		}
		// It went, or began to drain, in between: another one takes the call.
		runtime.Gosched()
	}
}

// The connection that takes calls, made where there is none.
func (p *place) connection(ctx context.Context) (*connection, *Error) {
	p.mutex.Lock()
	if p.lifetime.Err() != nil {
		p.mutex.Unlock()
		return nil, closedError()
	}
	if p.current != nil {
		defer p.mutex.Unlock()
		return p.current, nil
	}
	if p.making == nil {
		p.making = &making{done: make(chan struct{})}
		go p.make(p.making, p.notBefore)
	}
	making := p.making
	p.mutex.Unlock()

	select {
	case <-making.done:
	case <-ctx.Done():
		return nil, contextError(ctx.Err(), nil)
	}
	if making.err != nil {
		if p.lifetime.Err() != nil {
			return nil, closedError()
		}
		return nil, ownError(codes.Unavailable, ErrConnectionFailed, making.err, "no connection to %s", p.address)
	}
	return making.connection, nil
}

// Waits for the pause to end and connects.
func (p *place) make(making *making, notBefore time.Time) {
	if pause := time.Until(notBefore); pause > 0 {
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-p.lifetime.Done():
			timer.Stop()
		}
	}
	ctx, cancel := context.WithTimeout(p.lifetime, p.configuration.connectTimeout)
	socket, err := p.configuration.dialer(ctx, p.address)
	cancel()

	p.mutex.Lock()
	defer p.mutex.Unlock()
	defer close(making.done)
	p.making = nil
	if err == nil && p.lifetime.Err() != nil {
		socket.Close()
		err = ErrClosed
	}
	if err != nil {
		making.err = err
		p.pause()
		return
	}
	atomic.AddInt64(&p.counters.connections, 1)
	making.connection = newConnection(socket, p)
	p.current = making.connection
	p.open[making.connection] = struct{}{}
	making.connection.start()
}

// Notes a failure; the next connection waits. The lock is held.
func (p *place) pause() {
	p.notBefore = time.Now().Add(p.backoff.failed(rand.Float64()))
}

// The connection has brought its first answer.
func (p *place) answered() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.backoff.succeeded()
}

// The connection takes no more calls, but what is in flight on it is still awaited.
func (p *place) retire(connection *connection) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.current == connection {
		p.current = nil
		p.pause()
	}
}

// The connection is at its end; failed says that the next one is to wait.
func (p *place) ended(connection *connection, failed bool) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	delete(p.open, connection)
	if p.current == connection {
		p.current = nil
		if failed {
			p.pause()
		}
	}
}

// Ends every connection; the lifetime is over already.
func (p *place) close() {
	p.mutex.Lock()
	var open []*connection
	for connection := range p.open {
		open = append(open, connection)
	}
	p.mutex.Unlock()
	for _, connection := range open {
		connection.end(closedError())
	}
}
