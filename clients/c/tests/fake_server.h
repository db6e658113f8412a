/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_FAKE_SERVER_H
#define GRANTD_FAKE_SERVER_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "brpc/rpc_meta.pb-c.h"
#include "grantd/v1/assessment.pb-c.h"

/* A server on the loopback that answers as a test tells it to, wrongly too. Each connection has a thread; its handler runs in
 * it, one frame after the other. */
struct fake_server;

struct fake_connection {
    struct fake_server *server;
    int socket;
    /* What the transport keeps for it; NULL where it is plain. */
    void *stream;
    /* From 1 in the order of acceptance. */
    int number;
    /* Frames that came on this connection, this one included. */
    int requests;
    /* A handler closed it: what has come further is not read. */
    bool is_closed;
};

struct fake_request {
    const Brpc__Policy__RpcMeta *meta;
    int64_t id;
    const uint8_t *payload;
    size_t payload_size;
};

typedef void (*fake_handler)(struct fake_connection *connection, const struct fake_request *request, void *data);

/* Starts a server on 127.0.0.1. port: 0 takes a free one. */
struct fake_server *fake_server_start(uint16_t port, fake_handler handler, void *data);

/* What lies between a connection and its socket. */
struct fake_transport {
    void *context;
    /* Returns the stream, NULL where it comes to none. */
    void *(*begin)(void *context, int socket);
    ssize_t (*receive)(void *stream, void *bytes, size_t size);
    ssize_t (*transmit)(void *stream, const void *bytes, size_t size);
    void (*end)(void *stream);
    void (*release)(void *context);
};

/* For the connections to come; before the first one. */
void fake_server_set_transport(struct fake_server *server, const struct fake_transport *transport);

/* How long 64 KiB of a request take it from now on, in milliseconds. Its connections' buffers are small then. */
void fake_server_set_pace(struct fake_server *server, int milliseconds);

/* Ends it and every connection. */
void fake_server_stop(struct fake_server *server);

/* Whether it is being stopped: a handler that takes its time looks now and then. */
bool fake_server_is_stopping(const struct fake_server *server);

uint16_t fake_server_port(const struct fake_server *server);

/* `127.0.0.1:PORT`. */
const char *fake_server_address(const struct fake_server *server);

/* Answers a call. */
void fake_answer(struct fake_connection *connection, int64_t id, const ProtobufCMessage *message);

/* Answers a call as fake_answer() does, with a user field beside the answer. */
void fake_answer_with(
    struct fake_connection *connection, int64_t id, const ProtobufCMessage *message, const char *key, const char *value);

/* Answers a call with these bytes. */
void fake_answer_bytes(struct fake_connection *connection, int64_t id, const void *bytes, size_t size);

/* Refuses a call; `status` and `field` may be NULL. */
void fake_refuse(
    struct fake_connection *connection, int64_t id, int32_t code, const char *text, const char *status,
    const char *field);

/* Sends a frame with any meta. */
void fake_send(
    struct fake_connection *connection, const Brpc__Policy__RpcMeta *meta, const void *payload, size_t size);

/* Sends bytes as they are. Returns false where the peer has gone. */
bool fake_send_bytes(struct fake_connection *connection, const void *bytes, size_t size);

/* The frame of an answer, to be sent in pieces. Returns it, to be freed with free(). */
uint8_t *fake_frame(int64_t id, const ProtobufCMessage *message, size_t *size);

/* Ends the connection. */
void fake_close(struct fake_connection *connection);

/* Fills an assessment with what the contract always sets, and the id. */
void whole_assessment(Grantd__V1__Assessment *assessment, const char *id);

/* Answers an Evaluate with an assessment that repeats the application's id. */
void fake_echo(struct fake_connection *connection, const struct fake_request *request);

/* Answers an EvaluateBatch likewise; an application without an id gets the error 1003 at `as_of`. */
void fake_echo_batch(struct fake_connection *connection, const struct fake_request *request);

#endif
