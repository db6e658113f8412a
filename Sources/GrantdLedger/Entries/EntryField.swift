//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import GrantdService

/// The fields of an entry by their numbers; see ``EntryRecord``.
enum EntryField: UInt32, CaseIterable {
    case seq = 1
    case recordedAt = 2
    case kind = 3
    case key = 4
    case contentDigest = 5
    case replyDigest = 6
    case awardID = 10
    case creditCode = 11
    case measure = 12
    case programme = 13
    case subjectID = 14
    case awardedOn = 15
    case amountFen = 16
    case state = 17
    case expiresAt = 18
    case runID = 19
    case policyDigest = 20
    case applicationID = 21
    case bookedAt = 22
    case caller = 23
    case action = 30
    case reason = 31
    case settledAt = 32
    case envelopeID = 40
    case titleZH = 41
    case titleEN = 42
    case limitFen = 43
    case measures = 44
    case programmes = 45
    case fromOn = 46
    case untilOn = 47
    case putAt = 48

    /// More than the largest number of a field.
    static let numbers = 1 + Int(Self.allCases.map(\.rawValue).max() ?? 0)
}

/// What an entry says, by its number.
enum EntryKind: Int64 {
    case awarded = 1
    case settled = 2
    case envelopePut = 3
    case answered = 4
    case expired = 5
}

extension EntryRecord.Content {
    var kind: EntryKind {
        switch self {
        case .entry(.awarded): .awarded
        case .entry(.settled): .settled
        case .entry(.envelopePut): .envelopePut
        case .entry(.answered): .answered
        case .expired: .expired
        }
    }
}
