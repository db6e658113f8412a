/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */

/* The C client of grantd: one connection to a daemon, made when it is first needed, carrying many calls at once, made again
 * when it is lost.
 *
 * Every function may be called from any thread at any time, except where it says otherwise: one mutex guards a client, and
 * no user's function runs under it. Of the threads that wait for answers one at a time reads the connection for all;
 * there is no thread of the library's own, but for a short one that looks a host name up. Times are in milliseconds, sizes in
 * bytes. */
#ifndef GRANTD_CLIENT_H
#define GRANTD_CLIENT_H

#include "grantd/call.h"
#include "grantd/connect.h"
#include "grantd/error.h"
#include "grantd/methods.h"
#include "grantd/score.h"
#include "grantd/service.h"
#include "grantd/version.h"

#endif
