// SHA-256 of the system's libmd, as Swift sees it.
// SPDX-License-Identifier: Apache-2.0
#include <sha2.h>
