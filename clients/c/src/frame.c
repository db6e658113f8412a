/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "frame.h"

#include <string.h>

#include "decode.h"

static const uint8_t magic[4] = { 'P', 'R', 'P', 'C' };

static uint32_t read_uint32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void write_uint32(uint8_t *bytes, uint32_t value)
{
    bytes[0] = (uint8_t)(value >> 24);
    bytes[1] = (uint8_t)(value >> 16);
    bytes[2] = (uint8_t)(value >> 8);
    bytes[3] = (uint8_t)value;
}

enum grantd_glance grantd_header_read(const uint8_t *bytes, size_t count, struct grantd_header *header)
{
    size_t compared = count < sizeof magic ? count : sizeof magic;
    if (compared && memcmp(bytes, magic, compared) != 0) return GRANTD_NOT_A_FRAME;
    if (count < GRANTD_HEADER_BYTES) return GRANTD_NEED_MORE;
    header->body_size = read_uint32(bytes + 4);
    header->meta_size = read_uint32(bytes + 8);
    return header->meta_size > header->body_size ? GRANTD_NOT_A_FRAME : GRANTD_HEADER;
}

bool grantd_frame_append(
    struct grantd_buffer *buffer, const struct grantd_request_head *head, const uint8_t *payload, size_t payload_size)
{
    Brpc__Policy__RpcRequestMeta request = BRPC__POLICY__RPC_REQUEST_META__INIT;
    /* protobuf-c reads through these pointers and nothing more. */
    request.service_name = (char *)(uintptr_t)head->service;
    request.method_name = (char *)(uintptr_t)head->method;
    request.has_timeout_ms = 1;
    request.timeout_ms = head->timeout_ms;

    Brpc__Policy__RpcMeta meta = BRPC__POLICY__RPC_META__INIT;
    meta.request = &request;
    meta.has_correlation_id = 1;
    meta.correlation_id = head->correlation_id;
    if (head->token) {
        meta.has_authentication_data = 1;
        meta.authentication_data.data = (uint8_t *)(uintptr_t)head->token;
        meta.authentication_data.len = strlen(head->token);
    }

    size_t meta_size = brpc__policy__rpc_meta__get_packed_size(&meta);
    if (meta_size > UINT32_MAX - payload_size || payload_size > UINT32_MAX) return false;
    uint8_t *place = grantd_buffer_reserve(buffer, GRANTD_HEADER_BYTES + meta_size + payload_size);
    if (!place) return false;
    memcpy(place, magic, sizeof magic);
    write_uint32(place + 4, (uint32_t)(meta_size + payload_size));
    write_uint32(place + 8, (uint32_t)meta_size);
    brpc__policy__rpc_meta__pack(&meta, place + GRANTD_HEADER_BYTES);
    if (payload_size) memcpy(place + GRANTD_HEADER_BYTES + meta_size, payload, payload_size);
    buffer->end += GRANTD_HEADER_BYTES + meta_size + payload_size;
    return true;
}

const char *grantd_reply_read(struct grantd_reply *reply, const uint8_t *meta, size_t meta_size, size_t rest_size)
{
    bool exceeded;
    ProtobufCMessage *message =
        grantd_decode(&brpc__policy__rpc_meta__descriptor, meta, meta_size, 4 * GRANTD_META_BYTES, &exceeded);
    if (!message) return "what came is no reply: its meta part is no RpcMeta";
    reply->meta = (Brpc__Policy__RpcMeta *)message;
    reply->correlation_id = reply->meta->correlation_id;
    if (reply->meta->response) {
        reply->code = reply->meta->response->error_code;
        reply->text = reply->meta->response->error_text;
    }
    for (size_t index = 0; index < reply->meta->n_user_fields; index++) {
        const Brpc__Policy__RpcMeta__UserFieldsEntry *entry = reply->meta->user_fields[index];
        if (!entry->key) continue;
        if (strcmp(entry->key, "grpc-status") == 0) reply->status = entry->value;
        if (strcmp(entry->key, "field") == 0) reply->field = entry->value;
        if (strcmp(entry->key, "request-hash") == 0) reply->request_hash = entry->value;
    }
    int64_t attachment = reply->meta->attachment_size;
    if (!reply->meta->response) reply->wrong = "the meta part of the reply holds no response";
    else if (attachment < 0 || (uint64_t)attachment > rest_size)
        reply->wrong = "the reply's attachment is larger than the reply";
    else if (reply->meta->compress_type != 0) reply->wrong = "the reply is compressed, which was not asked for";
    else if (reply->meta->content_type != 0) reply->wrong = "the reply is not encoded as protobuf";
    else reply->payload_size = rest_size - (size_t)attachment;
    return NULL;
}

void grantd_reply_clear(struct grantd_reply *reply)
{
    brpc__policy__rpc_meta__free_unpacked(reply->meta, NULL);
    *reply = (struct grantd_reply){ 0 };
}
