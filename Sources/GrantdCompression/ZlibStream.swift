//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import CZlib
internal import GrantdSchema
private import Synchronization

/// A stream of zlib's, with the memory that it works in: to make one takes as long as to compress some kilobytes, so that they
/// are kept and used again.
final class ZlibStream: @unchecked Sendable {
    // Unchecked: it is in one pair of hands at a time, as it is taken out of its store under that store's lock.

    /// What stands around the compressed bytes.
    enum Wrapper: Int32 {
        case zlib = 15
        /// By zlib's habit 16 more than the bits of the window.
        case gzip = 31
    }

    private enum Direction { case inflate, deflate }

    private let direction: Direction
    private let stream: UnsafeMutablePointer<z_stream>

    /// - Returns: nil where the system has no memory left.
    private init?(_ direction: Direction, _ wrapper: Wrapper) {
        self.direction = direction
        self.stream = .allocate(capacity: 1)
        self.stream.initialize(to: z_stream())
        let code =
            switch direction {
            case .inflate: CZlib_inflateInit(self.stream, wrapper.rawValue)
            case .deflate: CZlib_deflateInit(self.stream, Self.level, wrapper.rawValue)
            }
        // A stream that was not made is not to be ended; zlib ends one that is empty without harm.
        guard code == Z_OK else { return nil }
    }

    deinit {
        switch self.direction {
        case .inflate: inflateEnd(self.stream)
        case .deflate: deflateEnd(self.stream)
        }
        self.stream.deallocate()
    }

    /// The fastest: it halves the time of the default, and what it makes is a tenth larger.
    private static let level = Z_BEST_SPEED
    /// How much is inflated at a time, in bytes: what is over a limit is noticed that soon.
    private static let piece = 16 << 10
    /// So many blocks, members and pieces may come in any bytes, and one more with each ``bytesOfStep``: of zlib, at whatever level, come
    /// fewer. The tables of a block can be written in 12 bytes and take as long to read as some kilobytes.
    private static let freeSteps = 4096
    /// Bytes in and bytes out.
    private static let bytesOfStep = 128

    // MARK: - Both ways

    static func inflate(
        _ bytes: UnsafeRawBufferPointer,
        as wrapper: Wrapper,
        limit: Int,
        into writer: ByteWriter
    ) throws(CompressionFault) {
        let store = wrapper == .gzip ? Self.gzipInflaters : Self.zlibInflaters
        guard let stream = Self.take(from: store) ?? ZlibStream(.inflate, wrapper) else { throw .noMemory }
        defer { Self.giveBack(stream, to: store) }
        try stream.inflate(bytes, manyMembers: wrapper == .gzip, limit: limit, into: writer)
    }

    static func deflate(
        _ bytes: UnsafeRawBufferPointer,
        as wrapper: Wrapper,
        into writer: ByteWriter
    ) throws(CompressionFault) {
        let store = wrapper == .gzip ? Self.gzipDeflaters : Self.zlibDeflaters
        guard let stream = Self.take(from: store) ?? ZlibStream(.deflate, wrapper) else { throw .noMemory }
        defer { Self.giveBack(stream, to: store) }
        try stream.deflate(bytes, into: writer)
    }

    private func inflate(
        _ bytes: UnsafeRawBufferPointer,
        manyMembers: Bool,
        limit: Int,
        into writer: ByteWriter
    ) throws(CompressionFault) {
        inflateReset(self.stream)
        self.setInput(bytes)
        var steps = 0
        while true {
            // One more than may come out, so that it is noticed.
            let size = min(Self.piece, limit &- writer.count &+ 1)
            guard let room = writer.room(size) else { throw .overLimit }
            self.setOutput(room, size)
            let code = CZlib.inflate(self.stream, Z_BLOCK)
            let isFull = self.stream.pointee.avail_out == 0
            writer.advance(size - Int(self.stream.pointee.avail_out))
            guard writer.count <= limit else { throw .overLimit }
            steps += 1
            guard steps <= Self.freeSteps + (bytes.count + writer.count) / Self.bytesOfStep else {
                throw .broken("it is cut into too many blocks")
            }
            switch code {
            case Z_STREAM_END:
                if self.stream.pointee.avail_in == 0 { return }
                guard manyMembers else { throw .broken("something follows its end") }
                inflateReset(self.stream)
            case Z_OK:
                // All is read and nothing more comes of it.
                if self.stream.pointee.avail_in == 0, !isFull { throw .broken("it is cut off") }
            case Z_BUF_ERROR:
                throw .broken("it is cut off")
            case Z_MEM_ERROR:
                throw .noMemory
            default:
                throw .broken(self.stream.pointee.msg.map { String(cString: $0) } ?? "it wants a dictionary")
            }
        }
    }

    private func deflate(_ bytes: UnsafeRawBufferPointer, into writer: ByteWriter) throws(CompressionFault) {
        deflateReset(self.stream)
        self.setInput(bytes)
        let size = Int(deflateBound(self.stream, UInt(bytes.count)))
        guard let room = writer.room(size) else { throw .overLimit }
        self.setOutput(room, size)
        let code = CZlib.deflate(self.stream, Z_FINISH)
        writer.advance(size - Int(self.stream.pointee.avail_out))
        guard code == Z_STREAM_END else { throw .noMemory }
    }

    /// - Parameter bytes: requests and replies are far smaller than the 4 GiB that zlib takes at a time.
    private func setInput(_ bytes: UnsafeRawBufferPointer) {
        self.stream.pointee.next_in = UnsafeMutablePointer(
            mutating: bytes.assumingMemoryBound(to: UInt8.self).baseAddress
        )
        self.stream.pointee.avail_in = UInt32(truncatingIfNeeded: bytes.count)
    }

    private func setOutput(_ room: UnsafeMutableRawPointer, _ size: Int) {
        self.stream.pointee.next_out = room.assumingMemoryBound(to: UInt8.self)
        self.stream.pointee.avail_out = UInt32(truncatingIfNeeded: size)
    }

    // MARK: - Streams that are kept

    private final class Store: Sendable {
        let streams = Mutex<[ZlibStream]>([])
    }

    private static let gzipInflaters = Store()
    private static let zlibInflaters = Store()
    private static let gzipDeflaters = Store()
    private static let zlibDeflaters = Store()
    /// Of each kind. A stream that deflates holds a quarter of a megabyte.
    private static let mostKept = 4

    private static func take(from store: Store) -> ZlibStream? {
        store.streams.withLock { $0.popLast() }
    }

    private static func giveBack(_ stream: ZlibStream, to store: Store) {
        store.streams.withLock { streams in
            if streams.count < self.mostKept { streams.append(stream) }
        }
    }
}
