//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#include "CGrantdCases.h"

// `#embed` is C23, which clang takes in every mode. The compiler lists the files as dependencies: an edited case is built in anew.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char ai_application[] = {
#embed "../GrantdPolicy/Policies/ai-application.cases.jsonl"
};

static const unsigned char basic_research[] = {
#embed "../GrantdPolicy/Policies/basic-research.cases.jsonl"
};

static const unsigned char brain_stimulator_reimbursement[] = {
#embed "../GrantdPolicy/Policies/brain-stimulator-reimbursement.cases.jsonl"
};

static const unsigned char digital_space[] = {
#embed "../GrantdPolicy/Policies/digital-space.cases.jsonl"
};

static const unsigned char innovative_medicine[] = {
#embed "../GrantdPolicy/Policies/innovative-medicine.cases.jsonl"
};

static const unsigned char medical_device[] = {
#embed "../GrantdPolicy/Policies/medical-device.cases.jsonl"
};

static const unsigned char medical_service_price[] = {
#embed "../GrantdPolicy/Policies/medical-service-price.cases.jsonl"
};

static const unsigned char overseas_ip_assistance[] = {
#embed "../GrantdPolicy/Policies/overseas-ip-assistance.cases.jsonl"
};

static const unsigned char patent_conversion[] = {
#embed "../GrantdPolicy/Policies/patent-conversion.cases.jsonl"
};

static const unsigned char payment_qualification[] = {
#embed "../GrantdPolicy/Policies/payment-qualification.cases.jsonl"
};

static const unsigned char pre_admission[] = {
#embed "../GrantdPolicy/Policies/pre-admission.cases.jsonl"
};

static const unsigned char psychiatric_inpatient[] = {
#embed "../GrantdPolicy/Policies/psychiatric-inpatient.cases.jsonl"
};

static const unsigned char renewables_settlement[] = {
#embed "../GrantdPolicy/Policies/renewables-settlement.cases.jsonl"
};

static const unsigned char resident_insurance[] = {
#embed "../GrantdPolicy/Policies/resident-insurance.cases.jsonl"
};

static const unsigned char special_case_payment[] = {
#embed "../GrantdPolicy/Policies/special-case-payment.cases.jsonl"
};

static const grantd_case_file files[] = {
    {"ai-application.cases.jsonl", ai_application, sizeof ai_application},
    {"basic-research.cases.jsonl", basic_research, sizeof basic_research},
    {"brain-stimulator-reimbursement.cases.jsonl", brain_stimulator_reimbursement, sizeof brain_stimulator_reimbursement},
    {"digital-space.cases.jsonl", digital_space, sizeof digital_space},
    {"innovative-medicine.cases.jsonl", innovative_medicine, sizeof innovative_medicine},
    {"medical-device.cases.jsonl", medical_device, sizeof medical_device},
    {"medical-service-price.cases.jsonl", medical_service_price, sizeof medical_service_price},
    {"overseas-ip-assistance.cases.jsonl", overseas_ip_assistance, sizeof overseas_ip_assistance},
    {"patent-conversion.cases.jsonl", patent_conversion, sizeof patent_conversion},
    {"payment-qualification.cases.jsonl", payment_qualification, sizeof payment_qualification},
    {"pre-admission.cases.jsonl", pre_admission, sizeof pre_admission},
    {"psychiatric-inpatient.cases.jsonl", psychiatric_inpatient, sizeof psychiatric_inpatient},
    {"renewables-settlement.cases.jsonl", renewables_settlement, sizeof renewables_settlement},
    {"resident-insurance.cases.jsonl", resident_insurance, sizeof resident_insurance},
    {"special-case-payment.cases.jsonl", special_case_payment, sizeof special_case_payment},
};

const size_t grantd_case_file_count = sizeof files / sizeof files[0];

grantd_case_file grantd_case_file_at(size_t index) {
    static const grantd_case_file none = {NULL, NULL, 0};
    return index < grantd_case_file_count ? files[index] : none;
}
