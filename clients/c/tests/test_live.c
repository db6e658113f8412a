/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
/* Against the daemon itself. GRANTD_BIN/grantd is started, restarted and stopped by the tests; without it they are skipped. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon.h"
#include "support.h"

static grantd_client *client_at(const struct daemon *daemon)
{
    grantd_client_options options;
    grantd_client_options_init(&options);
    options.address = daemon->address;
    grantd_client *client;
    assert_int_equal(grantd_client_create(&options, &client, NULL), GRANTD_OK);
    return client;
}

struct scoring {
    struct daemon *daemon;
    uint64_t count;
    uint64_t given;
    uint64_t taken;
    uint64_t wrong;
    uint64_t restart_at;
    /* By which the daemon ends then. */
    int signal;
    char id[24];
    Grantd__V1__Application application;
    Grantd__V1__Applicant applicant;
    Grantd__V1__MedicalDeviceCommonPlatformFacts facts;
};

static int next(const Grantd__V1__Application **application, void *data)
{
    struct scoring *scoring = data;
    if (scoring->given == scoring->count) return 0;
    snprintf(scoring->id, sizeof scoring->id, "%llu", (unsigned long long)scoring->given);
    grantd__v1__application__init(&scoring->application);
    grantd__v1__applicant__init(&scoring->applicant);
    grantd__v1__medical_device_common_platform_facts__init(&scoring->facts);
    scoring->application.application_id = scoring->id;
    scoring->application.as_of = (char *)(uintptr_t)"2026-05-20";
    scoring->application.subject_id = (char *)(uintptr_t)"P-1";
    scoring->applicant.has_registered_in_beijing = 1;
    scoring->applicant.registered_in_beijing = 1;
    scoring->application.applicant = &scoring->applicant;
    scoring->facts.has_common_technology_platform = 1;
    scoring->facts.common_technology_platform = 1;
    scoring->facts.has_for_medical_device_industry = scoring->facts.for_medical_device_industry = 1;
    scoring->facts.has_engineering_investment_fen = 1;
    scoring->facts.engineering_investment_fen = (int64_t)scoring->given * 1000;
    scoring->application.facts_case = GRANTD__V1__APPLICATION__FACTS_MEDICAL_DEVICE_COMMON_PLATFORM;
    scoring->application.medical_device_common_platform = &scoring->facts;
    scoring->given++;
    *application = &scoring->application;
    return 1;
}

static int take(uint64_t index, const Grantd__V1__Assessment *assessment, const grantd_error *error, void *data)
{
    struct scoring *scoring = data;
    (void)error;
    if (index != scoring->taken || !assessment || strtoull(assessment->application_id, NULL, 10) != index
        || assessment->amount_fen != (int64_t)index * 300)
        scoring->wrong++;
    scoring->taken++;
    if (index == scoring->restart_at) {
        char port[8];
        snprintf(port, sizeof port, "%s", scoring->daemon->port);
        daemon_stop(scoring->daemon, scoring->signal);
        assert_true(daemon_start(scoring->daemon, port, NULL));
    }
    return 0;
}

static void end_in_the_middle(int signal)
{
    struct daemon daemon;
    if (!daemon_start(&daemon, "0", NULL)) skip();
    grantd_client *client = client_at(&daemon);
    struct scoring scoring = { .daemon = &daemon, .count = 8000, .restart_at = 3000, .signal = signal };
    assert_int_equal(grantd_client_score(client, next, take, &scoring, NULL, NULL, NULL), GRANTD_OK);
    assert_int_equal(scoring.taken, 8000);
    assert_int_equal(scoring.wrong, 0);
    grantd_client_statistics statistics;
    grantd_client_get_statistics(client, &statistics);
    assert_true(statistics.connects >= 2);
    grantd_client_destroy(client);
    daemon_stop(&daemon, SIGTERM);
}

static void restarted(void **state)
{
    (void)state;
    end_in_the_middle(SIGTERM);
}

/* Of the table of bad peers that the tests of every client run; the others are in test_peers.c and its neighbours. */
static void killed(void **state)
{
    (void)state;
    end_in_the_middle(SIGKILL);
}

