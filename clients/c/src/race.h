/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_RACE_H
#define GRANTD_RACE_H

#include <netdb.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A socket that is being connected. */
struct grantd_candidate {
    int socket;
    /* Its number among all sockets of the client: its events carry it. */
    uint32_t generation;
};

/* Connecting to the first of a host's addresses that answers, in the manner of RFC 8305: each address is tried a quarter of a
 * second after the one before, or as soon as that has failed. All zero is a race that has not begun. */
struct grantd_race {
    /* The addresses in the order in which they are tried, and of these the first ones have been. */
    const struct addrinfo **addresses;
    size_t count;
    size_t started;
    struct grantd_candidate *candidates;
    size_t open;
    /* When the next address is tried beside the others; GRANTD_NEVER where none is left. */
    int64_t next_at;
    int last_errno;
};

enum grantd_race_result {
    /* Nobody has connected yet. */
    GRANTD_RACE_PENDING,
    GRANTD_RACE_WON,
    /* No address is left; `last_errno` tells of the last one that failed, 0 where there was none. */
    GRANTD_RACE_LOST
};

/* Sets a race up. The addresses must outlive it. Returns false without memory. */
bool grantd_race_prepare(struct grantd_race *race, const struct addrinfo *addresses);

/* Tries the next address.
 *
 * set: an epoll set that the sockets are watched by.
 * generation: the last number given to a socket.
 * winner: receives the socket with GRANTD_RACE_WON. */
enum grantd_race_result grantd_race_go_on(
    struct grantd_race *race, int set, uint32_t *generation, int64_t now, struct grantd_candidate *winner);

/* The socket of this generation has an event; one of none of the candidates changes nothing. */
enum grantd_race_result grantd_race_progressed(
    struct grantd_race *race, uint32_t which, int set, uint32_t *generation, int64_t now,
    struct grantd_candidate *winner);

/* Closes every socket but the winner's and lets go of the memory; it is as before it began then. */
void grantd_race_end(struct grantd_race *race);

#endif
