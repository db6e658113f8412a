//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#ifndef C_PROCESS_ARGUMENTS_H
#define C_PROCESS_ARGUMENTS_H

/// How many arguments the process was started with, its own name included.
int process_argument_count(void);

/// One of them; NULL where there is none.
const char *process_argument(int index);

#endif
