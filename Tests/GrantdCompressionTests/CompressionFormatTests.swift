//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCompression
internal import GrantdSchema
internal import Testing

@Suite
struct CompressionFormatTests {
    /// What Python's gzip and zlib modules and the Rust snappy (cramjam) make of ``Bytes/sentence``.
    static let foreign: [(format: CompressionFormat, bytes: [UInt8])] = [
        (
            .gzip,
            Bytes.hex(
                "1f8b080000f1536502ff4b2f4acc2b495148cc2b2e4f2d2a5648ad484c2ec9a9d45128cf2cc950284a4d2ccecf2bb656481fd2aa00"
                    + "deffaa74e4000000"
            )
        ),
        (
            .zlib,
            Bytes.hex(
                "789c4b2f4acc2b495148cc2b2e4f2d2a5648ad484c2ec9a9d45128cf2cc950284a4d2ccecf2bb656481fd2aa0061665563"
            )
        ),
        (
            .snappy,
            Bytes.hex(
                "e401986772616e746420616e73776572732065786163746c792c207769746820726561736f6e733b2067fe2600fe2600f22600"
            )
        ),
    ]

    @Test("what others compressed is read", arguments: foreign)
    func readForeign(_ sample: (format: CompressionFormat, bytes: [UInt8])) throws {
        #expect(try Bytes.decompress(sample.bytes, sample.format, limit: 1 << 20) == Bytes.sentence)
    }

    @Test("what is compressed comes out again, of any size", arguments: CompressionFormat.allCases)
    func roundTrip(_ format: CompressionFormat) throws {
        for size in [0, 1, 2, 100, 16_383, 16_384, 16_385, 65_536, 300_000] {
            for bytes in [Bytes.regular(size), Bytes.random(size)] {
                let compressed = try Bytes.compress(bytes, format)
                #expect(compressed.count <= CompressionFormat.mostCompressed(size))
                #expect(try Bytes.decompress(compressed, format, limit: size) == bytes)
            }
        }
    }

    @Test("as much as the limit comes out, and not a byte more", arguments: CompressionFormat.allCases)
    func limit(_ format: CompressionFormat) throws {
        for size in [1, 228, 4096, 16_384, 100_000] {
            let compressed = try Bytes.compress(Bytes.regular(size), format)
            #expect(try Bytes.decompress(compressed, format, limit: size).count == size)
            #expect(try Bytes.decompress(compressed, format, limit: size + 1).count == size)
            #expect(Bytes.fault(compressed, format, limit: size - 1) == .overLimit)
            #expect(Bytes.fault(compressed, format, limit: 0) == .overLimit)
        }
    }

    @Test("a bomb ends at the limit, with no more memory than that", arguments: CompressionFormat.allCases)
    func bomb(_ format: CompressionFormat) throws {
        let compressed = try Bytes.compress([UInt8](repeating: 0, count: 64 << 20), format)
        let writer = ByteWriter(limit: 1 << 16)
        let fault = Bytes.fault(compressed, format, limit: 1 << 16, into: writer)
        #expect(fault == .overLimit)
        #expect(writer.count <= (1 << 16) + 1)
    }

    @Test("bytes that are cut off anywhere are broken", arguments: foreign)
    func cutOff(_ sample: (format: CompressionFormat, bytes: [UInt8])) {
        for count in 0..<sample.bytes.count {
            #expect(Bytes.isBroken(Array(sample.bytes.prefix(count)), sample.format), "of \(count) bytes")
        }
    }

    @Test("a bit that changed on the way is noticed where the format has a sum over its bytes", arguments: foreign)
    func changed(_ sample: (format: CompressionFormat, bytes: [UInt8])) {
        for bit in 0..<(sample.bytes.count * 8) {
            var bytes = sample.bytes
            bytes[bit / 8] ^= 1 << (bit % 8)
            let result = try? Bytes.decompress(bytes, sample.format, limit: 1 << 20)
            // snappy has no sum: what comes out is other bytes, which are judged as a message then.
            if sample.format == .snappy { continue }
            #expect(result == nil || result == Bytes.sentence, "bit \(bit)")
        }
    }

    @Test("a wrong sum and a wrong length are broken")
    func wrongTrailer() {
        let gzip = Self.foreign[0].bytes
        for index in (gzip.count - 8)..<gzip.count {
            var bytes = gzip
            bytes[index] ^= 0x10
            #expect(Bytes.isBroken(bytes, .gzip))
        }
        let zlib = Self.foreign[1].bytes
        for index in (zlib.count - 4)..<zlib.count {
            var bytes = zlib
            bytes[index] ^= 0x10
            #expect(Bytes.isBroken(bytes, .zlib))
        }
    }

