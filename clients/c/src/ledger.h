/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_LEDGER_H
#define GRANTD_LEDGER_H

#include <protobuf-c/protobuf-c.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "grantd/call.h"

enum grantd_call_state {
    /* Not handed to a ledger yet, or taken from it. */
    GRANTD_CALL_OUTSIDE,
    /* Waits for its turn, or for a connection. */
    GRANTD_CALL_WAITING,
    /* Sent, or lies in the connection's output. */
    GRANTD_CALL_IN_FLIGHT,
    /* Over. */
    GRANTD_CALL_ENDED
};

/* One call, from its start to its end. */
struct grantd_call {
    /* What is asked; the names are static or outlive the call. */
    const char *service;
    const char *method;
    const uint8_t *payload;
    size_t payload_size;

    int64_t deadline;
    int64_t deadline_ms;
    uint32_t attempts_made;
    uint32_t attempts_allowed;

    enum grantd_call_state state;
    /* The number of the attempt in flight: what the wire calls its correlation id. */
    int64_t id;

    /* What became of it: `error.code` is GRANTD_OK where `reply` is the answer. */
    grantd_error error;
    uint8_t *reply;
    size_t reply_size;

    /* A thread waits for it. */
    bool is_blocking;
    pthread_cond_t ended;

    /* Or something is to be run. */
    uint64_t number;
    const ProtobufCMessageDescriptor *output;
    grantd_callback callback;
    ProtobufCClosure closure;
    void *data;

    TAILQ_ENTRY(grantd_call) link;
    TAILQ_ENTRY(grantd_call) waiter_link;
    LIST_ENTRY(grantd_call) bucket_link;
};

TAILQ_HEAD(grantd_calls, grantd_call);
LIST_HEAD(grantd_bucket, grantd_call);

/* Which calls wait for their turn, which are in flight, and when the first is to be given up. It touches no socket and reads no
 * clock. */
struct grantd_ledger {
    struct grantd_calls waiting;
    struct grantd_calls in_flight;
    size_t in_flight_count;
    size_t limit;
    int64_t last_id;
    /* No deadline of a call is before this; it may be early, never late. */
    int64_t earliest_deadline;
    /* The calls in flight by the low bits of their ids. */
    struct grantd_bucket *buckets;
    size_t bucket_mask;
};

/* Returns false without memory. */
bool grantd_ledger_init(struct grantd_ledger *ledger, size_t limit);

void grantd_ledger_free(struct grantd_ledger *ledger);

/* Takes up a call, which then waits. */
void grantd_ledger_open(struct grantd_ledger *ledger, struct grantd_call *call);

/* The call whose turn it is; NULL where none waits or no more may be in flight. */
struct grantd_call *grantd_ledger_next(const struct grantd_ledger *ledger);

/* Puts a waiting call in flight under a new id. */
void grantd_ledger_send(struct grantd_ledger *ledger, struct grantd_call *call);

/* Puts a call that is in flight back before all that wait. */
void grantd_ledger_return(struct grantd_ledger *ledger, struct grantd_call *call);

/* The call in flight with this id, or NULL. */
struct grantd_call *grantd_ledger_find(const struct grantd_ledger *ledger, int64_t id);

/* Whether the id was ever given to a call: a reply to it is late, to any other is not ours. */
bool grantd_ledger_was_issued(const struct grantd_ledger *ledger, int64_t id);

/* Takes a call out. */
void grantd_ledger_close(struct grantd_ledger *ledger, struct grantd_call *call);

/* A call whose time is up, or NULL: then `earliest_deadline` is exact. */
struct grantd_call *grantd_ledger_expired(struct grantd_ledger *ledger, int64_t now);

#endif
