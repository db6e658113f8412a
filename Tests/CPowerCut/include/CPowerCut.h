//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

// A file system for SQLite whose power can be cut: what was not synced by then is lost, whole or in parts. It can also run full,
// and fail. One test at a time uses it.

#ifndef CPOWERCUT_H
#define CPOWERCUT_H

#include <stdint.h>

/// The name that SQLite knows it by, registered at the first call.
const char *powercut_vfs(void);

/// What becomes of writes that were not synced.
enum powercut_loss {
    /// None of them is on the disk.
    POWERCUT_DROPS,
    /// Of each sector of 512 bytes it is open whether it is.
    POWERCUT_TEARS,
};

/// Begins anew: the power is on, nothing is counted, no file is known.
///
/// operations: After how many writes, truncations and syncs the power is cut; less than 0: never.
void powercut_begin(uint64_t seed, long operations, enum powercut_loss loss);

/// Puts the files as a disk would have them after the cut in place of those that are there. Everything must be closed.
void powercut_restore(void);

/// Whether the power has been cut.
int powercut_is_off(void);

/// How many writes, truncations and syncs there were.
long powercut_operations(void);

/// How many syncs there were.
long powercut_syncs(void);

/// The largest size that a file may have; what would go beyond fails as on a full disk. Less than 0: any.
void powercut_limit(int64_t bytes);

/// Lets the next so many syncs fail: what they were to put on the disk is never put there by a later one.
void powercut_fail_syncs(int count);

/// Whether files may only be read, as on a file system that was mounted so.
void powercut_read_only(int yes);

#endif
