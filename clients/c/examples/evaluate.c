/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
/* The README's example: one application, one answer. */
#include <grantd/client.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    grantd_client_options options;
    grantd_client_options_init(&options);
    if (getenv("GRANTD_ADDRESS")) options.address = getenv("GRANTD_ADDRESS");

    grantd_client *client;
    grantd_error error = GRANTD_ERROR_INIT;
    if (grantd_client_create(&options, &client, &error)) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }

    Grantd__V1__MedicalDeviceCommonPlatformFacts facts = GRANTD__V1__MEDICAL_DEVICE_COMMON_PLATFORM_FACTS__INIT;
    facts.has_common_technology_platform = facts.common_technology_platform = 1;
    Grantd__V1__Applicant applicant = GRANTD__V1__APPLICANT__INIT;
    applicant.has_registered_in_beijing = applicant.registered_in_beijing = 1;
    Grantd__V1__Application application = GRANTD__V1__APPLICATION__INIT;
    application.as_of = "2026-05-20";
    application.applicant = &applicant;
    application.facts_case = GRANTD__V1__APPLICATION__FACTS_MEDICAL_DEVICE_COMMON_PLATFORM;
    application.medical_device_common_platform = &facts;
    Grantd__V1__EvaluateRequest request = GRANTD__V1__EVALUATE_REQUEST__INIT;
    request.application = &application;

    Grantd__V1__Assessment *answer = grantd_evaluate(client, &request, NULL, &error);
    if (!answer) {
        fprintf(stderr, "%s: %s %s\n", grantd_code_text(error.code), error.message, error.field);
    } else {
        if (answer->has_amount_fen) printf("%" PRId64 " fen\n", answer->amount_fen);
        for (size_t index = 0; index < answer->n_missing; index++)
            printf("still to ask: %s\n", answer->missing[index]->path);
        if (answer->missing_omitted > 0)
            printf("and %d more\n", answer->missing_omitted);
    }
    int status = answer == NULL;
    grantd__v1__assessment__free_unpacked(answer, NULL);
    grantd_error_clear(&error);
    grantd_client_destroy(client);
    return status;
}
