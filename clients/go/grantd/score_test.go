// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	grantdv1 "grantd/clients/go/generated/grantd/v1"
)

// Answers a batch: an error for an application without an id, an assessment of its id for each other one.
func answerBatch(call *fakeCall) {
	request := new(grantdv1.EvaluateBatchRequest)
	if err := proto.Unmarshal(call.payload, request); err != nil {
		call.server.t.Error(err)
	}
	response := new(grantdv1.EvaluateBatchResponse)
	for _, application := range request.Applications {
		result := &grantdv1.EvaluateBatchResult{Result: &grantdv1.EvaluateBatchResult_Assessment{
			Assessment: assessment(application.ApplicationId),
		}}
		if application.ApplicationId == nil {
			result.Result = &grantdv1.EvaluateBatchResult_Error{Error: &grantdv1.Error{
				Code: proto.Int32(NumberBadRequest), Status: proto.String("INVALID_ARGUMENT"), Field: proto.String("as_of"),
			}}
		}
		response.Results = append(response.Results, result)
	}
	call.answer(response)
}

func application(index int) *grantdv1.Application {
	return &grantdv1.Application{ApplicationId: proto.String(fmt.Sprintf("A-%d", index))}
}

// A source of so many applications; sent counts those that have been read.
func applications(number int, sent *int64) <-chan *grantdv1.Application {
	source := make(chan *grantdv1.Application)
	go func() {
		defer close(source)
		for i := 0; i < number; i++ {
			source <- application(i)
			atomic.AddInt64(sent, 1)
		}
	}()
	return source
}

// Reads everything, and checks that it is every application's own result, once and in order.
func checkScores(t *testing.T, scoring *Scoring, number int, each func(int)) {
	t.Helper()
	next := 0
	for score := range scoring.Results() {
		want := fmt.Sprintf("A-%d", next)
		if score.Index != next || score.Err != nil || score.Assessment.GetApplicationId() != want {
			t.Fatalf("result %d: got %+v", next, score)
		}
		next++
		if each != nil {
			each(next)
		}
	}
	if err := scoring.Err(); err != nil || next != number {
		t.Fatalf("%d of %d results, %v", next, number, err)
	}
}

func TestScoreGivesResultsInOrder(t *testing.T) {
	server := startFake(t, func(call *fakeCall) {
		// Later batches are often answered first.
		time.AfterFunc(time.Duration(call.number%3)*2*time.Millisecond, func() { answerBatch(call) })
	})
	for _, options := range []ScoreOptions{
		{}, {BatchSize: 7}, {BatchSize: 1, BatchesInFlight: 1}, {BatchSize: 100_000, BatchesInFlight: 32},
	} {
		var sent int64
		number := 3000
		if options.BatchSize == 1 {
			number = 100
		}
		checkScores(t, server.client(WithConnections(2)).Score(context.Background(), applications(number, &sent), options), number, nil)
	}
}

func TestScoreOfNothing(t *testing.T) {
	server := startFake(t, answerBatch)
	var sent int64
	checkScores(t, server.client().Score(context.Background(), applications(0, &sent), ScoreOptions{}), 0, nil)
	checkScores(t, server.client().Score(context.Background(), nil, ScoreOptions{}), 0, nil)
}

func TestScoreReadsNoFurtherThanItsWindow(t *testing.T) {
	server := startFake(t, answerBatch)
	var sent int64
	scoring := server.client().Score(
		context.Background(), applications(100_000, &sent), ScoreOptions{BatchSize: 10, BatchesInFlight: 3},
	)
	defer scoring.Stop()
	time.Sleep(100 * time.Millisecond)
	for taken := int64(0); taken < 200; taken++ {
		// Three batches in the window, one gathered, one application that does not fit.
		if ahead := atomic.LoadInt64(&sent) - taken; ahead > 4*10+2 {
			t.Fatalf("%d read ahead of the results", ahead)
		}
		<-scoring.Results()
	}
}

func TestScoreOfASlowSourceWaitsForNoBatch(t *testing.T) {
	server := startFake(t, answerBatch)
	source := make(chan *grantdv1.Application)
	scoring := server.client().Score(context.Background(), source, ScoreOptions{})
	for i := 0; i < 5; i++ {
		source <- application(i)
		if score := <-scoring.Results(); score.Index != i {
			t.Fatalf("got %+v", score)
		}
	}
	close(source)
	if _, more := <-scoring.Results(); more || scoring.Err() != nil {
		t.Errorf("it goes on, %v", scoring.Err())
	}
}

func TestScoreKeepsErrorsBesideTheirApplications(t *testing.T) {
	server := startFake(t, answerBatch)
	source := make(chan *grantdv1.Application, 4)
	source <- application(0)
	source <- &grantdv1.Application{}
	source <- &grantdv1.Application{ApplicationId: proto.String(strings.Repeat("x", 5<<20))}
	source <- application(3)
	close(source)
	scoring := server.client().Score(context.Background(), source, ScoreOptions{})
	var scores []Score
	for score := range scoring.Results() {
		scores = append(scores, score)
	}
	if scoring.Err() != nil || len(scores) != 4 {
		t.Fatalf("got %v, %v", scores, scoring.Err())
	}
	if scores[0].Err != nil || scores[3].Assessment.GetApplicationId() != "A-3" {
		t.Errorf("got %+v", scores)
	}
	if err := scores[1].Err; err == nil || err.Number != NumberBadRequest || Field(err) != "as_of" {
		t.Errorf("got %v", err)
	}
	if err := scores[2].Err; err == nil || !errors.Is(err, ErrRequestTooLarge) {
		t.Errorf("got %v", err)
	}
}

