//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdSchema

/// One applicant before every measure in force.
struct Screening {
    private let base: UnsafeRawPointer
    private let reading: ReadingPlan
    private let plan: ScreeningPlan
    private let reader: ApplicationReader
    private let evaluator: Evaluator
    /// The assessments, before they are put in order.
    private let scratch: ByteWriter
    /// Adds what the book has; nil where that is not asked for.
    private let join: LedgerJoin?
    private var found: [Found] = []

    /// One assessment that is reported.
    private struct Found: BitwiseCopyable {
        let start: Int
        let end: Int
        /// -1 where there is no sum.
        let potential: Int64
        let entry: Int
        let programme: Int
    }

    /// Facts that the request gives.
    private struct Known {
        /// Among `known`.
        let position: Int
        let facts: UnsafeRawPointer
        let subject: UnsafePointer<CChar>?
    }

    init(
        _ base: UnsafeRawPointer,
        reading: ReadingPlan,
        _ plan: ScreeningPlan,
        _ reader: ApplicationReader,
        _ evaluator: Evaluator,
        _ scratch: ByteWriter,
        _ join: LedgerJoin?
    ) {
        self.base = base
        self.reading = reading
        self.plan = plan
        self.reader = reader
        self.evaluator = evaluator
        self.scratch = scratch
        self.join = join
        self.found.reserveCapacity(plan.measures.count)
    }

    /// Assesses and writes the response.
    mutating func run(into reply: ByteWriter) throws(CallError) {
        let layout = self.reading.layout
        let measures = self.plan.measures
        let options = layout.screenOptions.read(self.base)
        let (asOfText, asOf, year) = try self.reader.asOf(layout.screenAsOf.text(self.base))
        let applicant = try self.reader.applicant(layout.screenApplicant.message(self.base))
        let awards = try self.reader.priorAwards(layout.screenAwards.entries(self.base))
        let awardsAreUnknown = try self.reader.areUnknown(layout.screenAwardsAreUnknown, self.base, awards)
        let known = try self.known(asOf: asOf)

        let includesOnRequest = (layout.screenIncludesOnRequest.int32(self.base) ?? 0) != 0
        for entry in measures.indices {
            let version = self.reading.index.version(of: entry, on: asOf)
            guard version.isInForce else { continue }
            let given = known.isEmpty ? nil : known[entry]
            guard !self.plan.isOnRequest[version.index] || includesOnRequest || given != nil else { continue }
            var input = ApplicationInput(
                applicationID: nil,
                asOfText: asOfText,
                asOf: asOf,
                year: year,
                subject: given?.subject,
                applicant: applicant,
                facts: given?.facts ?? self.reading.emptyFacts[entry],
                entry: entry,
                version: version,
                priorAwards: awards,
                priorAwardsAreUnknown: awardsAreUnknown,
                lastAwardDay: asOf
            )
            var told: LedgerJoin.Told?
            if let join = self.join { told = try join.join(&input, awards: layout.screenAwards.entries(self.base)) }
            let plan = try self.decide(input, options, given?.position)
            let decision = self.evaluator.assessor.decision
            guard decision.pointee.outcome != .ineligible, decision.pointee.outcome != .notInForce else { continue }
            let start = self.scratch.count
            try self.evaluator.write(plan, input, options, into: self.scratch)
            told?.write(into: self.scratch)
            self.found.append(
                Found(
                    start: start,
                    end: self.scratch.count,
                    potential: decision.pointee.potential ?? -1,
                    entry: entry,
                    programme: measures[entry].programme
                )
            )
        }
        self.putInOrder()
        for found in self.found {
            reply.write(
                field: ReplyField.ScreenResponse.assessments,
                UnsafeRawBufferPointer(rebasing: self.scratch.bytes[found.start..<found.end])
            )
        }
        self.writeProgrammes(into: reply)
        if reply.isOverLimit { throw .replyTooLarge }
    }

    /// Assesses one measure; what is wrong with its facts is wrong at their place in the request.
    private func decide(
        _ input: ApplicationInput,
        _ options: EvaluationOptions,
        _ position: Int?
    ) throws(CallError) -> UnsafePointer<MeasurePlan> {
        do {
            return try self.evaluator.decide(input, options)
        } catch {
            guard let position, !error.field.hasPrefix("applicant.") else { throw error }
            throw error.inside("known[\(position)]")
        }
    }

    /// The programmes in the order of their first measure, which has their most support.
    private func writeProgrammes(into reply: ByteWriter) {
        var isWritten = [Bool](repeating: false, count: self.plan.programmeHeads.count)
        for (position, first) in self.found.enumerated() where !isWritten[first.programme] {
            isWritten[first.programme] = true
            let start = reply.beginMessage(field: ReplyField.ScreenResponse.programmes, lengthWidth: 2)
            let head = self.plan.programmeHeads[first.programme]
            reply.write(head.start, count: head.count)
            for found in self.found[position...] where found.programme == first.programme {
                let id = self.plan.measures[found.entry].id
                reply.write(
                    field: ReplyField.ScreenedProgramme.measures,
                    UnsafeRawBufferPointer(start: id.start, count: id.count)
                )
            }
            reply.endMessage(start, lengthWidth: 2)
        }
    }

    /// Most support first, what has no sum last, then by id.
    private mutating func putInOrder() {
        // Sum, place in the order of ids, and place here as one number: numbers are sorted several times as fast.
        var keys = self.found.enumerated().map { position, found in
            let sum = UInt64.max - UInt64(bitPattern: found.potential &+ 1)
            let rank = UInt64(truncatingIfNeeded: self.plan.measures[found.entry].rank)
            return UInt128(sum) << 64 | UInt128(rank << 32 | UInt64(truncatingIfNeeded: position))
        }
        keys.sort()
        self.found = keys.map { self.found[Int(UInt32(truncatingIfNeeded: $0))] }
    }

    /// The facts that are known, by entry; nothing where none are.
    private func known(
        asOf: Int64
    ) throws(CallError) -> [Known?] {
        let applications = self.reading.layout.screenKnown.entries(self.base)
        guard !applications.isEmpty else { return [] }
        var known = [Known?](repeating: nil, count: self.plan.measures.count)
        for (position, application) in applications.enumerated() {
            guard let application else { continue }
            let found: (entry: Int, version: MeasureIndex.Version, facts: UnsafeRawPointer)?
            let subject: UnsafePointer<CChar>?
            do {
                try self.reader.refuseAwards(application)
                found = try self.reader.facts(application, day: asOf)
                subject = try self.reader.subject(application)
            } catch {
                throw error.inside("known[\(position)]")
            }
            guard let found else {
                throw .badRequest("the facts of exactly one measure are wanted", field: "known[\(position)].facts")
            }
            guard known[found.entry] == nil else {
                throw .badRequest(
                    "the facts of this measure are given twice; once is wanted",
                    field: "known[\(position)].facts"
                )
            }
            known[found.entry] = Known(
                position: position,
                facts: found.facts,
                subject: subject
            )
        }
        return known
    }
}
