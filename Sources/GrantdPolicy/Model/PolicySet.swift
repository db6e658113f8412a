//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdSchema

/// All programmes that are served, checked and immutable.
package final class PolicySet: Sendable {
    /// One measure with all its versions.
    package struct Entry: Sendable {
        /// The full id.
        package let id: String
        /// The member of the application's `facts`, and its number.
        package let factsField: String
        package let factsNumber: UInt32
        /// The index into ``PolicySet/programmes``.
        package let programme: Int
        /// The indices into ``PolicySet/measures`` of its versions, by date. Never empty.
        package let versions: Range<Int>
    }

    /// By id.
    package let programmes: [Programme]
    /// Every version of every measure, by programme, then in the file's order; the versions of one together and by
    /// date.
    package let measures: [Measure]
    /// One for each measure, in the order of ``measures``.
    package let entries: [Entry]
    /// The requests that hold applications, with the facts of all of them.
    package let types: ApplicationTypes
    /// A serialized `google.protobuf.FileDescriptorSet`: the contract with the facts of all of them.
    package let schema: [UInt8]
    /// The SHA-256 of the schema.
    package let schemaDigest: String
    /// The working calendar and the register of documents.
    package let references: PolicyReferences
    /// What the authors of the files should look at. Nothing hangs on it.
    package let warnings: [PolicyDiagnostic]

    /// Makes a set of checked programmes, of which no two have the same id.
    package init(programmes: [Programme], references: PolicyReferences, warnings: [PolicyDiagnostic] = []) {
        let calendar = PolicyDigest.of(references.calendarFile.bytes)
        let programmes = programmes.sorted { Self.precedes($0.id, $1.id) }.map { $0.decided(withCalendar: calendar) }
        var measures: [Measure] = []
        var entries: [Entry] = []
        for (index, programme) in programmes.enumerated() {
            var start = measures.count
            for (offset, measure) in programme.measures.enumerated() {
                measures.append(measure)
                let isLastVersion =
                    offset == programme.measures.count - 1 || programme.measures[offset + 1].id != measure.id
                guard isLastVersion else { continue }
                entries.append(
                    Entry(
                        id: measure.id,
                        factsField: measure.factsField,
                        factsNumber: measure.factsNumber,
                        programme: index,
                        versions: start..<measures.count
                    )
                )
                start = measures.count
            }
        }
        self.programmes = programmes
        self.measures = measures
        self.entries = entries
        self.references = references
        self.warnings = warnings
        self.schema = SchemaDescriptors.make(programmes.map(\.facts))
        self.schemaDigest = PolicyDigest.of(self.schema)
        self.types = ApplicationTypes(
            members: programmes.flatMap(\.contract.members).map { ($0.name, $0.number, $0.type) }
        )
    }

    /// The index into ``entries`` of the measure of that full id. Walks over all of them: a request's measures are found by
    /// ``MeasureIndex``.
    package func entry(forID id: String) -> Int? {
        self.entries.firstIndex { $0.id.utf8.elementsEqual(id.utf8) }
    }

    /// Byte order: the same everywhere, whatever the locale.
    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}
