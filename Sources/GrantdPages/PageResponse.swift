//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a person's browser is told.
package struct PageResponse: Sendable {
    /// HTTP's status: 200, 303 (then with a place to go to), 404, 400.
    package var status: Int
    /// Names and values of the headers beside the length, `content-type` among them.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
