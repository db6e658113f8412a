// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"grantd/clients/go/generated/brpc"
	grantdv1 "grantd/clients/go/generated/grantd/v1"
)

func TestCallGoesThroughTheStockStub(t *testing.T) {
	metas := make(chan *brpc.RpcMeta, 1)
	server := startFake(t, func(call *fakeCall) {
		metas <- call.meta
		call.answerEvaluate()
	})
	client := server.client(WithToken("secret"))
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if id, err := evaluate(ctx, client, "A-1"); id != "A-1" || err != nil {
		t.Fatalf("got %q, %v", id, err)
	}
	meta := <-metas
	if meta.Request.GetServiceName() != "grantd.v1.Calculator" || meta.Request.GetMethodName() != "Evaluate" {
		t.Errorf("wrong method: %v", meta)
	}
	if left := meta.Request.GetTimeoutMs(); left < 4000 || left > 5000 {
		t.Errorf("timeout_ms is %d, with 5 s left", left)
	}
	if string(meta.GetAuthenticationData()) != "secret" {
		t.Errorf("wrong token: %q", meta.GetAuthenticationData())
	}
}

func TestErrorsCarryCodeNumberAndField(t *testing.T) {
	cases := []struct {
		number int32
		name   string
		field  string
		code   codes.Code
	}{
		{1001, "UNIMPLEMENTED", "", codes.Unimplemented},
		{1002, "UNIMPLEMENTED", "", codes.Unimplemented},
		{1003, "INVALID_ARGUMENT", "application.prior_awards[0].amount_fen", codes.InvalidArgument},
		{1003, "FAILED_PRECONDITION", "", codes.FailedPrecondition},
		{1003, "NONSENSE", "", codes.InvalidArgument},
		{1004, "UNAUTHENTICATED", "", codes.Unauthenticated},
		{1008, "DEADLINE_EXCEEDED", "", codes.DeadlineExceeded},
		{2001, "INTERNAL", "", codes.Internal},
		{2004, "RESOURCE_EXHAUSTED", "", codes.ResourceExhausted},
		{4711, "DATA_LOSS", "", codes.DataLoss},
		{4711, "NONSENSE", "", codes.Unknown},
		{4711, "OK", "", codes.Unknown},
	}
	for _, test := range cases {
		test := test
		t.Run(fmt.Sprint(test.number, test.name), func(t *testing.T) {
			server := startFake(t, func(call *fakeCall) { call.fail(test.number, test.name, "value of Ms Wang", test.field) })
			var trailer metadata.MD
			_, err := grantdv1.NewCatalogueClient(server.client()).GetSchema(
				context.Background(), &grantdv1.GetSchemaRequest{}, grpc.Trailer(&trailer),
			)
			var failure *Error
			if !errors.As(err, &failure) || failure.Number != test.number || failure.Field != test.field {
				t.Fatalf("got %#v", err)
			}
			if Field(err) != test.field || strings.Contains(err.Error(), "Wang") {
				t.Errorf("wrong words: %v", err)
			}
			converted, ok := status.FromError(err)
			if !ok || converted.Code() != test.code || converted.Message() != "value of Ms Wang" {
				t.Errorf("wrong status: %v", converted)
			}
			details := converted.Details()
			if test.field == "" {
				if len(details) != 0 {
					t.Errorf("details without a field: %v", details)
				}
			} else if request, ok := details[0].(*errdetails.BadRequest); !ok ||
				request.FieldViolations[0].Field != test.field {
				t.Errorf("wrong details: %v", details)
			}
			if got := trailer.Get("grpc-status"); len(got) != 1 || got[0] != test.name {
				t.Errorf("wrong trailer: %v", trailer)
			}
			if requests := atomic.LoadInt64(&server.requests); requests != 1 {
				t.Errorf("called %d times", requests)
			}
		})
	}
}

func TestDeadlineOfADaemonThatNeverAnswers(t *testing.T) {
	server := startFake(t, func(*fakeCall) {})
	cases := map[string]func() error{
		"of the context": func() error {
			ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
			defer cancel()
			_, err := evaluate(ctx, server.client(), "A")
			return err
		},
		"of the client": func() error {
			_, err := evaluate(context.Background(), server.client(WithDeadline(50*time.Millisecond)), "A")
			return err
		},
	}
	for name, call := range cases {
		started := time.Now()
		err := call()
		if status.Code(err) != codes.DeadlineExceeded || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: got %v", name, err)
		}
		if spent := time.Since(started); spent < 50*time.Millisecond || spent > 3*time.Second {
			t.Errorf("%s: took %v", name, spent)
		}
	}
}

