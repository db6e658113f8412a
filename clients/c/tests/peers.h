/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_TEST_PEERS_H
#define GRANTD_TEST_PEERS_H

#include <stdatomic.h>

#include "support.h"

/* The silence timeout of tests of bad peers, in milliseconds. */
enum { SILENCE = 300 };

/* The first connections behave like this; the ones after them answer. */
struct peer {
    fake_handler behave;
    int bad_connections;
    atomic_int requests;
};

/* Starts a server whose first connections behave like that. */
struct fake_server *serve(struct peer *peer, fake_handler behave, int bad_connections);

/* A client with short pauses that takes a connection for silent after so long. */
grantd_client *impatient_client(const struct fake_server *server, int64_t silence_timeout_ms);

/* How often the client has connected. */
uint64_t connects(grantd_client *client);

/* Applications "0", "1", …, and what came back. */
struct series {
    uint64_t count;
    uint64_t given;
    uint64_t taken;
    uint64_t wrong;
    char id[24];
    Grantd__V1__Application application;
};

/* What gives them to a scoring, and what takes them back. */
int next_of_series(const Grantd__V1__Application **application, void *data);
int take_in_series(uint64_t index, const Grantd__V1__Assessment *assessment, const grantd_error *error, void *data);

/* Scores so many applications, and holds that each came back once, in order. */
void scores_all(grantd_client *client, uint64_t count);

/* What came back for calls that were started. */
struct seen {
    int count;
    int32_t code;
};

/* Counts a reply in a `struct seen`. */
void note(const ProtobufCMessage *response, const grantd_error *error, void *data);

#endif
