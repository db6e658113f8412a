// The loop that the peers of the benchmark share: one thread, epoll, baidu_std frames.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
#ifndef GRANTD_PEERS_SERVE_H
#define GRANTD_PEERS_SERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Bytes that grow. `start` is good until the next `buffer_room`.
struct buffer {
    uint8_t *start;
    size_t count;
    size_t capacity;
};

/// Makes room for `more` bytes behind `count`, doubled on the way. Ends the process where there is no memory.
void buffer_grow(struct buffer *buffer, size_t more);

/// Where the next byte goes, with room for `more` bytes.
static inline uint8_t *buffer_room(struct buffer *buffer, size_t more) {
    if (buffer->capacity - buffer->count < more) buffer_grow(buffer, more);
    return buffer->start + buffer->count;
}

/// What a frame asks: where its parts lie, good until the handler returns.
struct frame {
    const uint8_t *meta;
    size_t meta_count;
    const uint8_t *payload;
    size_t payload_count;
};

/// The bytes of a frame's header: `PRPC`, the body's size and the meta's, big-endian.
enum { header_size = 12 };

static inline uint32_t read_big_endian(const uint8_t *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static inline void write_big_endian(uint8_t *at, uint32_t value) {
    at[0] = (uint8_t)(value >> 24);
    at[1] = (uint8_t)(value >> 16);
    at[2] = (uint8_t)(value >> 8);
    at[3] = (uint8_t)value;
}

/// Writes a reply's header.
static inline void write_header(uint8_t *at, size_t meta, size_t payload) {
    at[0] = 'P', at[1] = 'R', at[2] = 'P', at[3] = 'C';
    write_big_endian(at + 4, (uint32_t)(meta + payload));
    write_big_endian(at + 8, (uint32_t)meta);
}

/// Appends the reply to a frame. `false`: the connection is closed, as after anything that a peer does not serve.
typedef bool (*frame_handler)(const struct frame *frame, struct buffer *reply);

/// Listens on a free port of 127.0.0.1, prints `listening on ADDRESS` and serves until the process is ended.
///
/// Without a handler every byte goes back as it came.
///
/// - Returns: Only where the loop cannot go on; the process's exit code.
int serve(frame_handler handler);

/// What a peer has from the daemon: the bytes of an assessment's `policy` (tag and length included), and the ids of the
/// measures, which earlier awards may name.
struct reference {
    uint8_t *policy;
    size_t policy_count;
    /// Sorted.
    char **measures;
    size_t measure_count;
};

/// Reads a file: the policy's bytes as hexadecimal digits on the first line, a measure's id on each line behind it. Ends
/// the process with a word where it cannot.
struct reference read_reference(const char *path);

/// Whether a measure has this id.
bool is_measure(const struct reference *reference, const uint8_t *id, size_t count);

#ifdef __cplusplus
}
#endif

#endif
