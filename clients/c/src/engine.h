/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_ENGINE_H
#define GRANTD_ENGINE_H

#include "client.h"

/* What drives a client: events in, calls out and ended. Every function here is called with the client's mutex held.
 *
 * Whose fault. *A caller* may do anything at any time. *The peer* may do anything too: a reply to a call that was given up and one
 * that nobody asked for are counted and dropped; what is no reply ends the connection, and so does silence where answers are owed;
 * nothing of it is an error of ours. *The system* may tell of a socket that is gone: such events are known by their generation and
 * dropped. */

/* What an event of the inner epoll set is about; the socket's carry its generation above. */
enum grantd_event { GRANTD_EVENT_SOCKET, GRANTD_EVENT_TIMER, GRANTD_EVENT_RESOLVER };

/* Takes up a call.
 *
 * now: send it now; otherwise as soon as the client is processed. */
void grantd_engine_submit(struct grantd_client *client, struct grantd_call *call, bool now);

/* Waits for events, with the mutex let go of meanwhile, and handles them.
 *
 * timeout_ms: -1 without end. */
void grantd_engine_turn(struct grantd_client *client, int timeout_ms);

/* Ends a call: its reply or error is set already. */
void grantd_engine_end(struct grantd_client *client, struct grantd_call *call);

/* Rings the bell for callbacks that are owed; not while a thread is in grantd_client_process(), which looks before it returns. */
void grantd_engine_ring(struct grantd_client *client);

/* Uses the room that calls left which have ended: sends those that wait, closes a connection that has drained. */
void grantd_engine_use_room(struct grantd_client *client);

/* Ends every call with GRANTD_SHUT_DOWN and closes the connection for good. */
void grantd_engine_shutdown(struct grantd_client *client);

#endif
