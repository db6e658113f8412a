//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdTesting
internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

/// How the engine finds a measure and the version of it that a day asks for.
struct MeasureIndexTests {
    /// Owns the memory of the indices.
    private let store = SegmentStore()

    // MARK: - By id and by number

    private func entry(_ id: String, _ index: MeasureIndex) -> Int? { id.withCString { index.entry($0) } }

    @Test("every measure is found by its id and by the number of its facts, and nothing else is")
    func index() throws {
        let policies = try PolicySet.builtIn()
        let index = MeasureIndex(policies, self.store)
        let ids = Set(policies.entries.map(\.id))
        let numbers = Set(policies.entries.map { Int32($0.factsNumber) })
        for (position, entry) in policies.entries.enumerated() {
            #expect(self.entry(entry.id, index) == position)
            #expect(index.entry(factsNumber: Int32(entry.factsNumber)) == position)
            // The first and the last eight bytes alone are hashed: these come into the same place or beside it.
            let middle = entry.id.index(entry.id.startIndex, offsetBy: entry.id.count / 2)
            var twisted = entry.id
            twisted.replaceSubrange(middle...middle, with: entry.id[middle] == "x" ? "y" : "x")
            for id in [entry.id + "s", String(entry.id.dropLast()), String(entry.id.dropFirst()), twisted] {
                #expect(ids.contains(id) || self.entry(id, index) == nil, "\(id)")
            }
            // The document's own id is none of a measure.
            #expect(self.entry(policies.programmes[entry.programme].id, index) == nil)
        }
        for id in ["", "a", "1234567", "12345678", String(repeating: "medical-device.", count: 1000)] {
            #expect(self.entry(id, index) == nil, "\(id)")
        }
        for number in Int32(-2)...2_000 where !numbers.contains(number) {
            #expect(index.entry(factsNumber: number) == nil, "\(number)")
        }
        for number in [Int32.min, .max, 536_870_911] { #expect(index.entry(factsNumber: number) == nil) }
    }

    @Test("no policies have no measures")
    func empty() throws {
        let index = MeasureIndex(try PolicyLoader.load(files: []).get(), self.store)
        #expect(self.entry("medical-device.product-approval", index) == nil)
        #expect(index.entry(factsNumber: 0) == nil)
        #expect(index.entry(factsNumber: 202) == nil)
    }

    // MARK: - By day

    private func day(_ text: String) throws -> Int64 { try #require(withArenaText(text) { civilDay($0) }).0 }

    @Test(
        "a day has the version in force, else the last that began before, else the first",
        arguments: [
            ("2025-12-31", 0, false), ("2026-01-01", 0, true), ("2026-06-30", 0, true), ("2026-12-31", 0, true),
            ("2027-01-01", 1, true), ("2028-12-31", 1, true), ("2029-01-01", 1, false), ("9999-12-31", 1, false),
            ("0001-01-01", 0, false),
        ] as [(String, Int, Bool)]
    )
    func version(day: String, version: Int, isInForce: Bool) throws {
        let policies = try LoaderFixtures.load(LoaderFixtures.text("good.yaml")).get()
        let index = MeasureIndex(policies, self.store)
        let found = index.version(of: 0, on: try self.day(day))
        #expect(found.index == version)
        #expect(found.isInForce == isInForce)
        // The measure behind it has its own versions.
        #expect(index.version(of: 1, on: try self.day(day)).index == 2)
    }

    @Test(
        "every version of every built-in measure is the one in force on its first and its last day, and not around them"
    )
    func builtIn() throws {
        let policies = try PolicySet.builtIn()
        let index = MeasureIndex(policies, self.store)
        for (position, entry) in policies.entries.enumerated() {
            for version in entry.versions {
                let interval = policies.measures[version].inForce
                for day in [interval.from, interval.until ?? interval.from + 36_500] {
                    let found = index.version(of: position, on: day)
                    #expect(found.index == version, "\(entry.id)")
                    #expect(found.isInForce, "\(entry.id)")
                }
                let others = entry.versions.filter { $0 != version }.map { policies.measures[$0].inForce }
                for day in [interval.from - 1] + (interval.until.map { [$0 + 1] } ?? []) {
                    let isOthers = others.contains { $0.contains(day) }
                    #expect(index.version(of: position, on: day).isInForce == isOthers, "\(entry.id)")
                }
            }
        }
    }
}
