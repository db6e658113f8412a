//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import GrantdDigest
package import GrantdService

/// An entry of a book: its place, its time, and what it says.
///
/// Its canonical bytes are a message of protobuf's wire format, fields in ascending order, those that are unset left out:
///
///     message Entry {
///       uint64 seq = 1;                // 1, 2, 3, …
///       int64 recorded_at = 2;         // milliseconds since 1970, by the store's clock
///       Kind kind = 3;                 // AWARDED 1, SETTLED 2, ENVELOPE_PUT 3, ANSWERED 4, EXPIRED 5
///       string key = 4;                // with a receipt
///       bytes content_sha256 = 5;
///       bytes reply_sha256 = 6;        // the reply itself stands beside the entry
///       string award_id = 10;          // AWARDED, SETTLED, EXPIRED
///       string credit_code = 11;       // from here on AWARDED
///       string measure = 12;
///       string programme = 13;
///       string subject_id = 14;
///       int64 awarded_on = 15;         // days since 1970-01-01
///       int64 amount_fen = 16;         // also SETTLED
///       State state = 17;              // RESERVED 1, COMMITTED 2, CANCELLED 3, EXPIRED 4; also SETTLED
///       int64 expires_at = 18;
///       string run_id = 19;
///       string policy_digest = 20;
///       string application_id = 21;
///       int64 booked_at = 22;
///       string caller = 23;            // also SETTLED and ENVELOPE_PUT
///       Action action = 30;            // SETTLED: COMMIT 1, CANCEL 2, CORRECT 3
///       string reason = 31;
///       int64 settled_at = 32;
///       string envelope_id = 40;       // from here on ENVELOPE_PUT
///       string title_zh = 41;
///       string title_en = 42;
///       int64 limit_fen = 43;
///       repeated string measures = 44;
///       repeated string programmes = 45;
///       int64 from_on = 46;
///       int64 until_on = 47;
///       int64 put_at = 48;
///     }
package struct EntryRecord: Sendable, Hashable {
    package enum Content: Sendable, Hashable {
        /// What the service adds. The reply of a receipt is not part of the record, only its digest is.
        case entry(LedgerEntry)
        /// A reservation came to its end.
        case expired(awardID: String)
    }

    /// 1 for the first of the book, then one more each.
    package var seq: Int64
    /// By the store's clock, in milliseconds since 1970: never less than that of the entry before.
    package var recordedAt: Int64
    package var content: Content
    /// The SHA-256 of the receipt's reply; `nil` where there is no receipt.
    package var replyDigest: [UInt8]?

    package init(seq: Int64, recordedAt: Int64, content: Content) {
        self.seq = seq
        self.recordedAt = recordedAt
        self.content = content
        self.replyDigest = content.receipt.map { SHA256.of($0.reply).bytes }
    }

    /// A record as it was read: its receipt comes without the reply.
    init(seq: Int64, recordedAt: Int64, content: Content, replyDigest: [UInt8]?) {
        self.seq = seq
        self.recordedAt = recordedAt
        self.content = content
        self.replyDigest = replyDigest
    }

    /// What the entry before the first is taken to have for its hash.
    package static let firstHash = [UInt8](repeating: 0, count: SHA256Digest.size)

    /// The bytes that are kept and hashed.
    package var canonicalBytes: [UInt8] { EntryWriter.bytes(of: self) }

    /// The hash of an entry: the SHA-256 of the hash before it and its own canonical bytes.
    package static func hash(of bytes: [UInt8], after previous: [UInt8]) -> [UInt8] {
        SHA256.of(previous, bytes).bytes
    }
}

extension EntryRecord.Content {
    package var receipt: Receipt? {
        switch self {
        case .entry(let entry): entry.receipt
        case .expired: nil
        }
    }
}

extension LedgerEntry {
    package var receipt: Receipt? {
        switch self {
        case .awarded(_, let receipt), .settled(_, let receipt): receipt
        case .answered(let receipt): receipt
        case .envelopePut: nil
        }
    }
}
