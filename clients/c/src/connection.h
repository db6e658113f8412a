/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_CONNECTION_H
#define GRANTD_CONNECTION_H

#include "client.h"

/* The socket of a client: connecting, reading and writing bytes, closing. It decides nothing about calls. Every function here is
 * called with the client's mutex held. */

enum grantd_connect_result {
    /* Later events tell. */
    GRANTD_CONNECT_PENDING,
    GRANTD_CONNECT_DONE,
    /* No address is left; the text says why. */
    GRANTD_CONNECT_FAILED
};

/* Begins to connect: looks the host up, then tries its addresses in turn.
 *
 * text: receives a static text where it fails. */
enum grantd_connect_result grantd_connection_begin(struct grantd_client *client, const char **text);

/* The look-up may have ended. */
enum grantd_connect_result grantd_connection_resolved(struct grantd_client *client, const char **text);

/* A socket that is being connected, the one of this generation, has an event. */
enum grantd_connect_result grantd_connection_progressed(
    struct grantd_client *client, uint32_t generation, const char **text);

/* The handshake of TLS may go on. */
enum grantd_connect_result grantd_connection_secured(struct grantd_client *client, const char **text);

/* It is time to try the next address beside the others. */
enum grantd_connect_result grantd_connection_go_on(struct grantd_client *client, const char **text);

enum grantd_io {
    /* There is nothing more to read, or the socket takes no more. */
    GRANTD_IO_BLOCKED,
    /* There may be more. */
    GRANTD_IO_MORE,
    /* The peer has closed, or the connection broke. */
    GRANTD_IO_ENDED,
    /* TLS has failed; the connection's `problem` says why. */
    GRANTD_IO_FAILED,
    GRANTD_IO_NO_MEMORY
};

/* Reads once.
 *
 * wanted: how many bytes the frame that has begun still lacks; memory grows with what has come, never with this. */
enum grantd_io grantd_connection_read(struct grantd_client *client, size_t wanted);

/* Writes what lies in the output. */
enum grantd_io grantd_connection_write(struct grantd_client *client);

/* Watches the socket for what is of interest now: always for input, for output where some is left, or where TLS holds bytes that the
 * socket tells nothing of: it takes output nearly always, and so they are read in the next turn. */
void grantd_connection_watch(struct grantd_client *client, bool output);

/* Closes the socket and forgets what was read and not sent. */
void grantd_connection_close(struct grantd_client *client);

#endif
