//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if canImport(Glibc)
    internal import Glibc
#endif

/// A line that another program waits for must not sit in a buffer.
func flushStandardOutput() {
    fflush(nil)
}
