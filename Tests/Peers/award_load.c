// Puts a load of awards on a daemon with a book: every connection awards, waits for the answer, and awards again.
//
// The file holds one frame of Award or AwardBatch. Each time it is sent, every unified social credit code in it and every key, which
// stand there as the texts below, are other ones: no applicant and no key comes twice. After the measured time all answers that
// are owed are waited for, so that whoever looks at the book knows how many awards it must have. Ends with a word at the first error.
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

/// What stands in the file for a credit code and for a key, as long as they are.
static const char code_text[] = "CODE-OF-APPLICANT.";
static const char key_text[] = "IDEMPOTENCY-KEY-OF-AWARD";
enum { code_size = sizeof code_text - 1, key_size = sizeof key_text - 1 };

/// How an answer that is no error begins: the header, then the meta's `response` with the error number 0.
static const uint8_t answer_start[] = {0x12, 0x02, 0x08, 0x00};
enum { head_size = header_size + sizeof answer_start };

struct connection {
    int descriptor;
    uint8_t *frame;
    size_t sent;
    uint8_t head[head_size];
    /// How many bytes of the reply have come, and how many it has; 0 before its head is whole.
    size_t come;
    size_t size;
    int64_t sent_at;
};

static struct load load;
static struct measurement measurement;
static uint8_t *template;
static size_t template_size;
/// Where codes and keys stand in the frame.
static size_t *codes, *keys;
static size_t code_count, key_count;
static uint64_t chance, last_key;
static uint64_t answered;
static uint8_t input[1 << 18];

static void fail(const char *what) {
    fprintf(stderr, "%s:%s: %s\n", load.host, load.port, what);
    exit(1);
}

static uint64_t next_number(void) {
    uint64_t z = chance += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

static size_t *find(const char *text, size_t size, size_t *count) {
    size_t *places = NULL;
    *count = 0;
    for (uint8_t *at = template; (at = memmem(at, template_size - (size_t)(at - template), text, size)); at += size) {
        if ((*count & (*count - 1)) == 0) places = realloc(places, (*count ? 2 * *count : 1) * sizeof *places);
        if (!places) abort();
        places[(*count)++] = (size_t)(at - template);
    }
    return places;
}

/// Writes a code with its check character, by GB 32100-2015.
static void write_code(uint8_t *place) {
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    memcpy(place, "91110000", 8);
    uint64_t number = next_number();
    for (int index = 8; index < code_size - 1; index++, number /= 10) place[index] = (uint8_t)('0' + number % 10);
    unsigned sum = 0, weight = 1;
    for (int index = 0; index < code_size - 1; index++, weight = weight * 3 % 31)
        sum += (unsigned)(place[index] - '0') * weight;
    place[code_size - 1] = (uint8_t)alphabet[(31 - sum % 31) % 31];
}

static void write_key(uint8_t *place) {
    uint64_t number = ++last_key;
    for (int index = key_size - 1; index >= 0; index--, number >>= 4)
        place[index] = (uint8_t)"0123456789abcdef"[number & 15];
}

static void send_rest(struct connection *connection, int events) {
    while (connection->sent < template_size) {
        ssize_t sent = send(
            connection->descriptor, connection->frame + connection->sent, template_size - connection->sent,
            MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno == EAGAIN) {
            struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.ptr = connection};
            epoll_ctl(events, EPOLL_CTL_MOD, connection->descriptor, &event);
            return;
        }
        if (sent < 0) fail(strerror(errno));
        connection->sent += (size_t)sent;
    }
}

static void award(struct connection *connection, int events) {
    for (size_t index = 0; index < code_count; index++) write_code(connection->frame + codes[index]);
    for (size_t index = 0; index < key_count; index++) write_key(connection->frame + keys[index]);
    connection->sent = 0;
    connection->sent_at = now();
    send_rest(connection, events);
}

