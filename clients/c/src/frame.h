/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_FRAME_H
#define GRANTD_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "brpc/rpc_meta.pb-c.h"
#include "buffer.h"

/* A frame: `PRPC`, the size of the body and that of the meta as big-endian uint32, then the body: the meta (an RpcMeta), the
 * payload, the attachment. */
enum { GRANTD_HEADER_BYTES = 12 };

/* The largest meta that is read. */
#define GRANTD_META_BYTES ((size_t)1024 * 1024)

struct grantd_header {
    size_t body_size;
    size_t meta_size;
};

enum grantd_glance {
    /* A header. */
    GRANTD_HEADER,
    /* What is there may become a header. */
    GRANTD_NEED_MORE,
    /* What is there is not the beginning of a frame. */
    GRANTD_NOT_A_FRAME
};

/* Reads a header. */
enum grantd_glance grantd_header_read(const uint8_t *bytes, size_t count, struct grantd_header *header);

/* What a request's meta says. */
struct grantd_request_head {
    const char *service;
    const char *method;
    int64_t correlation_id;
    int32_t timeout_ms;
    /* NULL for none. */
    const char *token;
};

/* Appends a request's frame. Returns false without memory; nothing is appended then. */
bool grantd_frame_append(
    struct grantd_buffer *buffer, const struct grantd_request_head *head, const uint8_t *payload, size_t payload_size);

/* A reply's meta, and where its payload lies. Begin with all zero. */
struct grantd_reply {
    Brpc__Policy__RpcMeta *meta;
    int64_t correlation_id;
    int32_t code;
    /* Into `meta`; NULL where the reply has none. */
    const char *text;
    const char *status;
    const char *field;
    const char *request_hash;
    size_t payload_size;
    /* What makes it no valid reply to its call, in a static text; NULL where nothing does. */
    const char *wrong;
};

/* Reads a reply's meta.
 *
 * rest_size: the bytes of the body behind the meta.
 * Returns NULL, or in a static text why it is no reply to any call. Ends with grantd_reply_clear() either way. */
const char *grantd_reply_read(struct grantd_reply *reply, const uint8_t *meta, size_t meta_size, size_t rest_size);

void grantd_reply_clear(struct grantd_reply *reply);

#endif
