// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"context"
	"errors"
	"net"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"grantd/clients/go/generated/brpc"
)

// The silence timeout of these tests.
const shortSilence = 300 * time.Millisecond

// The table of bad peers that the tests of every client run, by the same names.
func TestBadPeers(t *testing.T) {
	t.Run("silent", func(t *testing.T) { leavesQuietPeer(t, func(*fakeCall) {}) })
	t.Run("trickle", func(t *testing.T) { leavesQuietPeer(t, trickle) })
	t.Run("cut", cutPeer)
	t.Run("strange ids", strangeIDs)
	t.Run("no response", noResponse)
	t.Run("incomplete", incompleteAnswers)
	t.Run("huge meta", hugeMeta)
	t.Run("dead first address", deadFirstAddress)
	t.Run("stopping", stoppingPeer)
	t.Run("killed", killDaemonInTheMiddleOfAScoring)
}

// A byte of an answer now and then.
func trickle(call *fakeCall) {
	payload, _ := proto.Marshal(assessment(proto.String("A")))
	for _, b := range replyFrame(call, payload) {
		call.send([]byte{b})
		time.Sleep(shortSilence / 4)
		if call.server.isStopped() {
			return
		}
	}
}

func replyFrame(call *fakeCall, payload []byte) []byte {
	return encodeFake(call.server.t, &brpc.RpcMeta{
		CorrelationId: call.meta.CorrelationId, Response: &brpc.RpcResponseMeta{},
	}, payload)
}

// What the first connection does to its calls; the ones after it answer.
func firstConnection(behave, then func(*fakeCall)) func(*fakeCall) {
	return func(call *fakeCall) {
		if call.connection == 1 {
			behave(call)
			return
		}
		then(call)
	}
}

// The first connection owes answers for ever: it costs the silence timeout, whatever the calls' deadlines.
func leavesQuietPeer(t *testing.T, behave func(*fakeCall)) {
	t.Run("a call that waits", func(t *testing.T) {
		server := startFake(t, firstConnection(behave, (*fakeCall).answerEvaluate))
		client := server.client(WithSilenceTimeout(shortSilence))
		started := time.Now()
		if id, err := evaluate(context.Background(), client, "A"); id != "A" || err != nil {
			t.Errorf("got %q, %v", id, err)
		}
		if spent := time.Since(started); spent < shortSilence || spent > shortSilence+3*time.Second {
			t.Errorf("took %v", spent)
		}
		if made := client.Statistics().ConnectionsMade; made != 2 {
			t.Errorf("%d connections", made)
		}
	})
	t.Run("25 calls with short deadlines", func(t *testing.T) {
		server := startFake(t, firstConnection(behave, (*fakeCall).answerEvaluate))
		client := server.client(WithSilenceTimeout(shortSilence))
		failed := 0
		for i := 0; i < 25; i++ {
			ctx, cancel := context.WithTimeout(context.Background(), shortSilence/4)
			if _, err := evaluate(ctx, client, "A"); err != nil {
				failed++
			}
			cancel()
		}
		if failed == 0 || failed > 15 {
			t.Errorf("%d of 25 calls failed", failed)
		}
	})
	t.Run("scoring", func(t *testing.T) {
		server := startFake(t, firstConnection(behave, answerBatch))
		var sent int64
		client := server.client(WithSilenceTimeout(shortSilence))
		checkScores(t, client.Score(context.Background(), applications(300, &sent), ScoreOptions{BatchSize: 50}), 300, nil)
	})
	t.Run("in every attempt", func(t *testing.T) {
		server := startFake(t, behave)
		client := server.client(WithSilenceTimeout(shortSilence / 3))
		_, err := evaluate(context.Background(), client, "A")
		if status.Code(err) != codes.Unavailable || !errors.Is(err, ErrConnectionLost) || !strings.Contains(err.Error(), "100ms") {
			t.Errorf("got %v", err)
		}
		if requests := atomic.LoadInt64(&server.requests); requests != 5 {
			t.Errorf("tried %d times", requests)
		}
	})
	t.Run("without a timeout", func(t *testing.T) {
		server := startFake(t, firstConnection(behave, (*fakeCall).answerEvaluate))
		client := server.client(WithSilenceTimeout(0))
		for i := 0; i < 3; i++ {
			ctx, cancel := context.WithTimeout(context.Background(), shortSilence/4)
			if _, err := evaluate(ctx, client, "A"); status.Code(err) != codes.DeadlineExceeded {
				t.Errorf("got %v", err)
			}
			cancel()
		}
		if made := client.Statistics().ConnectionsMade; made != 1 {
			t.Errorf("%d connections", made)
		}
	})
}

