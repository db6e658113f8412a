//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCompression
internal import Testing

@testable internal import GrantdHTTP

@Suite
struct ContentCodingTests {
    @Test("gzip is accepted where a header says so, itself or by a star, and not with a weight of zero")
    func accepts() {
        func acceptsGzip(_ header: String) -> Bool {
            Array(header.utf8).withUnsafeBytes { ContentCoding.acceptsGzip($0) }
        }
        for header in [
            "gzip", "gzip, deflate, br", "br;q=1.0, gzip;q=0.8, *;q=0.1", "GZIP", "x-gzip", "*", "deflate,*;q=0.5",
            " gzip ; q=0.001", "*;q=0, gzip", "gzip;", "gzip;q=1",
        ] {
            #expect(acceptsGzip(header), "\(header)")
        }
        for header in [
            "", "identity", "br", "gzip;q=0", "gzip;q=0.0", "gzip; q=0.000", "gzip;Q=0", "*;q=0", "gzip;q=0, *",
            "gzipped", ",", ";", "xgzip",
        ] {
            #expect(!acceptsGzip(header), "\(header)")
        }
    }

    @Test("content codings go by their names, in any case")
    func format() throws {
        #expect(try ContentCoding.format(nil) == nil)
        #expect(try ContentCoding.format("Identity") == nil)
        #expect(try ContentCoding.format("GZip") == .gzip)
        #expect(try ContentCoding.format("x-gzip") == .gzip)
        #expect(try ContentCoding.format("deflate") == .zlib)
        for name in ["br", "snappy", "gzip, gzip", "gzip;q=1", " "] {
            #expect(throws: ContentCoding.Unserved.self) { try ContentCoding.format(name) }
        }
    }
}
