// The system's protobuf-c, as Swift sees it.
// SPDX-License-Identifier: Apache-2.0
#include <protobuf-c/protobuf-c.h>
