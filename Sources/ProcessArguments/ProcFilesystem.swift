//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc

/// Where the system tells of its processes.
package enum ProcFilesystem {
    /// Why nothing can be run here; nil where it can.
    ///
    /// Swift's runtime counts its busy threads in `/proc/self/task`, from time to time, and ends the process where that is
    /// not there: a program that goes on would end at some later time without a word.
    package static var problem: String? {
        access("/proc/self/task", R_OK) == 0
            ? nil : "/proc is not mounted, and Swift's runtime does not do without it: mount -t proc proc /proc"
    }
}
