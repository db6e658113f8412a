// Puts a load of baidu_std frames, or of requests of HTTP, on a server: every connection keeps so many calls in flight.
//
// The file holds frames, which a connection sends in turn, and whose replies are all as long; or one request of HTTP. A reply
// is counted by its header, so that the generator costs less than any server.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"
#include "serve.h"

/// The longest header of a reply, with a byte to end it as a text.
enum { header_room = 4096 };

struct connection {
    int descriptor;
    /// What was sent of the frames: the next one, and how many bytes of it.
    size_t next;
    size_t sent_of_next;
    /// How many frames may be sent now.
    size_t owed;
    /// The header of the reply that is read, and how many bytes of the reply have come.
    char header[header_room];
    size_t come;
    /// Of the reply that is read; 0 before its header is whole.
    size_t size;
    int64_t sent_at;
};

static struct load load;
static struct measurement measurement;
static uint8_t *frames;
/// Where each frame begins, and behind the last one its end.
static size_t *starts;
static size_t frame_count;
static bool is_http;
/// Of the first frame of a reply, and so of every one; 0 before it.
static size_t frame_reply_size;
static uint8_t input[1 << 18];

static void fail(const char *what) {
    fprintf(stderr, "%s:%s: %s\n", load.host, load.port, what);
    exit(1);
}

static void read_frames(void) {
    size_t count;
    frames = read_file(load.files[0], &count);
    is_http = count >= 4 && memcmp(frames, "PRPC", 4) != 0;
    if (is_http) {
        starts = calloc(2, sizeof *starts);
        if (!starts) abort();
        starts[frame_count = 1] = count;
        return;
    }
    for (size_t at = 0; at + header_size <= count; at += header_size + read_big_endian(frames + at + 4)) {
        starts = realloc(starts, (frame_count + 2) * sizeof *starts);
        if (!starts) abort();
        starts[frame_count++] = at;
        starts[frame_count] = at + header_size + read_big_endian(frames + at + 4);
    }
    if (frame_count == 0 || starts[frame_count] != count) fail("the file holds no frames");
}

static int connect_to_server(void) {
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
    if (getaddrinfo(load.host, load.port, &hints, &found) != 0) fail("no such address");
    int descriptor = socket(found->ai_family, found->ai_socktype, 0);
    if (descriptor < 0 || connect(descriptor, found->ai_addr, found->ai_addrlen) != 0) fail("nobody listens");
    freeaddrinfo(found);
    int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return descriptor;
}

/// Sends what is owed, as much as the socket takes. Frames that lie in a row go in one piece.
static void send_owed(struct connection *connection, int events) {
    while (connection->owed > 0) {
        size_t last = connection->next + connection->owed;
        if (last > frame_count) last = frame_count;
        size_t from = starts[connection->next] + connection->sent_of_next;
        ssize_t sent = send(
            connection->descriptor, frames + from, starts[last] - from, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno == EAGAIN) {
            struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.ptr = connection};
            epoll_ctl(events, EPOLL_CTL_MOD, connection->descriptor, &event);
            return;
        }
        if (sent < 0) fail(strerror(errno));
        size_t reached = from + (size_t)sent;
        while (connection->next < last && starts[connection->next + 1] <= reached) {
            connection->next++;
            connection->owed--;
        }
        connection->sent_of_next = reached - starts[connection->next];
        if (connection->next == frame_count) connection->next = 0;
    }
}

/// The size of the reply whose header has come; 0 while it has not.
static size_t reply_size(struct connection *connection) {
    char *header = connection->header;
    size_t come = connection->come;
    if (!is_http) {
        if (come < header_size) return 0;
        if (memcmp(header, "PRPC", 4) != 0) fail("a reply that is no frame");
        size_t size = header_size + read_big_endian((uint8_t *)header + 4);
        if (frame_reply_size == 0) frame_reply_size = size;
        if (size != frame_reply_size) fail("replies of different lengths");
        return size;
    }
    if (come < 4 || memcmp(header + come - 4, "\r\n\r\n", 4) != 0) return 0;
    header[come] = 0;
    if (strncmp(header, "HTTP/1.1 200 ", 13) != 0) fail("a reply that is none of HTTP, or an error");
    const char *length = strcasestr(header, "\r\ncontent-length:");
    if (!length) fail("a reply without a length");
    return come + strtoul(length + strlen("\r\ncontent-length:"), NULL, 10);
}

/// Takes what has come.
///
/// - Returns: How many replies it ends.
static size_t take(struct connection *connection, const uint8_t *bytes, size_t count) {
    size_t replies = 0;
    while (count > 0) {
        while (connection->size == 0 && count > 0) {
            if (connection->come == header_room - 1) fail("a reply's header is too long");
            connection->header[connection->come++] = (char)*bytes++;
            count--;
            connection->size = reply_size(connection);
        }
        if (connection->size == 0) break;
        size_t wanted = connection->size - connection->come;
        if (wanted > count) wanted = count;
        connection->come += wanted, bytes += wanted, count -= wanted;
        if (connection->come < connection->size) break;
        connection->come = connection->size = 0;
        replies++;
    }
    return replies;
}

static void readable(struct connection *connection, int events, bool is_measuring) {
    ssize_t count = recv(connection->descriptor, input, sizeof input, MSG_DONTWAIT);
    if (count == 0) fail("the connection was closed");
    if (count < 0) {
        if (errno == EAGAIN || errno == EINTR) return;
        fail(strerror(errno));
    }
    size_t replies = take(connection, input, (size_t)count);
    if (replies == 0) return;
    measurement.calls += replies;
    if (load.depth == 1 && load.connections == 1) {
        int64_t time = now();
        if (is_measuring) note_latency(&measurement, time - connection->sent_at);
        connection->sent_at = time;
    }
    connection->owed += replies;
    send_owed(connection, events);
}

int main(int count, char **arguments) {
    load = read_load(count, arguments);
    read_frames();
    int events = epoll_create1(0);
    struct connection *connections = calloc((size_t)load.connections, sizeof *connections);
    if (!connections) abort();
    for (int index = 0; index < load.connections; index++) {
        struct connection *connection = &connections[index];
        connection->descriptor = connect_to_server();
        connection->owed = (size_t)load.depth;
        connection->sent_at = now();
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
        epoll_ctl(events, EPOLL_CTL_ADD, connection->descriptor, &event);
        send_owed(connection, events);
    }
    int64_t start = now() + 250000000;
    int64_t end = start + (int64_t)(load.seconds * 1e9);
    bool is_measuring = false;
    struct epoll_event ready[256];
    for (;;) {
        int64_t time = now();
        if (!is_measuring && time >= start) {
            is_measuring = true;
            begin_measurement(&measurement, &load);
        }
        if (time >= end) break;
        int some = epoll_wait(events, ready, 256, 1000);
        for (int index = 0; index < some; index++) {
            struct connection *connection = ready[index].data.ptr;
            if (ready[index].events & EPOLLOUT) {
                struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
                epoll_ctl(events, EPOLL_CTL_MOD, connection->descriptor, &event);
                send_owed(connection, events);
            }
            if (ready[index].events & EPOLLIN) readable(connection, events, is_measuring);
        }
        if (some == 0) fail("no reply for a second");
    }
    print_report(&measurement, &load);
    return 0;
}
