/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fake_server.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "grantd/v1/calculator.pb-c.h"

enum { MOST_CONNECTIONS = 1024 };

struct fake_server {
    int listener;
    uint16_t port;
    char address[32];
    fake_handler handler;
    void *data;
    struct fake_transport transport;
    pthread_t acceptor;
    pthread_mutex_t mutex;
    struct fake_connection connections[MOST_CONNECTIONS];
    pthread_t threads[MOST_CONNECTIONS];
    int count;
    atomic_bool is_stopping;
    atomic_int pace_ms;
};

/* What is read at a time where there is a pace. */
enum { PACED_BYTES = 64 * 1024 };

static bool read_all(const struct fake_connection *connection, uint8_t *bytes, size_t size)
{
    while (size > 0) {
        ssize_t count = connection->stream ? connection->server->transport.receive(connection->stream, bytes, size)
                                           : recv(connection->socket, bytes, size, 0);
        if (count <= 0) return false;
        bytes += count;
        size -= (size_t)count;
    }
    return true;
}

static bool read_body(struct fake_connection *connection, uint8_t *bytes, size_t size)
{
    const int pace_ms = atomic_load(&connection->server->pace_ms);
    const struct timespec pause = { .tv_nsec = pace_ms * 1000000L };
    while (pace_ms > 0 && size > PACED_BYTES) {
        nanosleep(&pause, NULL);
        if (!read_all(connection, bytes, PACED_BYTES)) return false;
        bytes += PACED_BYTES;
        size -= PACED_BYTES;
    }
    return read_all(connection, bytes, size);
}

static uint32_t read_uint32(const uint8_t *bytes)
{
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return ntohl(value);
}

static bool serve_one(struct fake_connection *connection)
{
    uint8_t head[12];
    if (!read_all(connection, head, sizeof head)) return false;
    assert(memcmp(head, "PRPC", 4) == 0);
    size_t body_size = read_uint32(head + 4), meta_size = read_uint32(head + 8);
    assert(meta_size <= body_size);
    uint8_t *body = malloc(body_size ? body_size : 1);
    assert(body);
    bool goes_on = read_body(connection, body, body_size);
    if (goes_on) {
        Brpc__Policy__RpcMeta *meta = brpc__policy__rpc_meta__unpack(NULL, meta_size, body);
        assert(meta && meta->request);
        struct fake_request request = {
            .meta = meta,
            .id = meta->correlation_id,
            .payload = body + meta_size,
            .payload_size = body_size - meta_size,
        };
        connection->requests++;
        connection->server->handler(connection, &request, connection->server->data);
        brpc__policy__rpc_meta__free_unpacked(meta, NULL);
    }
    free(body);
    return goes_on;
}

static void *serve(void *argument)
{
    struct fake_connection *connection = argument;
    const struct fake_transport *transport = &connection->server->transport;
    if (transport->begin) {
        connection->stream = transport->begin(transport->context, connection->socket);
        connection->is_closed = !connection->stream;
    }
    while (!connection->is_closed && serve_one(connection)) continue;
    /* The peer sees the end; the descriptor itself goes with the server. */
    shutdown(connection->socket, SHUT_RDWR);
    return NULL;
}

static void *accept_all(void *argument)
{
    struct fake_server *server = argument;
    for (;;) {
        int descriptor = accept(server->listener, NULL, NULL);
        if (descriptor < 0) return NULL;
        pthread_mutex_lock(&server->mutex);
        int index = server->count++;
        assert(index < MOST_CONNECTIONS);
        server->connections[index] =
            (struct fake_connection){ .server = server, .socket = descriptor, .number = index + 1 };
        int failed = pthread_create(&server->threads[index], NULL, serve, &server->connections[index]);
        assert(!failed);
        (void)failed;
        pthread_mutex_unlock(&server->mutex);
    }
}

struct fake_server *fake_server_start(uint16_t port, fake_handler handler, void *data)
{
    struct fake_server *server = calloc(1, sizeof *server);
    assert(server);
    server->handler = handler;
    server->data = data;
    pthread_mutex_init(&server->mutex, NULL);
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int on = 1;
    setsockopt(server->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    int failed = bind(server->listener, (struct sockaddr *)&address, size) || listen(server->listener, 64)
        || getsockname(server->listener, (struct sockaddr *)&address, &size)
        || pthread_create(&server->acceptor, NULL, accept_all, server);
    if (failed) perror("fake server");
    assert(!failed);
    server->port = ntohs(address.sin_port);
    snprintf(server->address, sizeof server->address, "127.0.0.1:%u", server->port);
    return server;
}

void fake_server_stop(struct fake_server *server)
{
    atomic_store(&server->is_stopping, true);
    shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->acceptor, NULL);
    close(server->listener);
    for (int index = 0; index < server->count; index++) shutdown(server->connections[index].socket, SHUT_RDWR);
    for (int index = 0; index < server->count; index++) {
        pthread_join(server->threads[index], NULL);
        if (server->connections[index].stream) server->transport.end(server->connections[index].stream);
        close(server->connections[index].socket);
    }
    if (server->transport.release) server->transport.release(server->transport.context);
    pthread_mutex_destroy(&server->mutex);
    free(server);
}

