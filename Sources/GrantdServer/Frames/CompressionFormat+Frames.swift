//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCompression

/// brpc's numbers (`brpc/options.proto`).
extension CompressionFormat {
    /// - Returns: nil for a number of none that is served.
    init?(compressType: Int32) {
        switch compressType {
        case 1: self = .snappy
        case 2: self = .gzip
        case 3: self = .zlib
        default: return nil
        }
    }

    /// Its number.
    var compressType: Int32 {
        switch self {
        case .snappy: 1
        case .gzip: 2
        case .zlib: 3
        }
    }
}
