// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

// Command grantd-conformance runs the conformance vectors against a daemon through the client, and prints a line for each that
// fails and at the end `N passed, N failed`.
//
//	grantd-conformance VECTORS.jsonl… [HOST:PORT]
//
// Without an address that of GRANTD_ADDRESS is taken. GRANTD_TLS=1 speaks TLS, with what GRANTD_TLS_CA, GRANTD_TLS_SERVER_NAME,
// GRANTD_TLS_CERT and GRANTD_TLS_KEY say. Exit codes: 0 all passed, 1 some failed, 64 usage, 65 no vectors.
package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"time"

	"grantd/clients/go/grantd"
)

// In a sequence: what each of its runs has another text of the same length for.
const runToken = "RRRRRRRRRRRR"

func main() {
	address, paths := os.Getenv("GRANTD_ADDRESS"), os.Args[1:]
	if last := len(paths) - 1; last > 0 && !strings.HasSuffix(paths[last], ".jsonl") {
		address, paths = paths[last], paths[:last]
	}
	if len(paths) == 0 || address == "" {
		fmt.Fprintln(os.Stderr, "usage: grantd-conformance VECTORS.jsonl… [HOST:PORT]")
		os.Exit(64)
	}
	options := []grantd.Option{grantd.WithDeadline(time.Minute), grantd.WithToken(os.Getenv("GRANTD_TOKEN"))}
	if os.Getenv("GRANTD_TLS") != "" {
		config, err := tlsOfEnvironment()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(64)
		}
		options = append(options, grantd.WithTLS(config))
	}
	client, err := grantd.New(address, options...)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(64)
	}
	var vectors []*vector
	for _, path := range paths {
		more, err := readVectors(path)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(65)
		}
		vectors = append(vectors, more...)
	}
	passed, failed := 0, 0
	for _, vector := range vectors {
		if problem := vector.run(context.Background(), client); problem != "" {
			fmt.Printf("%s: %s\n", vector.ID, problem)
			failed++
		} else {
			passed++
		}
	}
	client.Close()
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	if failed > 0 {
		os.Exit(1)
	}
}

// Reads a vector a line.
func readVectors(path string) ([]*vector, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	run := make([]byte, len(runToken)/2)
	if _, err := rand.Read(run); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 64<<20)
	var vectors []*vector
	for number := 1; lines.Scan(); number++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		vector, err := parseVector(bytes.ReplaceAll(lines.Bytes(), []byte(runToken), []byte(hex.EncodeToString(run))))
		if err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", path, number, err)
		}
		vectors = append(vectors, vector)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(vectors) == 0 {
		return nil, fmt.Errorf("%s holds no vector", path)
	}
	return vectors, nil
}
