//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService

/// Goes over every decision of logs, in order, with the policies that decided it. Memory does not grow with the logs.
package struct LogWalk {
    /// Where an entry stands.
    package struct Place {
        package let directory: String
        package let path: String
        /// Which policies decided; nil where the entry names none that stands before it.
        package let listing: PolicyListing?
    }

    private let directories: [String]
    private let onProgress: (UInt64, UInt64) -> Void

    /// - Parameter onProgress: Told of the bytes that were read, of all bytes, now and then.
    package init(_ directories: [String], onProgress: @escaping (UInt64, UInt64) -> Void = { _, _ in }) {
        self.directories = directories
        self.onProgress = onProgress
    }

    /// Goes over all.
    ///
    /// - Parameter body: Takes an entry; its bytes are good for as long as it runs. False ends the walk.
    /// - Throws: Where a log is damaged, at its place, or cannot be read; and what the body throws.
    package func run(_ body: (LogEntry, Place) throws -> Bool) throws {
        var segments: [(directory: String, found: SegmentFiles.Found)] = []
        for directory in self.directories {
            segments += try SegmentFiles.existing(in: directory).map { (directory, $0) }
        }
        let all = segments.reduce(0) { $0 + $1.found.bytes }
        var before: UInt64 = 0
        for (index, segment) in segments.enumerated() {
            let reader = try SegmentReader(path: segment.found.path)
            var listings: [PolicyListing?] = []
            let isLast = index == segments.count - 1 || segments[index + 1].directory != segment.directory
            while let entry = try Self.next(reader, mayBeTorn: isLast && LogLock.isHeld(in: segment.directory)) {
                if entry.number & 0xFF == 0 { self.onProgress(before + reader.offset, all) }
                guard entry.kind == .decision else {
                    listings.append(entry.listing)
                    continue
                }
                let number = Int(entry.policies) - 1
                let place = Place(
                    directory: segment.directory,
                    path: segment.found.path,
                    listing: listings.indices.contains(number) ? listings[number] : nil
                )
                guard try body(entry, place) else { return }
            }
            before += segment.found.bytes
        }
        self.onProgress(all, all)
    }

    private static func next(_ reader: SegmentReader, mayBeTorn: @autoclosure () -> Bool) throws -> LogEntry? {
        do throws(SegmentDamage) {
            return try reader.next()
        } catch {
            // The end of what a daemon writes may be under way.
            if error.reason == .torn, mayBeTorn() { return nil }
            throw DecisionLogFault(
                .damaged,
                zh: "\(reader.path)：第 \(error.entry) 条已损坏；请先以 grantctl log verify 核对",
                en: "\(reader.path): entry \(error.entry) is damaged; look at it with grantctl log verify first"
            )
        }
    }
}