static void tokens(void **state)
{
    (void)state;
    char path[4096];
    const char *folder = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/grantd-token-XXXXXX", folder ? folder : ".");
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, "0123456789abcdef0123456789abcdef\n", 33), 33);
    close(file);
    struct daemon daemon;
    if (!daemon_start(&daemon, "0", path)) {
        unlink(path);
        skip();
    }
    Grantd__V1__ListMeasuresRequest request = GRANTD__V1__LIST_MEASURES_REQUEST__INIT;
    const char *const tokens_given[] = { NULL, "0123456789abcdef0123456789abcdef", "wrong", NULL };
    for (int index = 0; index < 4; index++) {
        grantd_client_options options;
        grantd_client_options_init(&options);
        options.address = daemon.address;
        options.token = tokens_given[index];
        if (index == 0) options.token_file = path;
        grantd_client *client;
        assert_int_equal(grantd_client_create(&options, &client, NULL), GRANTD_OK);
        grantd_error error = GRANTD_ERROR_INIT;
        Grantd__V1__ListMeasuresResponse *response = grantd_list_measures(client, &request, NULL, &error);
        assert_int_equal(error.code, index < 2 ? GRANTD_OK : GRANTD_NOT_AUTHORISED);
        if (response) assert_true(response->n_measures > 50);
        grantd__v1__list_measures_response__free_unpacked(response, NULL);
        grantd_error_clear(&error);
        grantd_client_destroy(client);
    }
    unlink(path);
    daemon_stop(&daemon, SIGTERM);
}

static void every_method(void **state)
{
    (void)state;
    struct daemon daemon;
    if (!daemon_start(&daemon, "0", NULL)) skip();
    grantd_client *client = client_at(&daemon);
    grantd_error error = GRANTD_ERROR_INIT;

    Grantd__V1__DescribeMeasureRequest describe = GRANTD__V1__DESCRIBE_MEASURE_REQUEST__INIT;
    describe.measure = (char *)(uintptr_t)"medical-device.common-platform";
    Grantd__V1__MeasureDescription *description = grantd_describe_measure(client, &describe, NULL, &error);
    assert_non_null(description);
    assert_string_equal(description->measure, describe.measure);
    grantd__v1__measure_description__free_unpacked(description, NULL);
    describe.measure = (char *)(uintptr_t)"no.such";
    assert_null(grantd_describe_measure(client, &describe, NULL, &error));
    assert_int_equal(error.code, GRANTD_BAD_REQUEST);
    assert_string_equal(error.field, "measure");
    grantd_error_clear(&error);

    Grantd__V1__ListDocumentsRequest list = GRANTD__V1__LIST_DOCUMENTS_REQUEST__INIT;
    Grantd__V1__ListDocumentsResponse *documents = grantd_list_documents(client, &list, NULL, &error);
    assert_non_null(documents);
    grantd__v1__list_documents_response__free_unpacked(documents, NULL);

    Grantd__V1__GetSchemaRequest get = GRANTD__V1__GET_SCHEMA_REQUEST__INIT;
    Grantd__V1__Schema *schema = grantd_get_schema(client, &get, NULL, &error);
    assert_non_null(schema);
    assert_true(schema->file_descriptor_set.len > 10000);
    grantd__v1__schema__free_unpacked(schema, NULL);

    Grantd__V1__ScreenRequest screen = GRANTD__V1__SCREEN_REQUEST__INIT;
    screen.as_of = (char *)(uintptr_t)"2026-05-20";
    Grantd__V1__ScreenResponse *screened = grantd_screen(client, &screen, NULL, &error);
    assert_non_null(screened);
    assert_true(screened->n_assessments > 0);
    grantd__v1__screen_response__free_unpacked(screened, NULL);

    Grantd__V1__EvaluateBatchRequest batch = GRANTD__V1__EVALUATE_BATCH_REQUEST__INIT;
    Grantd__V1__Application empty = GRANTD__V1__APPLICATION__INIT, *applications[] = { &empty };
    batch.n_applications = 1;
    batch.applications = applications;
    Grantd__V1__EvaluateBatchResponse *results = grantd_evaluate_batch(client, &batch, NULL, &error);
    assert_non_null(results);
    assert_int_equal(results->results[0]->result_case, GRANTD__V1__EVALUATE_BATCH_RESULT__RESULT_ERROR);
    grantd__v1__evaluate_batch_response__free_unpacked(results, NULL);

    Grantd__V1__ClearAuctionRequest auction = GRANTD__V1__CLEAR_AUCTION_REQUEST__INIT;
    Grantd__V1__ClearAuctionResponse *cleared = grantd_clear_auction(client, &auction, NULL, &error);
    assert_non_null(cleared);
    assert_int_equal(cleared->outcome, GRANTD__V1__AUCTION_OUTCOME__VALUE__UNDETERMINED);
    grantd__v1__clear_auction_response__free_unpacked(cleared, NULL);

    Grpc__Health__V1__HealthCheckRequest check = GRPC__HEALTH__V1__HEALTH_CHECK_REQUEST__INIT;
    Grpc__Health__V1__HealthCheckResponse *health = grantd_health_check(client, &check, NULL, &error);
    assert_non_null(health);
    assert_int_equal(health->status, GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVING);
    grpc__health__v1__health_check_response__free_unpacked(health, NULL);
    grantd_client_destroy(client);
    daemon_stop(&daemon, SIGTERM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(restarted),
        cmocka_unit_test(killed),
        cmocka_unit_test(tokens),
        cmocka_unit_test(every_method),
    };
    return cmocka_run_group_tests_name("live", tests, NULL, NULL);
}
