//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import NIOCore

/// What a peer speaks whose first bytes are no frame.
enum DetectedProtocol: Equatable {
    case http
    /// The beginning of a TLS handshake.
    case tls
    case unknown

    /// `PRI ` begins HTTP/2, whose clients are told in HTTP/1.1 that it is not served.
    private static let methods: [StaticString] = [
        "GET ", "POST ", "HEAD ", "OPTIONS ", "PUT ", "DELETE ", "PATCH ", "TRACE ", "CONNECT ", "PRI ",
    ]

    /// - Parameter bytes: all that came so far; a few are enough where they can begin nothing else.
    init(_ bytes: ByteBufferView) {
        if bytes.first == 0x16 {
            self = .tls
        } else {
            self = !bytes.isEmpty && Self.methods.contains { Self.isBegun($0, by: bytes) } ? .http : .unknown
        }
    }

    private static func isBegun(_ method: StaticString, by bytes: ByteBufferView) -> Bool {
        var index = 0
        for byte in bytes.prefix(method.utf8CodeUnitCount) {
            guard byte == method.utf8Start[index] else { return false }
            index += 1
        }
        return true
    }
}
