/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "race.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "engine.h"

/* How long an address has the field for itself before the next one is tried beside it, in nanoseconds. */
static const int64_t head_start_ns = 250 * GRANTD_MS;

/* The next address of the family, or of any but it. */
static const struct addrinfo *find(const struct addrinfo *address, int family, bool is_of_it)
{
    while (address && (address->ai_family == family) != is_of_it) address = address->ai_next;
    return address;
}

bool grantd_race_prepare(struct grantd_race *race, const struct addrinfo *addresses)
{
    *race = (struct grantd_race){ .next_at = GRANTD_NEVER };
    size_t count = 0;
    for (const struct addrinfo *address = addresses; address; address = address->ai_next) count++;
    if (count == 0) return true;
    race->addresses = calloc(count, sizeof *race->addresses);
    race->candidates = calloc(count, sizeof *race->candidates);
    if (!race->addresses || !race->candidates) {
        grantd_race_end(race);
        return false;
    }
    /* In the resolver's order, but one of the other family after each as long as there are both. */
    const int family = addresses->ai_family;
    const struct addrinfo *next[2] = { find(addresses, family, true), find(addresses, family, false) };
    for (size_t turn = 0; next[0] || next[1]; turn = !turn) {
        if (!next[turn]) continue;
        race->addresses[race->count++] = next[turn];
        next[turn] = find(next[turn]->ai_next, family, turn == 0);
    }
    return true;
}

/* Takes a candidate out. */
static void forget(struct grantd_race *race, struct grantd_candidate *candidate)
{
    *candidate = race->candidates[--race->open];
}

static bool begin(
    struct grantd_race *race, const struct addrinfo *address, int set, uint32_t *generation, bool *is_connected)
{
    int descriptor =
        socket(address->ai_family, address->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address->ai_protocol);
    if (descriptor < 0) {
        race->last_errno = errno;
        return false;
    }
    struct grantd_candidate *candidate = &race->candidates[race->open++];
    *candidate = (struct grantd_candidate){ .socket = descriptor, .generation = ++*generation };
    *is_connected = connect(descriptor, address->ai_addr, address->ai_addrlen) == 0;
    struct epoll_event event = {
        .events = EPOLLIN | EPOLLOUT,
        .data.u64 = (uint64_t)candidate->generation << 8 | GRANTD_EVENT_SOCKET,
    };
    if ((*is_connected || errno == EINPROGRESS || errno == EINTR)
        && epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event) == 0)
        return true;
    race->last_errno = errno;
    close(descriptor);
    race->open--;
    return false;
}

enum grantd_race_result grantd_race_go_on(
    struct grantd_race *race, int set, uint32_t *generation, int64_t now, struct grantd_candidate *winner)
{
    race->next_at = GRANTD_NEVER;
    while (race->started < race->count) {
        bool is_connected;
        if (!begin(race, race->addresses[race->started++], set, generation, &is_connected)) continue;
        if (is_connected) {
            *winner = race->candidates[--race->open];
            return GRANTD_RACE_WON;
        }
        if (race->started < race->count) race->next_at = now + head_start_ns;
        return GRANTD_RACE_PENDING;
    }
    return race->open ? GRANTD_RACE_PENDING : GRANTD_RACE_LOST;
}

enum grantd_race_result grantd_race_progressed(
    struct grantd_race *race, uint32_t which, int set, uint32_t *generation, int64_t now,
    struct grantd_candidate *winner)
{
    struct grantd_candidate *candidate = race->candidates, *end = race->candidates + race->open;
    while (candidate < end && candidate->generation != which) candidate++;
    if (candidate == end) return GRANTD_RACE_PENDING;
    int problem = 0;
    socklen_t size = sizeof problem;
    if (getsockopt(candidate->socket, SOL_SOCKET, SO_ERROR, &problem, &size)) problem = errno;
    struct grantd_candidate found = *candidate;
    forget(race, candidate);
    if (problem == 0) {
        *winner = found;
        return GRANTD_RACE_WON;
    }
    race->last_errno = problem;
    close(found.socket);
    return grantd_race_go_on(race, set, generation, now, winner);
}

void grantd_race_end(struct grantd_race *race)
{
    for (size_t index = 0; index < race->open; index++) close(race->candidates[index].socket);
    free(race->addresses);
    free(race->candidates);
    *race = (struct grantd_race){ .next_at = GRANTD_NEVER };
}
