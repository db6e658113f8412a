/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_REPLIES_H
#define GRANTD_REPLIES_H

#include "client.h"

/* How the connection goes on once the input has been read. */
enum grantd_verdict {
    /* It lacks bytes for the next frame. */
    GRANTD_GO_ON,
    /* The input is no reply: end the connection, and try again what is in flight; the text says why. */
    GRANTD_BROKEN,
    /* A reply is over the limit; its own call has ended. End the connection, and try again what is in flight. */
    GRANTD_TOO_LARGE
};

/* Takes the replies out of the input and gives them to their calls. Called with the client's mutex held.
 *
 * wanted: receives how many bytes the frame that has begun still lacks; 0 where its header is not there yet.
 * text: receives a static text with GRANTD_BROKEN. */
enum grantd_verdict grantd_replies_take(struct grantd_client *client, size_t *wanted, const char **text);

#endif
