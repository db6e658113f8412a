// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"context"
	"net"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Takes the port at 127.0.0.LAST so that whoever connects is never answered: the listener's backlog is full, and the kernel drops
// further SYNs. 0 takes a free port.
func deadListener(t *testing.T, last byte, port int) int {
	t.Helper()
	socket := func() int {
		descriptor, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { syscall.Close(descriptor) })
		return descriptor
	}
	listener := socket()
	address := &syscall.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, last}}
	if err := syscall.Bind(listener, address); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Listen(listener, 0); err != nil {
		t.Fatal(err)
	}
	bound, err := syscall.Getsockname(listener)
	if err != nil {
		t.Fatal(err)
	}
	address.Port = bound.(*syscall.SockaddrInet4).Port
	for i := 0; i < 4; i++ {
		if err := syscall.Connect(socket(), address); err != nil && err != syscall.EINPROGRESS {
			t.Fatal(err)
		}
	}
	return address.Port
}

// A dialer whose every host has these addresses.
func resolved(addresses ...string) Dialer {
	dialer := &addressDialer{
		lookup: func(context.Context, string) ([]net.IPAddr, error) {
			var found []net.IPAddr
			for _, address := range addresses {
				found = append(found, net.IPAddr{IP: net.ParseIP(address)})
			}
			return found, nil
		},
		dial: func(ctx context.Context, address string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", address)
		},
	}
	return dialer.connect
}

// A name whose first addresses drop SYNs.
func deadFirstAddress(t *testing.T) {
	server := startFake(t, func(call *fakeCall) { call.answerEvaluate() })
	_, text, _ := net.SplitHostPort(server.address)
	port, _ := strconv.Atoi(text)
	dead := []string{"127.0.0.11", "127.0.0.12", "127.0.0.13"}
	for i := range dead {
		deadListener(t, byte(11+i), port)
	}
	for number := 1; number <= 3; number++ {
		client, err := New(
			"grants.example:"+text, WithConnectTimeout(5*time.Second),
			WithDialer(resolved(append(append([]string(nil), dead[:number]...), "127.0.0.1")...)),
		)
		if err != nil {
			t.Fatal(err)
		}
		started := time.Now()
		if id, err := evaluate(context.Background(), client, "A"); id != "A" || err != nil {
			t.Errorf("%d dead: got %q, %v", number, id, err)
		}
		least := time.Duration(number) * addressHeadStart
		if spent := time.Since(started); spent < least || spent > least+2*time.Second {
			t.Errorf("%d dead: took %v", number, spent)
		}
		client.Close()
	}
	if connections := server.connections; connections != 3 {
		t.Errorf("%d connections", connections)
	}

	// All of them dead: the connect timeout bounds each attempt.
	client, err := New(
		"grants.example:"+text, WithConnectTimeout(600*time.Millisecond), WithRetry(Retry{Attempts: 2}),
		WithDialer(resolved(dead...)),
	)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	started := time.Now()
	_, err = evaluate(context.Background(), client, "A")
	if err == nil || !strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("got %v", err)
	}
	if spent := time.Since(started); spent < 1200*time.Millisecond || spent > 4*time.Second {
		t.Errorf("took %v", spent)
	}
}

func TestAddressThatRefusesCostsNoTime(t *testing.T) {
	server := startFake(t, func(call *fakeCall) { call.answerEvaluate() })
	_, port, _ := net.SplitHostPort(server.address)
	started := time.Now()
	socket, err := resolved("127.0.0.21", "127.0.0.22", "127.0.0.1")(context.Background(), "grants.example:"+port)
	if err != nil {
		t.Fatal(err)
	}
	socket.Close()
	if spent := time.Since(started); spent >= addressHeadStart {
		t.Errorf("took %v", spent)
	}
	// The last failure is told.
	if _, err := resolved("127.0.0.21", "127.0.0.22")(context.Background(), "grants.example:"+port); err == nil ||
		!strings.Contains(err.Error(), "127.0.0.22") {
		t.Errorf("got %v", err)
	}
	if _, err := resolved()(context.Background(), "grants.example:"+port); err == nil {
		t.Error("connected to no address")
	}
}

func TestFamiliesAlternate(t *testing.T) {
	for given, want := range map[string]string{
		"::1 ::2 ::3 127.0.0.1":             "::1 127.0.0.1 ::2 ::3",
		"127.0.0.1 127.0.0.2 ::1 127.0.0.3": "127.0.0.1 ::1 127.0.0.2 127.0.0.3",
		"127.0.0.1 127.0.0.2":               "127.0.0.1 127.0.0.2",
		"::1":                               "::1",
	} {
		var addresses []net.IPAddr
		for _, text := range strings.Fields(given) {
			addresses = append(addresses, net.IPAddr{IP: net.ParseIP(text)})
		}
		var got []string
		for _, address := range alternateFamilies(addresses) {
			got = append(got, address.String())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %v", given, got)
		}
	}
}
