// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	grantdv1 "grantd/clients/go/generated/grantd/v1"
)

// Starts the daemon of $GRANTD_BIN on the port, `0` for a free one. Returns its address and what stops it.
func startDaemon(t *testing.T, port string, arguments ...string) (address string, stop func(os.Signal)) {
	folder := os.Getenv("GRANTD_BIN")
	if folder == "" {
		t.Skip("GRANTD_BIN names no folder with a daemon")
	}
	command := exec.Command(filepath.Join(folder, "grantd"), append([]string{"serve", "--port", port}, arguments...)...)
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	stopped := false
	stop = func(signal os.Signal) {
		if !stopped {
			stopped = true
			_ = command.Process.Signal(signal)
			_ = command.Wait()
		}
	}
	t.Cleanup(func() { stop(os.Kill) })
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatalf("the daemon does not start: %v", err)
	}
	return strings.TrimSpace(strings.TrimPrefix(line, "listening on ")), stop
}

func realApplication(index int) *grantdv1.Application {
	one := application(index)
	one.AsOf = proto.String("2026-05-20")
	one.Applicant = &grantdv1.Applicant{RegisteredInBeijing: proto.Bool(true)}
	one.Facts = &grantdv1.Application_MedicalDeviceCommonPlatform{
		MedicalDeviceCommonPlatform: &grantdv1.MedicalDeviceCommonPlatformFacts{
			CommonTechnologyPlatform: proto.Bool(true), ForMedicalDeviceIndustry: proto.Bool(true),
		},
	}
	return one
}

func TestTheHashOfARequestIsThatOfItsBytes(t *testing.T) {
	address, stop := startDaemon(t, "0", "--decision-log", filepath.Join(t.TempDir(), "log"))
	defer stop(syscall.SIGTERM)
	client, err := New(address)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	request := &grantdv1.EvaluateRequest{Application: realApplication(1)}
	payload, err := proto.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	var trailer metadata.MD
	_, err = grantdv1.NewCalculatorClient(client).Evaluate(context.Background(), request, grpc.Trailer(&trailer))
	hash := sha256.Sum256(payload)
	if got := trailer.Get("request-hash"); err != nil || len(got) != 1 || got[0] != hex.EncodeToString(hash[:]) {
		t.Errorf("got %v, %v", trailer, err)
	}
}

// Scores against a daemon that is stopped in the middle, started anew, killed, and started anew.
func killDaemonInTheMiddleOfAScoring(t *testing.T) {
	address, stop := startDaemon(t, "0")
	_, port, _ := net.SplitHostPort(address)
	client, err := New(address)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	const number = 6000
	source := make(chan *grantdv1.Application)
	go func() {
		defer close(source)
		for i := 0; i < number; i++ {
			source <- realApplication(i)
		}
	}()
	scoring := client.Score(context.Background(), source, ScoreOptions{BatchSize: 100})
	checkScores(t, scoring, number, func(done int) {
		switch done {
		case 2000:
			stop(syscall.SIGTERM)
			_, stop = startDaemon(t, port)
		case 4000:
			stop(os.Kill)
			_, stop = startDaemon(t, port)
		}
	})
	if made := client.Statistics().ConnectionsMade; made < 3 {
		t.Errorf("only %d connections: nothing was restarted", made)
	}
}

func TestDaemonThatWantsAToken(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tokens")
	if err := os.WriteFile(file, []byte("correct-horse-battery-staple\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	address, _ := startDaemon(t, "0", "--token-file", file)
	for token, want := range map[string]codes.Code{
		"correct-horse-battery-staple": codes.OK, "": codes.Unauthenticated, "wrong": codes.Unauthenticated,
	} {
		option := WithToken(token)
		if want == codes.OK {
			option = WithTokenFile(file)
		}
		client, err := New(address, option)
		if err != nil {
			t.Fatal(err)
		}
		_, err = grantdv1.NewCatalogueClient(client).ListMeasures(
			context.Background(), &grantdv1.ListMeasuresRequest{},
		)
		if status.Code(err) != want {
			t.Errorf("token %q: got %v", token, err)
		}
		// Whether the daemon is well, it tells everybody.
		answer, err := grpc_health_v1.NewHealthClient(client).Check(
			context.Background(), &grpc_health_v1.HealthCheckRequest{},
		)
		if err != nil || answer.Status != grpc_health_v1.HealthCheckResponse_SERVING {
			t.Errorf("token %q: got %v, %v", token, answer, err)
		}
		client.Close()
	}
}
