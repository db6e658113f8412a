// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"context"
	"math"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	grantdv1 "grantd/clients/go/generated/grantd/v1"
)

const (
	mostApplications = 4096
	// The bytes of applications that one call carries; one application alone may have more.
	batchBytes = 1 << 20
	// What an EvaluateBatchRequest holds beside its applications, at most.
	batchOverhead = 64
	// How long one call may take.
	standardScoreDeadline = time.Minute
)

// The inside of a scoring: gather makes batches and starts their calls, deliver gives their results in order.
type scoreRun struct {
	client *Client
	// The request's fields beside the applications, encoded.
	options []byte
	// The most applications, and bytes of them, in a batch; the most bytes of one application.
	size, bytes, largest int
	deadline             time.Duration
	// The batches in order, started and not yet taken by deliver; closed after the last. With the one that deliver holds there
	// are never more of them than the window, and gather holds one more.
	started chan *scoreBatch
	// Holds an element for each batch answered of which gather does not know yet.
	finished chan struct{}
	window   int
}

// Neighbouring applications that go in one call.
type scoreBatch struct {
	// The applications as they stand in an EvaluateBatchRequest: each with its tag and length.
	payload []byte
	// One for each application: the error that is known already, or nil for the next result of the call.
	known []*Error
	// The results, filled when done is closed; or why there are none.
	scores  []Score
	failure *Error
	done    chan struct{}
}

func newScoreRun(client *Client, options ScoreOptions) *scoreRun {
	run := &scoreRun{client: client, size: options.BatchSize, bytes: batchBytes, window: options.BatchesInFlight}
	explains := options.Explain != grantdv1.Explain_NONE
	if run.size <= 0 {
		run.size = 512
		if explains {
			run.size = 64
		}
	}
	if run.size > mostApplications {
		run.size = mostApplications
	}
	if run.window <= 0 {
		run.window = 4
	}
	if run.deadline = options.Deadline; run.deadline <= 0 {
		run.deadline = standardScoreDeadline
	}
	run.largest = client.configuration.requestBytes - batchOverhead
	if run.bytes > run.largest {
		run.bytes = run.largest
	}
	rest := &grantdv1.EvaluateBatchRequest{}
	if options.Stage != grantdv1.Stage_APPLICATION {
		rest.Stage = options.Stage.Enum()
	}
	if options.AssumeUnsetBarsAbsent {
		rest.AssumeUnsetBarsAbsent = proto.Bool(true)
	}
	if explains {
		rest.Explain = options.Explain.Enum()
	}
	// Two enums and a flag always encode.
	run.options, _ = proto.Marshal(rest)
	run.started = make(chan *scoreBatch, run.window-1)
	run.finished = make(chan struct{}, run.window+1)
	return run
}

// Reads the source into batches and starts a batch's call when it is full, when nothing is in flight, or at the end.
func (r *scoreRun) gather(ctx context.Context, source <-chan *grantdv1.Application) {
	defer close(r.started)
	batch := newScoreBatch()
	// An application that did not fit into the batch before.
	var next *scoreEntry
	inFlight := 0
	for source != nil || next != nil || len(batch.known) > 0 {
		if next != nil && batch.hasRoom(next, r) {
			batch.append(next)
			next = nil
		}
		full := next != nil || len(batch.known) >= r.size
		var applications <-chan *grantdv1.Application
		if !full {
			applications = source
		}
		var started chan<- *scoreBatch
		if full || len(batch.known) > 0 && (inFlight == 0 || source == nil) {
			started = r.started
		}
		select {
		case application, more := <-applications:
			if !more {
				source = nil
				continue
			}
			next = r.encode(application)
		case started <- batch:
			inFlight++
			go r.call(ctx, batch)
			batch = newScoreBatch()
		case <-r.finished:
			inFlight--
		case <-ctx.Done():
			return
		}
	}
}

// Gives the results in order, and says why they end early, if they do.
func (r *scoreRun) deliver(ctx context.Context, results chan<- Score) *Error {
	index := 0
	for batch := range r.started {
		select {
		case <-batch.done:
		case <-ctx.Done():
			return contextError(ctx.Err(), nil)
		}
		for _, score := range batch.scores {
			score.Index = index
			select {
			case results <- score:
				index++
			case <-ctx.Done():
				return contextError(ctx.Err(), nil)
			}
		}
		if batch.failure != nil {
			return batch.failure
		}
	}
	if ctx.Err() != nil {
		return contextError(ctx.Err(), nil)
	}
	return nil
}

