//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Where answered calls are written down.
package protocol DecisionLog: AnyObject, Sendable {
    /// Makes a way into the log: one for each event loop, so that they do not wait for each other.
    func makeRecorder() -> any DecisionRecorder

    /// What it has done so far.
    var status: DecisionLogStatus { get }

    /// Closes the segment that is being written, soon, and begins another: what is closed can be taken away, or erased from.
    func rotate()
}

/// A way into the log of decisions. May be used by several threads.
package protocol DecisionRecorder: AnyObject, Sendable {
    /// Whether answers have to wait: there is no room, and none may be lost.
    var holdsAnswers: Bool { get }

    /// Waits until answers need not wait. Blocks, so not for an event loop nor for a task.
    ///
    /// - Parameter isWanted: Asked now and then whether anybody waits for the answer still.
    /// - Returns: Whether the answer may go out; false where nobody wants it, or the log is closed.
    func waitForRoom(while isWanted: () -> Bool) -> Bool

    /// As ``waitForRoom(while:)``, for a task.
    func awaitRoom(while isWanted: () -> Bool) async -> Bool

    /// Writes a call down that is answered. Waits for nothing: whoever has to asks before.
    ///
    /// - Returns: What the answer is to say; nil where there was no room, and the call was counted as dropped.
    func record(_ decision: Decision) -> RequestHash?
}

/// What a log of decisions has done, at one moment.
package struct DecisionLogStatus: Sendable {
    /// Calls that were written.
    package var written: UInt64 = 0
    /// Calls that were answered and not written, for want of room.
    package var dropped: UInt64 = 0
    /// Answers that wait for room.
    package var waiting = 0
    /// Bytes that wait in memory to be written.
    package var queuedBytes = 0
    /// Bytes that were written.
    package var bytes: UInt64 = 0
    /// Segments on the disk, and what they take.
    package var segments = 0
    package var segmentBytes: UInt64 = 0
    /// Whether the last attempt to write, or to put it on the disk, failed.
    package var isFailing = false
    /// How often the disk refused what was written.
    package var syncFailures: UInt64 = 0
    /// When one failed for the last time, in seconds since 1970; nil where none ever did.
    package var lastFailure: Double?

    package init() {}
}
