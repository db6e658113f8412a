/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_SRC_CLIENT_H
#define GRANTD_SRC_CLIENT_H

#include <netdb.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "backoff.h"
#include "buffer.h"
#include "grantd/connect.h"
#include "ledger.h"
#include "options.h"
#include "race.h"
#include "resolver.h"
#include "tls.h"

enum grantd_connection_state {
    /* No socket, and nobody asks for one. */
    GRANTD_IDLE,
    /* The host name is being looked up. */
    GRANTD_RESOLVING,
    /* Sockets are being connected. */
    GRANTD_CONNECTING,
    /* A socket is connected, and TLS is being agreed on. */
    GRANTD_SECURING,
    /* Calls go out. */
    GRANTD_ACTIVE,
    /* The daemon said that it is stopping: what is in flight may still be answered, other calls wait for the next connection. */
    GRANTD_DRAINING,
    /* The last connection failed; the next is due later. */
    GRANTD_BACKING_OFF,
    /* For good. */
    GRANTD_CLOSED
};

enum grantd_part {
    /* Its meta is not there yet. */
    GRANTD_PART_UNKNOWN,
    /* It is owed, to a call that waits or was given up. */
    GRANTD_PART_OWED,
    /* Nobody asked for it. */
    GRANTD_PART_STRANGE
};

struct grantd_connection {
    enum grantd_connection_state state;
    int socket;
    /* NULL without TLS. */
    struct grantd_tls *tls;
    /* The socket's number among all that there were: an event of another one is known by it. */
    uint32_t generation;
    uint32_t last_generation;
    /* What epoll watches the socket for. */
    uint32_t watched;
    /* When the socket was last read. */
    int64_t last_read;
    /* Since when the peer has made no progress. It says something only while answers are owed. */
    int64_t quiet_since;
    /* The bytes of requests that went into the output since the socket was made, and those of them that the socket has taken. */
    uint64_t queued;
    uint64_t taken;
    /* Whose the reply is of which a part has come, and how much of it was counted as progress. */
    enum grantd_part part;
    size_t part_counted;
    /* The end of the attempt to connect, or of the pause; GRANTD_NEVER in other states. */
    int64_t due;
    struct grantd_backoff backoff;
    uint64_t random;
    /* The addresses of a host that is a number; NULL for a name. */
    struct addrinfo *numeric;
    struct grantd_resolution *resolution;
    /* The addresses of a name. */
    struct addrinfo *found;
    struct grantd_race race;
    /* What was wrong with TLS last. */
    char problem[320];
    struct grantd_buffer input;
    struct grantd_buffer output;
};

/* Two epoll sets, one in the other. Who waits for an answer waits on the inner one: socket, timer, look-ups. A program's own loop
 * waits on the outer one: the inner one, and the bell for callbacks that are owed, which is nothing to a thread that waits
 * for another call. */
struct grantd_client {
    pthread_mutex_t mutex;
    struct grantd_settings settings;
    struct grantd_connection connection;
    struct grantd_ledger ledger;
    grantd_client_statistics statistics;

    int inner;
    int outer;
    int timer;
    /* When the timer goes off; GRANTD_NEVER where it does not. */
    int64_t timer_at;
    /* Rung by look-ups, and to wake the thread that waits on the inner set. */
    int resolver_bell;
    int callback_bell;
    bool callback_bell_rings;

    /* A thread waits on the inner set for all; the others wait for their calls' conditions. */
    bool has_driver;
    /* Its call; and whether it waits for events just now. */
    const struct grantd_call *driver_call;
    bool driver_sleeps;
    struct grantd_calls waiters;

    /* Calls that have ended and whose callbacks are owed. */
    struct grantd_calls ready;
    /* Started and not called back yet. */
    size_t open_count;
    /* Threads in grantd_client_process(), which send what was started before they return. */
    unsigned processing;
    uint64_t last_number;
};

static inline void grantd_lock(struct grantd_client *client) { pthread_mutex_lock(&client->mutex); }
static inline void grantd_unlock(struct grantd_client *client) { pthread_mutex_unlock(&client->mutex); }

#endif
