// The system's zlib, as Swift sees it.
// SPDX-License-Identifier: Apache-2.0
#include <zlib.h>

// Macros that pass the size of a struct, which Swift does not see.
static inline int CZlib_inflateInit(z_stream *stream, int windowBits) { return inflateInit2(stream, windowBits); }

static inline int CZlib_deflateInit(z_stream *stream, int level, int windowBits) {
    return deflateInit2(stream, level, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY);
}
