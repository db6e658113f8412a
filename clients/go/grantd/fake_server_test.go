// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"grantd/clients/go/generated/brpc"
	grantdv1 "grantd/clients/go/generated/grantd/v1"
)

// A server that does what a test tells it to with each request.
type fakeServer struct {
	t        *testing.T
	address  string
	handle   func(*fakeCall)
	listener net.Listener
	mutex    sync.Mutex
	sockets  map[net.Conn]struct{}
	stopped  bool
	// How long 64 KiB of a request take it; 0 for no time.
	pace time.Duration
	// Connections accepted and requests read so far.
	connections, requests int64
}

// A request, and the connection that it came over.
type fakeCall struct {
	server  *fakeServer
	socket  net.Conn
	writing *sync.Mutex
	meta    *brpc.RpcMeta
	payload []byte
	// The request's place among all of the server and the connection's among all, from 1.
	number, connection int64
}

// Starts a server on a free port; it stops with the test.
func startFake(t *testing.T, handle func(*fakeCall)) *fakeServer {
	server := &fakeServer{t: t, address: "127.0.0.1:0", handle: handle, sockets: map[net.Conn]struct{}{}}
	server.start()
	t.Cleanup(server.stop)
	return server
}

// Listens, on the same port as before where there was one.
func (s *fakeServer) start() {
	listener, err := net.Listen("tcp", s.address)
	if err != nil {
		s.t.Fatal(err)
	}
	s.listener, s.address = listener, listener.Addr().String()
	s.mutex.Lock()
	s.stopped = false
	s.mutex.Unlock()
	go func() {
		for {
			socket, err := listener.Accept()
			if err != nil {
				return
			}
			s.mutex.Lock()
			s.sockets[socket] = struct{}{}
			s.mutex.Unlock()
			go s.serve(socket, atomic.AddInt64(&s.connections, 1))
		}
	}()
}

// Stops listening and closes every connection.
func (s *fakeServer) stop() {
	s.listener.Close()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for socket := range s.sockets {
		socket.Close()
	}
	s.sockets = map[net.Conn]struct{}{}
	s.stopped = true
}

func (s *fakeServer) isStopped() bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.stopped
}

func (s *fakeServer) serve(socket net.Conn, connection int64) {
	defer socket.Close()
	writing := new(sync.Mutex)
	header := make([]byte, headerSize)
	for {
		if _, err := io.ReadFull(socket, header); err != nil {
			return
		}
		body := make([]byte, binary.BigEndian.Uint32(header[4:]))
		if s.pace > 0 && len(body) > 64<<10 {
			_ = socket.(*net.TCPConn).SetReadBuffer(64 << 10)
		}
		for rest := body; len(rest) > 0; {
			n := len(rest)
			if s.pace > 0 && n > 64<<10 {
				n = 64 << 10
				time.Sleep(s.pace)
			}
			if _, err := io.ReadFull(socket, rest[:n]); err != nil {
				return
			}
			rest = rest[n:]
		}
		metaSize := binary.BigEndian.Uint32(header[8:])
		meta := new(brpc.RpcMeta)
		if err := proto.Unmarshal(body[:metaSize], meta); err != nil || string(header[:4]) != magic {
			s.t.Errorf("the client sent no frame: %q, %v", header, err)
			return
		}
		s.handle(&fakeCall{
			server: s, socket: socket, writing: writing, meta: meta, payload: body[metaSize:],
			number: atomic.AddInt64(&s.requests, 1), connection: connection,
		})
	}
}

// The client of the server, closed with the test. Pauses are short.
func (s *fakeServer) client(options ...Option) *Client {
	retry := Retry{Attempts: DefaultRetry.Attempts, InitialBackoff: time.Millisecond, MaximumBackoff: 10 * time.Millisecond, JitterPercent: 25}
	client, err := New(s.address, append([]Option{WithRetry(retry)}, options...)...)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { client.Close() })
	return client
}

// Sends bytes as they are.
func (c *fakeCall) send(bytes []byte) {
	c.writing.Lock()
	defer c.writing.Unlock()
	// The client may be gone already, which is no fault.
	_, _ = c.socket.Write(bytes)
}

// Sends a reply with the meta; the correlation id is the request's unless set.
func (c *fakeCall) reply(meta *brpc.RpcMeta, payload []byte) {
	if meta.CorrelationId == nil {
		meta.CorrelationId = c.meta.CorrelationId
	}
	c.send(encodeFake(c.server.t, meta, payload))
}

// Answers with the message.
func (c *fakeCall) answer(message proto.Message) {
	payload, err := proto.Marshal(message)
	if err != nil {
		c.server.t.Error(err)
	}
	c.reply(&brpc.RpcMeta{Response: &brpc.RpcResponseMeta{}}, payload)
}

// Answers an Evaluate with an assessment of the application's own id.
func (c *fakeCall) answerEvaluate() {
	request := new(grantdv1.EvaluateRequest)
	if err := proto.Unmarshal(c.payload, request); err != nil {
		c.server.t.Error(err)
	}
	c.answer(assessment(proto.String(request.GetApplication().GetApplicationId())))
}

// What the contract always sets, and the id.
func assessment(id *string) *grantdv1.Assessment {
	return &grantdv1.Assessment{
		ApplicationId: id,
		Measure:       proto.String("medical-device.common-platform"),
		AsOf:          proto.String("2026-05-20"),
		Outcome:       grantdv1.Outcome_UNDETERMINED.Enum(),
		Basis:         grantdv1.Basis_CEILING.Enum(),
		Policy: &grantdv1.PolicyReference{
			Programme: proto.String("medical-device"), DocumentNumber: proto.String("1"), Digest: proto.String("d"),
		},
	}
}

// Answers with an error.
func (c *fakeCall) fail(number int32, status, text, field string) {
	fields := map[string]string{"grpc-status": status}
	if field != "" {
		fields["field"] = field
	}
	c.reply(&brpc.RpcMeta{
		Response:   &brpc.RpcResponseMeta{ErrorCode: proto.Int32(number), ErrorText: proto.String(text)},
		UserFields: fields,
	}, nil)
}

func encodeFake(t *testing.T, meta *brpc.RpcMeta, payload []byte) []byte {
	head, err := encodeHead(meta, len(payload))
	if err != nil {
		t.Error(err)
	}
	return bytes.Join([][]byte{head, payload}, nil)
}

// An Evaluate of the application with the id, through the stock stub.
func evaluate(ctx context.Context, client *Client, id string) (string, error) {
	answer, err := grantdv1.NewCalculatorClient(client).Evaluate(ctx, &grantdv1.EvaluateRequest{
		Application: &grantdv1.Application{ApplicationId: proto.String(id)},
	})
	return answer.GetApplicationId(), err
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Fatalf("never: %s", what)
}