func TestConnectionThatOwesNothingMayBeSilent(t *testing.T) {
	server := startFake(t, func(call *fakeCall) { call.answerEvaluate() })
	client := server.client(WithSilenceTimeout(shortSilence / 3))
	for i := 0; i < 2; i++ {
		if _, err := evaluate(context.Background(), client, "A"); err != nil {
			t.Error(err)
		}
		time.Sleep(shortSilence)
	}
	if made := client.Statistics().ConnectionsMade; made != 1 {
		t.Errorf("%d connections", made)
	}
}

func TestLargeReplyThatMakesProgressIsWaitedFor(t *testing.T) {
	one := assessment(proto.String(strings.Repeat("A", 8<<10)))
	server := startFake(t, func(call *fakeCall) {
		payload, _ := proto.Marshal(one)
		frame := replyFrame(call, payload)
		for len(frame) > 0 {
			n := 1100
			if n > len(frame) {
				n = len(frame)
			}
			call.send(frame[:n])
			frame = frame[n:]
			time.Sleep(shortSilence / 3)
		}
	})
	client := server.client(WithSilenceTimeout(shortSilence))
	if id, err := evaluate(context.Background(), client, "A"); id != one.GetApplicationId() || err != nil {
		t.Errorf("got %v", err)
	}
	if made := client.Statistics().ConnectionsMade; made != 1 {
		t.Errorf("%d connections", made)
	}
}

// A request that is larger than the sockets' buffers is never sent whole.
func TestPeerThatTakesNothingIsLeft(t *testing.T) {
	block := make(chan struct{})
	server := startFake(t, firstConnection(func(*fakeCall) { <-block }, func(call *fakeCall) {
		call.answer(assessment(proto.String("A")))
	}))
	defer close(block)
	client := server.client(WithSilenceTimeout(2*shortSilence), WithMaximumRequestBytes(32<<20))
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if _, err := evaluate(ctx, client, "A"); status.Code(err) != codes.DeadlineExceeded {
		t.Errorf("got %v", err)
	}
	if id, err := evaluate(context.Background(), client, strings.Repeat("x", 16<<20)); id != "A" || err != nil {
		t.Errorf("got %q, %v", id, err)
	}
	if made := client.Statistics().ConnectionsMade; made != 2 {
		t.Errorf("%d connections", made)
	}
}

// A large request on a slow line is no silence, also where another answer comes meanwhile.
func TestPeerThatTakesItsTimeIsWaitedFor(t *testing.T) {
	server := startFake(t, func(call *fakeCall) {
		time.Sleep(shortSilence / 3)
		call.answer(assessment(proto.String("A")))
	})
	server.pace = 20 * time.Millisecond
	client := server.client(
		WithSilenceTimeout(shortSilence),
		WithDialer(func(ctx context.Context, address string) (net.Conn, error) {
			socket, err := DialTCP(ctx, address)
			if err == nil {
				err = socket.(*net.TCPConn).SetWriteBuffer(64 << 10)
			}
			return socket, err
		}),
	)
	small := make(chan error, 1)
	go func() {
		_, err := evaluate(context.Background(), client, "small")
		small <- err
	}()
	eventually(t, "the small call arrives", func() bool { return atomic.LoadInt64(&server.requests) == 1 })
	started := time.Now()
	if _, err := evaluate(context.Background(), client, strings.Repeat("x", 4<<20-100)); err != nil {
		t.Error(err)
	}
	if spent := time.Since(started); spent < 3*shortSilence {
		t.Errorf("took only %v", spent)
	}
	if err := <-small; err != nil {
		t.Error(err)
	}
	if made := client.Statistics().ConnectionsMade; made != 1 {
		t.Errorf("%d connections", made)
	}
}

func TestLateReplyIsProgress(t *testing.T) {
	server := startFake(t, func(call *fakeCall) {
		if call.number > 1 && call.number < 5 {
			time.Sleep(shortSilence / 2)
		}
		call.answerEvaluate()
	})
	client := server.client(WithSilenceTimeout(shortSilence))
	if _, err := evaluate(context.Background(), client, "A"); err != nil {
		t.Error(err)
	}
	for i := 0; i < 3; i++ {
		ctx, cancel := context.WithTimeout(context.Background(), shortSilence/6)
		if _, err := evaluate(ctx, client, "A"); status.Code(err) != codes.DeadlineExceeded {
			t.Errorf("got %v", err)
		}
		cancel()
	}
	// The third answer comes after one and a half timeouts, and never a whole one after the one before.
	if id, err := evaluate(context.Background(), client, "B"); id != "B" || err != nil {
		t.Errorf("got %q, %v", id, err)
	}
	if got := client.Statistics(); got != (Statistics{ConnectionsMade: 1, LateReplies: 3}) {
		t.Errorf("got %+v", got)
	}
}

