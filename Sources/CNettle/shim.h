// SHA-256 of Nettle, which uses the processor's own instructions for it, as Swift sees it.
// SPDX-License-Identifier: Apache-2.0
#include <nettle/sha2.h>
