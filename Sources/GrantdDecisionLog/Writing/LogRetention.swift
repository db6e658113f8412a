//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import GrantdService
internal import Synchronization

/// Deletes closed segments that are old enough, or too many.
struct LogRetention {
    private let shared: LogShared

    init(_ shared: LogShared) {
        self.shared = shared
    }

    /// Looks after all segments.
    ///
    /// - Parameter current: The one that is being written, which stays.
    func expire(except current: SegmentFile) {
        let settings = self.shared.settings
        // A directory that cannot be read at the moment loses nothing.
        guard let segments = try? SegmentFiles.segments(in: settings.directory) else { return }
        let closed = segments.filter { $0.number < current.header.number }
        var total = segments.reduce(0) { $0 + $1.bytes }
        var count = segments.count
        let oldest = settings.keptAge.map { QueuedDecision.now() - $0.components.seconds * 1000 }
        for segment in closed {
            let isTooMuch = settings.keptBytes.map { total > $0 } ?? false
            let isTooOld = oldest.map { segment.changedAt < $0 } ?? false
            // What is left is a piece of the chain without a gap.
            guard isTooMuch || isTooOld, unlink(segment.path) == 0 else { break }
            total -= segment.bytes
            count -= 1
            self.shared.report(.deleted(segment: SegmentFiles.name(segment.number)))
        }
        self.shared.segments.store(count, ordering: .relaxed)
        self.shared.segmentBytes.store(total, ordering: .relaxed)
    }
}
