//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdDecisionLog
internal import GrantdDigest
internal import GrantdService

/// Which entries are shown.
struct LogEntryFilter {
    /// The beginning of a hash, in small letters.
    var hash: String?
    var applicant: String?
    var measure: String?
    /// In milliseconds since 1970.
    var from: Int64?
    var until: Int64?

    func admits(_ entry: LogEntry) -> Bool {
        if let from = self.from, entry.time < from { return false }
        if let until = self.until, entry.time >= until { return false }
        guard self.hash != nil || self.applicant != nil || self.measure != nil else { return true }
        // What is erased is like nothing any more.
        guard let decision = entry.decision else { return false }
        if let code = self.applicant,
            !ByteSearch.holds(decision.request, Array(code.utf8)), !ByteSearch.holds(decision.reply, Array(code.utf8))
        {
            return false
        }
        if let hash = self.hash, !decision.requestHash.description.hasPrefix(hash) { return false }
        guard let measure = self.measure else { return true }
        // Cheap before dear: a reply that does not have the bytes is about another.
        guard ByteSearch.holds(decision.reply, Array(measure.utf8)), let method = entry.method else { return false }
        return LogEntryText.measures(method, [UInt8](decision.reply)).contains(measure)
    }
}
