//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import GrantdDigest

/// The chain of entries as it is read, link by link.
struct Chain {
    private(set) var seq: Int64 = 0
    private(set) var hash = EntryRecord.firstHash
    private(set) var at: Int64 = 0
    private let repliesFrom: Int64

    init(repliesFrom: Int64) { self.repliesFrom = repliesFrom }

    /// Takes in the next entry, and says what is wrong with it.
    ///
    /// - Returns: The entry; `nil` where the bytes are none.
    mutating func check(
        seq: Int64,
        bytes: [UInt8],
        hash: [UInt8],
        reply: [UInt8]?
    ) -> (record: EntryRecord?, findings: [BookFinding]) {
        var findings: [BookFinding] = []
        if self.seq == .max || seq != self.seq + 1 { findings.append(.entry(self.seq &+ 1, .missing)) }
        self.seq = seq
        if EntryRecord.hash(of: bytes, after: self.hash) != hash { findings.append(.entry(seq, .hash)) }
        // What stands there is gone on from, so that one wrong hash is one finding.
        self.hash = hash
        do throws(EntryReader.Damage) {
            let record = try EntryReader.record(bytes)
            if record.seq != seq { findings.append(.entry(seq, .damaged("says that it is entry \(record.seq)"))) }
            if record.recordedAt < self.at { findings.append(.entry(seq, .time)) }
            self.at = record.recordedAt
            if let finding = self.finding(of: reply, record) { findings.append(.entry(seq, finding)) }
            return (record.seq == seq ? record : nil, findings)
        } catch {
            findings.append(.entry(seq, .damaged(error.message)))
            return (nil, findings)
        }
    }

    private func finding(of reply: [UInt8]?, _ record: EntryRecord) -> BookFinding.OfEntry? {
        guard let digest = record.replyDigest, record.seq >= self.repliesFrom else {
            return reply == nil ? nil : .replyKept
        }
        guard let reply else { return .replyKept }
        return SHA256.of(reply).bytes == digest ? nil : .reply
    }
}
