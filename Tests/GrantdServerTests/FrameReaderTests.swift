//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService
internal import Testing

@testable internal import GrantdServer

/// The frames of a connection, by plain calls.
@Suite
struct FrameReaderTests {
    private static func reader(_ change: (inout Limits) -> Void = { _ in }) -> FrameReader {
        var limits = Limits.defaults
        change(&limits)
        return FrameReader(limits: limits)
    }

    private static func next(_ reader: inout FrameReader, _ bytes: [UInt8], from offset: inout Int) -> FrameReader.Next
    {
        bytes.withUnsafeBytes { reader.next(in: $0, from: &offset) }
    }

    private static func first(_ bytes: [UInt8], _ change: (inout Limits) -> Void = { _ in }) -> FrameReader.Next {
        var reader = self.reader(change)
        var offset = 0
        return self.next(&reader, bytes, from: &offset)
    }

    @Test("a frame is found only when its last byte is there, whatever the cuts")
    func dripping() {
        let frame = RawPeer.frame(meta: [1, 2, 3], payload: [4, 5])
        var reader = Self.reader()
        for count in 0..<frame.count {
            var offset = 0
            #expect(Self.next(&reader, Array(frame[..<count]), from: &offset) == .needMoreBytes)
            #expect(offset == 0)
        }
        var offset = 0
        #expect(Self.next(&reader, frame, from: &offset) == .frame(meta: 12..<15, rest: 15..<17))
        #expect(offset == 17)
        #expect(Self.next(&reader, frame, from: &offset) == .needMoreBytes)
    }

    @Test("frames stand one behind the other, empty ones too")
    func train() {
        let bytes = RawPeer.frame(meta: [], payload: []) + RawPeer.frame(meta: [1], payload: [])
        var reader = Self.reader()
        var offset = 0
        #expect(Self.next(&reader, bytes, from: &offset) == .frame(meta: 12..<12, rest: 12..<12))
        #expect(Self.next(&reader, bytes, from: &offset) == .frame(meta: 24..<25, rest: 25..<25))
        #expect(offset == bytes.count)
    }

    @Test("what is no frame is known by its first wrong byte", arguments: [[0x51], [0x50, 0x52, 0x50, 0x44], [0]])
    func magic(bytes: [UInt8]) {
        #expect(Self.first(bytes) == .malformed)
    }

    @Test("sizes are judged before the bytes arrive")
    func sizes() {
        #expect(Self.first(RawPeer.header(body: 3, meta: 4)) == .malformed)
        #expect(Self.first(RawPeer.header(body: 1 << 20, meta: (64 << 10) + 1)) == .malformed)
        #expect(Self.first(RawPeer.header(body: (64 << 20) + 1, meta: 10)) == .malformed)
        #expect(Self.first(RawPeer.header(body: Int(UInt32.max), meta: 0)) == .malformed)
        #expect(Self.first(RawPeer.header(body: 4 << 20, meta: 10)) == .needMoreBytes)
    }

    @Test("the body of a frame that is too large is read past, and the next frame is found behind it")
    func oversized() {
        let small = RawPeer.frame(meta: [9], payload: [])
        let bytes = RawPeer.frame(meta: [1, 2], payload: Array(repeating: 0x50, count: 100)) + small
        for cut in stride(from: 1, to: bytes.count, by: 7) {
            var reader = Self.reader { $0.requestBytes = 50 }
            var found: [FrameReader.Next] = []
            var input: [UInt8] = []
            for piece in [bytes[..<cut], bytes[cut...]] {
                input += piece
                var offset = 0
                while true {
                    let next = Self.next(&reader, input, from: &offset)
                    if next == .needMoreBytes { break }
                    found.append(next)
                    if next == .malformed { break }
                }
                input.removeFirst(offset)
            }
            #expect(found.count == 2, "cut at \(cut)")
            if case .oversized(let meta) = found.first {
                #expect(meta.count == 2)
            } else {
                Issue.record("cut at \(cut)")
            }
            if case .frame(let meta, _) = found.last { #expect(meta.count == 1) } else { Issue.record("cut at \(cut)") }
            #expect(!reader.isSkipping)
            #expect(input.isEmpty)
        }
    }
}
