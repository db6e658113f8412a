//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdWire
import NIOCore
import Testing

struct FrameDecoderTests {
    private static func frame(_ meta: String, _ payload: String) -> ByteBuffer {
        var buffer = ByteBuffer()
        FrameEncoder.write(meta: Array(meta.utf8), payload: ByteBuffer(string: payload), into: &buffer)
        return buffer
    }

    private static func header(magic: String = "PRPC", body: UInt32, meta: UInt32) -> ByteBuffer {
        var buffer = ByteBuffer(string: magic)
        buffer.writeInteger(body)
        buffer.writeInteger(meta)
        return buffer
    }

    private static func texts(_ frame: Frame?) -> [String]? {
        frame.map { [String(buffer: $0.meta), String(buffer: $0.payload)] }
    }

    @Test func layout() {
        let bytes = Array(Self.frame("ab", "cde").readableBytesView)
        #expect(bytes == Array("PRPC".utf8) + [0, 0, 0, 5, 0, 0, 0, 2] + Array("abcde".utf8))
    }

    @Test func oneByteAtATime() throws {
        var stream = Self.frame("meta", "payload")
        stream.writeImmutableBuffer(Self.frame("m", ""))
        stream.writeImmutableBuffer(Self.frame("", "p"))
        stream.writeImmutableBuffer(Self.frame("", ""))
        var decoder = FrameDecoder(maximumBodyBytes: 100)
        var found: [[String]] = []
        for byte in stream.readableBytesView {
            decoder.append(ByteBuffer(bytes: [byte]))
            while let frame = try decoder.next() { found += [Self.texts(frame) ?? []] }
        }
        #expect(found == [["meta", "payload"], ["m", ""], ["", "p"], ["", ""]])
        #expect(!decoder.isUnfinished)
    }

    @Test(arguments: 1...60) func piecesOfEverySize(size: Int) throws {
        var stream = ByteBuffer()
        for index in 0..<9 {
            stream.writeImmutableBuffer(
                Self.frame("meta\(index)", String(repeating: "x", count: index * 7))
            )
        }
        var decoder = FrameDecoder(maximumBodyBytes: 100)
        var found: [[String]] = []
        while stream.readableBytes > 0 {
            if let piece = stream.readSlice(length: min(size, stream.readableBytes)) { decoder.append(piece) }
            while let frame = try decoder.next() { found += [Self.texts(frame) ?? []] }
        }
        #expect(found == (0..<9).map { ["meta\($0)", String(repeating: "x", count: $0 * 7)] })
    }

    @Test func framesKeptByTheirReaderStayAsTheyWere() throws {
        var decoder = FrameDecoder(maximumBodyBytes: 100)
        var kept: [Frame] = []
        for index in 0..<4 {
            var whole = Self.frame("m\(index)", "p\(index)")
            let first = whole.readSlice(length: 13)
            decoder.append(try #require(first))
            #expect(Self.texts(try decoder.next()) == nil)
            decoder.append(whole)
            let frame = try decoder.next()
            kept.append(try #require(frame))
        }
        #expect(kept.map { Self.texts($0) } == (0..<4).map { ["m\($0)", "p\($0)"] })
    }

    @Test func appendBeforeTheRestWasTaken() throws {
        var decoder = FrameDecoder(maximumBodyBytes: 100)
        decoder.append(Self.frame("a", "1"))
        decoder.append(Self.frame("b", "2"))
        #expect(Self.texts(try decoder.next()) == ["a", "1"])
        #expect(Self.texts(try decoder.next()) == ["b", "2"])
        #expect(Self.texts(try decoder.next()) == nil)
    }

    @Test func sizesAreJudgedBeforeTheBytesCome() {
        let cases: [(ByteBuffer, FrameError)] = [
            (Self.header(body: 101, meta: 1), .bodyTooLarge(size: 101, limit: 100)),
            (Self.header(body: .max, meta: 1), .bodyTooLarge(size: Int(UInt32.max), limit: 100)),
            (Self.header(body: 10, meta: 11), .metaLargerThanBody(metaSize: 11, bodySize: 10)),
            (Self.header(body: .max, meta: .max), .bodyTooLarge(size: Int(UInt32.max), limit: 100)),
            (Self.header(body: 90, meta: 51), .metaTooLarge(size: 51, limit: 50)),
            (Self.header(magic: "HTTP", body: 1, meta: 1), .notAFrame),
            (ByteBuffer(string: "G"), .notAFrame),
            (ByteBuffer(string: "PRPc"), .notAFrame),
        ]
        for (bytes, error) in cases {
            var decoder = FrameDecoder(maximumBodyBytes: 100, maximumMetaBytes: 50)
            decoder.append(bytes)
            #expect(throws: error) { try decoder.next() }
            // And so it stays, whatever comes.
            decoder.append(Self.frame("a", "b"))
            #expect(throws: error) { try decoder.next() }
        }
    }

    @Test func aBodyOfExactlyTheLimitIsRead() throws {
        var decoder = FrameDecoder(maximumBodyBytes: 100, maximumMetaBytes: 50)
        let meta = String(repeating: "m", count: 50)
        let payload = String(repeating: "p", count: 50)
        decoder.append(Self.frame(meta, payload))
        #expect(Self.texts(try decoder.next()) == [meta, payload])
    }

    @Test func aBadFrameBehindGoodOnesSpoilsOnlyItself() throws {
        var decoder = FrameDecoder(maximumBodyBytes: 100)
        var stream = Self.frame("a", "b")
        stream.writeString("nonsense")
        decoder.append(stream)
        #expect(Self.texts(try decoder.next()) == ["a", "b"])
        #expect(throws: FrameError.notAFrame) { try decoder.next() }
    }

    @Test func aFrameIsUnfinishedFromItsFirstByte() throws {
        var decoder = FrameDecoder(maximumBodyBytes: 100)
        #expect(!decoder.isUnfinished)
        decoder.append(ByteBuffer(string: "P"))
        #expect(Self.texts(try decoder.next()) == nil)
        #expect(decoder.isUnfinished)
    }

    @Test func headerInRawMemory() {
        var bytes = [UInt8](repeating: 0, count: 12)
        bytes.withUnsafeMutableBytes { memory in
            if let start = memory.baseAddress { FrameHeader(bodySize: 258, metaSize: 3).write(into: start) }
        }
        #expect(bytes == Array("PRPC".utf8) + [0, 0, 1, 2, 0, 0, 0, 3])
        #expect(bytes.withUnsafeBytes { FrameHeader.glance($0) } == .header(FrameHeader(bodySize: 258, metaSize: 3)))
        for count in 0..<12 {
            #expect(bytes.withUnsafeBytes { FrameHeader.glance(.init(rebasing: $0[..<count])) } == .needMoreBytes)
        }
    }
}
