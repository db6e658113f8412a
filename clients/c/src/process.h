/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_PROCESS_H
#define GRANTD_PROCESS_H

#include "client.h"

/* Runs the callbacks of the calls that have ended by now; those that end meanwhile have their turn later. Called without
 * the mutex. Returns whether there were any. */
bool grantd_process_ready(struct grantd_client *client);

/* grantd_client_start() with either a callback or a closure. */
uint64_t grantd_process_start(
    struct grantd_client *client, const ProtobufCServiceDescriptor *service, unsigned method,
    const ProtobufCMessage *request, const grantd_call_options *options, grantd_callback callback,
    ProtobufCClosure closure, void *data, grantd_error *error);

#endif
