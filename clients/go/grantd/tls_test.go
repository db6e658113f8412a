// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"
)

// A certificate for grants.test that has signed itself, and the pool of whoever trusts it.
func certificateUntil(t *testing.T, end time.Time) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "grants.test"}, DNSNames: []string{"grants.test"},
		NotBefore: end.Add(-48 * time.Hour), NotAfter: end, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	bytes, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(bytes)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{bytes}, PrivateKey: key}, pool
}

// A listener that speaks TLS before a fake server.
func relayTLS(t *testing.T, to string, config *tls.Config) string {
	t.Helper()
	listener, err := tls.Listen("tcp", "127.0.0.1:0", config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			outer, err := listener.Accept()
			if err != nil {
				return
			}
			inner, err := net.Dial("tcp", to)
			if err != nil {
				outer.Close()
				continue
			}
			go func() {
				_, _ = io.Copy(inner, outer)
				inner.Close()
			}()
			go func() {
				_, _ = io.Copy(outer, inner)
				outer.Close()
			}()
		}
	}()
	return listener.Addr().String()
}

func TestTLS(t *testing.T) {
	good, pool := certificateUntil(t, time.Now().Add(time.Hour))
	old, oldPool := certificateUntil(t, time.Now().Add(-time.Hour))
	server := startFake(t, func(call *fakeCall) { call.answerEvaluate() })
	secure := relayTLS(t, server.address, &tls.Config{Certificates: []tls.Certificate{good}})
	expired := relayTLS(t, server.address, &tls.Config{Certificates: []tls.Certificate{old}})
	demanding := relayTLS(t, server.address, &tls.Config{
		Certificates: []tls.Certificate{good}, ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert,
	})
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	trusting := &tls.Config{RootCAs: pool, ServerName: "grants.test"}
	known := &tls.Config{RootCAs: pool, ServerName: "grants.test", Certificates: []tls.Certificate{good}}
	for _, test := range []struct {
		name, address string
		config        *tls.Config
		// What the error says; empty where there is none.
		says string
	}{
		{"trusted", secure, trusting, ""},
		{"unknown authority", secure, &tls.Config{ServerName: "grants.test"}, "certificate signed by unknown authority"},
		{"another name", secure, &tls.Config{RootCAs: pool, ServerName: "other.test"}, "not other.test"},
		{"the address's own name", secure, &tls.Config{RootCAs: pool}, "127.0.0.1"},
		{"expired", expired, &tls.Config{RootCAs: oldPool, ServerName: "grants.test"}, "expired"},
		{"certificate wanted", demanding, trusting, "certificate"},
		{"certificate shown", demanding, known, ""},
		{"no TLS there", server.address, trusting, "may not speak TLS"},
		{"nobody answers", silent.Addr().String(), trusting, "no TLS handshake in time"},
	} {
		test := test
		t.Run(test.name, func(t *testing.T) {
			client, err := New(
				test.address, WithTLS(test.config), WithRetry(Retry{Attempts: 1}), WithConnectTimeout(2*time.Second),
			)
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			id, err := evaluate(context.Background(), client, "A")
			if test.says == "" {
				if id != "A" || err != nil {
					t.Errorf("got %q, %v", id, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Fatalf("got %v", err)
			}
			if !errors.Is(err, ErrConnectionFailed) && !errors.Is(err, ErrConnectionLost) {
				t.Errorf("neither failed nor lost: %v", err)
			}
		})
	}
}

func TestTLSWithoutAConfigurationHasTheDefaults(t *testing.T) {
	good, _ := certificateUntil(t, time.Now().Add(time.Hour))
	server := startFake(t, func(call *fakeCall) { call.answerEvaluate() })
	client, err := New(
		relayTLS(t, server.address, &tls.Config{Certificates: []tls.Certificate{good}}), WithTLS(nil),
		WithRetry(Retry{Attempts: 1}),
	)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	var unknown x509.HostnameError
	if _, err := evaluate(context.Background(), client, "A"); err == nil || !errors.As(err, &unknown) {
		t.Errorf("got %v", err)
	}
}
