// Protobuf's wire, read in one pass and written forwards.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
#ifndef GRANTD_PEERS_WIRE_H
#define GRANTD_PEERS_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct reader {
    const uint8_t *at;
    const uint8_t *end;
};

/// Bytes of a request, or of a reply that is made ready.
struct text {
    const uint8_t *start;
    size_t count;
};

static inline bool read_long_varint(struct reader *reader, uint64_t *value) {
    uint64_t result = 0;
    for (int shift = 0; shift < 70 && reader->at < reader->end; shift += 7) {
        uint8_t byte = *reader->at++;
        // The tenth byte holds the highest bit alone.
        if (shift == 63 && byte > 1) return false;
        result |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            *value = result;
            return true;
        }
    }
    return false;
}

static inline bool read_varint(struct reader *reader, uint64_t *value) {
    if (reader->at < reader->end && *reader->at < 0x80) {
        *value = *reader->at++;
        return true;
    }
    return read_long_varint(reader, value);
}

/// Reads a length and what is as long.
static inline bool read_part(struct reader *reader, struct reader *part) {
    uint64_t count;
    if (!read_varint(reader, &count) || count > (uint64_t)(reader->end - reader->at)) return false;
    part->at = reader->at;
    part->end = reader->at += count;
    return true;
}

/// Skips the value behind a tag. Groups are not read.
static inline bool skip(struct reader *reader, uint64_t tag) {
    uint64_t number;
    struct reader part;
    switch (tag & 7) {
    case 0: return read_varint(reader, &number);
    case 1: return reader->end - reader->at >= 8 && (reader->at += 8, true);
    case 2: return read_part(reader, &part);
    case 5: return reader->end - reader->at >= 4 && (reader->at += 4, true);
    default: return false;
    }
}

/// Whether bytes are UTF-8 without a NUL.
static inline bool is_text(const uint8_t *at, const uint8_t *end) {
    while (at < end) {
        uint64_t word;
        if (end - at >= 8) {
            memcpy(&word, at, 8);
            uint64_t zero = (word - 0x0101010101010101u) & ~word & 0x8080808080808080u;
            if (!((word & 0x8080808080808080u) | zero)) {
                at += 8;
                continue;
            }
        }
        uint8_t first = *at++;
        if (first == 0) return false;
        if (first < 0x80) continue;
        int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
        if (first < 0xC2 || first > 0xF4 || end - at < more) return false;
        uint8_t second = at[0];
        uint8_t lowest = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        uint8_t highest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (second < lowest || second > highest) return false;
        for (int index = 1; index < more; index++) {
            if ((at[index] & 0xC0) != 0x80) return false;
        }
        at += more;
    }
    return true;
}

static inline bool read_text(struct reader *reader, struct text *text) {
    struct reader part;
    if (!read_part(reader, &part) || !is_text(part.at, part.end)) return false;
    text->start = part.at;
    text->count = (size_t)(part.end - part.at);
    return true;
}

static inline uint8_t *put_varint(uint8_t *at, uint64_t value) {
    while (value > 0x7F) {
        *at++ = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    *at++ = (uint8_t)value;
    return at;
}

static inline size_t varint_size(uint64_t value) {
    return (size_t)(70 - __builtin_clzll(value | 1)) / 7;
}

static inline uint8_t *put_number(uint8_t *at, uint8_t tag, uint64_t value) {
    *at++ = tag;
    return put_varint(at, value);
}

/// Copies bytes that are encoded already.
static inline uint8_t *put_bytes(uint8_t *at, struct text bytes) {
    memcpy(at, bytes.start, bytes.count);
    return at + bytes.count;
}

/// Writes bytes with their tag and length.
static inline uint8_t *put_text(uint8_t *at, uint8_t tag, struct text text) {
    return put_bytes(put_number(at, tag, text.count), text);
}

#endif
