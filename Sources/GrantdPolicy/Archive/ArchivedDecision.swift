//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What the digest of an answer names, and when it was first served.
package struct ArchivedDecision: Sendable, Hashable {
    /// As answers have it; see ``PolicyDigest/ofAnswer(programme:calendar:)``.
    package let digest: String
    /// The programme's id.
    package let programme: String
    /// The SHA-256 of the programme's file.
    package let programmeDigest: String
    /// The SHA-256 of the working calendar's file.
    package let calendarDigest: String
    package let engineVersion: String
    /// `2026-11-28T21:50:00Z`
    package let loaded: String

    /// Whether both say the same but for the time.
    func isRepeated(by other: ArchivedDecision) -> Bool {
        self.digest == other.digest && self.programme == other.programme && self.engineVersion == other.engineVersion
    }

    var line: ArchiveLine {
        var line = ArchiveLine()
        line.set("digest", self.digest)
        line.set("programme", self.programme)
        line.set("programme_sha256", self.programmeDigest)
        line.set("calendar_sha256", self.calendarDigest)
        line.set("engine_version", self.engineVersion)
        line.set("loaded", self.loaded)
        return line
    }
}

extension ArchivedDecision {
    /// Reads a line of the archive's digests; `nil` where it is none, or its digest does not follow from its files.
    init?(_ line: ArchiveLine) {
        guard let digest = line.text("digest"), let programme = line.text("programme"),
            let programmeDigest = line.text("programme_sha256"), let calendarDigest = line.text("calendar_sha256"),
            let engineVersion = line.text("engine_version"), let loaded = line.text("loaded"),
            PolicyDigest.isDigest(programmeDigest), PolicyDigest.isDigest(calendarDigest),
            Identifier.isKebab(programme),
            digest == PolicyDigest.ofAnswer(programme: programmeDigest, calendar: calendarDigest)
        else { return nil }
        self.init(
            digest: digest,
            programme: programme,
            programmeDigest: programmeDigest,
            calendarDigest: calendarDigest,
            engineVersion: engineVersion,
            loaded: loaded
        )
    }
}
