//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdService

extension AwardSum {
    /// What is reserved and committed of what an envelope covers, or of everything, by measure.
    ///
    /// - Parameter days: Tells what live awards of each measure and day draw.
    package static func sums<Failure: Error>(
        coveredBy envelope: Envelope?,
        days: ((BookChanges.MeasureDay, BookChanges.Use) -> Void) throws(Failure) -> Void
    ) throws(Failure) -> [AwardSum] {
        var uses: [String: BookChanges.Use] = [:]
        try days { day, use in
            if envelope?.covers(day) ?? true { uses[day.measure, default: BookChanges.Use()] += use }
        }
        return Self.sums(of: uses.mapValues { EnvelopeUse($0) })
    }
}

extension AwardEntry {
    /// What became of an award.
    ///
    /// - Parameter records: The entry that made it, then those that changed it.
    package static func entries(_ records: [EntryRecord]) -> [AwardEntry] {
        var entries: [AwardEntry] = []
        var awarded: BookedAward?
        for record in records {
            switch record.content {
            case .entry(.awarded(let award, _)):
                awarded = award
                entries.append(AwardEntry(award))
            case .entry(.settled(let settlement, _)): entries.append(AwardEntry(settlement))
            case .expired: if let awarded { entries.append(AwardEntry(endOf: awarded)) }
            case .entry(.envelopePut), .entry(.answered): continue
            }
        }
        return entries
    }
}
