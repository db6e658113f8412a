// What the two load generators share: the clock, the server's processor time, the report.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int64_t read_clock(clockid_t clock) {
    struct timespec time;
    if (clock_gettime(clock, &time) != 0) {
        perror("the server's clock");
        exit(1);
    }
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int64_t now(void) {
    return read_clock(CLOCK_MONOTONIC);
}

/// User and system time of all threads of the server.
static int64_t processor_time(const struct load *load) {
    clockid_t clock;
    if (load->server == 0) return 0;
    if (clock_getcpuclockid(load->server, &clock) != 0) {
        fprintf(stderr, "no process %d\n", load->server);
        exit(1);
    }
    return read_clock(clock);
}

struct load read_load(int count, char **arguments) {
    struct load load = {0};
    char *colon = count > 6 ? strrchr(arguments[1], ':') : NULL;
    if (!colon) {
        fprintf(stderr, "usage: %s HOST:PORT PID CONNECTIONS DEPTH SECONDS FILE…\n", arguments[0]);
        exit(2);
    }
    *colon = 0;
    load.host = arguments[1];
    load.port = colon + 1;
    load.server = atoi(arguments[2]);
    load.connections = atoi(arguments[3]);
    load.depth = atoi(arguments[4]);
    load.seconds = atof(arguments[5]);
    load.files = arguments + 6;
    load.file_count = count - 6;
    return load;
}

uint8_t *read_file(const char *path, size_t *count) {
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(1);
    }
    size_t room = 1 << 16;
    uint8_t *bytes = NULL;
    *count = 0;
    do {
        bytes = realloc(bytes, room *= 2);
        if (!bytes) abort();
        *count += fread(bytes + *count, 1, room - *count, file);
    } while (*count == room);
    fclose(file);
    return bytes;
}

void begin_measurement(struct measurement *measurement, const struct load *load) {
    measurement->calls = 0;
    measurement->latency_count = 0;
    measurement->started = now();
    measurement->processor_started = processor_time(load);
}

void note_latency(struct measurement *measurement, int64_t nanoseconds) {
    if (measurement->latency_count == measurement->latency_room) {
        measurement->latency_room = measurement->latency_room ? 2 * measurement->latency_room : 1 << 20;
        measurement->latencies =
            realloc(measurement->latencies, measurement->latency_room * sizeof *measurement->latencies);
        if (!measurement->latencies) abort();
    }
    measurement->latencies[measurement->latency_count++] =
        nanoseconds > UINT32_MAX ? UINT32_MAX : (uint32_t)nanoseconds;
}

static int by_size(const void *left, const void *right) {
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

void print_report(struct measurement *measurement, const struct load *load) {
    int64_t processor = processor_time(load) - measurement->processor_started;
    double seconds = (double)(now() - measurement->started) / 1e9;
    printf(
        "{\"calls\": %llu, \"seconds\": %.6f, \"server_nanoseconds\": %lld",
        (unsigned long long)measurement->calls, seconds, (long long)processor);
    if (measurement->latency_count > 0) {
        size_t count = measurement->latency_count;
        qsort(measurement->latencies, count, sizeof *measurement->latencies, by_size);
        printf(
            ", \"p50\": %.3f, \"p99\": %.3f", measurement->latencies[count / 2] / 1e3,
            measurement->latencies[count * 99 / 100] / 1e3);
    }
    printf("}\n");
}
