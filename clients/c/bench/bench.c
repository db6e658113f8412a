/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
/* How fast this client is against a daemon.
 *
 *     bench [HOST:PORT] [SECONDS]
 *
 * The address may stand in GRANTD_ADDRESS. Prints calls/s at one call in flight and at several numbers in flight, from one thread
 * and from several, and applications/s through EvaluateBatch; every answer is decoded. Exit codes: 0, 64 usage, 69 no daemon. */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "sample.h"

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

struct load {
    grantd_client *client;
    struct sample sample;
    double until;
    uint64_t done;
    uint64_t failed;
};

static void report(const char *name, uint64_t done, uint64_t failed, double seconds, const char *unit)
{
    printf("%-42s %12.0f %s", name, (double)done / seconds, unit);
    if (failed) printf(" (%" PRIu64 " failed)", failed);
    printf("\n");
    fflush(stdout);
}

static void *call_on_and_on(void *argument)
{
    struct load *load = argument;
    while (now() < load->until) {
        Grantd__V1__Assessment *answer = grantd_evaluate(load->client, &load->sample.request, NULL, NULL);
        if (answer) load->done++;
        else load->failed++;
        grantd__v1__assessment__free_unpacked(answer, NULL);
    }
    return NULL;
}

static void blocking(grantd_client *client, int threads, double seconds)
{
    struct load loads[16];
    pthread_t ids[16];
    double started = now();
    for (int index = 0; index < threads; index++) {
        loads[index].client = client;
        loads[index].until = started + seconds;
        loads[index].done = loads[index].failed = 0;
        sample_init(&loads[index].sample);
    }
    for (int index = 1; index < threads; index++)
        if (pthread_create(&ids[index], NULL, call_on_and_on, &loads[index])) abort();
    call_on_and_on(&loads[0]);
    for (int index = 1; index < threads; index++) pthread_join(ids[index], NULL);
    double spent = now() - started;
    uint64_t done = 0, failed = 0;
    for (int index = 0; index < threads; index++) {
        done += loads[index].done;
        failed += loads[index].failed;
    }
    char name[64];
    snprintf(name, sizeof name, "blocking, %d thread%s", threads, threads == 1 ? ", 1 in flight" : "s");
    report(name, done, failed, spent, "calls/s");
}

static void answered(const ProtobufCMessage *response, const grantd_error *error, void *data);

static void start(struct load *load)
{
    grantd_client_start(
        load->client, &grantd__v1__calculator__descriptor, 0, &load->sample.request.base, NULL, answered, load, NULL);
}

static void answered(const ProtobufCMessage *response, const grantd_error *error, void *data)
{
    struct load *load = data;
    (void)error;
    if (response) load->done++;
    else load->failed++;
    if (response && now() < load->until) start(load);
}

static void in_flight(grantd_client *client, int depth, double seconds)
{
    struct load load = { .client = client };
    sample_init(&load.sample);
    double started = now();
    load.until = started + seconds;
    for (int index = 0; index < depth; index++) start(&load);
    while (grantd_client_wait(client, -1) > 0) continue;
    char name[64];
    snprintf(name, sizeof name, "not blocking, 1 thread, %d in flight", depth);
    report(name, load.done, load.failed, now() - started, "calls/s");
}

static int give(const Grantd__V1__Application **application, void *data)
{
    struct load *load = data;
    /* The clock is looked at now and then. */
    if (load->done % 256 == 0 && now() >= load->until) return 0;
    *application = &load->sample.application;
    load->done++;
    return 1;
}

static int take(uint64_t index, const Grantd__V1__Assessment *assessment, const grantd_error *error, void *data)
{
    struct load *load = data;
    (void)index;
    (void)error;
    if (!assessment) load->failed++;
    return 0;
}

static void batches(grantd_client *client, uint32_t size, double seconds)
{
    struct load load = { .client = client };
    sample_init(&load.sample);
    grantd_score_options options;
    grantd_score_options_init(&options);
    options.batch_size = size;
    double started = now();
    load.until = started + seconds;
    uint64_t count = 0;
    grantd_client_score(client, give, take, &load, &options, &count, NULL);
    char name[64];
    snprintf(name, sizeof name, "scoring, batches of %u, 4 in flight", size);
    report(name, count, load.failed, now() - started, "applications/s");
}

int main(int count, char **arguments)
{
    const char *address = count > 1 ? arguments[1] : getenv("GRANTD_ADDRESS");
    double seconds = count > 2 ? atof(arguments[2]) : 3;
    if (!address || count > 3 || seconds <= 0) {
        fprintf(stderr, "usage: bench HOST:PORT [SECONDS]\n");
        return 64;
    }
    grantd_client_options options;
    grantd_client_options_init(&options);
    options.address = address;
    options.token = getenv("GRANTD_TOKEN");
    options.maximum_calls_in_flight = 256;
    grantd_error error = GRANTD_ERROR_INIT;
    grantd_client *client;
    if (grantd_client_create(&options, &client, &error)) {
        fprintf(stderr, "bench: %s\n", error.message);
        return 64;
    }
    struct sample sample;
    sample_init(&sample);
    Grantd__V1__Assessment *answer = grantd_evaluate(client, &sample.request, NULL, &error);
    if (!answer) {
        fprintf(stderr, "bench: %s\n", error.message);
        grantd_error_clear(&error);
        grantd_client_destroy(client);
        return 69;
    }
    grantd__v1__assessment__free_unpacked(answer, NULL);
    blocking(client, 1, seconds);
    blocking(client, 4, seconds);
    blocking(client, 16, seconds);
    in_flight(client, 1, seconds);
    in_flight(client, 64, seconds);
    in_flight(client, 256, seconds);
    batches(client, 512, seconds);
    batches(client, 1000, seconds);
    grantd_client_destroy(client);
    return 0;
}
