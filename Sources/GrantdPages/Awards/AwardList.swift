//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdSchema

/// A list of awards, as a page shows it.
struct AwardList {
    /// The raw values are the contract's.
    enum State: Int64, CaseIterable {
        case reserved = 1
        case committed = 2
        case cancelled = 3
        case expired = 4

        /// Whether it uses up caps and envelopes.
        var isLive: Bool { self == .reserved || self == .committed }
    }

    struct Award {
        let id: String
        let state: State
        /// In fen; nil where it has no sum.
        let amount: Int64?
        let expiresAt: String?
        let envelopes: [String]
        let creditCode: String
        let measure: String
        let subjectID: String?
        let awardedOn: String
        let runID: String?
        let applicationID: String?
        let policyDigest: String
        let bookedAt: String
        let caller: String?
        let entries: [Entry]
    }

    struct Entry {
        /// The raw values are the contract's.
        enum Action: Int64 {
            case commit = 1
            case cancel = 2
            case correct = 3
        }

        let state: State
        let amount: Int64?
        let bookedAt: String
        /// nil: it was awarded, or its reservation ended.
        let action: Action?
        let reason: String?
        let caller: String?
    }

    struct Sum {
        let measure: String
        let state: State
        /// In fen.
        let amount: Int64
        /// nil where only the sum is told.
        let count: Int64?
    }

    var awards: [Award]
    var next: String?
    let sums: [Sum]

    /// - Returns: nil where the reply has no room in a page's memory.
    init?(_ reply: [UInt8]) {
        guard
            let list = MessageType.listAwardsResponse.read(
                reply,
                { view in
                    (
                        view.messages("awards").map(Award.init), view.string("next_page_token"),
                        view.messages("sums").compactMap(Sum.init)
                    )
                }
            )
        else { return nil }
        self.awards = list.0
        self.next = list.1
        self.sums = list.2
    }
}

extension AwardList.Award {
    init(_ view: ReplyView) {
        self.id = view.string("award_id") ?? ""
        self.state = view.number("state").flatMap(AwardList.State.init) ?? .cancelled
        self.amount = view.number("amount_fen")
        self.expiresAt = view.string("expires_at")
        self.envelopes = view.strings("envelopes")
        self.creditCode = view.string("unified_social_credit_code") ?? ""
        self.measure = view.string("measure") ?? ""
        self.subjectID = view.string("subject_id")
        self.awardedOn = view.string("awarded_on") ?? ""
        self.runID = view.string("run_id")
        self.applicationID = view.string("application_id")
        self.policyDigest = view.string("policy_digest") ?? ""
        self.bookedAt = view.string("booked_at") ?? ""
        self.caller = view.string("caller")
        self.entries = view.messages("entries").map { entry in
            AwardList.Entry(
                state: entry.number("state").flatMap(AwardList.State.init) ?? .cancelled,
                amount: entry.number("amount_fen"),
                bookedAt: entry.string("booked_at") ?? "",
                action: entry.number("action").flatMap(AwardList.Entry.Action.init),
                reason: entry.string("reason"),
                caller: entry.string("caller")
            )
        }
    }
}

extension AwardList.Sum {
    init?(_ view: ReplyView) {
        guard let state = view.number("state").flatMap(AwardList.State.init) else { return nil }
        self.measure = view.string("measure") ?? ""
        self.state = state
        self.amount = view.number("amount_fen") ?? 0
        self.count = view.number("awards")
    }
}

/// An envelope with what is drawn from it.
struct EnvelopeReply {
    let id: String
    let title: Text?
    /// All sums in fen.
    let limit: Int64
    let used: Int64
    let reserved: Int64
    let remaining: Int64
    /// Full ids.
    let measures: [String]
    let programmes: [String]
    let fromOn: String?
    let untilOn: String?

    /// - Returns: nil where the reply has no room in a page's memory.
    static func list(_ reply: [UInt8]) -> [EnvelopeReply]? {
        MessageType.listEnvelopesResponse.read(reply) { $0.messages("envelopes").map(EnvelopeReply.init) }
    }

    private init(_ view: ReplyView) {
        self.id = view.string("envelope_id") ?? ""
        // Either language may be missing.
        self.title = view.message("title").flatMap { title in
            let (zh, en) = (title.string("zh") ?? "", title.string("en") ?? "")
            return zh.isEmpty && en.isEmpty ? nil : Text(zh: zh.isEmpty ? en : zh, en: en.isEmpty ? zh : en)
        }
        self.limit = view.number("limit_fen") ?? 0
        self.used = view.number("used_fen") ?? 0
        self.reserved = view.number("reserved_fen") ?? 0
        self.remaining = view.number("remaining_fen") ?? 0
        self.measures = view.strings("measures")
        self.programmes = view.strings("programmes")
        self.fromOn = view.string("from_on")
        self.untilOn = view.string("until_on")
    }
}

extension MessageType {
    /// Reads a reply of the daemon's own.
    ///
    /// - Returns: nil where it has no room in a page's memory.
    fileprivate func read<Value>(_ reply: [UInt8], _ body: (ReplyView) -> Value) -> Value? {
        let arena = Arena()
        return withExtendedLifetime(arena) {
            reply.withUnsafeBytes { bytes in
                self.unpack(bytes, into: arena).map { body(ReplyView($0, self)) }
            }
        }
    }
}
