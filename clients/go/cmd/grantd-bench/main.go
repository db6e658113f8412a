// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

// Command grantd-bench measures the client against a daemon, with the request that `grantctl bench` uses: calls a second at one
// call in flight, the best with many in flight, and applications a second through EvaluateBatch.
//
//	grantd-bench [-address HOST:PORT] [-duration 3s] [-connections 1] [-batch 1000]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	grantdv1 "grantd/clients/go/generated/grantd/v1"
	"grantd/clients/go/grantd"
)

func main() {
	standard := os.Getenv("GRANTD_ADDRESS")
	if standard == "" {
		standard = grantd.DefaultAddress
	}
	address := flag.String("address", standard, "where the daemon listens; the default is that of GRANTD_ADDRESS")
	duration := flag.Duration("duration", 3*time.Second, "how long to measure each row")
	connections := flag.Int("connections", 1, "connections to the daemon")
	batch := flag.Int("batch", 1000, "applications in a batch")
	flag.Parse()

	client, err := grantd.New(*address, grantd.WithConnections(*connections), grantd.WithToken(os.Getenv("GRANTD_TOKEN")))
	if err != nil {
		fail(err)
	}
	defer client.Close()
	calculator := grantdv1.NewCalculatorClient(client)
	one := &grantdv1.EvaluateRequest{Application: sample()}
	evaluate := func(ctx context.Context) error {
		_, err := calculator.Evaluate(ctx, one)
		return err
	}
	many := new(grantdv1.EvaluateBatchRequest)
	for i := 0; i < *batch; i++ {
		many.Applications = append(many.Applications, sample())
	}
	evaluateBatch := func(ctx context.Context) error {
		response, err := calculator.EvaluateBatch(ctx, many)
		if err == nil && len(response.Results) != *batch {
			err = fmt.Errorf("%d results for %d applications", len(response.Results), *batch)
		}
		return err
	}

	fmt.Printf("1 call in flight: %.0f calls/s\n", rate(evaluate, 1, *duration))
	best, bestDepth := 0.0, 0
	for _, depth := range []int{16, 64, 128} {
		if got := rate(evaluate, depth*(*connections), *duration); got > best {
			best, bestDepth = got, depth*(*connections)
		}
	}
	fmt.Printf("best, %d calls in flight: %.0f calls/s\n", bestDepth, best)
	fmt.Printf("batches of %d, 4 in flight: %.0f applications/s\n", *batch, rate(evaluateBatch, 4, *duration)*float64(*batch))
	fmt.Printf("scoring: %.0f applications/s\n", scoringRate(client, *duration))
}

// Calls a second, with so many in flight; a tenth of the time is run before measuring.
func rate(call func(context.Context) error, depth int, duration time.Duration) float64 {
	var calls int64
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	for i := 0; i < depth; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for ctx.Err() == nil {
				if err := call(ctx); err == nil {
					atomic.AddInt64(&calls, 1)
				} else if ctx.Err() == nil {
					fail(err)
				}
			}
		}()
	}
	time.Sleep(duration / 10)
	before, started := atomic.LoadInt64(&calls), time.Now()
	time.Sleep(duration)
	number, spent := atomic.LoadInt64(&calls)-before, time.Since(started)
	cancel()
	group.Wait()
	return float64(number) / spent.Seconds()
}

// Applications a second through Score.
func scoringRate(client *grantd.Client, duration time.Duration) float64 {
	source := make(chan *grantdv1.Application, 1024)
	stop := make(chan struct{})
	go func() {
		defer close(source)
		application := sample()
		for {
			select {
			case source <- application:
			case <-stop:
				return
			}
		}
	}()
	started := time.Now()
	time.AfterFunc(duration, func() { close(stop) })
	scoring := client.Score(context.Background(), source, grantd.ScoreOptions{})
	number := 0
	for score := range scoring.Results() {
		if score.Err != nil {
			fail(score.Err)
		}
		number++
	}
	if err := scoring.Err(); err != nil {
		fail(err)
	}
	return float64(number) / time.Since(started).Seconds()
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
