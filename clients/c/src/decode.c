/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "decode.h"

#include <stdlib.h>

struct allowance {
    size_t left;
    bool exceeded;
};

/* What a block of malloc()'s takes beside its own bytes, and at least: an empty string is 32 bytes. */
enum { BLOCK_HEAD = 16, LEAST_BLOCK = 32 };

static void *allocate(void *data, size_t size)
{
    struct allowance *allowance = data;
    size_t taken = size + BLOCK_HEAD < LEAST_BLOCK ? LEAST_BLOCK : size + BLOCK_HEAD;
    if (size > allowance->left || taken > allowance->left) {
        allowance->exceeded = true;
        return NULL;
    }
    allowance->left -= taken;
    return malloc(size);
}

static void release(void *data, void *pointer)
{
    (void)data;
    free(pointer);
}

ProtobufCMessage *grantd_decode(
    const ProtobufCMessageDescriptor *descriptor, const uint8_t *bytes, size_t size, size_t maximum_memory,
    bool *exceeded)
{
    /* protobuf-c's own allocator is malloc() and free() too, so the message needs no allocator when it is freed. */
    struct allowance allowance = { .left = maximum_memory, .exceeded = false };
    ProtobufCAllocator allocator = { .alloc = allocate, .free = release, .allocator_data = &allowance };
    static const uint8_t nothing[1];
    ProtobufCMessage *message = protobuf_c_message_unpack(descriptor, &allocator, size, size ? bytes : nothing);
    *exceeded = allowance.exceeded;
    return message;
}
