// Counts the heap allocations of the process it is linked into.
// SPDX-License-Identifier: Apache-2.0
#ifndef C_ALLOCATION_COUNTER_H
#define C_ALLOCATION_COUNTER_H

#include <stdint.h>

// Allocations since the process started: malloc, calloc, realloc and the aligned ones.
uint64_t allocation_counter_total(void);

#endif