    @Test("something behind the end is broken", arguments: foreign)
    func trailing(_ sample: (format: CompressionFormat, bytes: [UInt8])) {
        for rest in [[0], [0x1F], Array("trailing".utf8), [UInt8](repeating: 0, count: 512)] as [[UInt8]] {
            #expect(Bytes.isBroken(sample.bytes + rest, sample.format))
        }
    }

    @Test("a format is not taken for another")
    func otherFormats() {
        for sample in Self.foreign {
            for format in CompressionFormat.allCases where format != sample.format {
                #expect(Bytes.fault(sample.bytes, format, limit: 1 << 20) != nil, "\(sample.format) as \(format)")
            }
        }
    }

    @Test("members of gzip stand behind one another, and the limit is for all of them")
    func members() throws {
        let member = Self.foreign[0].bytes
        let three = member + member + member
        let size = Bytes.sentence.count
        #expect(try Bytes.decompress(three, .gzip, limit: 3 * size) == Bytes.sentence + Bytes.sentence + Bytes.sentence)
        #expect(Bytes.fault(three, .gzip, limit: 3 * size - 1) == .overLimit)
        #expect(Bytes.isBroken(Array(three.dropLast()), .gzip))
    }

    @Test("a stream of nothing but blocks or members that hold nothing ends soon")
    func manyBlocks() throws {
        let empty = try Bytes.compress([], .gzip)
        func members(_ count: Int) -> [UInt8] { Array(repeatElement(empty, count: count).joined()) }
        #expect(try Bytes.decompress(members(1000), .gzip, limit: 10) == [])
        #expect(Bytes.isBroken(members(50_000), .gzip))
        // Stored blocks without a byte, and the last one with the sum of nothing.
        let block: [UInt8] = [0, 0, 0, 0xFF, 0xFF]
        let blocks = Array(repeatElement(block, count: 100_000).joined())
        #expect(Bytes.isBroken([0x78, 0x01] + blocks + [1, 0, 0, 0xFF, 0xFF, 0, 0, 0, 1], .zlib))
    }

    @Test("nothing at all is broken in every format", arguments: CompressionFormat.allCases)
    func nothing(_ format: CompressionFormat) {
        #expect(Bytes.isBroken([], format))
    }

    @Test("a zlib stream that wants a dictionary is broken")
    func dictionary() {
        // FDICT is set; Adler-32 of a dictionary that nobody has.
        #expect(Bytes.isBroken([0x78, 0xBB, 0, 0, 0, 1, 3, 0], .zlib))
    }

    @Test("a length that a snappy block cannot have costs no memory")
    func snappyLength() {
        // 4 MiB, 2^32 - 1, 2^35: by five bytes, then nothing that makes them.
        for declared in [[0x80, 0x80, 0x80, 0x02], [0xFF, 0xFF, 0xFF, 0xFF, 0x0F]] as [[UInt8]] {
            let writer = ByteWriter(limit: 4 << 20)
            #expect(Bytes.fault(declared + [0], .snappy, limit: 1 << 20, into: writer) == .overLimit)
            #expect(writer.count == 0)
            #expect(Bytes.isBroken(declared + [0], .snappy, limit: 1 << 33))
        }
        #expect(Bytes.isBroken([0x80, 0x80, 0x80, 0x80, 0x80, 0x01, 0], .snappy))
        // One byte declared, two given.
        #expect(Bytes.isBroken([0x01, 0x04, 0x61, 0x62], .snappy))
        // A copy from before the beginning.
        #expect(Bytes.isBroken([0x04, 0x01, 0x09], .snappy))
    }

    @Test("snappy's best ratio is within what a block is believed to have")
    func snappyRatio() throws {
        let zeros = [UInt8](repeating: 0, count: 4 << 20)
        let compressed = try Bytes.compress(zeros, .snappy)
        #expect(try Bytes.decompress(compressed, .snappy, limit: 4 << 20) == zeros)
    }

    @Test("streams are used again by whoever comes next, on any thread")
    func threads() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for round in 0..<50 {
                        let format = CompressionFormat.allCases[(task + round) % 3]
                        let bytes = Bytes.regular(task * 1000 + round)
                        let compressed = try Bytes.compress(bytes, format)
                        // Every other one breaks off in the middle.
                        _ = Bytes.fault(Array(compressed.prefix(compressed.count / 2)), format, limit: 1 << 20)
                        #expect(try Bytes.decompress(compressed, format, limit: bytes.count) == bytes)
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
