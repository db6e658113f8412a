// What the C library can be told of its allocator, as Swift sees it.
// SPDX-License-Identifier: Apache-2.0
#include <malloc.h>
