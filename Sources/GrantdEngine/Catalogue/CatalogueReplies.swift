//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdSchema

/// What the catalogue answers, encoded when the policies are loaded.
final class CatalogueReplies {
    /// One version of a measure.
    private struct Version {
        let dates: DateInterval
        let programme: Segment
        /// An entry of `ListMeasuresResponse`, with its tag and length.
        let summary: Segment
        /// A whole `MeasureDescription`.
        let description: Segment
    }

    private let store = SegmentStore()
    private let versions: [Version]
    /// By entry, its versions by date.
    private let ranges: [Range<Int>]
    private let schema: [UInt8]
    private let schemaDigest: Segment

    init(_ policies: PolicySet) {
        let store = self.store
        var versions: [Version] = []
        for entry in policies.entries {
            let programme = policies.programmes[entry.programme]
            for index in entry.versions {
                let measure = policies.measures[index]
                versions.append(
                    Version(
                        dates: measure.inForce,
                        programme: store.keep(programme.id),
                        summary: store.keep(Self.summary(measure, programme).bytes),
                        description: store.keep(MeasureDescriptionBytes.make(measure, programme).bytes)
                    )
                )
            }
        }
        self.versions = versions
        self.ranges = policies.entries.map(\.versions)
        self.schema = policies.schema
        self.schemaDigest = store.keep(policies.schemaDigest)
    }

    /// Answers `ListMeasures`.
    func list(
        asOf: UnsafePointer<CChar>?,
        programme: UnsafePointer<CChar>?,
        into reply: ByteWriter
    ) throws(CallError) {
        let date = try Self.day(asOf)
        var isKnown = programme == nil
        for version in self.versions {
            if let programme {
                guard Self.areEqual(programme, version.programme) else { continue }
                isKnown = true
            }
            if let date, !version.dates.contains(date) { continue }
            reply.write(version.summary.start, count: version.summary.count)
        }
        guard isKnown else {
            throw .badRequest("no such programme; ListMeasures without one names all", field: "programme")
        }
        if reply.isOverLimit { throw .replyTooLarge }
    }

    /// Answers `DescribeMeasure`: the version in force on a day, else the newest.
    func describe(
        _ measure: UnsafePointer<CChar>?,
        asOf: UnsafePointer<CChar>?,
        index: MeasureIndex,
        into reply: ByteWriter
    ) throws(CallError) {
        guard let measure else {
            throw .badRequest(
                "the measure must be set, with its programme: medical-device.product-approval",
                field: "measure"
            )
        }
        guard let entry = index.entry(measure) else {
            throw .badRequest("no such measure; ListMeasures names all", field: "measure")
        }
        let date = try Self.day(asOf)
        let range = self.ranges[entry]
        guard let newest = range.last else { throw .fault("a measure without versions") }
        var chosen = newest
        if let date {
            guard let version = range.first(where: { self.versions[$0].dates.contains(date) }) else {
                throw .badRequest("no version of this measure is in force on that day", field: "as_of")
            }
            chosen = version
        }
        let description = self.versions[chosen].description
        reply.write(description.start, count: description.count)
        if reply.isOverLimit { throw .replyTooLarge }
    }

    /// Answers `GetSchema`: the digest alone where the caller has this schema already.
    func schema(known: UnsafePointer<CChar>?, into reply: ByteWriter) throws(CallError) {
        let isKnown = known.map { Self.areEqual($0, self.schemaDigest) } ?? false
        if !isKnown {
            self.schema.withUnsafeBytes { reply.write(field: ReplyField.Schema.fileDescriptorSet, $0) }
        }
        reply.write(
            field: ReplyField.Schema.digest,
            UnsafeRawBufferPointer(start: self.schemaDigest.start, count: self.schemaDigest.count)
        )
        if reply.isOverLimit { throw .replyTooLarge }
    }

    /// The day that a request asks about; `nil` where it asks about none.
    static func day(_ text: UnsafePointer<CChar>?) throws(CallError) -> Int64? {
        guard let text else { return nil }
        guard let (days, _) = civilDay(text) else { throw .badRequest(notADate(text), field: "as_of") }
        return days
    }

    static func areEqual(_ text: UnsafePointer<CChar>, _ segment: Segment) -> Bool {
        guard cStringCount(text) == segment.count else { return false }
        return (0..<segment.count).allSatisfy {
            UInt8(bitPattern: text[$0]) == segment.start.load(fromByteOffset: $0, as: UInt8.self)
        }
    }

    private static func summary(_ measure: Measure, _ programme: Programme) -> MessageBytes {
        var summary = MessageBytes()
        summary.add(measure.id, field: ReplyField.MeasureSummary.measure)
        summary.add(measure.title, field: ReplyField.MeasureSummary.title)
        summary.add(measure.clause, field: ReplyField.MeasureSummary.clause)
        summary.add(varint: UInt64(measure.basis.rawValue), field: ReplyField.MeasureSummary.basis)
        summary.add(MeasureSegments.policy(of: measure, in: programme), field: ReplyField.MeasureSummary.policy)
        if let largest = measure.largestAmount {
            summary.add(varint: UInt64(clamping: largest), field: ReplyField.MeasureSummary.largestAmountFen)
        }
        var whole = MessageBytes()
        whole.add(summary, field: ReplyField.ListMeasuresResponse.measures)
        return whole
    }
}
