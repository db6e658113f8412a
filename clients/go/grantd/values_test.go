// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"testing"
	"time"
)

func TestAddresses(t *testing.T) {
	for text, want := range map[string]string{
		"127.0.0.1:7843":      "127.0.0.1:7843",
		"grants.example":      "grants.example:7843",
		"[::1]:80":            "[::1]:80",
		"[::1]":               "[::1]:7843",
		"":                    "",
		":7843":               "",
		"::1":                 "",
		"host:":               "",
		"host:0":              "",
		"host:65536":          "",
		"host:+1":             "",
		"a host:7843":         "",
		"grants.example:http": "",
		"[]:1":                "",
	} {
		got, err := parseAddress(text)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v", text, got, err)
		}
	}
	if _, err := New("no address"); err == nil {
		t.Error("a client of no address")
	}
}

func TestBackoffDoublesUpToItsMaximum(t *testing.T) {
	pauses := backoff{retry: Retry{InitialBackoff: 50 * time.Millisecond, MaximumBackoff: 300 * time.Millisecond, JitterPercent: 20}}
	for _, want := range []time.Duration{50, 100, 200, 300, 300} {
		if got := pauses.failed(0); got != want*time.Millisecond {
			t.Errorf("got %v, not %d ms", got, want)
		}
	}
	for i := 0; i < 100; i++ {
		pauses.failed(0)
	}
	if got := pauses.failed(0.5); got != 270*time.Millisecond {
		t.Errorf("with half of the jitter: got %v", got)
	}
	pauses.succeeded()
	if got := pauses.failed(0); got != 50*time.Millisecond {
		t.Errorf("after a success: got %v", got)
	}
	none := backoff{retry: Retry{InitialBackoff: -1, MaximumBackoff: -1, JitterPercent: -5}}
	if got := none.failed(0.9); got != 0 {
		t.Errorf("without a pause: got %v", got)
	}
}

func TestMillisecondsRoundUp(t *testing.T) {
	for left, want := range map[time.Duration]int32{
		-time.Second: 1, 0: 1, time.Nanosecond: 1, 1500 * time.Microsecond: 2, time.Second: 1000, 1 << 62: 1<<31 - 1,
	} {
		if got := milliseconds(left); got != want {
			t.Errorf("%v: got %d, not %d", left, got, want)
		}
	}
}

func TestHeadersThatAreNone(t *testing.T) {
	for _, text := range []string{
		"HTTP/1.1 400", "PRPC\x00\x00\x00\x01\x00\x00\x00\x02", "PRPC\xff\xff\xff\xff\x00\x20\x00\x00",
	} {
		if _, _, err := decodeHeader([]byte(text)); err == nil {
			t.Errorf("%q is taken for a header", text)
		}
	}
	if body, meta, err := decodeHeader([]byte("PRPC\x00\x00\x01\x02\x00\x00\x00\x03")); body != 258 || meta != 3 || err != nil {
		t.Errorf("got %d, %d, %v", body, meta, err)
	}
}
