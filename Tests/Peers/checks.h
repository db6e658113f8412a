// What the daemon checks of an application's values, by hand: dates, ids, the credit code.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
#ifndef GRANTD_PEERS_CHECKS_H
#define GRANTD_PEERS_CHECKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Reads a civil date `YYYY-MM-DD` into a number that grows with the day: year, month and day in decimal.
static inline bool read_day(const uint8_t *text, size_t count, int32_t *day) {
    if (count != 10 || text[4] != '-' || text[7] != '-') return false;
    static const uint8_t places[8] = {0, 1, 2, 3, 5, 6, 8, 9};
    int32_t number = 0;
    for (int index = 0; index < 8; index++) {
        uint8_t digit = (uint8_t)(text[places[index]] - '0');
        if (digit > 9) return false;
        number = number * 10 + digit;
    }
    static const uint8_t lengths[13] = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t year = number / 10000, month = number / 100 % 100, date = number % 100;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (year < 1 || month < 1 || month > 12 || date < 1 || date > lengths[month]) return false;
    if (month == 2 && date == 29 && !leap) return false;
    *day = number;
    return true;
}

/// Whether an id is of characters that show, with spaces only inside. Ids beyond ASCII are not served by the peers.
static inline bool is_plain_id(const uint8_t *id, size_t count) {
    for (size_t index = 0; index < count; index++) {
        if (id[index] < 0x20 || id[index] > 0x7E) return false;
    }
    return count == 0 || (id[0] != ' ' && id[count - 1] != ' ');
}

/// Whether a code is one of GB 32100-2015.
static inline bool is_credit_code(const uint8_t *code, size_t count) {
    // By byte from '0', the character's value in the standard; -1 stands for those that are none.
    static const int8_t values[43] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  -1, -1, -1, -1, -1,
                                      -1, -1, 10, 11, 12, 13, 14, 15, 16, 17, -1, 18, 19, 20, 21,
                                      22, -1, 23, 24, 25, 26, -1, 27, 28, -1, 29, 30, -1};
    static const uint8_t weights[17] = {1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};
    if (count != 18) return false;
    int sum = 0, value = 0;
    for (int index = 0; index < 18; index++) {
        uint8_t place = (uint8_t)(code[index] - '0');
        if (place > 42 || (value = values[place]) < 0) return false;
        if (index < 17) sum += value * weights[index];
    }
    return value == (31 - sum % 31) % 31;
}

#endif
