/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sample.h"

void sample_init(struct sample *sample)
{
    grantd__v1__prior_award__init(&sample->award);
    sample->award.measure = "digital-space.laboratory-project";
    sample->award.subject_id = "P-17";
    sample->award.awarded_on = "2025-12-01";
    sample->award.has_amount_fen = 1;
    sample->award.amount_fen = 200000000;
    sample->awards[0] = &sample->award;

    grantd__v1__applicant__init(&sample->applicant);
    sample->applicant.unified_social_credit_code = "91110108MA01CX7K1R";
    sample->applicant.has_kind = 1;
    sample->applicant.kind = GRANTD__V1__APPLICANT__KIND__ENTERPRISE;
    sample->applicant.has_registered_in_beijing = 1;
    sample->applicant.registered_in_beijing = 1;

    grantd__v1__digital_space_laboratory_project_facts__init(&sample->facts);
    sample->facts.has_in_pilot_zone = sample->facts.in_pilot_zone = 1;
    sample->facts.has_laboratory_level = 1;
    sample->facts.laboratory_level = GRANTD__V1__DIGITAL_SPACE_LABORATORY_PROJECT_FACTS__LABORATORY_LEVEL__MUNICIPAL;
    sample->facts.has_laboratory_landed = sample->facts.laboratory_landed = 1;
    sample->facts.has_key_industry_related = sample->facts.key_industry_related = 1;
    sample->facts.has_technology_innovation_project = sample->facts.technology_innovation_project = 1;
    sample->facts.has_approved_total_investment_fen = 1;
    sample->facts.approved_total_investment_fen = 1234567890;

    grantd__v1__application__init(&sample->application);
    sample->application.application_id = "A-2026-000417";
    sample->application.as_of = "2026-05-20";
    sample->application.subject_id = "P-17";
    sample->application.applicant = &sample->applicant;
    sample->application.n_prior_awards = 1;
    sample->application.prior_awards = sample->awards;
    sample->application.facts_case = GRANTD__V1__APPLICATION__FACTS_DIGITAL_SPACE_LABORATORY_PROJECT;
    sample->application.digital_space_laboratory_project = &sample->facts;

    grantd__v1__evaluate_request__init(&sample->request);
    sample->request.application = &sample->application;
}
