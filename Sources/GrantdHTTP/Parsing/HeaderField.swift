//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The headers that bear on the service; all others are passed over.
package enum HeaderField: UInt8, Sendable, CaseIterable {
    case acceptEncoding
    case acceptLanguage
    case accessControlRequestMethod
    case authorization
    case connectProtocolVersion
    case connectTimeout
    case contentEncoding
    case contentLength
    case contentType
    case expect
    case fetchSite
    case host
    case ifNoneMatch
    case origin
    case requestID
    case transferEncoding
    case upgrade

    /// The longest name of them.
    static let longestName = 29

    /// In small letters.
    var name: StaticString {
        switch self {
        case .acceptEncoding: "accept-encoding"
        case .acceptLanguage: "accept-language"
        case .accessControlRequestMethod: "access-control-request-method"
        case .authorization: "authorization"
        case .connectProtocolVersion: "connect-protocol-version"
        case .connectTimeout: "connect-timeout-ms"
        case .contentEncoding: "content-encoding"
        case .contentLength: "content-length"
        case .contentType: "content-type"
        case .expect: "expect"
        case .fetchSite: "sec-fetch-site"
        case .host: "host"
        case .ifNoneMatch: "if-none-match"
        case .origin: "origin"
        case .requestID: "x-request-id"
        case .transferEncoding: "transfer-encoding"
        case .upgrade: "upgrade"
        }
    }

    /// What becomes of it where it stands more than once.
    enum Repetition {
        case refused
        case firstTaken
        case lastTaken
    }

    /// What becomes of it where it stands more than once.
    var repetition: Repetition {
        switch self {
        case .acceptEncoding, .acceptLanguage, .ifNoneMatch, .upgrade: .lastTaken
        // A proxy's own stands before what others wrote.
        case .requestID: .firstTaken
        default: .refused
        }
    }

    /// The field of a name, in whatever letters; nil for one that does not bear on the service.
    static func find(_ name: UnsafeRawBufferPointer) -> HeaderField? {
        func field(_ candidate: HeaderField) -> HeaderField? {
            ASCIIText.isEqual(name, candidate.name) ? candidate : nil
        }
        return switch name.count {
        case 4: field(.host)
        case 6: field(.origin) ?? field(.expect)
        case 7: field(.upgrade)
        case 12: field(.contentType) ?? field(.requestID)
        case 13: field(.authorization) ?? field(.ifNoneMatch)
        case 14: field(.contentLength) ?? field(.fetchSite)
        case 15: field(.acceptEncoding) ?? field(.acceptLanguage)
        case 16: field(.contentEncoding)
        case 17: field(.transferEncoding)
        case 18: field(.connectTimeout)
        case 24: field(.connectProtocolVersion)
        case 29: field(.accessControlRequestMethod)
        default: nil
        }
    }
}
