//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdLedger
internal import GrantdService

/// What is written of entries and awards: names and values, the same in JSON and in CSV.
enum EntryColumns {
    typealias Columns = [(name: String, value: Value)]

    enum Value {
        case none
        case text(String)
        case number(Int64)
        case list([String])

        init(_ text: String?) { self = text.map { .text($0) } ?? .none }

        init(_ number: Int64?) { self = number.map { .number($0) } ?? .none }
    }

    // MARK: - Lines

    static func line(_ entry: ExportedEntry, _ format: LedgerExportCommand.Format) -> String {
        self.line(self.columns(of: entry), format)
    }

    /// An award as it is now; `nil` where the entry makes none.
    static func line(
        _ entry: ExportedEntry,
        state: BookedAward.State,
        amountFen: Int64?,
        _ format: LedgerExportCommand.Format
    ) -> String? {
        guard case .entry(.awarded(var award, _)) = entry.record.content else { return nil }
        award.state = state
        award.amountFen = amountFen
        return self.line([("seq", .number(entry.record.seq))] + self.columns(of: award), format)
    }

    private static func line(_ columns: Columns, _ format: LedgerExportCommand.Format) -> String {
        switch format {
        case .jsonl:
            let members = columns.compactMap { name, value -> String? in
                switch value {
                case .none: nil
                case .text(let text): #""\#(name)":\#(AnswerJSON.quoted(text))"#
                case .number(let number): #""\#(name)":"\#(number)""#
                case .list(let list): #""\#(name)":[\#(list.map(AnswerJSON.quoted).joined(separator: ","))]"#
                }
            }
            return "{\(members.joined(separator: ","))}\n"
        case .csv:
            let cells = columns.map { _, value in
                switch value {
                case .none: ""
                case .text(let text): ResultList.text(text)
                case .number(let number): "\(number)"
                case .list(let list): ResultList.text(list.joined(separator: " "))
                }
            }
            return cells.joined(separator: ",") + "\n"
        }
    }

    static func header(_ what: LedgerExportCommand.What) -> String {
        let names =
            switch what {
            case .awards: ["seq"] + self.columns(of: nil as BookedAward?).map(\.name)
            case .entries: self.columns(of: nil as ExportedEntry?).map(\.name)
            }
        return names.joined(separator: ",") + "\n"
    }

    // MARK: - Columns

    private static func columns(of award: BookedAward?) -> Columns {
        [
            ("award_id", Value(award?.awardID)), ("state", Value(award.map { self.name(of: $0.state) })),
            ("amount_fen", Value(award?.amountFen)), ("unified_social_credit_code", Value(award?.creditCode)),
            ("measure", Value(award?.measure)), ("programme", Value(award?.programme)),
            ("subject_id", Value(award?.subjectID?.text)), ("application_id", Value(award?.applicationID)),
            ("awarded_on", Value(award.map { Moment.day($0.awardedOn) })),
            ("expires_at", Value(award?.expiresAt.map(Moment.text))), ("run_id", Value(award?.runID)),
            ("policy_digest", Value(award?.policyDigest)), ("booked_at", Value(award.map { Moment.text($0.bookedAt) })),
            ("caller", Value(award?.caller)),
        ]
    }

    /// All columns that an entry may have, those of the other kinds empty.
    private static func columns(of entry: ExportedEntry?) -> Columns {
        var award: BookedAward?
        var settlement: Settlement?
        var envelope: Envelope?
        var caller: String?
        var at: Int64?
        var awardID: String?
        switch entry?.record.content {
        case .entry(.awarded(let made, _)):
            (award, awardID, at, caller) = (made, made.awardID, made.bookedAt, made.caller)
        case .entry(.settled(let made, _)):
            (settlement, awardID, at, caller) = (made, made.awardID, made.settledAt, made.caller)
        case .entry(.envelopePut(let put, let putAt, let putBy)): (envelope, at, caller) = (put, putAt, putBy)
        case .expired(let ended): awardID = ended
        case .entry(.answered), nil: break
        }
        let receipt = entry?.record.content.receipt
        let state = award?.state ?? settlement?.state
        return [
            ("seq", Value(entry?.record.seq)), ("recorded_at", Value(entry.map { Moment.text($0.record.recordedAt) })),
            ("kind", Value(entry.map { self.kind(of: $0.record.content) })), ("award_id", Value(awardID)),
            ("state", Value(state.map { self.name(of: $0) })),
            ("action", Value(settlement.map { self.name(of: $0.action) })),
            ("amount_fen", Value(award?.amountFen ?? settlement?.amountFen)),
        ]
            + self.columns(of: award).filter {
                !["award_id", "state", "amount_fen", "booked_at", "caller"].contains($0.name)
            }
            + [
                ("reason", Value(settlement?.reason)), ("envelope_id", Value(envelope?.envelopeID)),
                ("title_zh", Value(envelope?.titleZH)), ("title_en", Value(envelope?.titleEN)),
                ("limit_fen", Value(envelope?.limitFen)), ("measures", envelope.map { .list($0.measures) } ?? .none),
                ("programmes", envelope.map { .list($0.programmes) } ?? .none),
                ("from_on", Value(envelope?.fromOn.map(Moment.day))),
                ("until_on", Value(envelope?.untilOn.map(Moment.day))),
                ("at", Value(at.map(Moment.text))), ("caller", Value(caller)), ("idempotency_key", Value(receipt?.key)),
                ("content_sha256", Value(receipt.map { Hexadecimal.text($0.contentHash) })),
                ("reply_sha256", Value(entry?.record.replyDigest.map(Hexadecimal.text))),
                ("hash", Value(entry.map { Hexadecimal.text($0.hash) })),
            ]
    }

    // MARK: - Names

    private static func kind(of content: EntryRecord.Content) -> String {
        switch content {
        case .entry(.awarded): "AWARDED"
        case .entry(.settled): "SETTLED"
        case .entry(.envelopePut): "ENVELOPE_PUT"
        case .entry(.answered): "ANSWERED"
        case .expired: "EXPIRED"
        }
    }

    private static func name(of state: BookedAward.State) -> String {
        switch state {
        case .reserved: "RESERVED"
        case .committed: "COMMITTED"
        case .cancelled: "CANCELLED"
        case .expired: "EXPIRED"
        }
    }

    private static func name(of action: Settlement.Action) -> String {
        switch action {
        case .commit: "COMMIT"
        case .cancel: "CANCEL"
        case .correct: "CORRECT"
        }
    }
}