// Closes in the middle of a reply.
func cutPeer(t *testing.T) {
	cut := func(call *fakeCall) {
		payload, _ := proto.Marshal(assessment(proto.String("A")))
		frame := replyFrame(call, payload)
		call.send(frame[:len(frame)/2])
		call.socket.Close()
	}
	server := startFake(t, firstConnection(cut, (*fakeCall).answerEvaluate))
	client := server.client()
	if id, err := evaluate(context.Background(), client, "A"); id != "A" || err != nil {
		t.Errorf("got %q, %v", id, err)
	}
	if made := client.Statistics().ConnectionsMade; made != 2 {
		t.Errorf("%d connections", made)
	}

	server = startFake(t, firstConnection(cut, answerBatch))
	var sent int64
	checkScores(t, server.client().Score(context.Background(), applications(300, &sent), ScoreOptions{BatchSize: 50}), 300, nil)

	server = startFake(t, cut)
	_, err := evaluate(context.Background(), server.client(), "A")
	if status.Code(err) != codes.Unavailable || !errors.Is(err, ErrConnectionLost) {
		t.Errorf("got %v", err)
	}
	if requests := atomic.LoadInt64(&server.requests); requests != 5 {
		t.Errorf("tried %d times", requests)
	}
}

// Answers calls that nobody made.
func strangeIDs(t *testing.T) {
	strange := func(call *fakeCall, id int64) {
		payload, _ := proto.Marshal(assessment(proto.String("?")))
		call.reply(&brpc.RpcMeta{CorrelationId: proto.Int64(id), Response: &brpc.RpcResponseMeta{}}, payload)
	}
	server := startFake(t, func(call *fakeCall) {
		for _, id := range []int64{0, -1, 1 << 40} {
			strange(call, id)
		}
		call.answerEvaluate()
	})
	client := server.client()
	for i := 0; i < 2; i++ {
		if id, err := evaluate(context.Background(), client, "A"); id != "A" || err != nil {
			t.Errorf("got %q, %v", id, err)
		}
	}
	if got := client.Statistics(); got != (Statistics{ConnectionsMade: 1, UnknownReplies: 6}) {
		t.Errorf("got %+v", got)
	}

	// They are no progress; nor is a second reply to one call.
	server = startFake(t, firstConnection(func(call *fakeCall) {
		if call.number == 1 {
			call.answerEvaluate()
			return
		}
		for i := 0; i < 40 && !call.server.isStopped(); i++ {
			strange(call, 1<<40)
			strange(call, 1)
			time.Sleep(shortSilence / 8)
		}
	}, (*fakeCall).answerEvaluate))
	client = server.client(WithSilenceTimeout(shortSilence))
	for i := 0; i < 2; i++ {
		if id, err := evaluate(context.Background(), client, "A"); id != "A" || err != nil {
			t.Errorf("got %q, %v", id, err)
		}
	}
	if made := client.Statistics().ConnectionsMade; made != 2 {
		t.Errorf("%d connections", made)
	}
}

// Replies whose meta has no response.
func noResponse(t *testing.T) {
	server := startFake(t, func(call *fakeCall) { call.reply(&brpc.RpcMeta{}, nil) })
	client := server.client()
	for _, whole := range wholeAnswers() {
		err := whole.ask(client)
		if status.Code(err) != codes.Internal || !errors.Is(err, ErrInvalidReply) {
			t.Errorf("%s: got %v", whole.method, err)
		}
	}
	if requests := atomic.LoadInt64(&server.requests); requests != int64(len(wholeAnswers())) {
		t.Errorf("asked %d times", requests)
	}
	refusesScoring(t, func(call *fakeCall) { call.reply(&brpc.RpcMeta{}, nil) })
}

func refusesScoring(t *testing.T, handle func(*fakeCall)) {
	t.Helper()
	server := startFake(t, handle)
	var sent int64
	scoring := server.client().Score(context.Background(), applications(1, &sent), ScoreOptions{})
	for score := range scoring.Results() {
		t.Errorf("got %+v", score)
	}
	if err := scoring.Err(); status.Code(err) != codes.Internal || !errors.Is(err, ErrInvalidReply) {
		t.Errorf("got %v", err)
	}
	if requests := atomic.LoadInt64(&server.requests); requests != 1 {
		t.Errorf("asked %d times", requests)
	}
}

