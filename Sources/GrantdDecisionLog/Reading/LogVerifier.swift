//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdDigest

/// Recomputes the chain of a log, entry by entry and from segment to segment.
package struct LogVerifier {
    /// What is wrong, and where: the first place.
    package enum Finding: Sendable, Hashable {
        /// An entry of a segment.
        case entry(path: String, SegmentDamage)
        /// The beginning of a segment.
        case header(path: String, number: UInt64)
        /// A segment does not follow on the one before it: one is missing between them, or was changed as a whole.
        case gap(path: String, number: UInt64)
        /// An entry is not the one that was noted elsewhere; nil: it is not there.
        case notExpected(number: UInt64, found: SHA256Digest?)
    }

    /// What a whole log holds.
    package struct Result: Sendable {
        package var segments = 0
        package var bytes: UInt64 = 0
        /// Entries of calls.
        package var decisions: UInt64 = 0
        /// Of them, those with masked fields, and those whose body was erased.
        package var masked: UInt64 = 0
        package var erased: UInt64 = 0
        /// Entries that say which policies decide.
        package var policies: UInt64 = 0
        /// The numbers of the first and the last entry; nil where there is none.
        package var first: UInt64?
        package var last: (number: UInt64, chain: SHA256Digest)?
        /// When they were answered, in milliseconds since 1970.
        package var begin: Int64?
        package var end: Int64?
        /// The number of the first segment: 1, unless older ones were deleted.
        package var firstSegment: UInt64?
        /// Ends that were cut off, as files beside.
        package var torn: [String] = []
        package var finding: Finding?

        package var isSound: Bool { self.finding == nil }
    }

    private let directory: String
    private let expected: (number: UInt64, chain: SHA256Digest)?
    private let onProgress: (UInt64, UInt64) -> Void

    /// - Parameters:
    ///   - expected: An entry that was noted elsewhere, with the chain's value there.
    ///   - onProgress: Told of the bytes that were read, of all bytes.
    package init(
        directory: String,
        expected: (number: UInt64, chain: SHA256Digest)? = nil,
        onProgress: @escaping (UInt64, UInt64) -> Void = { _, _ in }
    ) {
        self.directory = directory
        self.expected = expected
        self.onProgress = onProgress
    }

    /// Goes over all segments, until something is wrong.
    ///
    /// - Throws: Where there is no log, or it cannot be read.
    package func run() throws(DecisionLogFault) -> Result {
        let segments = try SegmentFiles.existing(in: self.directory)
        var result = Result()
        result.torn = try SegmentFiles.torn(in: self.directory)
        let all = segments.reduce(0) { $0 + $1.bytes }
        var hasFoundExpected = false
        for (index, segment) in segments.enumerated() {
            let reader: SegmentReader
            do throws(DecisionLogFault) {
                reader = try SegmentReader(path: segment.path)
            } catch {
                guard error.code == .damaged else { throw error }
                result.finding = .header(path: segment.path, number: segment.number)
                return result
            }
            if result.firstSegment == nil { result.firstSegment = segment.number }
            guard reader.header.number == segment.number, self.follows(reader, result, index, segments) else {
                result.finding = .gap(path: segment.path, number: segment.number)
                return result
            }
            result.segments += 1
            if result.last == nil { result.last = (reader.header.firstEntry - 1, reader.header.previous) }
            do throws(SegmentDamage) {
                while let entry = try reader.next() {
                    result.take(entry)
                    if let expected = self.expected, expected.number == entry.number {
                        guard expected.chain == entry.chain else {
                            result.finding = .notExpected(number: entry.number, found: entry.chain)
                            return result
                        }
                        hasFoundExpected = true
                    }
                    self.onProgress(result.bytes + reader.offset, all)
                }
            } catch {
                // The end of the last segment is under way while a daemon writes.
                guard error.reason == .torn, index == segments.count - 1, LogLock.isHeld(in: self.directory) else {
                    result.finding = .entry(path: segment.path, error)
                    return result
                }
            }
            result.last = (reader.nextEntry - 1, reader.chain)
            result.bytes += reader.offset
        }
        if let expected = self.expected, !hasFoundExpected {
            result.finding = .notExpected(number: expected.number, found: nil)
        }
        return result
    }

    private func follows(
        _ reader: SegmentReader,
        _ result: Result,
        _ index: Int,
        _ segments: [SegmentFiles.Found]
    ) -> Bool {
        // Older ones may have been deleted: what the first one follows on nobody can say any more.
        guard index > 0, let last = result.last else { return true }
        return reader.header.previous == last.chain && reader.header.firstEntry == last.number + 1
    }
}

extension LogVerifier.Result {
    fileprivate mutating func take(_ entry: LogEntry) {
        if self.first == nil { self.first = entry.number }
        switch entry.kind {
        case .policies: self.policies += 1
        case .decision:
            self.decisions += 1
            if self.begin == nil { self.begin = entry.time }
            self.end = entry.time
            switch entry.state {
            case .whole: break
            case .masked: self.masked += 1
            case .erased: self.erased += 1
            }
        }
    }
}
