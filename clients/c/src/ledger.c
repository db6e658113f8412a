/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "ledger.h"

#include <stdlib.h>

#include "clock.h"

bool grantd_ledger_init(struct grantd_ledger *ledger, size_t limit)
{
    *ledger = (struct grantd_ledger){ .limit = limit, .earliest_deadline = GRANTD_NEVER };
    TAILQ_INIT(&ledger->waiting);
    TAILQ_INIT(&ledger->in_flight);
    size_t buckets = 64;
    while (buckets < limit && buckets < 65536) buckets *= 2;
    /* An empty list is all zero. */
    ledger->buckets = calloc(buckets, sizeof *ledger->buckets);
    ledger->bucket_mask = buckets - 1;
    return ledger->buckets != NULL;
}

void grantd_ledger_free(struct grantd_ledger *ledger)
{
    free(ledger->buckets);
    ledger->buckets = NULL;
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

bool grantd_ledger_was_issued(const struct grantd_ledger *ledger, int64_t id)
{
    return id >= 1 && id <= ledger->last_id;
}

void grantd_ledger_close(struct grantd_ledger *ledger, struct grantd_call *call)
{
    if (call->state == GRANTD_CALL_IN_FLIGHT) take_from_flight(ledger, call);
    else if (call->state == GRANTD_CALL_WAITING) TAILQ_REMOVE(&ledger->waiting, call, link);
    call->state = GRANTD_CALL_OUTSIDE;
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
