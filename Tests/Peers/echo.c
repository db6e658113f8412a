// The floor of floors: every byte goes back as it came.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
#include "serve.h"

int main(void) {
    return serve(NULL);
}
