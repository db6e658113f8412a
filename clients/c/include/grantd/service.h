/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */

/* Services for the stubs that protoc-c generates: grantd__v1__calculator__evaluate(service, request, closure, data). */
#ifndef GRANTD_SERVICE_H
#define GRANTD_SERVICE_H

#include <protobuf-c/protobuf-c.h>
#include <stdint.h>

#include "grantd/connect.h"
#include "grantd/error.h"
#include "grantd/export.h"

#ifdef __cplusplus
extern "C" {
#endif

/* When a stub returns. */
enum grantd_service_mode {
    /* After the closure has run. */
    GRANTD_BLOCKING,
    /* At once; the closure runs inside grantd_client_process(), grantd_client_wait() or grantd_client_destroy(). Only where the
     * call cannot even be started (too large, no memory, shut down) does it run before the stub returns. */
    GRANTD_NON_BLOCKING
};

/* Makes a service over a client's connection. Any number of services share one client.
 *
 * descriptor: `&grantd__v1__calculator__descriptor`, or that of any other generated service.
 * Returns the service, to be ended with protobuf_c_service_destroy() before its client is; NULL without memory. */
GRANTD_API ProtobufCService *grantd_service_create(
    grantd_client *client, const ProtobufCServiceDescriptor *descriptor, enum grantd_service_mode mode);

/* How long each further call of this service may take, in milliseconds; 0 for the client's default. Not while another thread
 * calls the service. */
GRANTD_API void grantd_service_set_deadline(ProtobufCService *service, int64_t deadline_ms);

/* Inside a closure that was given no message: why. NULL everywhere else. It goes when the closure returns. */
GRANTD_API const grantd_error *grantd_closure_error(void);

#ifdef __cplusplus
}
#endif

#endif
