//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a column holds: the numbers of `grantd.v1.ColumnType.Value`.
enum ColumnType: Int32, BitwiseCopyable {
    case bool = 1
    case int32 = 2
    case int64 = 3
    case utf8 = 4
    case date32 = 5
    case dictionary = 6
    case list = 7

    var name: String {
        switch self {
        case .bool: "BOOL"
        case .int32: "INT32"
        case .int64: "INT64"
        case .utf8: "UTF8"
        case .date32: "DATE32"
        case .dictionary: "DICTIONARY"
        case .list: "LIST"
        }
    }

    /// The bytes of `data` that a value takes; `nil` where it has no fixed number of them.
    var width: Int? {
        switch self {
        case .int32, .date32, .dictionary: 4
        case .int64: 8
        case .bool, .utf8, .list: nil
        }
    }
}