func TestScoreSplitsBatchesByBytes(t *testing.T) {
	server := startFake(t, func(call *fakeCall) {
		if len(call.payload) > batchBytes {
			call.server.t.Errorf("a batch of %d bytes", len(call.payload))
		}
		answerBatch(call)
	})
	source := make(chan *grantdv1.Application)
	go func() {
		defer close(source)
		for i := 0; i < 50; i++ {
			one := application(i)
			one.SubjectId = proto.String(strings.Repeat("x", 100_000))
			source <- one
		}
	}()
	checkScores(t, server.client().Score(context.Background(), source, ScoreOptions{}), 50, nil)
}

func TestScorePassesItsOptionsOn(t *testing.T) {
	requests := make(chan *grantdv1.EvaluateBatchRequest, 10)
	server := startFake(t, func(call *fakeCall) {
		request := new(grantdv1.EvaluateBatchRequest)
		if err := proto.Unmarshal(call.payload, request); err != nil {
			call.server.t.Error(err)
		}
		requests <- request
		answerBatch(call)
	})
	var sent int64
	checkScores(t, server.client().Score(context.Background(), applications(1, &sent), ScoreOptions{
		Stage: grantdv1.Stage_DISBURSEMENT, AssumeUnsetBarsAbsent: true, Explain: grantdv1.Explain_FULL,
	}), 1, nil)
	got := <-requests
	if got.GetStage() != grantdv1.Stage_DISBURSEMENT || !got.GetAssumeUnsetBarsAbsent() ||
		got.GetExplain() != grantdv1.Explain_FULL {
		t.Errorf("got %v", got)
	}
}

func TestScoreSurvivesARestart(t *testing.T) {
	server := startFake(t, answerBatch)
	var sent int64
	scoring := server.client().Score(context.Background(), applications(5000, &sent), ScoreOptions{BatchSize: 50})
	checkScores(t, scoring, 5000, func(done int) {
		if done%1500 == 0 {
			server.stop()
			time.AfterFunc(50*time.Millisecond, server.start)
		}
	})
	if connections := atomic.LoadInt64(&server.connections); connections < 4 {
		t.Errorf("only %d connections: nothing was restarted", connections)
	}
}

func TestScoreSurvivesADaemonThatStops(t *testing.T) {
	server := startFake(t, func(call *fakeCall) {
		// Every third call, and whatever comes later over its connection.
		if call.number%3 == 0 {
			call.fail(NumberStopping, "UNAVAILABLE", "stopping", "")
			return
		}
		answerBatch(call)
	})
	var sent int64
	checkScores(t, server.client().Score(context.Background(), applications(2000, &sent), ScoreOptions{BatchSize: 50}), 2000, nil)
}

func TestScoreEndsWhereTheDaemonIsGone(t *testing.T) {
	server := startFake(t, answerBatch)
	var sent int64
	scoring := server.client().Score(
		context.Background(), applications(100_000, &sent), ScoreOptions{BatchSize: 50, Deadline: 300 * time.Millisecond},
	)
	next := 0
	for score := range scoring.Results() {
		if score.Index != next || score.Err != nil {
			t.Fatalf("got %+v", score)
		}
		if next++; next == 500 {
			server.stop()
		}
	}
	if err := scoring.Err(); status.Code(err) != codes.DeadlineExceeded || !errors.Is(err, ErrConnectionFailed) {
		t.Errorf("got %v", err)
	}
}

func TestScoreStops(t *testing.T) {
	server := startFake(t, answerBatch)
	source := make(chan *grantdv1.Application)
	scoring := server.client().Score(context.Background(), source, ScoreOptions{})
	source <- application(0)
	<-scoring.Results()
	scoring.Stop()
	for range scoring.Results() {
		t.Error("a result after the end")
	}
	if err := scoring.Err(); status.Code(err) != codes.Canceled {
		t.Errorf("got %v", err)
	}
}

func TestScoreRefusesAnAnswerOfAnotherLength(t *testing.T) {
	one := &grantdv1.EvaluateBatchResult{Result: &grantdv1.EvaluateBatchResult_Assessment{Assessment: assessment(nil)}}
	for name, results := range map[string][]*grantdv1.EvaluateBatchResult{
		"too few": {}, "too many": {one, one}, "neither": {{}},
	} {
		results := results
		server := startFake(t, func(call *fakeCall) { call.answer(&grantdv1.EvaluateBatchResponse{Results: results}) })
		var sent int64
		scoring := server.client().Score(context.Background(), applications(1, &sent), ScoreOptions{})
		for score := range scoring.Results() {
			t.Errorf("%s: got %+v", name, score)
		}
		if err := scoring.Err(); !errors.Is(err, ErrInvalidReply) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
