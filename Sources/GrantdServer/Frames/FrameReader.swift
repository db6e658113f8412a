//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdService
internal import GrantdWire

/// Finds the frames in the bytes of a connection, and reads past the body of one that is larger than is served.
///
/// A header is judged by its declared numbers before the bytes behind it arrive, in this order: magic (as far as it is
/// there), meta against body, meta against its limit, body against its limits.
package struct FrameReader {
    /// What stands next in the bytes. Ranges are offsets into them.
    package enum Next: Equatable {
        /// A whole frame: its meta, and what follows it (payload and attachment).
        case frame(meta: Range<Int>, rest: Range<Int>)
        /// The meta of a frame whose body is larger than is served, or a stranger's; the body is read past.
        case oversized(meta: Range<Int>)
        /// No whole frame.
        case needMoreBytes
        /// No frame at all, or one beyond all bounds: the connection is of no use any more.
        case malformed
    }

    private let requestBytes: Int
    private let largeRequestBytes: Int
    /// Bodies over it are judged by their meta before they are there.
    private static let judgedEarly = 64 << 10
    private let metaBytes: Int
    private let skippedBytes: Int
    /// Bytes of an oversized body that are still to come.
    private var skip = 0

    package init(limits: Limits) {
        self.requestBytes = limits.requestBytes
        self.largeRequestBytes = max(limits.requestBytes, limits.largeRequestBytes)
        self.metaBytes = limits.metaBytes
        self.skippedBytes = limits.skippedBytes
    }

    /// Whether the rest of an oversized body is still to come.
    package var isSkipping: Bool { self.skip > 0 }

    /// From now on nothing is a frame: the peer speaks another protocol.
    package mutating func end() { self.skip = Self.forever }

    /// More than is ever read past.
    private static let forever = Int.max

    /// Looks at `bytes` from `offset` and moves `offset` behind what it returns.
    ///
    /// - Parameter admits: Says by its meta whether the rest of a frame is waited for. Asked only for frames that are not
    ///   there yet, or are large: larger than most may be.
    package mutating func next(
        in bytes: UnsafeRawBufferPointer,
        from offset: inout Int,
        admits: (_ meta: UnsafeRawBufferPointer, _ isLarge: Bool) -> Bool = { _, isLarge in !isLarge }
    ) -> Next {
        if self.skip > 0 {
            if self.skip == Self.forever { return .malformed }
            let count = min(self.skip, bytes.count - offset)
            self.skip -= count
            offset += count
            if self.skip > 0 { return .needMoreBytes }
        }
        let header: FrameHeader
        switch FrameHeader.glance(bytes, at: offset) {
        case .header(let glanced): header = glanced
        case .needMoreBytes: return .needMoreBytes
        case .notAFrame: return .malformed
        }
        let body = header.bodySize
        let meta = header.metaSize
        guard meta <= body, meta <= self.metaBytes, body <= max(self.requestBytes, self.skippedBytes) else {
            return .malformed
        }
        let available = bytes.count - offset
        let start = offset + FrameHeader.size
        let isLarge = body > self.requestBytes
        if isLarge || (body > Self.judgedEarly && available < header.frameSize) {
            guard available >= FrameHeader.size + meta else { return .needMoreBytes }
            let metaBytes = UnsafeRawBufferPointer(rebasing: bytes[start..<(start + meta)])
            guard body <= self.largeRequestBytes, admits(metaBytes, isLarge) else {
                offset = start + meta
                self.skip = body - meta
                return .oversized(meta: start..<offset)
            }
        }
        return self.whole(header, at: start, available: available, &offset)
    }

    private func whole(_ header: FrameHeader, at start: Int, available: Int, _ offset: inout Int) -> Next {
        guard available >= header.frameSize else { return .needMoreBytes }
        offset = start + header.bodySize
        let rest = start + header.metaSize
        return .frame(meta: start..<rest, rest: rest..<offset)
    }
}
