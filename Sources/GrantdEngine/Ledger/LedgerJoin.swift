//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdPolicy
internal import GrantdSchema

/// Adds to applications what the book has against them.
struct LedgerJoin {
    private let ledger: any LedgerReading
    private let compiled: CompiledPolicies
    private let arena: Arena

    /// Makes a join.
    ///
    /// - Parameter arena: that of the applications.
    init(_ ledger: any LedgerReading, _ compiled: CompiledPolicies, _ arena: Arena) {
        self.ledger = ledger
        self.compiled = compiled
        self.arena = arena
    }

    /// What is told of the book's awards on an assessment.
    struct Told {
        let identity: ApplicationIdentity
        /// The ids of the newest, in the order of booking.
        let newest: [String]
        fileprivate let count: Int64

        /// How many there are beside ``newest``; nil where there are none.
        var omitted: Int32? {
            let omitted = self.count - Int64(self.newest.count)
            return omitted > 0 ? Int32(clamping: omitted) : nil
        }

        /// Adds it to the assessment that was just written.
        func write(into reply: ByteWriter) {
            for id in self.newest { reply.write(field: ReplyField.Assessment.ledgerAwards, id) }
            guard let omitted = self.omitted else { return }
            reply.write(field: ReplyField.Assessment.ledgerAwardsOmitted, varint: Int64(omitted))
        }
    }

    /// Lets an application see the book's awards beside its own, and its envelopes.
    ///
    /// - Parameter awards: the structs of its `prior_awards`.
    /// - Throws: a bad request where the applicant has no code, or claims another's award; over a limit.
    func join(
        _ input: inout ApplicationInput,
        awards: UnsafeBufferPointer<UnsafeRawPointer?>
    ) throws(CallError) -> Told {
        let layout = self.compiled.reading.layout
        let identity = try self.compiled.identity(of: input, code: input.applicant.flatMap { layout.code.text($0) })
        let standing = self.ledger.standing(of: identity)
        guard !standing.isTooMuch else {
            throw .overLimit(
                "the book has more awards of the applicant under \(identity.measure) than its conditions may read",
                field: "prior_awards"
            )
        }
        let most = input.priorAwards.count + standing.rows.count
        let joined = try self.allocate(PriorAward.self, most)
        var count = 0
        for (position, award) in input.priorAwards.enumerated() where award.day <= input.asOf {
            if let base = awards[position], let id = layout.awardID.text(base),
                let owner = self.ledger.owner(ofAward: String(cString: id))
            {
                guard owner == identity.creditCode else {
                    throw .badRequest(
                        "the award is another applicant's; an award of this applicant is wanted",
                        field: "prior_awards[\(position)].award_id"
                    )
                }
                // The book has it, and counts it where it is live.
                continue
            }
            (joined + count).initialize(to: award)
            count += 1
        }
        for row in standing.rows {
            guard let date = CivilDate(days: row.day) else { throw .fault("a day of the book is none of the calendar") }
            (joined + count).initialize(
                to: PriorAward(
                    entry: input.entry,
                    day: row.day,
                    year: date.components.year,
                    amount: row.amount,
                    subject: try row.subject.map(self.text) ?? PriorAward.noSubject,
                    dayText: try self.text(Array("\(date)".utf8))
                )
            )
            count += 1
        }
        input.priorAwards = UnsafeBufferPointer(start: joined, count: count)
        input.lastAwardDay = .max
        input.isJoined = true
        input.envelopes = try self.rooms(standing.envelopes)
        return Told(identity: identity, newest: standing.newest, count: standing.count)
    }

    private func rooms(_ envelopes: [LedgerStanding.Envelope]) throws(CallError) -> UnsafeBufferPointer<EnvelopeBalance>
    {
        guard !envelopes.isEmpty else { return UnsafeBufferPointer(start: nil, count: 0) }
        let rooms = try self.allocate(EnvelopeBalance.self, envelopes.count)
        for (index, envelope) in envelopes.enumerated() {
            (rooms + index).initialize(
                to: EnvelopeBalance(
                    capID: try self.bytes("envelope:" + envelope.id),
                    zh: try self.bytes(envelope.zh ?? envelope.en ?? envelope.id),
                    en: try self.bytes(envelope.en ?? envelope.zh ?? envelope.id),
                    limit: envelope.limit,
                    used: envelope.used
                )
            )
        }
        return UnsafeBufferPointer(start: rooms, count: envelopes.count)
    }

    // MARK: - Memory

    private func allocate<Value>(_ type: Value.Type, _ count: Int) throws(CallError) -> UnsafeMutablePointer<Value> {
        let size = max(count, 1) * MemoryLayout<Value>.stride
        guard let room = self.arena.allocate(size, alignment: MemoryLayout<Value>.alignment) else {
            throw .overLimit("the call needs more memory than a call may take")
        }
        return room.bindMemory(to: Value.self, capacity: max(count, 1))
    }

    private func bytes(_ text: String) throws(CallError) -> UnsafeRawBufferPointer {
        let start = try self.text(Array(text.utf8))
        return UnsafeRawBufferPointer(start: start, count: text.utf8.count)
    }

    /// A copy of a text, NUL-terminated.
    private func text(_ bytes: [UInt8]) throws(CallError) -> UnsafePointer<CChar> {
        let copy = try self.allocate(CChar.self, bytes.count + 1)
        for (index, byte) in bytes.enumerated() { (copy + index).initialize(to: CChar(bitPattern: byte)) }
        (copy + bytes.count).initialize(to: 0)
        return UnsafePointer(copy)
    }
}
