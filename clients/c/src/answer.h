/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_ANSWER_H
#define GRANTD_ANSWER_H

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>

/* Whether an answer is a whole one: an enum that is unset reads as its first value, so that an answer of nothing reads as
 * "eligible". */

/* Checks an answer for what the contract always sets. A message that is none of the contract's passes.
 *
 * request: the encoded request: some answers have a result for each of its entries.
 * Returns NULL, or what is missing in a static text. */
const char *grantd_answer_check(const ProtobufCMessage *answer, const uint8_t *request, size_t request_size);

/* The message that a method of the contract answers with; NULL for a method that is none of the contract's.
 *
 * service: the full name or, as the daemon takes it too, its last part. */
const ProtobufCMessageDescriptor *grantd_answer_descriptor(const char *service, const char *method);

#endif
