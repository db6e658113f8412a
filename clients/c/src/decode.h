/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_DECODE_H
#define GRANTD_DECODE_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes a message that may take so much memory and no more: a few hostile bytes grow to many in protobuf-c.
 *
 * exceeded: receives whether that limit was the reason for a failure.
 * Returns the message, to be freed with protobuf_c_message_free_unpacked(message, NULL), or NULL. */
ProtobufCMessage *grantd_decode(
    const ProtobufCMessageDescriptor *descriptor, const uint8_t *bytes, size_t size, size_t maximum_memory,
    bool *exceeded);

#endif
