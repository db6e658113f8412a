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

static const unsigned char digital_space[] = {
#embed "../GrantdPolicy/Policies/digital-space.yaml"
};

static const unsigned char medical_device[] = {
#embed "../GrantdPolicy/Policies/medical-device.yaml"
};

static const unsigned char patent_conversion[] = {
#embed "../GrantdPolicy/Policies/patent-conversion.yaml"
};

static const grantd_policy policies[] = {
    {"ai-application.yaml", ai_application, sizeof ai_application},
    {"digital-space.yaml", digital_space, sizeof digital_space},
    {"medical-device.yaml", medical_device, sizeof medical_device},
    {"patent-conversion.yaml", patent_conversion, sizeof patent_conversion},
};

const size_t grantd_policy_count = sizeof policies / sizeof policies[0];

grantd_policy grantd_policy_at(size_t index) {
    if (index >= grantd_policy_count) {
        return (grantd_policy){NULL, NULL, 0};
    }
    return policies[index];
}
