/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_KEYS_H
#define GRANTD_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "grantd/v1/awards.pb-c.h"

/* Awards and settlements that bring no key are given one: what is sent again after a loss must be known again. */

/* 128 bits in hexadecimal and the end. */
enum { GRANTD_KEY_SIZE = 33 };

struct grantd_keyed_entry {
    Grantd__V1__AwardBatchEntry entry;
    char key[GRANTD_KEY_SIZE];
};

/* A request that has a key wherever one may stand. It points into the one that it was made of. */
struct grantd_keyed {
    /* What is to be sent: the copy, or the request itself where it needs no key. */
    const ProtobufCMessage *request;
    union {
        Grantd__V1__AwardRequest award;
        Grantd__V1__SettleRequest settle;
        Grantd__V1__AwardBatchRequest batch;
    } copy;
    char key[GRANTD_KEY_SIZE];
    struct grantd_keyed_entry *entries;
    Grantd__V1__AwardBatchEntry **list;
};

/* Gives it keys; grantd_keys_free() is owed in any case. Returns false where there is no memory, or no random bits. */
bool grantd_keys_add(struct grantd_keyed *keyed, const ProtobufCMessage *request);

void grantd_keys_free(struct grantd_keyed *keyed);

#endif
