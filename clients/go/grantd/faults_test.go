// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"bytes"
	"context"
	"errors"
	"math/rand"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"grantd/clients/go/generated/brpc"
	grantdv1 "grantd/clients/go/generated/grantd/v1"
)

func TestLostConnectionIsMadeAgain(t *testing.T) {
	server := startFake(t, func(call *fakeCall) {
		if call.connection <= 2 {
			call.socket.Close()
			return
		}
		call.answerEvaluate()
	})
	client := server.client()
	if id, err := evaluate(context.Background(), client, "A"); id != "A" || err != nil {
		t.Errorf("got %q, %v", id, err)
	}
	if made := client.Statistics().ConnectionsMade; made != 3 {
		t.Errorf("%d connections", made)
	}
}

func TestIdleConnectionThatTheDaemonClosed(t *testing.T) {
	server := startFake(t, func(call *fakeCall) { call.answerEvaluate() })
	client := server.client()
	for i := 0; i < 3; i++ {
		if _, err := evaluate(context.Background(), client, "A"); err != nil {
			t.Fatal(err)
		}
		server.stop()
		server.start()
	}
}

func TestStoppingDaemonIsLeftAndTheCallMadeAgain(t *testing.T) {
	var mutex sync.Mutex
	var held *fakeCall
	server := startFake(t, func(call *fakeCall) {
		mutex.Lock()
		defer mutex.Unlock()
		switch {
		case call.number == 1:
			held = call
		case call.connection == 1:
			call.fail(NumberStopping, "UNAVAILABLE", "the daemon is stopping", "")
		default:
			call.answerEvaluate()
		}
	})
	client := server.client()
	first := make(chan error, 1)
	go func() {
		_, err := evaluate(context.Background(), client, "in flight")
		first <- err
	}()
	eventually(t, "the first call arrives", func() bool { return atomic.LoadInt64(&server.requests) == 1 })
	if id, err := evaluate(context.Background(), client, "A"); id != "A" || err != nil {
		t.Errorf("got %q, %v", id, err)
	}
	// What is in flight on the connection that drains is still awaited.
	mutex.Lock()
	held.answerEvaluate()
	mutex.Unlock()
	if err := <-first; err != nil {
		t.Error(err)
	}
	if got := atomic.LoadInt64(&server.requests); got != 3 {
		t.Errorf("%d requests", got)
	}
}

func TestDaemonThatIsNotThere(t *testing.T) {
	server := startFake(t, func(call *fakeCall) { call.answerEvaluate() })
	server.stop()
	client := server.client()
	_, err := evaluate(context.Background(), client, "A")
	if status.Code(err) != codes.Unavailable || !errors.Is(err, ErrConnectionFailed) {
		t.Errorf("got %v", err)
	}
	// A call may wait until there is one,
	time.AfterFunc(100*time.Millisecond, server.start)
	request, answer := &grantdv1.EvaluateRequest{}, &grantdv1.Assessment{}
	err = client.Invoke(context.Background(), "/grantd.v1.Calculator/Evaluate", request, answer, grpc.WaitForReady(true))
	if err != nil {
		t.Error(err)
	}
	// but not longer than its deadline.
	server.stop()
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	err = client.Invoke(ctx, "/grantd.v1.Calculator/Evaluate", request, answer, grpc.WaitForReady(true))
	if status.Code(err) != codes.DeadlineExceeded {
		t.Errorf("got %v", err)
	}
}

func TestReplyOverTheLimitCostsItsOwnCallOnly(t *testing.T) {
	var mutex sync.Mutex
	var waiting *fakeCall
	server := startFake(t, func(call *fakeCall) {
		mutex.Lock()
		defer mutex.Unlock()
		switch {
		case bytes.Contains(call.payload, []byte("large")):
			call.reply(&brpc.RpcMeta{Response: &brpc.RpcResponseMeta{}}, make([]byte, 1<<20))
		case waiting == nil:
			waiting = call
		default:
			call.answerEvaluate()
		}
	})
	client := server.client(WithMaximumReplyBytes(1 << 16))
	other := make(chan error, 1)
	go func() {
		_, err := evaluate(context.Background(), client, "small")
		other <- err
	}()
	eventually(t, "the small call arrives", func() bool { return atomic.LoadInt64(&server.requests) == 1 })
	_, err := evaluate(context.Background(), client, "large")
	if status.Code(err) != codes.ResourceExhausted || !errors.Is(err, ErrReplyTooLarge) {
		t.Errorf("got %v", err)
	}
	if err := <-other; err != nil {
		t.Errorf("the other call: %v", err)
	}
	// The limit of one call.
	request, answer := &grantdv1.EvaluateRequest{Application: &grantdv1.Application{ApplicationId: proto.String("large")}},
		&grantdv1.Assessment{}
	payload := []byte{}
	err = client.Invoke(
		context.Background(), "/grantd.v1.Calculator/Evaluate", request, &payload,
		grpc.MaxCallRecvMsgSize(2<<20), grpc.ForceCodec(protobufCodec{}),
	)
	if !errors.Is(err, ErrInvalidReply) {
		t.Errorf("read into bytes by the protobuf codec: %v", err)
	}
	err = client.Invoke(
		context.Background(), "/grantd.v1.Calculator/Evaluate", &grantdv1.EvaluateRequest{}, answer, grpc.MaxCallRecvMsgSize(3),
	)
	if !errors.Is(err, ErrReplyTooLarge) {
		t.Errorf("got %v", err)
	}
}

