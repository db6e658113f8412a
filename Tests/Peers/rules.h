// The measure's rules on protobuf's C++ messages: what the peers with generated code share.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
#ifndef GRANTD_PEERS_RULES_H
#define GRANTD_PEERS_RULES_H

#include "grantd/v1/calculator.pb.h"
#include "serve.h"

namespace peers {

/// Decides applications for `medical-device.common-platform`.
class Rules {
public:
    /// Ends the process with a word where the file does not hold what is wanted.
    explicit Rules(const char *path);

    /// Answers a request for one application.
    ///
    /// - Returns: Whether it is one that the peers serve.
    bool evaluate(const grantd::v1::EvaluateRequest &request, grantd::v1::Assessment *assessment) const;

    /// Answers a request for many.
    bool evaluate(const grantd::v1::EvaluateBatchRequest &request, grantd::v1::EvaluateBatchResponse *response) const;

private:
    bool assess(const grantd::v1::Application &application, grantd::v1::Assessment *assessment) const;

    reference reference_;
    grantd::v1::PolicyReference policy_;
};

}  // namespace peers

#endif