// A header that declares a meta of 4 GiB.
func hugeMeta(t *testing.T) {
	huge := func(call *fakeCall) { call.send([]byte("PRPC\xff\xff\xff\xff\xff\xff\xff\xff")) }
	server := startFake(t, firstConnection(huge, (*fakeCall).answerEvaluate))
	client := server.client()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	started := time.Now()
	if id, err := evaluate(context.Background(), client, "A"); id != "A" || err != nil {
		t.Errorf("got %q, %v", id, err)
	}
	runtime.ReadMemStats(&after)
	if spent := time.Since(started); spent > 2*time.Second {
		t.Errorf("took %v", spent)
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > 8<<20 {
		t.Errorf("took %d bytes", took)
	}
	if made := client.Statistics().ConnectionsMade; made != 2 {
		t.Errorf("%d connections", made)
	}
	_, err := evaluate(context.Background(), startFake(t, huge).client(), "A")
	if status.Code(err) != codes.Unavailable || !errors.Is(err, ErrConnectionLost) || !errors.Is(err, ErrInvalidReply) {
		t.Errorf("got %v", err)
	}
}

// Answers that it is stopping.
func stoppingPeer(t *testing.T) {
	stop := func(call *fakeCall) { call.fail(NumberStopping, "UNAVAILABLE", "stopping", "") }
	server := startFake(t, func(call *fakeCall) {
		if call.connection < 5 {
			stop(call)
			return
		}
		call.answerEvaluate()
	})
	client := server.client()
	if id, err := evaluate(context.Background(), client, "A"); id != "A" || err != nil {
		t.Errorf("got %q, %v", id, err)
	}
	if made := client.Statistics().ConnectionsMade; made != 5 {
		t.Errorf("%d connections", made)
	}

	server = startFake(t, stop)
	_, err := evaluate(context.Background(), server.client(), "A")
	var failure *Error
	if !errors.As(err, &failure) || failure.Number != NumberStopping || failure.Code != codes.Unavailable {
		t.Errorf("got %v", err)
	}
	if requests := atomic.LoadInt64(&server.requests); requests != 5 {
		t.Errorf("tried %d times", requests)
	}

	// A scoring goes on trying.
	server = startFake(t, func(call *fakeCall) {
		if call.connection < 12 {
			stop(call)
			return
		}
		answerBatch(call)
	})
	var sent int64
	checkScores(t, server.client().Score(context.Background(), applications(10, &sent), ScoreOptions{}), 10, nil)
}

func TestReplyOfCountlessEntriesIsNotDecoded(t *testing.T) {
	// Two bytes on the wire are a whole Finding in memory.
	findings := func(number int) []byte {
		payload, _ := proto.Marshal(assessment(proto.String("A")))
		return append(payload, strings.Repeat("\x4a\x00", number)...)
	}
	entries := int64(8 << 20)
	server := startFake(t, func(call *fakeCall) {
		call.reply(&brpc.RpcMeta{Response: &brpc.RpcResponseMeta{}}, findings(int(atomic.LoadInt64(&entries))-1000))
	})
	client := server.client()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := evaluate(context.Background(), client, "A")
	runtime.ReadMemStats(&after)
	if status.Code(err) != codes.ResourceExhausted || !errors.Is(err, ErrReplyTooLarge) {
		t.Errorf("got %v", err)
	}
	// The server's copies are among these.
	if took := after.TotalAlloc - before.TotalAlloc; took > 160<<20 {
		t.Errorf("took %d bytes", took)
	}
	// As many as may be.
	atomic.StoreInt64(&entries, 1<<20)
	runtime.ReadMemStats(&before)
	if id, err := evaluate(context.Background(), client, "A"); id != "A" || err != nil {
		t.Errorf("got %q, %v", id, err)
	}
	runtime.ReadMemStats(&after)
	t.Logf("took %d bytes", after.TotalAlloc-before.TotalAlloc)
	if requests := atomic.LoadInt64(&server.requests); requests != 2 {
		t.Errorf("asked %d times", requests)
	}
	client = server.client(WithMaximumReplyEntries(10))
	if _, err := evaluate(context.Background(), client, "A"); !errors.Is(err, ErrReplyTooLarge) {
		t.Errorf("got %v", err)
	}
}
