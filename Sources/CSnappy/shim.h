// The system's snappy, as Swift sees it.
// SPDX-License-Identifier: Apache-2.0
#include <snappy-c.h>
