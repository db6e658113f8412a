/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "keys.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>

static bool make(char key[GRANTD_KEY_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t bits[GRANTD_KEY_SIZE / 2];
    if (getrandom(bits, sizeof bits, 0) != (ssize_t)sizeof bits) return false;
    for (size_t index = 0; index < sizeof bits; index++) {
        key[2 * index] = digits[bits[index] >> 4];
        key[2 * index + 1] = digits[bits[index] & 15];
    }
    key[GRANTD_KEY_SIZE - 1] = 0;
    return true;
}

static bool add_to_entries(struct grantd_keyed *keyed, const Grantd__V1__AwardBatchRequest *request)
{
    size_t count = request->n_entries;
    if (count == 0) return true;
    keyed->entries = calloc(count, sizeof *keyed->entries);
    keyed->list = calloc(count, sizeof *keyed->list);
    if (!keyed->entries || !keyed->list) return false;
    for (size_t index = 0; index < count; index++) {
        struct grantd_keyed_entry *one = &keyed->entries[index];
        one->entry = *request->entries[index];
        keyed->list[index] = &one->entry;
        if (one->entry.idempotency_key) continue;
        if (!make(one->key)) return false;
        one->entry.idempotency_key = one->key;
    }
    keyed->copy.batch = *request;
    keyed->copy.batch.entries = keyed->list;
    keyed->request = &keyed->copy.batch.base;
    return true;
}

bool grantd_keys_add(struct grantd_keyed *keyed, const ProtobufCMessage *request)
{
    *keyed = (struct grantd_keyed){ .request = request };
    if (request->descriptor == &grantd__v1__award_request__descriptor) {
        keyed->copy.award = *(const Grantd__V1__AwardRequest *)request;
        if (keyed->copy.award.idempotency_key) return true;
        keyed->copy.award.idempotency_key = keyed->key;
        keyed->request = &keyed->copy.award.base;
        return make(keyed->key);
    }
    if (request->descriptor == &grantd__v1__settle_request__descriptor) {
        keyed->copy.settle = *(const Grantd__V1__SettleRequest *)request;
        if (keyed->copy.settle.idempotency_key) return true;
        keyed->copy.settle.idempotency_key = keyed->key;
        keyed->request = &keyed->copy.settle.base;
        return make(keyed->key);
    }
    if (request->descriptor == &grantd__v1__award_batch_request__descriptor)
        return add_to_entries(keyed, (const Grantd__V1__AwardBatchRequest *)request);
    return true;
}

void grantd_keys_free(struct grantd_keyed *keyed)
{
    free(keyed->entries);
    free(keyed->list);
}
