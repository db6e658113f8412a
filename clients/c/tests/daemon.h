/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_TEST_DAEMON_H
#define GRANTD_TEST_DAEMON_H

#include <stdbool.h>
#include <sys/types.h>

/* The daemon of GRANTD_BIN. */
struct daemon {
    pid_t process;
    char address[64];
    char port[8];
};

/* Starts it. Returns false where GRANTD_BIN names none.
 *
 * port: "0" takes a free one.
 * token_file: NULL for none. */
bool daemon_start(struct daemon *daemon, const char *port, const char *token_file);

/* The same with arguments of the test's own.
 *
 * arguments: at most 12 and NULL after them. */
bool daemon_start_with(struct daemon *daemon, const char *port, const char *const *arguments);

/* Ends it by this signal, and waits until it has gone. */
void daemon_stop(struct daemon *daemon, int signal);

#endif
