/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
/* A program with a loop of its own: generated stubs that do not block, and one descriptor to poll. */
#include <grantd/client.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

static void described(const Grantd__V1__MeasureDescription *description, void *data)
{
    (void)data;
    if (description) printf("%s: %zu rules\n", description->measure, description->n_rules);
    else fprintf(stderr, "%s\n", grantd_closure_error()->message);
}

int main(void)
{
    grantd_client_options options;
    grantd_client_options_init(&options);
    if (getenv("GRANTD_ADDRESS")) options.address = getenv("GRANTD_ADDRESS");
    grantd_client *client;
    if (grantd_client_create(&options, &client, NULL)) return 1;
    ProtobufCService *catalogue =
        grantd_service_create(client, &grantd__v1__catalogue__descriptor, GRANTD_NON_BLOCKING);

    char *measures[] = { "medical-device.common-platform", "digital-space.laboratory-project" };
    for (int index = 0; index < 2; index++) {
        Grantd__V1__DescribeMeasureRequest request = GRANTD__V1__DESCRIBE_MEASURE_REQUEST__INIT;
        request.measure = measures[index];
        grantd__v1__catalogue__describe_measure(catalogue, &request, described, NULL);
    }
    size_t open = 2;
    while (open > 0) {
        struct pollfd descriptor = { .fd = grantd_client_fd(client), .events = grantd_client_events(client) };
        poll(&descriptor, 1, -1);
        open = grantd_client_process(client);
    }
    protobuf_c_service_destroy(catalogue);
    grantd_client_destroy(client);
    return 0;
}
