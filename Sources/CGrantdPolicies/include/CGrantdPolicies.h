//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#ifndef GRANTD_POLICIES_H
#define GRANTD_POLICIES_H

#include <stddef.h>

/// A policy file that is part of the program.
typedef struct {
    /// The programme's id with `.yaml` at its end.
    const char *name;
    const unsigned char *bytes;
    size_t count;
} grantd_policy;

/// How many there are.
extern const size_t grantd_policy_count;

/// One of them; `index` is below the count, else the name is NULL.
grantd_policy grantd_policy_at(size_t index);

/// The file of the working calendar.
grantd_policy grantd_working_calendar(void);

/// The file of the register of documents.
grantd_policy grantd_document_register(void);

/// `application.proto` without the members of `facts`, which are written into it.
grantd_policy grantd_application_proto(void);

#endif
