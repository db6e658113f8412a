//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What is answered to a request, whole.
///
/// `date`, `content-length` and `connection` are the connection's to write, and no part of it.
package struct HTTPReply: Sendable {
    /// HTTP's status.
    package var status: Int
    /// Names in lower case and values.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A reply of plain text, with a newline at its end.
    package static func text(_ status: Int, _ text: String, headers: [(name: String, value: String)] = []) -> HTTPReply
    {
        HTTPReply(
            status: status,
            headers: [("content-type", "text/plain; charset=utf-8"), ("cache-control", "no-store")] + headers,
            body: Array((text + "\n").utf8)
        )
    }
}