void fake_server_set_transport(struct fake_server *server, const struct fake_transport *transport)
{
    server->transport = *transport;
}

void fake_server_set_pace(struct fake_server *server, int milliseconds)
{
    int size = PACED_BYTES;
    setsockopt(server->listener, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    atomic_store(&server->pace_ms, milliseconds);
}

bool fake_server_is_stopping(const struct fake_server *server) { return atomic_load(&server->is_stopping); }

uint16_t fake_server_port(const struct fake_server *server) { return server->port; }

const char *fake_server_address(const struct fake_server *server) { return server->address; }

bool fake_send_bytes(struct fake_connection *connection, const void *bytes, size_t size)
{
    const uint8_t *rest = bytes;
    while (size > 0) {
        ssize_t count = connection->stream ? connection->server->transport.transmit(connection->stream, rest, size)
                                           : send(connection->socket, rest, size, MSG_NOSIGNAL);
        if (count < 0) return false;
        rest += count;
        size -= (size_t)count;
    }
    return true;
}

static uint8_t *encode_frame(const Brpc__Policy__RpcMeta *meta, const void *payload, size_t size, size_t *frame_size)
{
    size_t meta_size = brpc__policy__rpc_meta__get_packed_size(meta);
    uint8_t *frame = malloc(12 + meta_size + size);
    assert(frame);
    uint32_t sizes[2] = { htonl((uint32_t)(meta_size + size)), htonl((uint32_t)meta_size) };
    memcpy(frame, "PRPC", 4);
    memcpy(frame + 4, sizes, sizeof sizes);
    brpc__policy__rpc_meta__pack(meta, frame + 12);
    if (size) memcpy(frame + 12 + meta_size, payload, size);
    *frame_size = 12 + meta_size + size;
    return frame;
}

void fake_send(struct fake_connection *connection, const Brpc__Policy__RpcMeta *meta, const void *payload, size_t size)
{
    size_t frame_size;
    uint8_t *frame = encode_frame(meta, payload, size, &frame_size);
    fake_send_bytes(connection, frame, frame_size);
    free(frame);
}

uint8_t *fake_frame(int64_t id, const ProtobufCMessage *message, size_t *size)
{
    Brpc__Policy__RpcResponseMeta response = BRPC__POLICY__RPC_RESPONSE_META__INIT;
    Brpc__Policy__RpcMeta meta = BRPC__POLICY__RPC_META__INIT;
    meta.response = &response;
    meta.has_correlation_id = 1;
    meta.correlation_id = id;
    size_t payload_size = protobuf_c_message_get_packed_size(message);
    uint8_t *payload = malloc(payload_size ? payload_size : 1);
    assert(payload);
    protobuf_c_message_pack(message, payload);
    uint8_t *frame = encode_frame(&meta, payload, payload_size, size);
    free(payload);
    return frame;
}

void fake_answer_bytes(struct fake_connection *connection, int64_t id, const void *bytes, size_t size)
{
    Brpc__Policy__RpcResponseMeta response = BRPC__POLICY__RPC_RESPONSE_META__INIT;
    response.has_error_code = 1;
    Brpc__Policy__RpcMeta meta = BRPC__POLICY__RPC_META__INIT;
    meta.response = &response;
    meta.has_correlation_id = 1;
    meta.correlation_id = id;
    fake_send(connection, &meta, bytes, size);
}

void fake_answer_with(
    struct fake_connection *connection, int64_t id, const ProtobufCMessage *message, const char *key, const char *value)
{
    Brpc__Policy__RpcResponseMeta response = BRPC__POLICY__RPC_RESPONSE_META__INIT;
    Brpc__Policy__RpcMeta__UserFieldsEntry entry = BRPC__POLICY__RPC_META__USER_FIELDS_ENTRY__INIT, *fields = &entry;
    entry.key = (char *)(uintptr_t)key;
    entry.value = (char *)(uintptr_t)value;
    Brpc__Policy__RpcMeta meta = BRPC__POLICY__RPC_META__INIT;
    meta.response = &response;
    meta.has_correlation_id = 1;
    meta.correlation_id = id;
    meta.n_user_fields = 1;
    meta.user_fields = &fields;
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = malloc(size ? size : 1);
    assert(bytes);
    protobuf_c_message_pack(message, bytes);
    fake_send(connection, &meta, bytes, size);
    free(bytes);
}

void fake_answer(struct fake_connection *connection, int64_t id, const ProtobufCMessage *message)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = malloc(size ? size : 1);
    assert(bytes);
    protobuf_c_message_pack(message, bytes);
    fake_answer_bytes(connection, id, bytes, size);
    free(bytes);
}

