// The one measure that the peers serve, `medical-device.common-platform`, as its programme's file has it.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
#ifndef GRANTD_PEERS_MEASURE_H
#define GRANTD_PEERS_MEASURE_H

#include <stdint.h>

static const char measure_id[] = "medical-device.common-platform";

/// In force from and until, as year, month and day in decimal.
enum { first_day = 20251124, last_day = 20281231 };

/// The cap of a subject, in fen.
static const int64_t cap_limit = 5000000000;
static const char cap_id[] = "subject";

enum { rule_count = 3 };
static const char *const rule_ids[rule_count] = {
    "registered-in-beijing",
    "for-medical-device-industry",
    "common-technology-platform",
};
static const char *const rule_clauses[rule_count] = {"标题、序言", "第7条", "第7条"};
/// The fact that each rule asks, as `missing` names it.
static const char *const rule_paths[rule_count] = {
    "applicant.registered_in_beijing",
    "medical_device_common_platform.for_medical_device_industry",
    "medical_device_common_platform.common_technology_platform",
};
static const char base_path[] = "medical_device_common_platform.engineering_investment_fen";

#endif
