//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc

/// How a log of decisions is kept.
package struct DecisionLogSettings: Sendable {
    /// What is done with an answer for which there is no room.
    package enum Full: String, Sendable, CaseIterable {
        /// It waits.
        case wait
        /// It goes out, is not written, and is counted.
        case drop
    }

    /// Where its files are; made where it is not there.
    package var directory: String
    /// A segment that has so many bytes is closed. The default is 256 MiB.
    package var segmentBytes: UInt64 = 256 << 20
    /// A segment that was begun so long ago is closed. The default is a day.
    package var segmentAge: Duration = .seconds(86_400)
    /// The oldest closed segments are deleted while all together take more. The default is nil: they are kept.
    package var keptBytes: UInt64?
    /// Closed segments whose last entry is older are deleted. The default is nil: they are kept.
    package var keptAge: Duration?
    /// The default is to wait.
    package var full = Full.wait
    /// Fields that are not written, as paths in an application: `applicant.name`. The default is none.
    package var masks: [String] = []
    /// What may wait in memory to be written, for each event loop, in bytes, beside one entry. The default is 8 MiB.
    package var queueBytes = 8 << 20
    /// Writes to a file, as the system's `write` does.
    var write: @Sendable (Int32, UnsafeRawBufferPointer) -> Int = { Glibc.write($0, $1.baseAddress, $1.count) }

    /// Puts a file's bytes on the disk, as the system's `fdatasync` does.
    var sync: @Sendable (Int32) -> Int32 = { fdatasync($0) }

    package init(directory: String) {
        self.directory = directory
    }
}

/// What an operator is told of the log as it is written.
package enum DecisionLogEvent: Sendable {
    /// The log goes on behind what stood there.
    case opened(directory: String, segment: String, entries: UInt64)
    /// The end of a segment whose writer died was no whole entry: it was cut off and is kept beside.
    case cut(segment: String, bytes: UInt64, kept: String)
    /// Policies are named by this from here on.
    case policies(digest: String, programmes: Int)
    /// A segment is closed; its last entry and the chain's value there are worth noting elsewhere.
    case closed(segment: String, lastEntry: UInt64, chain: String)
    /// A segment was old enough, or there were too many.
    case deleted(segment: String)
    /// It cannot be written; it is tried again.
    case failing(reason: String, full: DecisionLogSettings.Full)
    /// It can be written again.
    case recovered
    /// The disk does not take what was written; it is asked again.
    case notSynced(reason: String)
    /// The disk takes it again.
    case synced
    /// The daemon ends, and this could not be written.
    case lost(bytes: Int)
}
