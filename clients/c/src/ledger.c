/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "ledger.h"

#include <stdlib.h>

#include "clock.h"

/* A daemon lets 256 calls wait on a connection. */
enum { MOST_GIVEN_UP = 65536 };

bool grantd_ledger_init(struct grantd_ledger *ledger, size_t limit)
{
    *ledger = (struct grantd_ledger){ .limit = limit, .earliest_deadline = GRANTD_NEVER };
    TAILQ_INIT(&ledger->waiting);
    TAILQ_INIT(&ledger->in_flight);
    size_t buckets = 64;
    while (buckets < limit && buckets < 65536) buckets *= 2;
    /* An empty list is all zero. */
    ledger->buckets = calloc(buckets, sizeof *ledger->buckets);
    ledger->given_up = calloc(buckets, sizeof *ledger->given_up);
    ledger->bucket_mask = buckets - 1;
    return ledger->buckets && ledger->given_up;
}

void grantd_ledger_free(struct grantd_ledger *ledger)
{
    if (ledger->given_up) grantd_ledger_forget(ledger);
    free(ledger->buckets);
    free(ledger->given_up);
    ledger->buckets = NULL;
    ledger->given_up = NULL;
}

static struct grantd_bucket *bucket(const struct grantd_ledger *ledger, int64_t id)
{
    return &ledger->buckets[(uint64_t)id & ledger->bucket_mask];
}

void grantd_ledger_open(struct grantd_ledger *ledger, struct grantd_call *call)
{
    call->state = GRANTD_CALL_WAITING;
    TAILQ_INSERT_TAIL(&ledger->waiting, call, link);
    if (call->deadline < ledger->earliest_deadline) ledger->earliest_deadline = call->deadline;
}

struct grantd_call *grantd_ledger_next(const struct grantd_ledger *ledger)
{
    return ledger->in_flight_count < ledger->limit ? TAILQ_FIRST(&ledger->waiting) : NULL;
}

void grantd_ledger_send(struct grantd_ledger *ledger, struct grantd_call *call)
{
    TAILQ_REMOVE(&ledger->waiting, call, link);
    call->state = GRANTD_CALL_IN_FLIGHT;
    call->id = ++ledger->last_id;
    TAILQ_INSERT_TAIL(&ledger->in_flight, call, link);
    LIST_INSERT_HEAD(bucket(ledger, call->id), call, bucket_link);
    ledger->in_flight_count++;
}

static void take_from_flight(struct grantd_ledger *ledger, struct grantd_call *call)
{
    TAILQ_REMOVE(&ledger->in_flight, call, link);
    LIST_REMOVE(call, bucket_link);
    ledger->in_flight_count--;
}

void grantd_ledger_return(struct grantd_ledger *ledger, struct grantd_call *call)
{
    take_from_flight(ledger, call);
    call->state = GRANTD_CALL_WAITING;
    TAILQ_INSERT_HEAD(&ledger->waiting, call, link);
}

struct grantd_call *grantd_ledger_find(const struct grantd_ledger *ledger, int64_t id)
{
    struct grantd_call *call;
    LIST_FOREACH(call, bucket(ledger, id), bucket_link)
        if (call->id == id) return call;
    return NULL;
}

void grantd_ledger_close(struct grantd_ledger *ledger, struct grantd_call *call)
{
    if (call->state == GRANTD_CALL_IN_FLIGHT) take_from_flight(ledger, call);
    else if (call->state == GRANTD_CALL_WAITING) TAILQ_REMOVE(&ledger->waiting, call, link);
    call->state = GRANTD_CALL_OUTSIDE;
}

static struct grantd_given_up *find_given_up(const struct grantd_ledger *ledger, int64_t id)
{
    struct grantd_given_up *given_up;
    LIST_FOREACH(given_up, &ledger->given_up[(uint64_t)id & ledger->bucket_mask], link)
        if (given_up->id == id) return given_up;
    return NULL;
}

void grantd_ledger_give_up(struct grantd_ledger *ledger, struct grantd_call *call)
{
    struct grantd_given_up *given_up = NULL;
    if (call->state == GRANTD_CALL_IN_FLIGHT && ledger->given_up_count < MOST_GIVEN_UP)
        given_up = malloc(sizeof *given_up);
    if (given_up) {
        given_up->id = call->id;
        LIST_INSERT_HEAD(&ledger->given_up[(uint64_t)call->id & ledger->bucket_mask], given_up, link);
        ledger->given_up_count++;
    }
    grantd_ledger_close(ledger, call);
}

bool grantd_ledger_owes(const struct grantd_ledger *ledger, int64_t id)
{
    return grantd_ledger_find(ledger, id) || find_given_up(ledger, id);
}

bool grantd_ledger_settle(struct grantd_ledger *ledger, int64_t id)
{
    struct grantd_given_up *given_up = find_given_up(ledger, id);
    if (!given_up) return false;
    LIST_REMOVE(given_up, link);
    free(given_up);
    ledger->given_up_count--;
    return true;
}

void grantd_ledger_forget(struct grantd_ledger *ledger)
{
    for (size_t index = 0; index <= ledger->bucket_mask && ledger->given_up_count > 0; index++) {
        struct grantd_given_up *given_up;
        while ((given_up = LIST_FIRST(&ledger->given_up[index]))) {
            LIST_REMOVE(given_up, link);
            free(given_up);
            ledger->given_up_count--;
        }
    }
}

struct grantd_call *grantd_ledger_expired(struct grantd_ledger *ledger, int64_t now)
{
    if (ledger->earliest_deadline > now) return NULL;
    int64_t earliest = GRANTD_NEVER;
    struct grantd_calls *lists[] = { &ledger->in_flight, &ledger->waiting };
    for (size_t index = 0; index < 2; index++) {
        struct grantd_call *call;
        TAILQ_FOREACH(call, lists[index], link) {
            if (call->deadline <= now) return call;
            if (call->deadline < earliest) earliest = call->deadline;
        }
    }
    ledger->earliest_deadline = earliest;
    return NULL;
}
