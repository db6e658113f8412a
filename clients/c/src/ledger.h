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
    /* Where its request ends among the bytes of the connection. */
    uint64_t queued_end;

    /* What became of it: `error.code` is GRANTD_OK where `reply` is the answer. */
    grantd_error error;
    uint8_t *reply;
    size_t reply_size;
    /* Where the request's hash goes; NULL where nobody wants it. */
    char *request_hash;

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

/* The id of a call that was given up in flight: its answer is owed all the same. */
struct grantd_given_up {
    int64_t id;
    LIST_ENTRY(grantd_given_up) link;
};

LIST_HEAD(grantd_given_up_bucket, grantd_given_up);

/* Which calls wait for their turn, which are in flight, when the first is to be given up, and which answers are owed to calls that
 * were. It touches no socket and reads no clock. */
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
    /* Those given up, by the same bits. */
    struct grantd_given_up_bucket *given_up;
    size_t given_up_count;
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

/* Takes a call out that has its answer. */
void grantd_ledger_close(struct grantd_ledger *ledger, struct grantd_call *call);

/* Takes a call out that does not wait for its answer any more. Where it was in flight the answer stays owed; only where there is no
 * memory to note that, or more than 65,536 are owed already, it is forgotten. */
void grantd_ledger_give_up(struct grantd_ledger *ledger, struct grantd_call *call);

/* The answers owed by the peer. */
static inline size_t grantd_ledger_owed(const struct grantd_ledger *ledger)
{
    return ledger->in_flight_count + ledger->given_up_count;
}

/* Whether an answer with this id is owed. */
bool grantd_ledger_owes(const struct grantd_ledger *ledger, int64_t id);

/* The answer to a call that was given up has come. Returns false where none with this id was owed. */
bool grantd_ledger_settle(struct grantd_ledger *ledger, int64_t id);

/* The connection has ended: nothing more will come to calls that were given up. */
void grantd_ledger_forget(struct grantd_ledger *ledger);

/* A call whose time is up, or NULL: then `earliest_deadline` is exact. */
struct grantd_call *grantd_ledger_expired(struct grantd_ledger *ledger, int64_t now);

#endif
