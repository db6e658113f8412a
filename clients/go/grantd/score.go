// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"context"
	"sync"
	"time"

	grantdv1 "grantd/clients/go/generated/grantd/v1"
)

// ScoreOptions says how a scoring is made. The zero value holds the defaults.
type ScoreOptions struct {
	// The stage of every application. The default is APPLICATION.
	Stage grantdv1.Stage_Value
	// Take a bar whose ground is unset as absent, and list it as ASSUMED.
	AssumeUnsetBarsAbsent bool
	// How much reasoning each assessment holds. The default is NONE.
	Explain grantdv1.Explain_Level
	// The most applications in one call, 1 to 4,096, or to 256 with explanations. The default is 512, or 64 with explanations.
	BatchSize int
	// The most batches sent and not yet read. The default is 4.
	BatchesInFlight int
	// How long one call may take, all its attempts included: a daemon may restart within it. The default is 60 seconds.
	Deadline time.Duration
}

// Score is the result of one application of a scoring.
type Score struct {
	// The application's place in the source, from 0; results come in this order.
	Index int
	// The answer; nil where there is an error in its place.
	Assessment *grantdv1.Assessment
	// What is wrong with this application, or nil. The others are not touched by it.
	Err *Error
}

// Scoring is a scoring under way.
type Scoring struct {
	results chan Score
	cancel  context.CancelFunc
	mutex   sync.Mutex
	failure *Error
}

// Score assesses as many applications as come, in batches, several of them in flight; results in their order. It ends when the
// source is closed and all results are read, when the context is done, when Stop is called, or when the scoring as a whole
// cannot go on.
//
// The source is read no faster than results are taken, so memory stays bounded however many applications there are. While
// nothing is in flight an application is sent at once, so a slow source waits for no batch to fill. An application is encoded
// when it is read and may be used again afterwards.
//
// A batch whose connection is lost, or whose daemon is stopping or cannot be reached, is asked for again until its deadline is over;
// its results are given once, whatever it took to get them.
func (c *Client) Score(ctx context.Context, source <-chan *grantdv1.Application, options ScoreOptions) *Scoring {
	ctx, cancel := context.WithCancel(ctx)
	scoring := &Scoring{results: make(chan Score), cancel: cancel}
	run := newScoreRun(c, options)
	go run.gather(ctx, source)
	go func() {
		defer close(scoring.results)
		defer cancel()
		failure := run.deliver(ctx, scoring.results)
		scoring.mutex.Lock()
		defer scoring.mutex.Unlock()
		scoring.failure = failure
	}()
	return scoring
}

// Results gives one result for each application, in their order. It is closed at the end; then Err says whether that is the
// end of the source.
func (s *Scoring) Results() <-chan Score { return s.results }

// Err says why the scoring as a whole could not go on: an *Error, or nil where it has come to the end of the source. It is to be
// asked once Results is closed.
func (s *Scoring) Err() error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.failure == nil {
		return nil
	}
	return s.failure
}

// Stop ends the scoring early: the calls in flight are given up, the source is read no more, and Results is closed. Whoever
// does not read Results to their end must call it, or cancel the context.
func (s *Scoring) Stop() { s.cancel() }