func TestDeadlineHoldsWhereThePeerDoesNotRead(t *testing.T) {
	block := make(chan struct{})
	server := startFake(t, func(*fakeCall) { <-block })
	defer close(block)
	client := server.client(WithSilenceTimeout(200 * time.Millisecond))
	var group sync.WaitGroup
	for i := 0; i < 16; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
			defer cancel()
			_, err := evaluate(ctx, client, strings.Repeat("x", 3<<20))
			if code := status.Code(err); code != codes.DeadlineExceeded && code != codes.Unavailable {
				t.Errorf("got %v", err)
			}
		}()
	}
	group.Wait()
}

func TestCancellationEndsTheCallAndDropsItsReply(t *testing.T) {
	held := make(chan *fakeCall, 1)
	server := startFake(t, func(call *fakeCall) {
		if call.number == 1 {
			held <- call
			return
		}
		call.answerEvaluate()
	})
	client := server.client()
	ctx, cancel := context.WithCancel(context.Background())
	var first *fakeCall
	go func() {
		first = <-held
		cancel()
	}()
	_, err := evaluate(ctx, client, "A")
	if status.Code(err) != codes.Canceled || !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	first.answerEvaluate()
	if id, err := evaluate(context.Background(), client, "B"); id != "B" || err != nil {
		t.Errorf("got %q, %v", id, err)
	}
	if got := client.Statistics(); got != (Statistics{ConnectionsMade: 1, LateReplies: 1}) {
		t.Errorf("got %+v", got)
	}
}

func TestSixteenGoroutinesShareOneClient(t *testing.T) {
	// Replies come in pairs, the later call's first.
	var mutex sync.Mutex
	var held *fakeCall
	server := startFake(t, func(call *fakeCall) {
		mutex.Lock()
		defer mutex.Unlock()
		if held == nil {
			held = call
			time.AfterFunc(2*time.Millisecond, func() {
				mutex.Lock()
				defer mutex.Unlock()
				if held == call {
					call.answerEvaluate()
					held = nil
				}
			})
			return
		}
		call.answerEvaluate()
		held.answerEvaluate()
		held = nil
	})
	for _, connections := range []int{1, 3} {
		client := server.client(WithConnections(connections))
		var group sync.WaitGroup
		for i := 0; i < 16; i++ {
			i := i
			group.Add(1)
			go func() {
				defer group.Done()
				for j := 0; j < 100; j++ {
					want := fmt.Sprintf("A-%d-%d", i, j)
					if id, err := evaluate(context.Background(), client, want); id != want || err != nil {
						t.Errorf("asked for %s, got %s, %v", want, id, err)
						return
					}
				}
			}()
		}
		group.Wait()
		if made := client.Statistics().ConnectionsMade; made != int64(connections) {
			t.Errorf("%d connections, not %d", made, connections)
		}
	}
}

func TestNoMoreCallsInFlightThanAllowed(t *testing.T) {
	var inFlight, most int64
	server := startFake(t, func(call *fakeCall) {
		if now := atomic.AddInt64(&inFlight, 1); now > atomic.LoadInt64(&most) {
			atomic.StoreInt64(&most, now)
		}
		time.AfterFunc(time.Millisecond, func() {
			atomic.AddInt64(&inFlight, -1)
			call.answerEvaluate()
		})
	})
	client := server.client(WithMaximumCallsInFlight(3))
	var group sync.WaitGroup
	for i := 0; i < 64; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			if _, err := evaluate(context.Background(), client, "A"); err != nil {
				t.Error(err)
			}
		}()
	}
	group.Wait()
	if most > 3 {
		t.Errorf("%d calls were in flight", most)
	}
}

