//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why a request is not taken: its connection is closed behind the answer.
package struct HTTPFault: Error, Hashable, Sendable {
    package let status: Int
    package let message: String

    package init(_ status: Int, _ message: String) {
        self.status = status
        self.message = message
    }

    /// What a client of HTTP/2 without TLS is told, that does not ask first.
    package static let http2 = HTTPFault(505, "HTTP/2 is not served on this port; speak HTTP/1.1")
    package static let headTooLarge = HTTPFault(431, "the request's line and headers are larger than the daemon takes")
    package static let bodyTooLarge = HTTPFault(413, "the request's body is larger than the daemon takes")
    package static let notHTTP = HTTPFault(400, "the bytes are no request of HTTP/1.1")
    package static let unsureLength = HTTPFault(400, "the length of the request's body is in doubt")

    /// The answer.
    package var reply: HTTPReply { .text(self.status, self.message) }
}
