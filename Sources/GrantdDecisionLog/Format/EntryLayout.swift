//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdDigest
internal import GrantdService

/// How an entry stands in a segment. Whole numbers are little-endian.
///
///      0  length of all that follows this number (4)
///      4  what its body is: 0 whole, 1 with masked fields, 2 erased (4)
///      8  kind: 1 a decision, 2 policies (1)
///      9  transport: 0 frames, 1 HTTP, 2 gRPC (1)
///     10  the method's number (1), see `Method.entry.decisionNumber`
///     11  length of the caller's name (1)
///     12  which of the segment's entries of policies it was decided by, from 1 (4)
///     16  the entry's number, from 1 through all segments (8)
///     24  when it was answered, in milliseconds since 1970 (8)
///     32  the caller's name
///         a salt (16), or, once the body is erased, its seal (32)
///         the body
///         the chain's value here (32)
///
/// The seal is the SHA-256 of salt and body. The chain's value is the SHA-256 of the one before, of the bytes from 8 to the end of
/// the caller's name, and of the seal: so the body can be taken out, salt and all, and the chain holds still; and nobody can
/// find out by guessing what the body was.
///
/// The body of a decision: length of the request (4), length of its id (2), length of its hash (2: 0, or 32 where fields are
/// masked), the hash, the id, the request, the reply. The body of policies: ``PolicyListing``.
package enum EntryLayout {
    package enum Kind: UInt8, Sendable {
        case decision = 1
        case policies = 2
    }

    package enum State: UInt32, Sendable {
        case whole = 0
        case masked = 1
        case erased = 2

        /// Of what stands between name and body.
        var sealSize: Int { self == .erased ? SHA256Digest.size : EntryLayout.saltSize }
    }

    static let saltSize = 16
    /// In front of the caller's name.
    static let fixedSize = 32
    /// From where on it belongs to the chain.
    static let chainedFrom = 8
    /// Of a decision's body in front of the hash.
    static let bodyHead = 8
    /// The largest that is read: the largest request, the largest reply, and what stands around them.
    package static let mostBytes = 64 << 20

    /// The chain's value behind an entry.
    ///
    /// - Parameter head: From the entry's first byte to the end of the name.
    static func chain(
        _ previous: SHA256Digest,
        head: UnsafeRawBufferPointer,
        seal: SHA256Digest
    ) -> SHA256Digest {
        var hash = SHA256()
        hash.update(previous)
        hash.update(UnsafeRawBufferPointer(rebasing: head[Self.chainedFrom...]))
        hash.update(seal)
        return hash.finish()
    }
}
