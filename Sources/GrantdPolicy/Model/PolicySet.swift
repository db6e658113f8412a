//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

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

    private let entryByFactsNumber: [UInt32: Int]
    /// The indices of ``entries``, sorted by the bytes of their id.
    private let entriesByID: [Int]

    /// Makes a set of checked programmes, of which no two have the same id.
    package init(programmes: [Programme]) {
        let programmes = programmes.sorted { Self.precedes($0.id, $1.id) }
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
        self.entryByFactsNumber = Dictionary(
            entries.enumerated().map { ($0.element.factsNumber, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
        self.entriesByID = entries.indices.sorted { Self.precedes(entries[$0].id, entries[$1].id) }
    }

    /// The index into ``entries`` of the measure whose facts are the member of that number.
    package func entry(forFactsNumber number: UInt32) -> Int? {
        self.entryByFactsNumber[number]
    }

    /// The index into ``entries`` of the measure of that full id, given as UTF-8. Allocates nothing.
    package func entry(forID id: UnsafeRawBufferPointer) -> Int? {
        var low = 0
        var high = self.entriesByID.count
        while low < high {
            let middle = low + (high - low) / 2
            let index = self.entriesByID[middle]
            let order = Self.compare(self.entries[index].id, id)
            if order == 0 { return index }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    /// The index into ``entries`` of the measure of that full id.
    package func entry(forID id: String) -> Int? {
        var id = id
        return id.withUTF8 { self.entry(forID: UnsafeRawBufferPointer($0)) }
    }

    /// The index into ``measures`` of the version of an entry in force on `day` (days since 1970-01-01), if any is.
    package func version(of entry: Int, on day: Int64) -> Int? {
        for index in self.entries[entry].versions where self.measures[index].inForce.contains(day) { return index }
        return nil
    }

    /// The index into ``measures`` of the version of an entry nearest to `day`: the one in force; else the last that
    /// began before it; else the first.
    package func nearestVersion(of entry: Int, to day: Int64) -> Int {
        let versions = self.entries[entry].versions
        var nearest = versions.lowerBound
        for index in versions where self.measures[index].inForce.from <= day { nearest = index }
        return nearest
    }

    /// Byte order: the same everywhere, whatever the locale.
    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    private static func compare(_ left: String, _ right: UnsafeRawBufferPointer) -> Int {
        var position = 0
        for byte in left.utf8 {
            guard position < right.count else { return 1 }
            if byte != right[position] { return byte < right[position] ? -1 : 1 }
            position += 1
        }
        return position == right.count ? 0 : -1
    }
}
