//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#include "CProcessArguments.h"

#include <stddef.h>

static int count;
static char **arguments;

// glibc hands a constructor what it hands to main.
__attribute__((constructor)) static void keep(int argc, char **argv) {
    count = argc;
    arguments = argv;
}

int process_argument_count(void) {
    return count;
}

const char *process_argument(int index) {
    return index < 0 || index >= count ? NULL : arguments[index];
}