func TestRequestsOverTheLimitAreNotSent(t *testing.T) {
	server := startFake(t, func(call *fakeCall) {
		call.answer(&grantdv1.ClearAuctionResponse{Outcome: grantdv1.AuctionOutcome_UNDETERMINED.Enum()})
	})
	client := server.client()
	_, err := evaluate(context.Background(), client, strings.Repeat("x", 5<<20))
	if status.Code(err) != codes.ResourceExhausted || !errors.Is(err, ErrRequestTooLarge) {
		t.Errorf("got %v", err)
	}
	_, err = grantdv1.NewCalculatorClient(client).Evaluate(
		context.Background(), &grantdv1.EvaluateRequest{AssumeUnsetBarsAbsent: proto.Bool(true)}, grpc.MaxCallSendMsgSize(1),
	)
	if !errors.Is(err, ErrRequestTooLarge) {
		t.Errorf("got %v", err)
	}
	if requests := atomic.LoadInt64(&server.requests); requests != 0 {
		t.Errorf("sent %d requests", requests)
	}
	// An auction has a limit of its own.
	_, err = grantdv1.NewRenewablesAuctionClient(client).ClearAuction(
		context.Background(), &grantdv1.ClearAuctionRequest{AuctionId: proto.String(strings.Repeat("x", 5<<20))},
	)
	if err != nil {
		t.Error(err)
	}
}

func TestCloseEndsCallsForGood(t *testing.T) {
	arrived := make(chan struct{})
	server := startFake(t, func(*fakeCall) { close(arrived) })
	client := server.client()
	go func() {
		<-arrived
		client.Close()
	}()
	for i := 0; i < 2; i++ {
		_, err := evaluate(context.Background(), client, "A")
		if status.Code(err) != codes.Canceled || !errors.Is(err, ErrClosed) || errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	}
	client.Close()
}

func TestStreamsAndOptionsWithoutAPlaceAreRefused(t *testing.T) {
	server := startFake(t, func(call *fakeCall) { call.answerEvaluate() })
	client := server.client()
	if _, err := client.NewStream(context.Background(), &grpc.StreamDesc{}, "/a/b"); status.Code(err) != codes.Unimplemented {
		t.Errorf("got %v", err)
	}
	request, answer := &grantdv1.EvaluateRequest{}, &grantdv1.Assessment{}
	for _, option := range []grpc.CallOption{grpc.UseCompressor(gzip.Name), grpc.CallContentSubtype("json")} {
		err := client.Invoke(context.Background(), "/grantd.v1.Calculator/Evaluate", request, answer, option)
		if status.Code(err) != codes.Unimplemented {
			t.Errorf("%T: got %v", option, err)
		}
	}
	for _, method := range []string{"", "Evaluate", "/Evaluate", "a/b", "/a/b/c", "//b", "/a/"} {
		if err := client.Invoke(context.Background(), method, request, answer); status.Code(err) != codes.Internal {
			t.Errorf("%q: got %v", method, err)
		}
	}
	if err := client.Invoke(context.Background(), "/a/b", "no message", answer); status.Code(err) != codes.Internal {
		t.Errorf("got %v", err)
	}
}

func TestPeerAndTrailerAreReported(t *testing.T) {
	server := startFake(t, func(call *fakeCall) {
		call.reply(&brpc.RpcMeta{
			Response: &brpc.RpcResponseMeta{}, UserFields: map[string]string{"served-by": "a"},
		}, []byte("\x0a\x01s"))
	})
	var from peer.Peer
	var trailer, header metadata.MD
	_, err := grantdv1.NewCatalogueClient(server.client()).GetSchema(
		context.Background(), &grantdv1.GetSchemaRequest{}, grpc.Peer(&from), grpc.Trailer(&trailer), grpc.Header(&header),
	)
	if err != nil || from.Addr.String() != server.address || trailer.Get("served-by")[0] != "a" || header.Len() != 0 {
		t.Errorf("got %v, %v, %v, %v", err, from, trailer, header)
	}
}

func TestDialerOfTheCaller(t *testing.T) {
	server := startFake(t, func(call *fakeCall) { call.answerEvaluate() })
	client, err := New("grants.example", WithDialer(func(ctx context.Context, address string) (net.Conn, error) {
		if address != "grants.example:7843" {
			t.Errorf("asked for %s", address)
		}
		return net.Dial("tcp", server.address)
	}))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if id, err := evaluate(context.Background(), client, "A"); id != "A" || err != nil {
		t.Errorf("got %q, %v", id, err)
	}
}