func TestBytesThatAreNoReply(t *testing.T) {
	random := make([]byte, 4096)
	rand.New(rand.NewSource(1)).Read(random)
	for name, garbage := range map[string][]byte{
		"another protocol":            []byte("HTTP/1.1 400 Bad Request\r\n\r\n"),
		"random bytes":                random,
		"a meta larger than its body": []byte("PRPC\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00"),
		"a meta of two gigabytes":     []byte("PRPC\xff\xff\xff\xff\x80\x00\x00\x00"),
		"a meta that does not decode": []byte("PRPC\x00\x00\x00\x02\x00\x00\x00\x02\xff\xff"),
	} {
		garbage := garbage
		t.Run(name, func(t *testing.T) {
			var bad int64 = 1
			server := startFake(t, func(call *fakeCall) {
				if call.number <= bad {
					call.send(garbage)
					return
				}
				call.answerEvaluate()
			})
			// The connection is of no use; another one may be.
			client := server.client()
			if id, err := evaluate(context.Background(), client, "A"); id != "A" || err != nil {
				t.Errorf("got %q, %v", id, err)
			}
			if made := client.Statistics().ConnectionsMade; made != 2 {
				t.Errorf("%d connections", made)
			}
			atomic.StoreInt64(&server.requests, -1000)
			_, err := evaluate(context.Background(), server.client(), "A")
			if status.Code(err) != codes.Unavailable || !errors.Is(err, ErrConnectionLost) || !errors.Is(err, ErrInvalidReply) {
				t.Errorf("got %v", err)
			}
			if requests := atomic.LoadInt64(&server.requests); requests != -1000+5 {
				t.Errorf("tried %d times", requests+1000)
			}
		})
	}
}

func TestRepliesThatAreNotValid(t *testing.T) {
	whole, _ := proto.Marshal(assessment(nil))
	for name, garbage := range map[string]func(*fakeCall) []byte{
		"an attachment larger than the reply": func(call *fakeCall) []byte {
			return encodeFake(call.server.t, &brpc.RpcMeta{
				CorrelationId: call.meta.CorrelationId, Response: &brpc.RpcResponseMeta{}, AttachmentSize: proto.Int32(1 << 30),
			}, whole)
		},
		"a compressed reply": func(call *fakeCall) []byte {
			return encodeFake(call.server.t, &brpc.RpcMeta{
				CorrelationId: call.meta.CorrelationId, Response: &brpc.RpcResponseMeta{}, CompressType: proto.Int32(1),
			}, whole)
		},
		"a reply in another encoding": func(call *fakeCall) []byte {
			return encodeFake(call.server.t, &brpc.RpcMeta{
				CorrelationId: call.meta.CorrelationId, Response: &brpc.RpcResponseMeta{}, ContentType: proto.Int32(1),
			}, whole)
		},
		"a payload that does not decode": func(call *fakeCall) []byte {
			return encodeFake(call.server.t, &brpc.RpcMeta{
				CorrelationId: call.meta.CorrelationId, Response: &brpc.RpcResponseMeta{},
			}, append(whole, 0xff, 0xff))
		},
	} {
		garbage := garbage
		t.Run(name, func(t *testing.T) {
			server := startFake(t, func(call *fakeCall) {
				if call.number == 1 {
					call.send(garbage(call))
					return
				}
				call.answerEvaluate()
			})
			client := server.client()
			_, err := evaluate(context.Background(), client, "A")
			if status.Code(err) != codes.Internal || !errors.Is(err, ErrInvalidReply) {
				t.Errorf("got %v", err)
			}
			if requests := atomic.LoadInt64(&server.requests); requests != 1 {
				t.Errorf("tried %d times", requests)
			}
			if id, err := evaluate(context.Background(), client, "B"); id != "B" || err != nil {
				t.Errorf("afterwards: got %q, %v", id, err)
			}
			if made := client.Statistics().ConnectionsMade; made != 1 {
				t.Errorf("%d connections", made)
			}
		})
	}
}

func TestAttachmentIsSetAside(t *testing.T) {
	server := startFake(t, func(call *fakeCall) {
		payload, _ := proto.Marshal(assessment(proto.String("A")))
		call.reply(&brpc.RpcMeta{
			Response: &brpc.RpcResponseMeta{}, AttachmentSize: proto.Int32(3),
		}, append(payload, 0xff, 0xff, 0xff))
	})
	if id, err := evaluate(context.Background(), server.client(), "A"); id != "A" || err != nil {
		t.Errorf("got %q, %v", id, err)
	}
}

func TestRepliesInPieces(t *testing.T) {
	server := startFake(t, func(call *fakeCall) {
		payload, _ := proto.Marshal(assessment(proto.String("A")))
		frame := encodeFake(call.server.t, &brpc.RpcMeta{
			CorrelationId: call.meta.CorrelationId, Response: &brpc.RpcResponseMeta{},
		}, payload)
		for _, piece := range frame {
			call.send([]byte{piece})
			time.Sleep(100 * time.Microsecond)
		}
	})
	if id, err := evaluate(context.Background(), server.client(), "A"); id != "A" || err != nil {
		t.Errorf("got %q, %v", id, err)
	}
}

func TestConnectTimeout(t *testing.T) {
	client, err := New(
		"grants.example", WithConnectTimeout(10*time.Millisecond), WithRetry(Retry{Attempts: 2}),
		WithDialer(func(ctx context.Context, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}),
	)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	_, err = evaluate(context.Background(), client, "A")
	if status.Code(err) != codes.Unavailable || !errors.Is(err, ErrConnectionFailed) ||
		!strings.Contains(err.Error(), "grants.example:7843") {
		t.Errorf("got %v", err)
	}
}
