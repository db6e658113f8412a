//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#include "CGrantdPolicies.h"

// `#embed` is C23, which clang takes in every mode. The compiler lists the files as dependencies: an edited policy is built in anew.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char ai_application[] = {
#embed "../GrantdPolicy/Policies/ai-application.yaml"
};

static const unsigned char basic_research[] = {
#embed "../GrantdPolicy/Policies/basic-research.yaml"
};

static const unsigned char brain_stimulator_reimbursement[] = {
#embed "../GrantdPolicy/Policies/brain-stimulator-reimbursement.yaml"
};

static const unsigned char digital_space[] = {
#embed "../GrantdPolicy/Policies/digital-space.yaml"
};

static const unsigned char innovative_medicine[] = {
#embed "../GrantdPolicy/Policies/innovative-medicine.yaml"
};

static const unsigned char medical_device[] = {
#embed "../GrantdPolicy/Policies/medical-device.yaml"
};

static const unsigned char medical_service_price[] = {
#embed "../GrantdPolicy/Policies/medical-service-price.yaml"
};

static const unsigned char overseas_ip_assistance[] = {
#embed "../GrantdPolicy/Policies/overseas-ip-assistance.yaml"
};

static const unsigned char patent_conversion[] = {
#embed "../GrantdPolicy/Policies/patent-conversion.yaml"
};

static const unsigned char payment_qualification[] = {
#embed "../GrantdPolicy/Policies/payment-qualification.yaml"
};

static const unsigned char pre_admission[] = {
#embed "../GrantdPolicy/Policies/pre-admission.yaml"
};

static const unsigned char psychiatric_inpatient[] = {
#embed "../GrantdPolicy/Policies/psychiatric-inpatient.yaml"
};

static const unsigned char renewables_settlement[] = {
#embed "../GrantdPolicy/Policies/renewables-settlement.yaml"
};

static const unsigned char resident_insurance[] = {
#embed "../GrantdPolicy/Policies/resident-insurance.yaml"
};

static const unsigned char special_case_payment[] = {
#embed "../GrantdPolicy/Policies/special-case-payment.yaml"
};

static const unsigned char working_calendar[] = {
#embed "../GrantdPolicy/Calendar/working-calendar.yaml"
};

static const unsigned char document_register[] = {
#embed "../GrantdPolicy/Register/documents.yaml"
};

static const unsigned char application_proto[] = {
#embed "../GrantdPolicy/Contract/application.proto"
};

static const grantd_policy policies[] = {
    {"ai-application.yaml", ai_application, sizeof ai_application},
    {"basic-research.yaml", basic_research, sizeof basic_research},
    {"brain-stimulator-reimbursement.yaml", brain_stimulator_reimbursement, sizeof brain_stimulator_reimbursement},
    {"digital-space.yaml", digital_space, sizeof digital_space},
    {"innovative-medicine.yaml", innovative_medicine, sizeof innovative_medicine},
    {"medical-device.yaml", medical_device, sizeof medical_device},
    {"medical-service-price.yaml", medical_service_price, sizeof medical_service_price},
    {"overseas-ip-assistance.yaml", overseas_ip_assistance, sizeof overseas_ip_assistance},
    {"patent-conversion.yaml", patent_conversion, sizeof patent_conversion},
    {"payment-qualification.yaml", payment_qualification, sizeof payment_qualification},
    {"pre-admission.yaml", pre_admission, sizeof pre_admission},
    {"psychiatric-inpatient.yaml", psychiatric_inpatient, sizeof psychiatric_inpatient},
    {"renewables-settlement.yaml", renewables_settlement, sizeof renewables_settlement},
    {"resident-insurance.yaml", resident_insurance, sizeof resident_insurance},
    {"special-case-payment.yaml", special_case_payment, sizeof special_case_payment},
};

const size_t grantd_policy_count = sizeof policies / sizeof policies[0];

grantd_policy grantd_policy_at(size_t index) {
    if (index >= grantd_policy_count) {
        return (grantd_policy){NULL, NULL, 0};
    }
    return policies[index];
}

grantd_policy grantd_working_calendar(void) {
    return (grantd_policy){"working-calendar.yaml", working_calendar, sizeof working_calendar};
}

grantd_policy grantd_document_register(void) {
    return (grantd_policy){"documents.yaml", document_register, sizeof document_register};
}

grantd_policy grantd_application_proto(void) {
    return (grantd_policy){"application.proto", application_proto, sizeof application_proto};
}