void fake_refuse(
    struct fake_connection *connection, int64_t id, int32_t code, const char *text, const char *status,
    const char *field)
{
    Brpc__Policy__RpcResponseMeta response = BRPC__POLICY__RPC_RESPONSE_META__INIT;
    response.has_error_code = 1;
    response.error_code = code;
    response.error_text = (char *)(uintptr_t)text;
    Brpc__Policy__RpcMeta__UserFieldsEntry entries[2];
    Brpc__Policy__RpcMeta__UserFieldsEntry *list[2];
    Brpc__Policy__RpcMeta meta = BRPC__POLICY__RPC_META__INIT;
    meta.response = &response;
    meta.has_correlation_id = 1;
    meta.correlation_id = id;
    meta.user_fields = list;
    const char *pairs[2][2] = { { "grpc-status", status }, { "field", field } };
    for (int index = 0; index < 2; index++) {
        if (!pairs[index][1]) continue;
        Brpc__Policy__RpcMeta__UserFieldsEntry *entry = &entries[meta.n_user_fields];
        brpc__policy__rpc_meta__user_fields_entry__init(entry);
        entry->key = (char *)(uintptr_t)pairs[index][0];
        entry->value = (char *)(uintptr_t)pairs[index][1];
        list[meta.n_user_fields++] = entry;
    }
    fake_send(connection, &meta, NULL, 0);
}

void fake_close(struct fake_connection *connection)
{
    connection->is_closed = true;
    shutdown(connection->socket, SHUT_RDWR);
}

void whole_assessment(Grantd__V1__Assessment *assessment, const char *id)
{
    static char text[] = "p";
    static Grantd__V1__PolicyReference policy = {
        .base = PROTOBUF_C_MESSAGE_INIT(&grantd__v1__policy_reference__descriptor),
        .programme = text,
        .document_number = text,
        .digest = text,
    };
    grantd__v1__assessment__init(assessment);
    assessment->application_id = (char *)(uintptr_t)id;
    assessment->measure = (char *)(uintptr_t)"medical-device.common-platform";
    assessment->as_of = (char *)(uintptr_t)"2026-05-20";
    assessment->has_outcome = assessment->has_basis = 1;
    assessment->outcome = GRANTD__V1__OUTCOME__VALUE__UNDETERMINED;
    assessment->basis = GRANTD__V1__BASIS__VALUE__CEILING;
    assessment->policy = &policy;
}

void fake_echo(struct fake_connection *connection, const struct fake_request *request)
{
    Grantd__V1__EvaluateRequest *decoded =
        grantd__v1__evaluate_request__unpack(NULL, request->payload_size, request->payload);
    assert(decoded);
    Grantd__V1__Assessment assessment;
    whole_assessment(&assessment, decoded->application ? decoded->application->application_id : NULL);
    fake_answer(connection, request->id, &assessment.base);
    grantd__v1__evaluate_request__free_unpacked(decoded, NULL);
}

void fake_echo_batch(struct fake_connection *connection, const struct fake_request *request)
{
    Grantd__V1__EvaluateBatchRequest *decoded =
        grantd__v1__evaluate_batch_request__unpack(NULL, request->payload_size, request->payload);
    assert(decoded && decoded->n_applications > 0);
    size_t count = decoded->n_applications;
    Grantd__V1__EvaluateBatchResponse response = GRANTD__V1__EVALUATE_BATCH_RESPONSE__INIT;
    Grantd__V1__EvaluateBatchResult *results = calloc(count, sizeof *results);
    Grantd__V1__EvaluateBatchResult **list = calloc(count, sizeof *list);
    Grantd__V1__Assessment *assessments = calloc(count, sizeof *assessments);
    assert(results && list && assessments);
    Grantd__V1__Error error = GRANTD__V1__ERROR__INIT;
    error.has_code = 1;
    error.code = 1003;
    error.status = (char *)(uintptr_t)"INVALID_ARGUMENT";
    error.message = (char *)(uintptr_t)"as_of must be set";
    error.field = (char *)(uintptr_t)"as_of";
    for (size_t index = 0; index < count; index++) {
        grantd__v1__evaluate_batch_result__init(&results[index]);
        list[index] = &results[index];
        whole_assessment(&assessments[index], decoded->applications[index]->application_id);
        if (assessments[index].application_id) {
            results[index].result_case = GRANTD__V1__EVALUATE_BATCH_RESULT__RESULT_ASSESSMENT;
            results[index].assessment = &assessments[index];
        } else {
            results[index].result_case = GRANTD__V1__EVALUATE_BATCH_RESULT__RESULT_ERROR;
            results[index].error = &error;
        }
    }
    response.n_results = count;
    response.results = list;
    fake_answer(connection, request->id, &response.base);
    free(assessments);
    free(list);
    free(results);
    grantd__v1__evaluate_batch_request__free_unpacked(decoded, NULL);
}
