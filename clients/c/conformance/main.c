/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
/* Runs the conformance vectors against a daemon: every call over the client's connection, as bytes; every answer decoded
 * and compared field by field; every error by code, status and field.
 *
 *     conformance [HOST:PORT] [vectors.binpb…]
 *
 * The address may stand in GRANTD_ADDRESS. Exit codes: 0 all passed, 1 some failed, 64 usage, 69 no daemon. */
#include <errno.h>
#include <grantd/client.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "grantd/v1/awards.pb-c.h"
#include "vectors.h"

static const ProtobufCServiceDescriptor *const services[] = {
    &grantd__v1__awards__descriptor,
    &grantd__v1__calculator__descriptor,
    &grantd__v1__catalogue__descriptor,
    &grantd__v1__renewables_auction__descriptor,
    &grpc__health__v1__health__descriptor,
};

/* The message that a method answers with; NULL for a method that does not exist. */
static const ProtobufCMessageDescriptor *output_of(const char *service, const char *method)
{
    for (size_t index = 0; index < sizeof services / sizeof services[0]; index++) {
        const char *full = services[index]->name;
        const char *dot = strrchr(full, '.');
        if (strcmp(full, service) != 0 && strcmp(dot + 1, service) != 0) continue;
        for (unsigned place = 0; place < services[index]->n_methods; place++)
            if (strcmp(services[index]->methods[place].name, method) == 0)
                return services[index]->methods[place].output;
    }
    return NULL;
}

static bool fail(const Grantd__Conformance__Vector *vector, const char *text)
{
    printf("%s: %s\n", vector->id, text);
    return false;
}

static const char *text_of(const char *text) { return text ? text : ""; }

static bool check_error(const Grantd__Conformance__Vector *vector, const grantd_error *error)
{
    char text[2048];
    if (vector->result_case != GRANTD__CONFORMANCE__VECTOR__RESULT_ERROR) {
        snprintf(
            text, sizeof text, "an answer expected, error %d %s at \"%s\" found: %s", error->code, error->status,
            error->field, error->message);
        return fail(vector, text);
    }
    const Grantd__Conformance__Failure *expected = vector->error;
    if (expected->code == error->code && strcmp(text_of(expected->status), error->status) == 0
        && strcmp(text_of(expected->field), error->field) == 0)
        return true;
    snprintf(
        text, sizeof text, "error %d %s at \"%s\" expected, %d %s at \"%s\" found: %s", expected->code,
        text_of(expected->status), text_of(expected->field), error->code, error->status, error->field, error->message);
    return fail(vector, text);
}

static bool check_answer(const Grantd__Conformance__Vector *vector, uint8_t *reply, size_t size)
{
    if (strncmp(vector->id, "sequence/", strlen("sequence/")) == 0) vectors_hide_moments(reply, size);
    if (vector->result_case != GRANTD__CONFORMANCE__VECTOR__RESULT_RESPONSE)
        return fail(vector, "an error expected, an answer found");
    const ProtobufCMessageDescriptor *output = output_of(vector->service, vector->method);
    if (!output) return fail(vector, "an answer of a method that this client does not know");
    ProtobufCMessage *expected =
        protobuf_c_message_unpack(output, NULL, vector->response.len, vector->response.data);
    ProtobufCMessage *found = protobuf_c_message_unpack(output, NULL, size, reply);
    char difference[1024] = "the expected or the found answer does not decode";
    bool is_equal = expected && found && compare_messages(expected, found, difference, sizeof difference);
    if (expected) protobuf_c_message_free_unpacked(expected, NULL);
    if (found) protobuf_c_message_free_unpacked(found, NULL);
    return is_equal || fail(vector, difference);
}

static bool run(grantd_client *client, const Grantd__Conformance__Vector *vector)
{
    if (!vector->id || !vector->service || !vector->method || !vector->result_case) {
        printf("a vector lacks its id, service, method or result\n");
        return false;
    }
    uint8_t *reply;
    size_t size;
    grantd_error error = GRANTD_ERROR_INIT;
    const grantd_call_options options = { .deadline_ms = 60000 };
    int32_t code = grantd_client_call_bytes(
        client, vector->service, vector->method, vector->request.data, vector->request.len, &options, &reply, &size,
        &error);
    bool passed = code ? check_error(vector, &error) : check_answer(vector, reply, size);
    free(reply);
    grantd_error_clear(&error);
    return passed;
}

/* So that a daemon that is not there is one message and not hundreds. */
static bool is_there(grantd_client *client)
{
    grantd_error error = GRANTD_ERROR_INIT;
    Grpc__Health__V1__HealthCheckRequest request = GRPC__HEALTH__V1__HEALTH_CHECK_REQUEST__INIT;
    Grpc__Health__V1__HealthCheckResponse *response = grantd_health_check(client, &request, NULL, &error);
    if (!response) fprintf(stderr, "conformance: %s\n", error.message);
    grpc__health__v1__health_check_response__free_unpacked(response, NULL);
    grantd_error_clear(&error);
    return response != NULL;
}

struct counts {
    unsigned passed;
    unsigned failed;
};

/* Runs the vectors of a file. Returns 0, or -1 with errno set where it cannot be read. */
static int run_file(grantd_client *client, const char *path, struct counts *counts)
{
    struct vectors vectors;
    if (vectors_open(&vectors, path)) return -1;
    Grantd__Conformance__Vector *vector;
    while ((vector = vectors_next(&vectors))) {
        if (run(client, vector)) counts->passed++;
        else counts->failed++;
        grantd__conformance__vector__free_unpacked(vector, NULL);
    }
    if (vectors.offset != vectors.size) {
        printf("%s: byte %zu begins no vector\n", path, vectors.offset);
        counts->failed++;
    }
    vectors_close(&vectors);
    return 0;
}

int main(int count, char **arguments)
{
    static const char *const standard[] = {
        "clients/conformance/vectors.binpb", "clients/conformance/sequences.binpb",
    };
    const char *address = count > 1 ? arguments[1] : getenv("GRANTD_ADDRESS");
    const char *const *paths = count > 2 ? (const char *const *)arguments + 2 : standard;
    int path_count = count > 2 ? count - 2 : 2;
    if (!address) {
        fprintf(stderr, "usage: conformance HOST:PORT [vectors.binpb…]\n");
        return 64;
    }
    grantd_client_options options;
    grantd_client_options_init(&options);
    options.address = address;
    options.token = getenv("GRANTD_TOKEN");
    grantd_error error = GRANTD_ERROR_INIT;
    grantd_client *client;
    if (grantd_client_create(&options, &client, &error)) {
        fprintf(stderr, "conformance: %s\n", error.message);
        grantd_error_clear(&error);
        return 64;
    }
    int status = 69;
    if (is_there(client)) {
        struct counts counts = { 0 };
        status = 0;
        for (int index = 0; index < path_count && status == 0; index++) {
            if (run_file(client, paths[index], &counts) == 0) continue;
            fprintf(stderr, "conformance: %s: %s\n", paths[index], strerror(errno));
            status = 64;
        }
        printf("%u passed, %u failed\n", counts.passed, counts.failed);
        if (status == 0) status = counts.failed || counts.passed == 0;
    }
    grantd_client_destroy(client);
    return status;
}
