//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import NIOCore

/// Cuts a stream of bytes into frames: a value without I/O.
///
/// Whole frames are slices of the bytes that were handed in. Only a frame that came in several pieces is put together,
/// and the memory for that grows with what has come, never with what a header declares.
package struct FrameDecoder: Sendable {
    private let maximumBodyBytes: Int
    private let maximumMetaBytes: Int
    /// What was handed in and is not read yet.
    private var input = ByteBuffer()
    /// The beginning of a frame whose rest has not come. Its memory is used again.
    private var begun = ByteBuffer()
    private var failure: FrameError?
    /// Memory above this, in bytes, is not kept for the next frame.
    private static let retained = 64 << 10

    /// - Parameters:
    ///   - maximumBodyBytes: The largest body that is read: meta, payload and attachment.
    ///   - maximumMetaBytes: The largest meta that is read; as large as the body where it is left out.
    package init(maximumBodyBytes: Int, maximumMetaBytes: Int? = nil) {
        self.maximumBodyBytes = maximumBodyBytes
        self.maximumMetaBytes = maximumMetaBytes ?? maximumBodyBytes
    }

    /// Whether a frame has begun whose end has not come.
    package var isUnfinished: Bool { self.begun.readableBytes > 0 || self.input.readableBytes > 0 }

    /// Hands in what was read from the connection. Call ``next()`` until it returns `nil` before the next one.
    package mutating func append(_ bytes: ByteBuffer) {
        if self.input.readableBytes == 0 {
            self.input = bytes
        } else {
            self.input.writeImmutableBuffer(bytes)
        }
    }

    /// The next whole frame, `nil` where its end has not come.
    ///
    /// - Throws: ``FrameError`` as soon as what is there cannot become a frame that is read: the declared sizes are judged
    ///   before the bytes behind them come. It throws the same error from then on.
    package mutating func next() throws(FrameError) -> Frame? {
        if let failure = self.failure { throw failure }
        do throws(FrameError) {
            return try self.begun.readableBytes > 0 ? self.finishBegun() : self.readInput()
        } catch {
            self.failure = error
            self.input = ByteBuffer()
            self.begun = ByteBuffer()
            throw error
        }
    }

    private mutating func readInput() throws(FrameError) -> Frame? {
        guard let header = try self.header(of: self.input), header.frameSize <= self.input.readableBytes else {
            if self.input.readableBytes > 0 {
                self.begun.clear()
                self.begun.writeBuffer(&self.input)
            }
            // Let go of it: the channel reads into the same memory again once nobody else holds it.
            self.input = ByteBuffer()
            return nil
        }
        let frame = Self.take(header, from: &self.input)
        if self.input.readableBytes == 0 { self.input = ByteBuffer() }
        return frame
    }

    private mutating func finishBegun() throws(FrameError) -> Frame? {
        self.fillBegun(to: FrameHeader.size)
        guard let header = try self.header(of: self.begun) else { return nil }
        self.fillBegun(to: header.frameSize)
        guard header.frameSize <= self.begun.readableBytes else { return nil }
        let frame = Self.take(header, from: &self.begun)
        if self.begun.capacity > Self.retained { self.begun = ByteBuffer() }
        return frame
    }

    private mutating func fillBegun(to size: Int) {
        let count = min(size - self.begun.readableBytes, self.input.readableBytes)
        if count > 0, var piece = self.input.readSlice(length: count) { self.begun.writeBuffer(&piece) }
        if self.input.readableBytes == 0 { self.input = ByteBuffer() }
    }

    private func header(of bytes: ByteBuffer) throws(FrameError) -> FrameHeader? {
        switch bytes.withUnsafeReadableBytes({ FrameHeader.glance($0) }) {
        case .needMoreBytes: return nil
        case .notAFrame: throw .notAFrame
        case .header(let header):
            if header.metaSize > header.bodySize {
                throw .metaLargerThanBody(metaSize: header.metaSize, bodySize: header.bodySize)
            }
            if header.bodySize > self.maximumBodyBytes {
                throw .bodyTooLarge(size: header.bodySize, limit: self.maximumBodyBytes)
            }
            if header.metaSize > self.maximumMetaBytes {
                throw .metaTooLarge(size: header.metaSize, limit: self.maximumMetaBytes)
            }
            return header
        }
    }

    /// The bytes are known to be there.
    private static func take(_ header: FrameHeader, from bytes: inout ByteBuffer) -> Frame? {
        bytes.moveReaderIndex(forwardBy: FrameHeader.size)
        guard let meta = bytes.readSlice(length: header.metaSize),
            let payload = bytes.readSlice(length: header.bodySize - header.metaSize)
        else { return nil }
        return Frame(meta: meta, payload: payload)
    }
}
