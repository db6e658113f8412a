/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "resolver.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

struct grantd_resolution {
    /* The thread and the client; whoever lets go last frees it. */
    atomic_int owners;
    atomic_bool has_ended;
    char *host;
    char *port;
    /* A duplicate, so that the client may close its own. */
    int bell;
    struct addrinfo *addresses;
    int code;
};

static const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };

struct addrinfo *grantd_resolve_numeric(const char *host, const char *port)
{
    struct addrinfo numeric = hints;
    numeric.ai_flags |= AI_NUMERICHOST;
    struct addrinfo *addresses = NULL;
    return getaddrinfo(host, port, &numeric, &addresses) == 0 ? addresses : NULL;
}

void grantd_resolution_drop(struct grantd_resolution *resolution)
{
    if (!resolution || atomic_fetch_sub(&resolution->owners, 1) > 1) return;
    if (resolution->addresses) freeaddrinfo(resolution->addresses);
    if (resolution->bell >= 0) close(resolution->bell);
    free(resolution->host);
    free(resolution->port);
    free(resolution);
}

static void *look_up(void *argument)
{
    struct grantd_resolution *resolution = argument;
    resolution->code = getaddrinfo(resolution->host, resolution->port, &hints, &resolution->addresses);
    if (resolution->code) resolution->addresses = NULL;
    atomic_store(&resolution->has_ended, true);
    /* Fails only where the bell rings already. */
    (void)eventfd_write(resolution->bell, 1);
    grantd_resolution_drop(resolution);
    return NULL;
}

struct grantd_resolution *grantd_resolution_start(const char *host, const char *port, int bell)
{
    struct grantd_resolution *resolution = calloc(1, sizeof *resolution);
    if (!resolution) return NULL;
    atomic_init(&resolution->owners, 1);
    atomic_init(&resolution->has_ended, false);
    resolution->host = strdup(host);
    resolution->port = strdup(port);
    resolution->bell = fcntl(bell, F_DUPFD_CLOEXEC, 0);
    pthread_attr_t attributes;
    pthread_t thread;
    if (!resolution->host || !resolution->port || resolution->bell < 0 || pthread_attr_init(&attributes)) {
        grantd_resolution_drop(resolution);
        return NULL;
    }
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    atomic_store(&resolution->owners, 2);
    /* The program's signals are not this thread's. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (pthread_create(&thread, &attributes, look_up, resolution)) {
        atomic_store(&resolution->owners, 1);
        grantd_resolution_drop(resolution);
        resolution = NULL;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return resolution;
}

int grantd_resolution_take(struct grantd_resolution *resolution, struct addrinfo **addresses, int *code)
{
    if (!atomic_load(&resolution->has_ended)) return 0;
    *addresses = resolution->addresses;
    *code = resolution->code;
    resolution->addresses = NULL;
    return 1;
}
