/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_RESOLVER_H
#define GRANTD_RESOLVER_H

#include <netdb.h>

/* A look-up of a host name that runs beside the program. */
struct grantd_resolution;

/* Looks at a numeric address, which takes no time. Returns NULL where the host is a name. */
struct addrinfo *grantd_resolve_numeric(const char *host, const char *port);

/* Starts a look-up in a thread of its own.
 *
 * bell: an eventfd that is written to when it ends; it may be closed before.
 * Returns NULL where there is no memory or no thread. */
struct grantd_resolution *grantd_resolution_start(const char *host, const char *port, int bell);

/* Whether it has ended. Then `addresses` receives the addresses, to be freed with freeaddrinfo(), or NULL, and `code` that of
 * getaddrinfo(). Ends with grantd_resolution_drop() either way. */
int grantd_resolution_take(struct grantd_resolution *resolution, struct addrinfo **addresses, int *code);

/* Lets go of a look-up, whether it has ended or not. */
void grantd_resolution_drop(struct grantd_resolution *resolution);

#endif
