//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdEngine

/// The calls of `grantd.v1.Awards` that the pages of the book make: each is answered as any client's is.
package struct AwardCalls: Sendable {
    /// From the bytes of a request to those of its reply, or to why there is none.
    package typealias Call = @Sendable ([UInt8]) async -> Result<[UInt8], CallError>

    let listAwards: Call
    let listEnvelopes: Call
    /// Whether the daemon keeps a book. Without one there are dry runs only.
    let keepsBook: Bool

    package init(keepsBook: Bool, listAwards: @escaping Call, listEnvelopes: @escaping Call) {
        self.keepsBook = keepsBook
        self.listAwards = listAwards
        self.listEnvelopes = listEnvelopes
    }
}
