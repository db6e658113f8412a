/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replies.h"

#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "error.h"
#include "frame.h"

/* So much of an owed reply is progress of the peer. */
enum { PROGRESS_BYTES = 1024 };

static void progressed(struct grantd_client *client) { client->connection.quiet_since = client->connection.last_read; }

/* The call that a complete reply belongs to. NULL: its caller gave up, it has its reply, or nobody asked. */
static struct grantd_call *owner(struct grantd_client *client, int64_t id)
{
    struct grantd_call *call = grantd_ledger_find(&client->ledger, id);
    bool is_late = !call && grantd_ledger_settle(&client->ledger, id);
    if (call || is_late) progressed(client);
    if (is_late) client->statistics.late_replies++;
    else if (!call) client->statistics.unknown_replies++;
    return call;
}

/* Notes what a reply that is not complete yet brings. Returns false where it is no reply. */
static bool note_part(
    struct grantd_client *client, const struct grantd_header *header, const uint8_t *meta, size_t size, const char **text)
{
    struct grantd_connection *connection = &client->connection;
    if (connection->part == GRANTD_PART_UNKNOWN && size >= GRANTD_HEADER_BYTES + header->meta_size) {
        struct grantd_reply reply = { 0 };
        *text = grantd_reply_read(&reply, meta, header->meta_size, header->body_size - header->meta_size);
        bool is_owed = grantd_ledger_owes(&client->ledger, reply.correlation_id);
        grantd_reply_clear(&reply);
        if (*text) return false;
        connection->part = is_owed ? GRANTD_PART_OWED : GRANTD_PART_STRANGE;
    }
    if (connection->part == GRANTD_PART_OWED && size - connection->part_counted >= PROGRESS_BYTES) {
        connection->part_counted = size;
        progressed(client);
    }
    return true;
}

static void set_reply(struct grantd_call *call, const uint8_t *payload, size_t size)
{
    call->reply = malloc(size ? size : 1);
    if (!call->reply) {
        grantd_error_set(&call->error, GRANTD_OUT_OF_MEMORY, NULL, "no memory for a reply", NULL);
        return;
    }
    if (size) memcpy(call->reply, payload, size);
    call->reply_size = size;
}

/* One that is longer than any of the daemon's is none. */
static void set_hash(const struct grantd_call *call, const char *hash)
{
    size_t size = call->request_hash && hash ? strlen(hash) + 1 : 0;
    if (size && size <= GRANTD_REQUEST_HASH_BYTES) memcpy(call->request_hash, hash, size);
}

static void answer(struct grantd_client *client, const struct grantd_reply *reply, const uint8_t *payload)
{
    struct grantd_connection *connection = &client->connection;
    struct grantd_call *call = owner(client, reply->correlation_id);
    if (!call) return;
    if (reply->wrong) {
        grantd_error_set(&call->error, GRANTD_INVALID_REPLY, NULL, reply->wrong, NULL);
        grantd_engine_end(client, call);
        return;
    }
    if (reply->code == GRANTD_STOPPING) {
        if (connection->state == GRANTD_ACTIVE) connection->state = GRANTD_DRAINING;
        if (++call->attempts_made < call->attempts_allowed || call->attempts_allowed == GRANTD_ATTEMPTS_UNLIMITED) {
            client->statistics.retries++;
            grantd_ledger_return(&client->ledger, call);
            return;
        }
    } else {
        grantd_backoff_succeeded(&connection->backoff);
    }
    if (reply->code) {
        grantd_error_set(&call->error, reply->code, reply->status, reply->text, reply->field);
    } else {
        set_reply(call, payload, reply->payload_size);
        set_hash(call, reply->request_hash);
    }
    grantd_engine_end(client, call);
}

/* A frame whose body is over the limit: as soon as its meta is there its call is known, and ends. */
static enum grantd_verdict refuse(
    struct grantd_client *client, const struct grantd_header *header, size_t *wanted, const char **text)
{
    struct grantd_buffer *input = &client->connection.input;
    size_t needed = GRANTD_HEADER_BYTES + header->meta_size;
    if (grantd_buffer_size(input) < needed) {
        *wanted = needed - grantd_buffer_size(input);
        return GRANTD_GO_ON;
    }
    struct grantd_reply reply = { 0 };
    const uint8_t *meta = grantd_buffer_front(input) + GRANTD_HEADER_BYTES;
    *text = grantd_reply_read(&reply, meta, header->meta_size, header->body_size - header->meta_size);
    enum grantd_verdict verdict = *text ? GRANTD_BROKEN : GRANTD_TOO_LARGE;
    struct grantd_call *call = *text ? NULL : owner(client, reply.correlation_id);
    if (call) {
        grantd_error_format(
            &call->error, GRANTD_REPLY_TOO_LARGE, "the reply has %zu bytes, more than the %zu that this client accepts",
            header->body_size, client->settings.options.maximum_reply_bytes);
        grantd_engine_end(client, call);
    }
    grantd_reply_clear(&reply);
    return verdict;
}

enum grantd_verdict grantd_replies_take(struct grantd_client *client, size_t *wanted, const char **text)
{
    struct grantd_buffer *input = &client->connection.input;
    for (;;) {
        *wanted = 0;
        size_t size = grantd_buffer_size(input);
        if (size == 0) return GRANTD_GO_ON;
        struct grantd_header header;
        switch (grantd_header_read(grantd_buffer_front(input), size, &header)) {
        case GRANTD_NEED_MORE:
            return GRANTD_GO_ON;
        case GRANTD_NOT_A_FRAME:
            *text = "what came is no reply: it is not a baidu_std frame";
            return GRANTD_BROKEN;
        case GRANTD_HEADER:
            break;
        }
        if (header.meta_size > GRANTD_META_BYTES) {
            *text = "what came is no reply: its meta part is over 1 MiB";
            return GRANTD_BROKEN;
        }
        if (header.body_size > client->settings.options.maximum_reply_bytes)
            return refuse(client, &header, wanted, text);
        size_t frame_size = GRANTD_HEADER_BYTES + header.body_size;
        const uint8_t *meta = grantd_buffer_front(input) + GRANTD_HEADER_BYTES;
        if (size < frame_size) {
            *wanted = frame_size - size;
            return note_part(client, &header, meta, size, text) ? GRANTD_GO_ON : GRANTD_BROKEN;
        }
        client->connection.part = GRANTD_PART_UNKNOWN;
        client->connection.part_counted = 0;
        struct grantd_reply reply = { 0 };
        *text = grantd_reply_read(&reply, meta, header.meta_size, header.body_size - header.meta_size);
        if (!*text) answer(client, &reply, meta + header.meta_size);
        grantd_reply_clear(&reply);
        if (*text) return GRANTD_BROKEN;
        grantd_buffer_take(input, frame_size);
    }
}
