// The loop that the peers of the benchmark share: one thread, epoll, baidu_std frames.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "serve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/// A read takes at most so much, and a reply that is as long is sent before the next frame is looked at.
enum { read_size = 1 << 18 };
/// The largest body of a frame, as the daemon has it.
static const uint32_t most_body = 4 << 20;

struct connection {
    int descriptor;
    /// The beginning of a frame whose rest has not come.
    struct buffer input;
    /// What the socket did not take; nothing is read meanwhile.
    struct buffer unsent;
};

static int events_descriptor;
static frame_handler handle;
static uint8_t fresh[read_size];
static struct buffer reply;

void buffer_grow(struct buffer *buffer, size_t more) {
    size_t capacity = buffer->capacity ? buffer->capacity : 4096;
    while (capacity - buffer->count < more) capacity *= 2;
    uint8_t *start = realloc(buffer->start, capacity);
    if (!start) {
        perror("memory");
        exit(1);
    }
    buffer->start = start;
    buffer->capacity = capacity;
}

static void append(struct buffer *buffer, const uint8_t *bytes, size_t count) {
    memcpy(buffer_room(buffer, count), bytes, count);
    buffer->count += count;
}

static void end(struct connection *connection) {
    close(connection->descriptor);
    free(connection->input.start);
    free(connection->unsent.start);
    free(connection);
}

static void watch(struct connection *connection, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = connection};
    epoll_ctl(events_descriptor, EPOLL_CTL_MOD, connection->descriptor, &event);
}

/// Answers the whole frames of `bytes`.
///
/// - Returns: How many bytes they have; -1 where the connection is to be closed.
static ssize_t answer(const uint8_t *bytes, size_t count) {
    if (!handle) {
        append(&reply, bytes, count);
        return (ssize_t)count;
    }
    size_t used = 0;
    while (count - used >= header_size) {
        const uint8_t *at = bytes + used;
        uint32_t body = read_big_endian(at + 4);
        uint32_t meta = read_big_endian(at + 8);
        if (memcmp(at, "PRPC", 4) != 0 || body > most_body || meta > body) return -1;
        if (count - used - header_size < body) break;
        struct frame frame = {at + header_size, meta, at + header_size + meta, body - meta};
        if (!handle(&frame, &reply)) return -1;
        used += header_size + body;
    }
    return (ssize_t)used;
}

/// Sends what stands in `reply`.
///
/// - Returns: Whether the connection lives.
static bool send_reply(struct connection *connection) {
    size_t sent = 0;
    while (sent < reply.count) {
        ssize_t count = send(connection->descriptor, reply.start + sent, reply.count - sent, MSG_NOSIGNAL);
        if (count < 0) {
            if (errno == EINTR) continue;
            if (errno != EAGAIN) return false;
            append(&connection->unsent, reply.start + sent, reply.count - sent);
            watch(connection, EPOLLOUT);
            break;
        }
        sent += (size_t)count;
    }
    reply.count = 0;
    return true;
}

static bool send_unsent(struct connection *connection) {
    struct buffer *unsent = &connection->unsent;
    ssize_t count = send(connection->descriptor, unsent->start, unsent->count, MSG_NOSIGNAL);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    memmove(unsent->start, unsent->start + count, unsent->count - (size_t)count);
    unsent->count -= (size_t)count;
    if (unsent->count == 0) watch(connection, EPOLLIN);
    return true;
}

/// Reads once, answers the frames that are whole, sends once.
///
/// - Returns: Whether the connection lives.
static bool read_and_answer(struct connection *connection) {
    struct buffer *input = &connection->input;
    uint8_t *place = input->count ? buffer_room(input, read_size) : fresh;
    ssize_t count = recv(connection->descriptor, place, read_size, 0);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    if (count == 0) return false;
    if (place == fresh) {
        ssize_t used = answer(fresh, (size_t)count);
        if (used < 0) return false;
        if (used < count) append(input, fresh + used, (size_t)(count - used));
    } else {
        input->count += (size_t)count;
        ssize_t used = answer(input->start, input->count);
        if (used < 0) return false;
        input->count -= (size_t)used;
        memmove(input->start, input->start + used, input->count);
    }
    return send_reply(connection);
}

static void accept_all(int listener) {
    for (;;) {
        int descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) return;
        int on = 1;
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *connection = calloc(1, sizeof *connection);
        if (!connection) {
            close(descriptor);
            return;
        }
        connection->descriptor = descriptor;
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
        epoll_ctl(events_descriptor, EPOLL_CTL_ADD, descriptor, &event);
    }
}

static int listen_on_loopback(void) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) || listen(listener, 1024)
        || getsockname(listener, (struct sockaddr *)&address, &size)) {
        perror("listen");
        return -1;
    }
    printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

int serve(frame_handler handler) {
    handle = handler;
    int listener = listen_on_loopback();
    events_descriptor = epoll_create1(EPOLL_CLOEXEC);
    if (listener < 0 || events_descriptor < 0) return 1;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(events_descriptor, EPOLL_CTL_ADD, listener, &event);
    struct epoll_event ready[256];
    for (;;) {
        int count = epoll_wait(events_descriptor, ready, 256, -1);
        if (count < 0 && errno != EINTR) {
            perror("epoll_wait");
            return 1;
        }
        for (int index = 0; index < count; index++) {
            struct connection *connection = ready[index].data.ptr;
            if (!connection) {
                accept_all(listener);
                continue;
            }
            bool writes = ready[index].events & EPOLLOUT;
            bool lives = writes ? send_unsent(connection) : read_and_answer(connection);
            if (!lives) {
                reply.count = 0;
                end(connection);
            }
        }
    }
}