// Makes a batch's call and puts its results where they belong.
func (r *scoreRun) call(ctx context.Context, batch *scoreBatch) {
	defer func() {
		close(batch.done)
		select {
		case r.finished <- struct{}{}:
		case <-ctx.Done():
		}
	}()
	var answers []*grantdv1.EvaluateBatchResult
	if len(batch.payload) > 0 {
		settings := r.client.settings("grantd.v1.Calculator", "EvaluateBatch")
		settings.attempts = math.MaxInt32
		limited, cancel := context.WithTimeout(ctx, r.deadline)
		defer cancel()
		payload := append(batch.payload, r.options...)
		batch.payload = nil
		answer, err := r.client.call(limited, "grantd.v1.Calculator", "EvaluateBatch", payload, &settings)
		if err != nil {
			batch.failure = err
			return
		}
		response := new(grantdv1.EvaluateBatchResponse)
		if err := r.client.checkAnswer("grantd.v1.Calculator", "EvaluateBatch", response, payload, answer.payload); err != nil {
			batch.failure = err
			return
		}
		if err := proto.Unmarshal(answer.payload, response); err != nil {
			batch.failure = ownError(codes.Internal, ErrInvalidReply, err, "the answer to a batch does not decode")
			return
		}
		answers = response.GetResults()
	}
	batch.scores, batch.failure = batch.match(answers)
}

// An application, encoded, or what is wrong with it.
type scoreEntry struct {
	bytes []byte
	err   *Error
}

func (r *scoreRun) encode(application *grantdv1.Application) *scoreEntry {
	bytes, err := proto.Marshal(application)
	switch {
	case err != nil:
		return &scoreEntry{err: ownError(codes.InvalidArgument, nil, err, "the application cannot be encoded")}
	case len(bytes) > r.largest:
		return &scoreEntry{err: ownError(
			codes.ResourceExhausted, ErrRequestTooLarge, nil,
			"the application has %d bytes, more than the %d allowed", len(bytes), r.largest,
		)}
	}
	return &scoreEntry{bytes: bytes}
}

func newScoreBatch() *scoreBatch { return &scoreBatch{done: make(chan struct{})} }

func (b *scoreBatch) hasRoom(entry *scoreEntry, run *scoreRun) bool {
	if len(b.known) >= run.size {
		return false
	}
	return len(b.payload) == 0 || len(b.payload)+len(entry.bytes)+batchOverhead <= run.bytes
}

func (b *scoreBatch) append(entry *scoreEntry) {
	b.known = append(b.known, entry.err)
	if entry.err == nil {
		b.payload = protowire.AppendTag(b.payload, batchApplications, protowire.BytesType)
		b.payload = protowire.AppendBytes(b.payload, entry.bytes)
	}
}

// Puts the call's results between the errors that were known before it.
func (b *scoreBatch) match(answers []*grantdv1.EvaluateBatchResult) ([]Score, *Error) {
	invalid := func(what string) *Error {
		return ownError(codes.Internal, ErrInvalidReply, nil, "the answer to a batch is not valid: %s", what)
	}
	scores := make([]Score, 0, len(b.known))
	for _, known := range b.known {
		if known != nil {
			scores = append(scores, Score{Err: known})
			continue
		}
		if len(answers) == 0 {
			return nil, invalid("it has too few results")
		}
		answer := answers[0]
		answers = answers[1:]
		switch result := answer.GetResult().(type) {
		case *grantdv1.EvaluateBatchResult_Assessment:
			scores = append(scores, Score{Assessment: result.Assessment})
		case *grantdv1.EvaluateBatchResult_Error:
			scores = append(scores, Score{Err: applicationError(result.Error)})
		default:
			return nil, invalid("a result holds neither assessment nor error")
		}
	}
	if len(answers) > 0 {
		return nil, invalid("it has too many results")
	}
	return scores, nil
}