/// Takes what has come.
///
/// - Returns: Whether it ends the reply.
static bool take(struct connection *connection, const uint8_t *bytes, size_t count) {
    while (connection->come < head_size && count > 0) {
        connection->head[connection->come++] = *bytes++;
        count--;
    }
    if (connection->come < head_size) return false;
    if (connection->size == 0) {
        if (memcmp(connection->head, "PRPC", 4) != 0) fail("a reply that is no frame");
        connection->size = header_size + read_big_endian(connection->head + 4);
        if (memcmp(connection->head + header_size, answer_start, sizeof answer_start) != 0) {
            fprintf(stderr, "%.*s\n", (int)count, (const char *)bytes);
            fail("an error where an answer is wanted");
        }
    }
    connection->come += count;
    if (connection->come > connection->size) fail("more came than was asked for");
    if (connection->come < connection->size) return false;
    connection->come = connection->size = 0;
    return true;
}

static bool readable(struct connection *connection) {
    ssize_t count = recv(connection->descriptor, input, sizeof input, MSG_DONTWAIT);
    if (count == 0) fail("the connection was closed");
    if (count < 0) {
        if (errno == EAGAIN || errno == EINTR) return false;
        fail(strerror(errno));
    }
    return take(connection, input, (size_t)count);
}

static void connect_to_server(struct connection *connection) {
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
    if (getaddrinfo(load.host, load.port, &hints, &found) != 0) fail("no such address");
    connection->descriptor = socket(found->ai_family, found->ai_socktype, 0);
    if (connection->descriptor < 0 || connect(connection->descriptor, found->ai_addr, found->ai_addrlen) != 0)
        fail("nobody listens");
    freeaddrinfo(found);
    int on = 1;
    setsockopt(connection->descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connection->frame = malloc(template_size);
    if (!connection->frame) abort();
    memcpy(connection->frame, template, template_size);
}

int main(int count, char **arguments) {
    load = read_load(count, arguments);
    if (load.depth != 1) fail("one call in flight on each connection is what there is");
    template = read_file(load.files[0], &template_size);
    codes = find(code_text, code_size, &code_count);
    keys = find(key_text, key_size, &key_count);
    if (code_count == 0 || code_count != key_count) fail("the file holds no frame with codes and as many keys");
    chance = (uint64_t)now() ^ (uint64_t)getpid() << 32;
    last_key = next_number() << 32;
    int events = epoll_create1(0);
    struct connection *connections = calloc((size_t)load.connections, sizeof *connections);
    if (!connections) abort();
    for (int index = 0; index < load.connections; index++) {
        connect_to_server(&connections[index]);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &connections[index]};
        epoll_ctl(events, EPOLL_CTL_ADD, connections[index].descriptor, &event);
        award(&connections[index], events);
    }
    int64_t start = now() + 250000000;
    int64_t end = start + (int64_t)(load.seconds * 1e9);
    bool is_measuring = false, is_over = false;
    int owed = load.connections;
    struct epoll_event ready[256];
    while (owed > 0) {
        int64_t time = now();
        if (!is_measuring && time >= start) {
            is_measuring = true;
            begin_measurement(&measurement, &load);
        }
        if (!is_over && time >= end) {
            is_over = true;
            print_report(&measurement, &load);
        }
        int some = epoll_wait(events, ready, 256, 100);
        if (some == 0 && is_over && now() > end + 30000000000) fail("answers are owed for half a minute");
        for (int index = 0; index < some; index++) {
            struct connection *connection = ready[index].data.ptr;
            if (ready[index].events & EPOLLOUT) {
                struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
                epoll_ctl(events, EPOLL_CTL_MOD, connection->descriptor, &event);
                send_rest(connection, events);
            }
            if (!(ready[index].events & EPOLLIN) || !readable(connection)) continue;
            answered++;
            measurement.calls++;
            if (is_measuring && !is_over) note_latency(&measurement, now() - connection->sent_at);
            if (is_over) owed--;
            else award(connection, events);
        }
    }
    printf("{\"awards\": %llu}\n", (unsigned long long)(answered * code_count));
    return 0;
}
