/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */

/* Scoring any number of applications in bounded memory. */
#ifndef GRANTD_SCORE_H
#define GRANTD_SCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "grantd/connect.h"
#include "grantd/error.h"
#include "grantd/export.h"
#include "grantd/v1/calculator.pb-c.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Gives the next application: sets `*application` and returns 1; returns 0 after the last one, -1 where it fails. The application
 * must stay as it is only until the source is called again or the scoring returns. */
typedef int (*grantd_score_source)(const Grantd__V1__Application **application, void *data);

/* Takes a result. Just one of `assessment` and `error` is not NULL; both go when the function returns. Returns 0 to go on,
 * anything else to stop.
 *
 * index: the application's place, from 0; results come in this order, each once. */
typedef int (*grantd_score_sink)(
    uint64_t index, const Grantd__V1__Assessment *assessment, const grantd_error *error, void *data);

/* How to score. Begin with grantd_score_options_init(). */
typedef struct grantd_score_options {
    /* The default is APPLICATION. */
    Grantd__V1__Stage__Value stage;
    /* Take a bar whose ground is unset as absent. The default is false. */
    bool assume_unset_bars_absent;
    /* The default is NONE. */
    Grantd__V1__Explain__Level explain;
    /* The most applications in one call, up to 4,096, or 256 with explain. The default is 0: 512, or 64 with explain. */
    uint32_t batch_size;
    /* The most calls in flight or answered and not yet taken. The default is 4. */
    uint32_t batches_in_flight;
    /* How long one call may take, its retries included, in milliseconds: a daemon may restart within it. The default is
     * 60,000. */
    int64_t deadline_ms;
    /* How often one call is tried in all. The default is GRANTD_ATTEMPTS_UNLIMITED. */
    uint32_t attempts;
} grantd_score_options;

/* Sets every option to its default. */
GRANTD_API void grantd_score_options_init(grantd_score_options *options);

/* Scores applications in batches, several of them in flight, and hands the results over in order. Source and sink run in the
 * calling thread and without any lock. What is wrong with one application is a result beside the others; a batch that the daemon
 * refuses as a whole is divided until it is known which application it refuses. No more than `batches_in_flight` batches of at
 * most 1 MiB each (one application alone may have more) and their replies are held at a time.
 *
 * data: handed to both functions.
 * options: NULL for the defaults.
 * count: receives how many results the sink took; NULL is allowed.
 * error: receives what is wrong; NULL is allowed.
 * Returns GRANTD_OK after the last result; GRANTD_CANCELLED where the sink stopped, GRANTD_SOURCE_FAILED (after the results of all
 * applications before), or the code of what keeps the scoring from going on. */
GRANTD_API int32_t grantd_client_score(
    grantd_client *client, grantd_score_source source, grantd_score_sink sink, void *data,
    const grantd_score_options *options, uint64_t *count, grantd_error *error);

#ifdef __cplusplus
}
#endif

#endif
