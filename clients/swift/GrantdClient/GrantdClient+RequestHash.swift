//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Synchronization

extension GrantdClient {
    /// Makes a call, and tells what the daemon's log of decisions knows its request by, for `grantctl log show --hash`.
    ///
    /// ```swift
    /// let (assessment, hash) = try await client.withRequestHash { try await $0.evaluate(application) }
    /// ```
    ///
    /// - Parameter body: Makes the call, by the client that it is given, which has this one's connections. Of several calls
    ///   the one that is answered last counts.
    /// - Returns: What the body returns, and the SHA-256 of the request's bytes, 64 hexadecimal digits; where the log masks
    ///   fields, a full stop and 32 more, the salt that went before the bytes. `nil` where the daemon keeps no log, or logs
    ///   no such call.
    /// - Throws: What the body throws, and nothing else.
    public func withRequestHash<Value, Failure: Error>(
        _ body: (GrantdClient) async throws(Failure) -> Value
    ) async throws(Failure) -> (value: Value, requestHash: String?) {
        let hashes = RequestHashNote()
        let value = try await body(GrantdClient(sharing: self, noting: hashes))
        return (value, hashes.last)
    }
}

/// Keeps the hash of the request that was answered last.
final class RequestHashNote: Sendable {
    private let hash = Mutex<String?>(nil)

    var last: String? { self.hash.withLock { $0 } }

    func note(_ hash: String?) { self.hash.withLock { $0 = hash } }
}
