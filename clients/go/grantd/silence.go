// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"fmt"
	"time"
)

// What counts as progress of a peer that owes an answer, beside a complete reply: so many bytes of one.
const progressBytes = 1 << 10

// The silence of a connection: since when it has owed the answer to a call that was sent whole without making progress. A large
// request on a slow line takes its time; a peer that does not take the bytes is left by the writer.

// The calls have been handed to the socket whole.
func (c *connection) handedOver(calls []*call) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.ended {
		return
	}
	for _, call := range calls {
		delete(c.underWay, call.id)
	}
	if c.owed == len(c.underWay) || !c.quietSince.IsZero() {
		return
	}
	c.quietSince = time.Now()
	timeout := c.place.configuration.silenceTimeout
	if timeout <= 0 || c.isWatching {
		return
	}
	c.isWatching = true
	if c.watch == nil {
		c.watch = time.AfterFunc(timeout, c.listen)
	} else {
		c.watch.Reset(timeout)
	}
}

// The answer to a call has come. The lock is held.
func (c *connection) paid(id int64) {
	c.owed--
	delete(c.underWay, id)
	if c.owed == len(c.underWay) {
		c.quietSince = time.Time{}
	} else {
		c.quietSince = time.Now()
	}
}

// A part of an owed reply has come.
func (c *connection) progressed() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if !c.quietSince.IsZero() {
		c.quietSince = time.Now()
	}
}

// Whether a reply to the call is owed.
func (c *connection) owes(id int64) bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if call := c.pending[id]; call != nil {
		return call.sent
	}
	_, owed := c.givenUp[id]
	return owed
}

// Leaves the connection where the silence has lasted; looks again later where not. Runs when the timer goes off, which is not set
// anew with each call: most calls never come near it.
func (c *connection) listen() {
	timeout := c.place.configuration.silenceTimeout
	c.mutex.Lock()
	if c.ended || c.quietSince.IsZero() {
		c.isWatching = false
		c.mutex.Unlock()
		return
	}
	if left := timeout - time.Since(c.quietSince); left > 0 {
		c.watch.Reset(left)
		c.mutex.Unlock()
		return
	}
	c.mutex.Unlock()
	c.end(silentError(timeout))
}

func silentError(timeout time.Duration) *Error {
	return lostError(fmt.Errorf("it was left, since it owed an answer and brought nothing for %v", timeout))
}
