/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_COMPARE_H
#define GRANTD_COMPARE_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>

/* Compares two messages of one type field by field, in full, by protobuf-c's descriptors: which fields are set, their values,
 * the lengths and the order of lists, and fields that the descriptor does not know.
 *
 * difference: receives the place and both values of the first difference; at least one byte.
 * Returns whether they are equal. */
bool compare_messages(
    const ProtobufCMessage *expected, const ProtobufCMessage *found, char *difference, size_t difference_size);

#endif
