//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdDigest
package import GrantdService

/// An entry as it was read. Its bytes are good until the next one is read.
package struct LogEntry {
    /// From 1 through all segments.
    package let number: UInt64
    /// When it was answered, in milliseconds since 1970.
    package let time: Int64
    package let state: EntryLayout.State
    package let kind: EntryLayout.Kind
    /// Where it came in; nil for a number that this program does not know.
    package let transport: CallTransport?
    /// Its number in the log: ``Method/init(decisionNumber:)``.
    package let methodNumber: UInt8
    /// Which of the segment's policies decided, from 1; 0 for an entry of policies.
    package let policies: UInt32
    /// The caller's name; empty where there is none.
    package let caller: String
    /// The chain's value behind it.
    package let chain: SHA256Digest
    /// The whole entry, as it stands in the file.
    package let bytes: UnsafeRawBufferPointer
    /// How much of it stands in front of the salt or the seal.
    let headBytes: Int
    /// What a salt keeps from being guessed; nil where it is erased.
    package let body: UnsafeRawBufferPointer?

    package var method: Method? { Method(decisionNumber: self.methodNumber) }

    /// What was asked and answered; nil where it is erased, or no decision.
    package var decision: DecisionBody? {
        self.kind == .decision ? self.body.flatMap { DecisionBody($0) } : nil
    }

    /// The policies that it names; nil where it is no entry of policies.
    package var listing: PolicyListing? {
        self.kind == .policies ? self.body.flatMap { PolicyListing($0) } : nil
    }
}

/// The body of a decision's entry.
package struct DecisionBody {
    package let id: UnsafeRawBufferPointer
    package let request: UnsafeRawBufferPointer
    package let reply: UnsafeRawBufferPointer
    /// Where fields are masked; else it follows from the request.
    private let kept: SHA256Digest?

    init?(_ body: UnsafeRawBufferPointer) {
        guard body.count >= EntryLayout.bodyHead, let start = body.baseAddress else { return nil }
        let requestBytes = Int(body.loadUnaligned(as: UInt32.self).littleEndian)
        let idBytes = Int(body.loadUnaligned(fromByteOffset: 4, as: UInt16.self).littleEndian)
        let hashBytes = Int(body.loadUnaligned(fromByteOffset: 6, as: UInt16.self).littleEndian)
        let idStart = EntryLayout.bodyHead + hashBytes
        guard hashBytes == 0 || hashBytes == SHA256Digest.size, idStart + idBytes + requestBytes <= body.count else {
            return nil
        }
        self.kept = hashBytes == 0 ? nil : SHA256Digest(at: start + EntryLayout.bodyHead)
        self.id = UnsafeRawBufferPointer(rebasing: body[idStart..<(idStart + idBytes)])
        self.request = UnsafeRawBufferPointer(rebasing: body[(idStart + idBytes)...].prefix(requestBytes))
        self.reply = UnsafeRawBufferPointer(rebasing: body[(idStart + idBytes + requestBytes)...])
    }

    /// What the answer said of its request, the salt left out.
    package var requestHash: SHA256Digest { self.kept ?? SHA256.of(self.request) }
}
