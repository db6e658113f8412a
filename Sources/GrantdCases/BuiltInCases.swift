//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import CGrantdCases
package import GrantdPolicy

/// The worked cases of the built-in programmes.
package enum BuiltInCases {
    /// A file for each programme, named after it: `medical-device.cases.jsonl`.
    package static var files: [PolicyFile] {
        (0..<grantd_case_file_count).compactMap { index in
            let file = grantd_case_file_at(index)
            guard let name = file.name, let bytes = file.bytes else { return nil }
            return (String(cString: name), Array(UnsafeBufferPointer(start: bytes, count: file.count)))
        }
    }
}
