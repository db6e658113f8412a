// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import "time"

// The pauses between a connection's failures: doubled after each in a row, less a share taken by chance.
type backoff struct {
	retry    Retry
	failures int
}

// The peer answers: the next failure is a first one again.
func (b *backoff) succeeded() { b.failures = 0 }

// Notes a failure and returns how long to wait before the next attempt. random is any number of at least 0 below 1; it decides
// how much of the jitter is taken.
func (b *backoff) failed(random float64) time.Duration {
	pause := b.retry.InitialBackoff
	if pause < 0 {
		pause = 0
	}
	for i := 0; i < b.failures && pause < b.retry.MaximumBackoff; i++ {
		pause *= 2
	}
	if pause > b.retry.MaximumBackoff && b.retry.MaximumBackoff > b.retry.InitialBackoff {
		pause = b.retry.MaximumBackoff
	}
	if b.failures < 30 {
		b.failures++
	}
	jitter := b.retry.JitterPercent
	if jitter < 0 {
		jitter = 0
	} else if jitter > 100 {
		jitter = 100
	}
	return pause - time.Duration(float64(pause)*float64(jitter)/100*random)
}
