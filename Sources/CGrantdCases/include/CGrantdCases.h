//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#ifndef GRANTD_CASES_H
#define GRANTD_CASES_H

#include <stddef.h>

/// The worked cases of a built-in programme.
typedef struct {
    /// The programme's id with `.cases.jsonl` at its end.
    const char *name;
    const unsigned char *bytes;
    size_t count;
} grantd_case_file;

/// How many there are.
extern const size_t grantd_case_file_count;

/// One of them; `index` is below the count, else the name is NULL.
grantd_case_file grantd_case_file_at(size_t index);

#endif
