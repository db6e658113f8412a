//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Synchronization

/// The tokens of which every call must carry one.
///
/// All copies share the tokens, so that ``replace(with:)`` reaches every event loop at once, and no connection is touched.
/// A comparison takes the same time whatever the bytes are: it depends on the number and the lengths of the tokens that
/// the daemon holds, and on nothing that a caller could learn them from.
package struct TokenSet: Sendable {
    private final class Shared: Sendable {
        let tokens: Mutex<[[UInt8]]>

        init(_ tokens: [[UInt8]]) { self.tokens = Mutex(tokens) }
    }

    /// None where nothing is asked for; that cannot change, so a daemon without tokens takes no lock.
    private let shared: Shared?

    /// No token: nothing is asked for.
    package init() {
        self.shared = nil
    }

    /// Takes these tokens.
    package init(_ tokens: [[UInt8]]) {
        self.shared = tokens.isEmpty ? nil : Shared(tokens)
    }

    /// Whether nothing is asked for.
    package var isEmpty: Bool { self.shared == nil }

    /// Puts other tokens in place of the present ones: calls that come from now on must carry one of them, on whichever
    /// connection. Nothing happens where none were asked for, or none is given.
    package func replace(with other: TokenSet) {
        guard let shared = self.shared, let tokens = other.shared?.tokens.withLock({ $0 }) else { return }
        shared.tokens.withLock { $0 = tokens }
    }

    /// Whether `credential` is one of the tokens, or no token is asked for.
    package func admits(_ credential: UnsafeRawBufferPointer) -> Bool {
        guard let shared = self.shared else { return true }
        let tokens = shared.tokens.withLock { $0 }
        var admitted = false
        for token in tokens {
            let same = Self.isEqual(token, credential)
            // No early return: that would tell which token was it.
            admitted = admitted || same
        }
        return admitted
    }

    private static func isEqual(_ token: [UInt8], _ credential: UnsafeRawBufferPointer) -> Bool {
        var difference = UInt64(truncatingIfNeeded: token.count ^ credential.count)
        for index in token.indices {
            let other = index < credential.count ? credential[index] : 0
            difference |= UInt64(token[index] ^ other)
        }
        return difference == 0
    }
}
