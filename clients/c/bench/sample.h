/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRANTD_BENCH_SAMPLE_H
#define GRANTD_BENCH_SAMPLE_H

#include <grantd/client.h>

/* The request that `grantctl bench` sends: four rules, a rate and a cap of which an earlier award has used a part; about 150
 * bytes. */
struct sample {
    Grantd__V1__EvaluateRequest request;
    Grantd__V1__Application application;
    Grantd__V1__Applicant applicant;
    Grantd__V1__PriorAward award;
    Grantd__V1__PriorAward *awards[1];
    Grantd__V1__DigitalSpaceLaboratoryProjectFacts facts;
};

/* Fills a sample in; it points into itself and may not be moved. */
void sample_init(struct sample *sample);

#endif
