// What the two load generators share: the clock, the server's processor time, the report.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
#ifndef GRANTD_PEERS_LOAD_H
#define GRANTD_PEERS_LOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What a load is, read from the command line:
/// `HOST:PORT PID CONNECTIONS DEPTH SECONDS FILE…`. A quarter of a second goes before, unmeasured.
struct load {
    const char *host;
    const char *port;
    /// The server's process, whose time is taken; 0: none.
    pid_t server;
    int connections;
    /// Calls in flight on each.
    int depth;
    double seconds;
    char **files;
    int file_count;
};

/// Ends the process with a word where the arguments are not what is wanted.
struct load read_load(int count, char **arguments);

/// A file's bytes, with room for nothing else. Ends the process where it cannot be read.
uint8_t *read_file(const char *path, size_t *count);

/// Nanoseconds of the monotonic clock.
int64_t now(void);

/// What was measured so far.
struct measurement {
    int64_t started;
    int64_t processor_started;
    uint64_t calls;
    /// Round trips in nanoseconds, where one call is in flight.
    uint32_t *latencies;
    size_t latency_count;
    size_t latency_room;
};

/// Begins to measure.
void begin_measurement(struct measurement *measurement, const struct load *load);

/// Notes a round trip.
void note_latency(struct measurement *measurement, int64_t nanoseconds);

/// Prints one line of JSON: calls, seconds, the server's processor time in nanoseconds, and where one call was in flight
/// the round trip's median and 99th percentile in microseconds.
void print_report(struct measurement *measurement, const struct load *load);

#ifdef __cplusplus
}
#endif

#endif
