/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "connection.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "engine.h"

/* What one read may bring at first, and how much further each grows the memory. */
enum { READ_BYTES = 64 * 1024 };

void grantd_connection_watch(struct grantd_client *client, bool output)
{
    struct grantd_connection *connection = &client->connection;
    output |= connection->tls && connection->state != GRANTD_SECURING && grantd_tls_has_pending(connection->tls);
    uint32_t wanted = EPOLLIN | (output ? (uint32_t)EPOLLOUT : 0);
    if (connection->socket < 0 || connection->watched == wanted) return;
    struct epoll_event event = {
        .events = wanted,
        .data.u64 = (uint64_t)connection->generation << 8 | GRANTD_EVENT_SOCKET,
    };
    epoll_ctl(client->inner, connection->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, connection->socket, &event);
    connection->watched = wanted;
}

void grantd_connection_close(struct grantd_client *client)
{
    struct grantd_connection *connection = &client->connection;
    grantd_tls_end(connection->tls);
    connection->tls = NULL;
    if (connection->socket >= 0) close(connection->socket);
    connection->socket = -1;
    connection->watched = 0;
    connection->queued = connection->taken = 0;
    connection->part = GRANTD_PART_UNKNOWN;
    connection->part_counted = 0;
    grantd_race_end(&connection->race);
    grantd_buffer_free(&connection->input);
    grantd_buffer_free(&connection->output);
    grantd_resolution_drop(connection->resolution);
    connection->resolution = NULL;
    if (connection->found) freeaddrinfo(connection->found);
    connection->found = NULL;
}

