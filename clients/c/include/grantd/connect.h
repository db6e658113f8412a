/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */

/* Making and ending a client. */
#ifndef GRANTD_CONNECT_H
#define GRANTD_CONNECT_H

#include <stddef.h>
#include <stdint.h>

#include "grantd/error.h"
#include "grantd/export.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct grantd_client grantd_client;

/* As many attempts as the deadline leaves time for. */
#define GRANTD_ATTEMPTS_UNLIMITED UINT32_MAX

/* How a client behaves. Begin with grantd_client_options_init(), then change what should differ. */
typedef struct grantd_client_options {
    /* `HOST:PORT`; an IPv6 address stands in brackets. The default is `127.0.0.1:7843`. A name is looked up anew for every
     * connection; its addresses are tried in turn, families alternating, each 250 ms after the one before or as soon as that
     * has failed. */
    const char *address;
    /* What the daemon's `--token-file` asks for: visible ASCII characters, 4,096 at most. The default is NULL: none. */
    const char *token;
    /* A file that is written as the daemon's `--token-file` is: a token a line, `#` before a comment. Its first token is taken, in
     * place of `token`; it is read once, when the client is made. The default is NULL: none. */
    const char *token_file;
    /* How long a call may take, its retries included, where the call does not say. 1 ms to one day; the default is 10,000 ms. */
    int64_t deadline_ms;
    /* How long one attempt to connect may take, the look-up of the name, all its addresses and TLS included. The default is
     * 5,000 ms. */
    int64_t connect_timeout_ms;
    /* How long a connection that owes an answer may bring none, nor 1 KiB of one, before it is left: it is closed, and the calls
     * that wait on it are made again over a new one. A call that was given up is owed its answer too. It counts from when a
     * request was sent whole; a peer that takes none of its bytes for as long is left as well. 0 turns it off. The default is
     * 5,000 ms; set more where single calls take the daemon longer. */
    int64_t silence_timeout_ms;
    /* How often a call is tried in all when the daemon says that it is stopping, a connection is lost (closed, left for its
     * silence, or left because what came was no frame), or none can be made. A call only reads, or puts what is the same the
     * second time, or has a key by which the daemon knows it again. 1 never tries again. The default is 5. */
    uint32_t attempts;
    /* The pause after the first failure of a connection. The default is 50 ms. */
    int64_t initial_backoff_ms;
    /* The longest pause; each failure in a row doubles the pause up to it. The default is 5,000 ms. */
    int64_t maximum_backoff_ms;
    /* How much of a pause chance may take away, 0 to 100 hundredths, so that many clients do not return at once. The default
     * is 25. */
    uint32_t jitter_percent;
    /* Calls in flight at once; further calls wait for their turn. The default is 128, half of what the daemon lets wait on a
     * connection. */
    uint32_t maximum_calls_in_flight;
    /* The largest request that is sent. The default is 4 MiB, the daemon's own limit. */
    size_t maximum_request_bytes;
    /* The largest request of ClearAuction and of EvaluateColumns that is sent, in place of the former. The default is 16 MiB, the
     * daemon's own limit for those calls. */
    size_t maximum_auction_request_bytes;
    /* The largest reply that is accepted, looked at before its bytes come. The default is 16 MiB, the daemon's own limit. */
    size_t maximum_reply_bytes;
    /* The most memory that one reply may take while it is decoded and afterwards, what the allocator adds included: a few bytes
     * of a hostile reply may take fifty times as many. The default is 256 MiB. */
    size_t maximum_decoded_bytes;
    /* Not 0: the daemon is spoken to over TLS 1.2 or 1.3, as its `--tls-cert` has it, in a library that was built with it. Its
     * certificate is checked. The default is 0. What follows wants it. */
    int tls;
    /* The certificates of the authorities that are trusted, in PEM. The default is NULL: the system's. */
    const char *tls_ca_file;
    /* The DNS name or IP address that the daemon's certificate must bear. The default is NULL: the host of `address`. */
    const char *tls_server_name;
    /* What is shown to a daemon that asks for a certificate (`--tls-client-ca`): the certificate and those that lead from it to its
     * authority, in PEM, and its key, without a passphrase; both or none. All files are read once, when the client is made. The
     * default is NULL: none. */
    const char *tls_certificate_file;
    const char *tls_key_file;
} grantd_client_options;

/* Sets every option to its default. */
GRANTD_API void grantd_client_options_init(grantd_client_options *options);

/* Makes a client; connects to nobody yet.
 *
 * options: copied; NULL for the defaults.
 * client: receives the client, NULL where there is none.
 * error: receives what is wrong; NULL is allowed.
 * Returns GRANTD_OK, GRANTD_INVALID_ARGUMENT, GRANTD_OUT_OF_MEMORY or GRANTD_SYSTEM. */
GRANTD_API int32_t grantd_client_create(
    const grantd_client_options *options, grantd_client **client, grantd_error *error);

/* Ends all calls with GRANTD_SHUT_DOWN, also those that other threads wait for, and closes the connection; further calls
 * end so too. May be called more than once. */
GRANTD_API void grantd_client_shutdown(grantd_client *client);

/* Shuts down, runs the callbacks that are still owed, and frees the client. No other thread may be using it, and its services
 * must be destroyed before. NULL is allowed. */
GRANTD_API void grantd_client_destroy(grantd_client *client);

/* What a client has seen since it was made. */
typedef struct grantd_client_statistics {
    /* Connections that were made. */
    uint64_t connects;
    /* Attempts that were repeated, because the daemon was stopping or there was no connection. */
    uint64_t retries;
    /* Replies to calls that were given up before. */
    uint64_t late_replies;
    /* Replies that no call asked for, or that came twice. */
    uint64_t unknown_replies;
} grantd_client_statistics;

/* Reads the counters. */
GRANTD_API void grantd_client_get_statistics(grantd_client *client, grantd_client_statistics *statistics);

#ifdef __cplusplus
}
#endif

#endif
