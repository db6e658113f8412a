/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_WAIT_H
#define GRANTD_WAIT_H

#include "client.h"

/* Calls that a thread waits for. One of the waiting threads drives the connection for all; when its own call has ended
 * it hands over to another. */

/* Takes up a call. It is the client's until grantd_wait_for() or grantd_wait_drop() has returned. */
void grantd_wait_begin(struct grantd_client *client, struct grantd_call *call);

/* Waits until the call has ended; its deadline bounds it. */
void grantd_wait_for(struct grantd_client *client, struct grantd_call *call);

/* Gives a call up that nobody waits for any more. */
void grantd_wait_drop(struct grantd_client *client, struct grantd_call *call);

#endif
