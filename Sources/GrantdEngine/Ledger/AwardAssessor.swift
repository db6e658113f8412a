//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdDigest
internal import GrantdPolicy
package import GrantdSchema

/// Reads what is to be awarded, and assesses it with the book. Belongs to one thread.
package final class AwardAssessor {
    /// An application's bytes, as they stand in an `AwardRequest` or in an entry of a batch.
    package enum Source {
        case request(UnsafeRawBufferPointer)
        case entry(UnsafeRawBufferPointer, AwardTerms)
    }

    /// Where the parts of a request lie.
    private struct Layout {
        let application: AddressPlace
        let amount: ScalarPlace
        let key: AddressPlace

        init(_ type: MessageType) {
            self.application = type.address("application")
            self.amount = type.scalar("amount_fen")
            self.key = type.address("idempotency_key")
        }
    }

    private let compiled: CompiledPolicies
    private let arena: Arena
    private let reader: ApplicationReader
    private let evaluator: Evaluator
    private let requestDecoder: RequestDecoder
    private let entryDecoder: RequestDecoder
    private let batchDecoder: RequestDecoder
    private let requestLayout: Layout
    private let entryLayout: Layout
    private let requestTerms: AwardTerms.Layout
    private let batchTerms: AwardTerms.Layout
    private let content: ByteWriter

    /// Makes an assessor.
    package init(_ compiled: CompiledPolicies, limits: EngineLimits) {
        let types = compiled.policies.types
        self.compiled = compiled
        self.arena = Arena(limit: limits.arenaBytes, retained: limits.retainedArenaBytes)
        self.reader = ApplicationReader(compiled.reading, self.arena)
        self.evaluator = Evaluator(
            compiled.reading,
            compiled.plans,
            compiled.explanations,
            calendar: compiled.policies.references.calendar,
            limits: limits
        )
        func decoder(_ type: MessageType, transparent: String? = nil, opaque: Set<String> = []) -> RequestDecoder {
            RequestDecoder(
                MessageDecoder(
                    type,
                    plan: compiled.decoding.requests,
                    transparent: transparent,
                    opaque: opaque,
                    maximumEntries: opaque.isEmpty ? limits.listEntries : 1 << 22
                )
            )
        }
        self.requestDecoder = decoder(types.awardRequest, transparent: "application")
        self.entryDecoder = decoder(types.awardBatchEntry, transparent: "application")
        self.batchDecoder = decoder(types.awardBatchRequest, opaque: ["entries"])
        self.requestLayout = Layout(types.awardRequest)
        self.entryLayout = Layout(types.awardBatchEntry)
        self.requestTerms = AwardTerms.Layout(types.awardRequest)
        self.batchTerms = AwardTerms.Layout(types.awardBatchRequest)
        self.content = ByteWriter(limit: limits.arenaBytes)
    }

    /// As ``Engine/isCancelled``.
    package var isCancelled: (() -> Bool)? {
        get { self.evaluator.assessor.workspace.isCancelled }
        set { self.evaluator.assessor.workspace.isCancelled = newValue }
    }

    // MARK: - Reading

    /// What an `AwardRequest` asks beside its application.
    package func terms(ofRequest bytes: UnsafeRawBufferPointer) throws(CallError) -> AwardTerms {
        self.arena.reset()
        return self.requestTerms.read(try self.requestDecoder.decode(bytes, into: self.arena))
    }

    /// What an `AwardBatchRequest` asks of all its entries, and where each of these lies in it.
    package func open(
        batch bytes: UnsafeRawBufferPointer
    ) throws(CallError) -> (terms: AwardTerms, entries: [UnsafeRawBufferPointer]) {
        self.arena.reset()
        let terms = self.batchTerms.read(try self.batchDecoder.decode(bytes, into: self.arena))
        var entries: [UnsafeRawBufferPointer] = []
        var reader = WireReader(bytes)
        while let tag = reader.tag() {
            guard tag.field == Self.entriesField, tag.wireType == 2, let entry = reader.lengthDelimited() else {
                guard reader.skip(wireType: tag.wireType) else { break }
                continue
            }
            entries.append(entry.bytes)
        }
        return (terms, entries)
    }

    /// `AwardBatchRequest.entries`
    private static let entriesField: UInt32 = 1

    /// Reads an application and what is to be awarded, and tells a book what will be asked of it.
    ///
    /// - Throws: A bad request with its field, relative to the application, where it does not decode. What these policies find
    ///   wrong with it stands in the order: a key that is known is answered all the same.
    package func read(_ source: Source, needs ledger: any LedgerReading) throws(CallError) -> AwardOrder {
        let (application, base, layout, terms) = try self.decode(source)
        let amount = layout.amount.int64(base)
        let key = layout.key.text(base).map { [UInt8](UnsafeRawBufferPointer(start: $0, count: cStringCount($0))) }
        let contentHash = key.map { self.contentHash(application, amount, $0, terms) } ?? []
        let identity: Result<ApplicationIdentity, CallError>
        do throws(CallError) {
            identity = .success(try self.identity(of: application, needs: ledger))
        } catch {
            identity = .failure(error)
        }
        return AwardOrder(identity: identity, amountFen: amount, key: key, contentHash: contentHash)
    }

    /// What an application is about, checked as far as it can be without the book.
    private func identity(
        of application: UnsafeRawPointer,
        needs ledger: any LedgerReading
    ) throws(CallError) -> ApplicationIdentity {
        var input = try self.reader.application(application)
        let told = try self.join(ledger).join(
            &input,
            awards: self.compiled.reading.layout.awards.entries(application)
        )
        let identity = told.identity
        guard identity.subject != nil || !identity.hangsOnSubject else {
            throw .badRequest(
                "the subject must be set: caps or rules of \(identity.measure) go by it",
                field: "subject_id"
            )
        }
        try Self.bound(identity.subject, field: "subject_id")
        try Self.bound(identity.applicationID, field: "application_id")
        return identity
    }

    /// An id of megabytes would be in the book for good, and in every page of awards.
    private static func bound(_ id: [UInt8]?, field: String) throws(CallError) {
        guard let id, id.count > Self.longestID else { return }
        throw .badRequest("the book takes an id of \(Self.longestID) bytes at most", field: field)
    }

    /// In bytes of UTF-8.
    private static let longestID = 1_024

    private func decode(
        _ source: Source
    ) throws(CallError) -> (application: UnsafeRawPointer, base: UnsafeRawPointer, layout: Layout, terms: AwardTerms) {
        self.arena.reset()
        let base: UnsafeRawPointer
        let layout: Layout
        let terms: AwardTerms
        switch source {
        case .request(let bytes):
            base = try self.requestDecoder.decode(bytes, into: self.arena)
            layout = self.requestLayout
            terms = self.requestTerms.read(base)
        case .entry(let bytes, let batch):
            base = try self.entryDecoder.decode(bytes, into: self.arena)
            layout = self.entryLayout
            terms = batch
        }
        guard let application = layout.application.message(base) else {
            throw .badRequest("the application must be set", field: "application")
        }
        return (application, base, layout, terms)
    }

    private func join(_ ledger: any LedgerReading) -> LedgerJoin { LedgerJoin(ledger, self.compiled, self.arena) }

    /// The SHA-256 of an `AwardRequest` with ascending numbers, every scalar that has a default written out, so that the same is
    /// the same from whichever client.
    private func contentHash(
        _ application: UnsafeRawPointer,
        _ amount: Int64?,
        _ key: [UInt8],
        _ terms: AwardTerms
    ) -> [UInt8] {
        let packed = self.compiled.policies.types.application.pack(MessageView(application))
        let writer = self.content
        writer.reset()
        packed.withUnsafeBytes { writer.write(field: 1, $0) }
        if let amount { writer.write(field: 2, varint: amount) }
        writer.write(field: 3, varint: Int64(terms.stage.rawValue))
        writer.write(field: 4, varint: terms.assumesUnsetBarsAbsent ? 1 : 0)
        writer.write(field: 5, varint: terms.explains ? 1 : 0)
        key.withUnsafeBytes { writer.write(field: 6, $0) }
        writer.write(field: 7, varint: terms.reserves ? 1 : 0)
        if let seconds = terms.reserveSeconds { writer.write(field: 8, varint: Int64(seconds)) }
        terms.runID?.withUnsafeBytes { writer.write(field: 9, $0) }
        writer.write(field: 10, varint: terms.isDryRun ? 1 : 0)
        return SHA256.of(writer.bytes).bytes
    }

    // MARK: - Assessing

    /// Assesses an application that was read before, with what the book has, and appends its assessment to `reply`.
    package func assess(
        _ source: Source,
        with ledger: any LedgerReading,
        into reply: ByteWriter
    ) throws(CallError) -> AwardRuling {
        let (application, _, _, terms) = try self.decode(source)
        var input = try self.reader.application(application)
        let told = try self.join(ledger).join(
            &input,
            awards: self.compiled.reading.layout.awards.entries(application)
        )
        self.evaluator.assessor.beginCall()
        let plan = try self.evaluator.decide(input, terms.options)
        try self.evaluator.write(plan, input, terms.options, into: reply)
        told.write(into: reply)
        if reply.isOverLimit { throw .replyTooLarge }
        return self.ruling(plan)
    }

    private func ruling(_ plan: UnsafePointer<MeasurePlan>) -> AwardRuling {
        let decision = self.evaluator.assessor.decision.pointee
        let figure: AwardRuling.Figure =
            switch self.compiled.policies.measures[plan.pointee.version].basis {
            case .exact, .agencyRate: .exact
            case .ceiling, .unpublishedRate: .most
            case .floor: .least
            case .unpublishedAmount, .nonMonetary: .none
            }
        var most = decision.envelopes.least?.remaining
        for cap in plan.pointee.award?.takenCaps.map({ $0 }) ?? [] {
            most = min(most ?? .max, decision.caps[cap].remaining)
        }
        return AwardRuling(
            isEligible: decision.outcome == .eligible,
            amount: decision.amount,
            figure: plan.pointee.award == nil ? .none : figure,
            most: figure == .least ? most : nil
        )
    }
}
