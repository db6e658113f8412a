//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdSchema

/// Reads applications out of decoded requests and refuses what no assessment can be made of.
final class ApplicationReader {
    // Plain data beside the plan that it lies in: what every application is read by counts no references.
    private let layout: RequestLayout
    private let index: MeasureIndex
    private let checks: FieldCheck.Table
    private let checkParts: UnsafeBufferPointer<FieldCheck.Part>
    private let plan: ReadingPlan
    private let arena: Arena
    private let tables = CreditCode.tables
    private let lastDay: UnsafeMutablePointer<LastCivilDay>

    init(_ plan: ReadingPlan, _ arena: Arena) {
        self.layout = plan.layout
        self.index = plan.index
        self.checks = plan.checks.table
        self.checkParts = plan.checks.parts
        self.plan = plan
        self.arena = arena
        self.lastDay = .allocate(capacity: 1)
        self.lastDay.initialize(to: LastCivilDay())
    }

    deinit { self.lastDay.deallocate() }

    /// Reads and checks the application at `base`.
    func application(_ base: UnsafeRawPointer) throws(CallError) -> ApplicationInput {
        let layout = self.layout
        let (asOfText, asOf, year) = try self.asOf(layout.asOf.text(base))
        let applicant = try self.applicant(layout.applicant.message(base))
        let awards = try self.priorAwards(layout.awards.entries(base))
        let awardsAreUnknown = try self.areUnknown(layout.awardsAreUnknown, base, awards)
        let applicationID = layout.applicationID.text(base)
        if let applicationID { try PlainID.check(applicationID, field: "application_id") }
        guard let found = try self.facts(base, day: asOf) else {
            throw .badRequest("the facts of exactly one measure are wanted", field: "facts")
        }
        return ApplicationInput(
            applicationID: applicationID,
            asOfText: asOfText,
            asOf: asOf,
            year: year,
            subject: try self.subject(base),
            applicant: applicant,
            facts: found.facts,
            entry: found.entry,
            version: found.version,
            priorAwards: awards,
            priorAwardsAreUnknown: awardsAreUnknown,
            lastAwardDay: asOf
        )
    }

    /// The day of a request.
    func asOf(_ text: UnsafePointer<CChar>?) throws(CallError) -> (UnsafePointer<CChar>, Int64, Int64) {
        guard let text else { throw .badRequest("as_of must be set: \(wantedDate)", field: "as_of") }
        guard let (days, year) = self.lastDay.pointee.read(text) else {
            throw .badRequest(notADate(text), field: "as_of")
        }
        return (text, days, year)
    }

    /// The applicant, whose code must be one.
    func applicant(_ applicant: UnsafeRawPointer?) throws(CallError) -> UnsafeRawPointer? {
        guard let applicant else { return nil }
        if let code = self.layout.code.text(applicant) {
            try CreditCode.check(code, self.tables, field: "applicant.unified_social_credit_code")
        }
        return applicant
    }

    /// The subject; an empty one is none.
    func subject(_ base: UnsafeRawPointer) throws(CallError) -> UnsafePointer<CChar>? {
        guard let subject = self.layout.subject.text(base), subject[0] != 0 else { return nil }
        try PlainID.check(subject, field: "subject_id")
        return subject
    }

    /// Whether nobody has looked for earlier awards; then there are none to be told.
    func areUnknown(
        _ flag: ScalarPlace,
        _ base: UnsafeRawPointer,
        _ awards: UnsafeBufferPointer<PriorAward>
    ) throws(CallError) -> Bool {
        guard let value = flag.int32(base), value != 0 else { return false }
        guard awards.isEmpty else {
            throw .badRequest(
                "prior_awards_unknown says that nobody has looked, and yet there are prior_awards; one of the two is wanted",
                field: "prior_awards_unknown"
            )
        }
        return true
    }

    /// The earlier awards, checked, in memory of the arena.
    func priorAwards(
        _ entries: UnsafeBufferPointer<UnsafeRawPointer?>
    ) throws(CallError) -> UnsafeBufferPointer<PriorAward> {
        guard !entries.isEmpty else { return UnsafeBufferPointer(start: nil, count: 0) }
        let size = entries.count * MemoryLayout<PriorAward>.stride
        guard let room = self.arena.allocate(size, alignment: MemoryLayout<PriorAward>.alignment) else {
            throw .overLimit("the call needs more memory than a call may take")
        }
        let awards = room.bindMemory(to: PriorAward.self, capacity: entries.count)
        for (position, base) in entries.enumerated() {
            guard let base else { throw .fault("a list with a hole in it") }
            (awards + position).initialize(to: try self.priorAward(base, position))
        }
        return UnsafeBufferPointer(start: awards, count: entries.count)
    }

    private func priorAward(_ base: UnsafeRawPointer, _ position: Int) throws(CallError) -> PriorAward {
        let layout = self.layout
        guard let measure = layout.awardMeasure.text(base) else {
            throw .badRequest(
                "the measure must be set, with its programme: medical-device.product-approval",
                field: "prior_awards[\(position)].measure"
            )
        }
        guard let entry = self.index.entry(measure) else {
            throw .badRequest(
                "no such measure; its full id is wanted, programme included: medical-device.product-approval",
                field: "prior_awards[\(position)].measure"
            )
        }
        let subject = layout.awardSubject.text(base) ?? PriorAward.noSubject
        try PlainID.check(subject, field: "prior_awards[\(position)].subject_id")
        guard let text = layout.awardDay.text(base) else {
            throw .badRequest(
                "the day of an award must be set: \(wantedDate)",
                field: "prior_awards[\(position)].awarded_on"
            )
        }
        guard let (days, year) = civilDay(text) else {
            throw .badRequest(notADate(text), field: "prior_awards[\(position)].awarded_on")
        }
        guard let amount = layout.awardAmount.int64(base) else {
            throw .badRequest(
                "the sum of an award must be set, in fen",
                field: "prior_awards[\(position)].amount_fen"
            )
        }
        guard amount >= 0 else {
            throw .badRequest("the sum must be 0 or more", field: "prior_awards[\(position)].amount_fen")
        }
        return PriorAward(
            entry: entry,
            day: days,
            year: year,
            amount: amount,
            subject: subject,
            dayText: text
        )
    }

    /// What a screening knows beside the applicant holds no earlier awards: they would be left out of account.
    func refuseAwards(_ base: UnsafeRawPointer) throws(CallError) {
        let message = "earlier awards stand in the request itself, where every measure sees them; leave them out here"
        guard self.layout.awards.entries(base).isEmpty else { throw .badRequest(message, field: "prior_awards") }
        guard self.layout.awardsAreUnknown.int32(base) == nil else {
            throw .badRequest(message, field: "prior_awards_unknown")
        }
    }

    /// The measure and the facts of the application at `base`, checked; `nil` where none are set.
    func facts(
        _ base: UnsafeRawPointer,
        day: Int64
    ) throws(CallError) -> (entry: Int, version: MeasureIndex.Version, facts: UnsafeRawPointer)? {
        guard let place = self.layout.facts else { return nil }
        let number = base.load(fromByteOffset: self.layout.factsCase, as: Int32.self)
        guard number != 0, let facts = place.message(base) else { return nil }
        guard let entry = self.index.entry(factsNumber: number) else {
            throw .badRequest("no measure with these facts is served", field: "facts")
        }
        let version = self.index.version(of: entry, on: day)
        let part = self.checkParts[version.index]
        if let fault = self.checks.fault(of: part, in: facts) {
            throw self.plan.checks.error(fault, in: facts, path: self.plan.members[entry])
        }
        return (entry, version, facts)
    }
}