static enum grantd_connect_result connected(
    struct grantd_client *client, const struct grantd_candidate *winner, const char **text)
{
    struct grantd_connection *connection = &client->connection;
    connection->socket = winner->socket;
    connection->generation = winner->generation;
    connection->watched = EPOLLIN | EPOLLOUT;
    int on = 1;
    /* Both only speed things up. */
    setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(connection->socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    grantd_race_end(&connection->race);
    if (connection->found) freeaddrinfo(connection->found);
    connection->found = NULL;
    if (!client->settings.tls) {
        grantd_connection_watch(client, false);
        return GRANTD_CONNECT_DONE;
    }
    connection->state = GRANTD_SECURING;
    connection->tls = grantd_tls_begin(client->settings.tls, connection->socket);
    if (connection->tls) return grantd_connection_secured(client, text);
    *text = "no memory for TLS";
    return GRANTD_CONNECT_FAILED;
}

enum grantd_connect_result grantd_connection_secured(struct grantd_client *client, const char **text)
{
    struct grantd_connection *connection = &client->connection;
    enum grantd_tls_result result = grantd_tls_handshake(connection->tls);
    if (result == GRANTD_TLS_WANTS_READ || result == GRANTD_TLS_WANTS_WRITE) {
        grantd_connection_watch(client, result == GRANTD_TLS_WANTS_WRITE);
        return GRANTD_CONNECT_PENDING;
    }
    if (result == GRANTD_TLS_DONE) {
        grantd_connection_watch(client, false);
        return GRANTD_CONNECT_DONE;
    }
    /* The connection is closed before the text is read. */
    snprintf(connection->problem, sizeof connection->problem, "%s", grantd_tls_problem(connection->tls));
    *text = connection->problem;
    return GRANTD_CONNECT_FAILED;
}

static enum grantd_connect_result follow(
    struct grantd_client *client, enum grantd_race_result result, const struct grantd_candidate *winner, const char **text)
{
    struct grantd_connection *connection = &client->connection;
    if (result == GRANTD_RACE_PENDING) return GRANTD_CONNECT_PENDING;
    if (result == GRANTD_RACE_WON) return connected(client, winner, text);
    *text = connection->race.last_errno ? strerrordesc_np(connection->race.last_errno) : "the host has no address";
    if (!*text) *text = "the system does not say why";
    return GRANTD_CONNECT_FAILED;
}

enum grantd_connect_result grantd_connection_go_on(struct grantd_client *client, const char **text)
{
    struct grantd_connection *connection = &client->connection;
    struct grantd_candidate winner;
    enum grantd_race_result result = grantd_race_go_on(
        &connection->race, client->inner, &connection->last_generation, grantd_now(), &winner);
    return follow(client, result, &winner, text);
}

static enum grantd_connect_result race(
    struct grantd_client *client, const struct addrinfo *addresses, const char **text)
{
    struct grantd_connection *connection = &client->connection;
    connection->state = GRANTD_CONNECTING;
    if (grantd_race_prepare(&connection->race, addresses)) return grantd_connection_go_on(client, text);
    *text = "no memory to connect";
    return GRANTD_CONNECT_FAILED;
}

enum grantd_connect_result grantd_connection_begin(struct grantd_client *client, const char **text)
{
    struct grantd_connection *connection = &client->connection;
    if (connection->numeric) return race(client, connection->numeric, text);
    connection->state = GRANTD_RESOLVING;
    connection->resolution =
        grantd_resolution_start(client->settings.host, client->settings.port, client->resolver_bell);
    if (connection->resolution) return GRANTD_CONNECT_PENDING;
    *text = "no thread or memory to look the host up";
    return GRANTD_CONNECT_FAILED;
}

enum grantd_connect_result grantd_connection_resolved(struct grantd_client *client, const char **text)
{
    struct grantd_connection *connection = &client->connection;
    eventfd_t count;
    (void)eventfd_read(client->resolver_bell, &count);
    int code = 0;
    if (connection->state != GRANTD_RESOLVING
        || !grantd_resolution_take(connection->resolution, &connection->found, &code))
        return GRANTD_CONNECT_PENDING;
    grantd_resolution_drop(connection->resolution);
    connection->resolution = NULL;
    if (code) {
        *text = gai_strerror(code);
        return GRANTD_CONNECT_FAILED;
    }
    return race(client, connection->found, text);
}

enum grantd_connect_result grantd_connection_progressed(
    struct grantd_client *client, uint32_t generation, const char **text)
{
    struct grantd_connection *connection = &client->connection;
    struct grantd_candidate winner;
    enum grantd_race_result result = grantd_race_progressed(
        &connection->race, generation, client->inner, &connection->last_generation, grantd_now(), &winner);
    return follow(client, result, &winner, text);
}

static enum grantd_io read_secured(struct grantd_connection *connection, uint8_t *place, size_t room)
{
    size_t count;
    enum grantd_tls_result result = grantd_tls_read(connection->tls, place, room, &count);
    connection->input.end += count;
    switch (result) {
    case GRANTD_TLS_DONE:
        return GRANTD_IO_MORE;
    case GRANTD_TLS_WANTS_READ:
    case GRANTD_TLS_WANTS_WRITE:
        return GRANTD_IO_BLOCKED;
    case GRANTD_TLS_ENDED:
    case GRANTD_TLS_FAILED:
        break;
    }
    /* What came before the end is taken first; the next read finds the end again. */
    if (count > 0) return GRANTD_IO_MORE;
    if (result == GRANTD_TLS_ENDED) return GRANTD_IO_ENDED;
    snprintf(connection->problem, sizeof connection->problem, "%s", grantd_tls_problem(connection->tls));
    return GRANTD_IO_FAILED;
}

enum grantd_io grantd_connection_read(struct grantd_client *client, size_t wanted)
{
    struct grantd_connection *connection = &client->connection;
    struct grantd_buffer *input = &connection->input;
    /* Up to twice what has come. */
    size_t room = grantd_buffer_size(input) + READ_BYTES;
    if (wanted > 0 && wanted < room) room = wanted > READ_BYTES ? wanted : READ_BYTES;
    uint8_t *place = grantd_buffer_reserve(input, room);
    if (!place) return GRANTD_IO_NO_MEMORY;
    room = grantd_buffer_room(input);
    if (connection->tls) return read_secured(connection, place, room);
    ssize_t count = recv(connection->socket, place, room, 0);
    if (count > 0) {
        input->end += (size_t)count;
        return (size_t)count == room ? GRANTD_IO_MORE : GRANTD_IO_BLOCKED;
    }
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return GRANTD_IO_BLOCKED;
    return GRANTD_IO_ENDED;
}

static enum grantd_io write_secured(struct grantd_connection *connection)
{
    struct grantd_buffer *output = &connection->output;
    size_t count;
    enum grantd_tls_result result =
        grantd_tls_write(connection->tls, grantd_buffer_front(output), grantd_buffer_size(output), &count);
    grantd_buffer_take(output, count);
    if (result == GRANTD_TLS_DONE) return GRANTD_IO_MORE;
    return result == GRANTD_TLS_WANTS_READ || result == GRANTD_TLS_WANTS_WRITE ? GRANTD_IO_BLOCKED : GRANTD_IO_ENDED;
}

enum grantd_io grantd_connection_write(struct grantd_client *client)
{
    struct grantd_connection *connection = &client->connection;
    struct grantd_buffer *output = &connection->output;
    if (connection->tls) return write_secured(connection);
    while (grantd_buffer_size(output) > 0) {
        ssize_t count =
            send(connection->socket, grantd_buffer_front(output), grantd_buffer_size(output), MSG_NOSIGNAL);
        if (count < 0) {
            if (errno == EINTR) continue;
            return errno == EAGAIN || errno == EWOULDBLOCK ? GRANTD_IO_BLOCKED : GRANTD_IO_ENDED;
        }
        grantd_buffer_take(output, (size_t)count);
    }
    return GRANTD_IO_MORE;
}
