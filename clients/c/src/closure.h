/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_CLOSURE_H
#define GRANTD_CLOSURE_H

#include <protobuf-c/protobuf-c.h>

#include "grantd/error.h"

/* Runs a stub's closure; where `response` is NULL, grantd_closure_error() gives `error` meanwhile. */
void grantd_closure_run(
    ProtobufCClosure closure, const ProtobufCMessage *response, const grantd_error *error, void *data);

#endif
