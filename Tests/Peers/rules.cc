// The measure's rules on protobuf's C++ messages: what the peers with generated code share.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
#include "rules.h"

#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>

#include "checks.h"
#include "measure.h"

using grantd::v1::Application;
using grantd::v1::Assessment;
using grantd::v1::Basis;
using grantd::v1::CapUse;
using grantd::v1::Explain;
using grantd::v1::Finding;
using grantd::v1::Outcome;

namespace peers {

namespace {

const std::string measureID = measure_id;
const std::string capID = cap_id;
const std::string ruleIDs[rule_count] = {rule_ids[0], rule_ids[1], rule_ids[2]};
const std::string ruleClauses[rule_count] = {rule_clauses[0], rule_clauses[1], rule_clauses[2]};

/// In fen; -1 stands for a figure that is not known.
constexpr int64_t unknown = -1;

bool isPlain(const std::string &id) {
    return is_plain_id(reinterpret_cast<const uint8_t *>(id.data()), id.size());
}

bool readDay(const std::string &text, int32_t *day) {
    return read_day(reinterpret_cast<const uint8_t *>(text.data()), text.size(), day);
}

}  // namespace

Rules::Rules(const char *path) : reference_(read_reference(path)) {
    Assessment assessment;
    if (!assessment.ParseFromArray(reference_.policy, static_cast<int>(reference_.policy_count))) {
        std::fprintf(stderr, "%s: the policy's bytes are none\n", path);
        std::exit(2);
    }
    policy_ = assessment.policy();
}

bool Rules::evaluate(const grantd::v1::EvaluateRequest &request, Assessment *assessment) const {
    return request.explain() == Explain::NONE && assess(request.application(), assessment);
}

bool Rules::evaluate(
    const grantd::v1::EvaluateBatchRequest &request, grantd::v1::EvaluateBatchResponse *response) const {
    if (request.explain() != Explain::NONE) return false;
    response->mutable_results()->Reserve(request.applications_size());
    for (const Application &application : request.applications()) {
        if (!assess(application, response->add_results()->mutable_assessment())) return false;
    }
    return true;
}

bool Rules::assess(const Application &application, Assessment *assessment) const {
    int32_t today;
    if (!application.has_medical_device_common_platform() || !readDay(application.as_of(), &today)) return false;
    if (!isPlain(application.application_id()) || !isPlain(application.subject_id())) return false;
    if (application.prior_awards_unknown() && application.prior_awards_size() > 0) return false;
    const auto &applicant = application.applicant();
    if (applicant.has_unified_social_credit_code()) {
        const std::string &code = applicant.unified_social_credit_code();
        if (!is_credit_code(reinterpret_cast<const uint8_t *>(code.data()), code.size())) return false;
    }
    const auto &facts = application.medical_device_common_platform();
    if (facts.engineering_investment_fen() < 0) return false;

    bool exists = false;
    int64_t sum = 0;
    for (const auto &award : application.prior_awards()) {
        int32_t day;
        if (!readDay(award.awarded_on(), &day) || !award.has_amount_fen() || award.amount_fen() < 0) return false;
        if (!isPlain(award.subject_id())) return false;
        if (award.measure() != measureID) {
            const std::string &id = award.measure();
            if (!is_measure(&reference_, reinterpret_cast<const uint8_t *>(id.data()), id.size())) return false;
            continue;
        }
        if (day > today) continue;
        exists = true;
        if (award.subject_id() != application.subject_id()) continue;
        if (__builtin_add_overflow(sum, award.amount_fen(), &sum)) sum = std::numeric_limits<int64_t>::max();
    }

    if (application.has_application_id()) assessment->set_application_id(application.application_id());
    assessment->set_measure(measureID);
    assessment->set_as_of(application.as_of());
    assessment->set_basis(Basis::EXACT);
    *assessment->mutable_policy() = policy_;
    if (today < first_day || today > last_day) {
        assessment->set_outcome(Outcome::NOT_IN_FORCE);
        return true;
    }

    const bool has[rule_count] = {
        applicant.has_registered_in_beijing(),
        facts.has_for_medical_device_industry(),
        facts.has_common_technology_platform(),
    };
    const bool holds[rule_count] = {
        applicant.registered_in_beijing(),
        facts.for_medical_device_industry(),
        facts.common_technology_platform(),
    };
    bool fails = false, waits = false;
    for (int rule = 0; rule < rule_count; rule++) {
        Finding *finding = assessment->add_findings();
        finding->set_rule(ruleIDs[rule]);
        finding->set_kind(Finding::REQUIREMENT);
        finding->set_verdict(!has[rule] ? Finding::UNKNOWN : holds[rule] ? Finding::PASS : Finding::FAIL);
        finding->set_clause(ruleClauses[rule]);
        fails |= has[rule] && !holds[rule];
        waits |= !has[rule];
    }

    const bool subjectIsMissing = exists && application.subject_id().empty();
    const int64_t used = application.prior_awards_unknown() || subjectIsMissing ? unknown : sum;
    const int64_t left = used == unknown ? cap_limit : used < cap_limit ? cap_limit - used : 0;
    const bool isUsedUp = used != unknown && left == 0;
    int64_t figure = left;
    bool cuts = true;
    if (facts.has_engineering_investment_fen()) {
        const auto thirtyPercent =
            static_cast<int64_t>(static_cast<unsigned __int128>(facts.engineering_investment_fen()) * 3 / 10);
        cuts = thirtyPercent > left;
        if (!cuts) figure = thirtyPercent;
    }
    bool binds = false;
    if (fails) {
        assessment->set_outcome(Outcome::INELIGIBLE);
    } else if (waits || used == unknown || (!isUsedUp && !facts.has_engineering_investment_fen())) {
        assessment->set_outcome(Outcome::UNDETERMINED);
        assessment->set_potential_amount_fen(figure);
        for (int rule = 0; rule < rule_count; rule++) {
            if (!has[rule]) assessment->add_missing()->set_path(rule_paths[rule]);
        }
        if (application.prior_awards_unknown()) assessment->add_missing()->set_path("prior_awards");
        if (subjectIsMissing) assessment->add_missing()->set_path("subject_id");
        if (!facts.has_engineering_investment_fen() && !isUsedUp) assessment->add_missing()->set_path(base_path);
    } else {
        assessment->set_outcome(isUsedUp ? Outcome::EXHAUSTED : Outcome::ELIGIBLE);
        assessment->set_amount_fen(figure);
        assessment->set_potential_amount_fen(figure);
        binds = isUsedUp || cuts;
        if (binds) assessment->set_binding_cap(capID);
    }
    CapUse *cap = assessment->add_caps();
    cap->set_id(capID);
    cap->set_limit_fen(cap_limit);
    if (used != unknown) {
        cap->set_used_fen(used);
        cap->set_remaining_fen(left);
    }
    cap->set_binding(binds);
    return true;
}

}  // namespace peers
