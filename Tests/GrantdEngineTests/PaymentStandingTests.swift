//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

/// The year's points, the handling that they bring and the repairs, by 京医保发〔2025〕8号.
struct PaymentStandingTests {
    typealias Entry = PaymentStanding.Entry
    typealias Outcome = PaymentStanding.Result

    /// The figures of the text.
    static let figures: [String: Int64] = [
        "first-suspension-points": 9, "first-suspension-min-months": 1, "first-suspension-max-months": 2,
        "second-suspension-points": 10, "second-suspension-min-months": 3, "second-suspension-max-months": 4,
        "third-suspension-points": 11, "third-suspension-min-months": 5, "third-suspension-max-months": 6,
        "termination-points": 12, "accumulated-termination-months": 12, "single-act-termination-months": 36,
        "training-points": 1, "training-points-a-year": 3,
        "district-activity-points": 1, "municipal-activity-points": 2, "national-activity-points": 3,
        "activity-points-a-year": 3,
    ]

    /// 1 January 2025 and 31 December 2025.
    static let newYear: Int64 = 20_089
    static let lastDay: Int64 = 20_453

    private func standing(_ entries: [Entry], asOf: Int64 = PaymentStandingTests.lastDay) throws -> Outcome {
        let figures = try #require(PaymentStanding.Figures { Self.figures[$0] })
        return PaymentStanding(figures: figures).result(of: entries, asOf: asOf)
    }

    /// What the year comes to, whatever still runs.
    private func year(_ entries: [Entry], asOf: Int64 = PaymentStandingTests.lastDay) throws -> Outcome {
        var result = try self.standing(entries, asOf: asOf)
        (result.inForce, result.inForceUntil) = (.nothing, nil)
        return result
    }

    /// A score on a day of the year, 0 being 1 January; an inspection of its own unless said.
    private static func score(
        _ day: Int64,
        _ points: Int64,
        _ inspection: String? = nil,
        site: String = "S",
        type: String = "A"
    ) -> Entry {
        Entry(
            kind: .score,
            day: Self.newYear + day,
            inspection: inspection ?? "I\(day)-\(points)",
            site: site,
            violation: type,
            points: points
        )
    }

    private static func training(_ day: Int64) -> Entry { Entry(kind: .training, day: Self.newYear + day) }

    private static func activity(_ day: Int64, _ level: Entry.Level) -> Entry {
        Entry(kind: .activity, day: Self.newYear + day, level: level)
    }

    private static func result(
        _ points: Int64,
        _ handling: PaymentStanding.Handling,
        _ months: ClosedRange<Int64> = 0...0,
        count: Int64 = 0,
        training: Int64 = 0,
        activity: Int64 = 0
    ) -> Outcome {
        Outcome(
            yearPoints: points,
            handling: handling,
            termMinMonths: months.lowerBound,
            termMaxMonths: months.upperBound,
            handlingCount: count,
            trainingRepairPoints: training,
            activityRepairPoints: activity
        )
    }

    // MARK: - Tables

    static let steps: [(points: Int64, handling: PaymentStanding.Handling, months: ClosedRange<Int64>)] = [
        (1, .notice, 0...0), (8, .notice, 0...0), (9, .suspension, 1...2), (10, .suspension, 3...4),
        (11, .suspension, 5...6), (12, .termination, 12...12), (13, .termination, 12...12), (24, .termination, 12...12),
    ]

    @Test("accumulated points", arguments: PaymentStandingTests.steps.indices)
    func accumulated(_ index: Int) throws {
        let step = Self.steps[index]
        // One point an act, all on one day.
        let entries = (0..<step.points).map { Self.score(100, 1, "I", site: "S\($0)") }
        let count: Int64 = step.handling >= .suspension ? 1 : 0
        #expect(try self.year(entries) == Self.result(step.points, step.handling, step.months, count: count))
    }

    static let tables: [(name: String, entries: [Entry], expected: Outcome)] = [
        ("nothing", [], result(0, .nothing)),
        ("repairs alone take nothing off", [training(1), activity(2, .national)], result(0, .nothing)),
        ("one act of twelve", [score(5, 12)], result(12, .termination, 36...36, count: 1)),
        (
            "six and six in one inspection are accumulated",
            [score(5, 6, "I", type: "A"), score(5, 6, "I", type: "B")],
            result(12, .termination, 12...12, count: 1)
        ),
        (
            "one type at two sites adds up", [score(5, 5, "I", site: "S"), score(5, 5, "I", site: "T")],
            result(10, .suspension, 3...4, count: 1)
        ),
        (
            "one type twice at one site is one act, the highest", [score(5, 5, "I"), score(5, 7, "I")],
            result(7, .notice)
        ),
        (
            "the highest counts on its own day", [score(5, 5, "I"), score(6, 4), score(9, 9, "I")],
            result(13, .termination, 12...12, count: 1)
        ),
        (
            "of equals the earliest", [score(9, 9, "I"), score(5, 9, "I"), training(7)],
            result(8, .suspension, 1...2, count: 1, training: 1)
        ),
        (
            "names are not run together",
            [score(5, 4, "I", site: "AB", type: "C"), score(5, 4, "I", site: "A", type: "BC")],
            result(8, .notice)
        ),
        (
            "texts are compared by their bytes", [score(5, 4, "\u{E9}"), score(5, 4, "e\u{301}")],
            result(8, .notice)
        ),
        (
            "four trainings, and both routes to their limit",
            [
                score(1, 10), training(2), training(3), training(4), training(5), activity(6, .municipal),
                activity(7, .national),
            ],
            result(4, .suspension, 3...4, count: 1, training: 3, activity: 3)
        ),
        (
            "a repair uses up only what it takes off",
            [score(1, 1), activity(2, .national), score(3, 8), activity(4, .national)],
            result(6, .notice, activity: 3)
        ),
        (
            "a repair before the score takes nothing off", [training(1), score(2, 3)],
            result(3, .notice)
        ),
        (
            "scores come before the repairs of their day", [training(2), score(2, 9)],
            result(8, .suspension, 1...2, count: 1, training: 1)
        ),
        (
            "a repair keeps the next score under nine", [score(1, 8), training(2), score(3, 1)],
            result(8, .notice, training: 1)
        ),
        (
            "a repair does not undo the suspension, a later notice ends its being the last",
            [score(1, 9), training(2), training(3), training(4), score(5, 1)],
            result(7, .notice, count: 1, training: 3)
        ),
        (
            "each day over nine is a handling of its own", [score(1, 9), score(2, 1), score(3, 1)],
            result(11, .suspension, 5...6, count: 3)
        ),
        (
            "nothing is repaired after a termination", [score(1, 12), training(2), activity(3, .national)],
            result(12, .termination, 36...36, count: 1)
        ),
        (
            "nor on its day", [score(1, 11), training(2), score(3, 2), training(3)],
            result(12, .termination, 12...12, count: 2, training: 1)
        ),
        (
            "the longest termination stays", [score(1, 12), score(2, 1)],
            result(13, .termination, 36...36, count: 2)
        ),
        (
            "a later act of twelve lengthens it", [score(1, 6), score(2, 6), score(3, 12)],
            result(24, .termination, 36...36, count: 2)
        ),
        (
            "repairs of one day in the order given: the training first",
            [score(1, 3), training(2), activity(2, .national)],
            result(0, .notice, training: 1, activity: 2)
        ),
        (
            "repairs of one day in the order given: the activity first",
            [score(1, 3), activity(2, .national), training(2)],
            result(0, .notice, activity: 3)
        ),
    ]

    @Test("by hand", arguments: PaymentStandingTests.tables.indices)
    func table(_ index: Int) throws {
        let row = Self.tables[index]
        #expect(try self.year(row.entries) == row.expected, "\(row.name)")
    }

    @Test("each year starts at nought, and what comes after the day asked about does not count")
    func year() throws {
        let entries = [
            Self.score(-1, 12), Self.score(0, 1), Self.score(200, 2), Self.score(201, 4), Self.score(364, 8),
            Self.score(365, 12), Self.training(-1), Self.training(365),
        ]
        #expect(try self.year(entries, asOf: Self.newYear) == Self.result(1, .notice))
        #expect(try self.year(entries, asOf: Self.newYear + 200) == Self.result(3, .notice))
        #expect(try self.year(entries).yearPoints == 15)
        #expect(try self.year(entries, asOf: Self.lastDay + 1) == Self.result(12, .termination, 36...36, count: 1))
    }

    @Test(
        "a year's first and last day",
        arguments: [(1, 365), (1970, 365), (2000, 366), (2024, 366), (2100, 365), (9999, 365)] as [(Int64, Int64)]
    )
    func yearEnds(year: Int64, days: Int64) {
        let before = year - 1
        let first = before * 365 + before / 4 - before / 100 + before / 400 - 719_162
        for asOf in [first, first + 58, first + 59, first + 60, first + days - 1] {
            #expect(PaymentStanding.yearStart(of: asOf) == first)
        }
    }

    @Test("a figure that is missing", arguments: Calculator.paymentStanding.figures)
    func missing(name: String) {
        #expect(PaymentStanding.Figures { $0 == name ? nil : Self.figures[$0] } == nil)
    }

    @Test("names of figures are those of the text's table")
    func names() {
        #expect(Set(Calculator.paymentStanding.figures) == Set(Self.figures.keys))
        #expect(Calculator.paymentStanding.figures.count == Self.figures.count)
    }

    // MARK: - Properties

    /// Numbers that are the same in every run.
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            self.state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = self.state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    private static func entry(_ day: Int64, _ numbers: inout Numbers) -> Entry {
        let level = Entry.Level.allCases.randomElement(using: &numbers) ?? .district
        switch Int.random(in: 0..<5, using: &numbers) {
        case 0: return Self.training(day)
        case 1: return Self.activity(day, level)
        default:
            let inspection = "I\(Int.random(in: 0..<4, using: &numbers))"
            let site = Bool.random(using: &numbers) ? "S" : "T"
            let type = Bool.random(using: &numbers) ? "A" : "B"
            let points = Int64.random(in: 1...5, using: &numbers)
            let isGreatest = Int.random(in: 0..<40, using: &numbers) == 0
            return Self.score(day, isGreatest ? 12 : points, inspection, site: site, type: type)
        }
    }

    /// Entries in the order of their days; on days of their own unless said.
    private static func entries(_ numbers: inout Numbers, sharingDays: Bool = false) -> [Entry] {
        var day: Int64 = 0
        return (0..<Int.random(in: 0..<14, using: &numbers)).map { _ in
            day += Int64.random(in: (sharingDays ? 0 : 1)...9, using: &numbers)
            return Self.entry(day, &numbers)
        }
    }

    static let seeds: Range<UInt64> = 0..<100

    @Test("whatever the entries, the result lies within its bounds", arguments: PaymentStandingTests.seeds)
    func bounds(seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        let entries = Self.entries(&numbers, sharingDays: true)
        let result = try self.standing(entries)
        let scores = entries.filter { $0.kind == .score }
        #expect(result.yearPoints >= 0)
        #expect((0...3).contains(result.trainingRepairPoints))
        #expect((0...3).contains(result.activityRepairPoints))
        // What was scored is what is left and what was repaired; an act counts once, the highest.
        let acts = Dictionary(grouping: scores) { "\($0.inspection)/\($0.site)/\($0.violation)" }
        let scored = acts.values.reduce(0) { $0 + ($1.map(\.points).max() ?? 0) }
        #expect(result.yearPoints + result.trainingRepairPoints + result.activityRepairPoints == scored)
        #expect((result.handling == .nothing) == scores.isEmpty)
        #expect(result.termMinMonths <= result.termMaxMonths)
        #expect((result.termMaxMonths > 0) == (result.handling >= .suspension))
        #expect(result.handlingCount <= Int64(Set(scores.map(\.day)).count))
        #expect(result.handlingCount > 0 || result.handling < .suspension)
    }

    @Test("the order of entries of different days does not matter", arguments: PaymentStandingTests.seeds)
    func permutation(seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        let entries = Self.entries(&numbers)
        let expected = try self.standing(entries)
        #expect(try self.standing(entries.shuffled(using: &numbers)) == expected)
        #expect(try self.standing(entries.reversed()) == expected)
    }

    @Test("the order of scores never matters, on one day either", arguments: PaymentStandingTests.seeds)
    func scoresOfADay(seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        let entries = Self.entries(&numbers, sharingDays: true)
        let scores = entries.filter { $0.kind == .score }.shuffled(using: &numbers)
        let repairs = entries.filter { $0.kind != .score }
        #expect(try self.standing(scores + repairs) == self.standing(entries))
        #expect(try self.standing(repairs + scores) == self.standing(entries))
    }

    /// A repair added *between* others may lift the points of the end: it may use up one route's limit where the other
    /// would have served. At the end it cannot.
    @Test("a repair at the end never lifts points nor changes the handling", arguments: PaymentStandingTests.seeds)
    func repair(seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        let entries = Self.entries(&numbers, sharingDays: true)
        let before = try self.standing(entries)
        for repair in [Self.training(300)] + Entry.Level.allCases.map({ Self.activity(300, $0) }) {
            let after = try self.standing(entries + [repair])
            #expect(after.yearPoints <= before.yearPoints)
            #expect(before.yearPoints - after.yearPoints <= 3)
            #expect(after.handling == before.handling)
            #expect(after.termMinMonths == before.termMinMonths && after.termMaxMonths == before.termMaxMonths)
            #expect(after.handlingCount == before.handlingCount)
            #expect(after.inForce == before.inForce && after.inForceUntil == before.inForceUntil)
            if before.handling == .termination { #expect(after == before) }
        }
    }

    @Test("an act added on the last day never makes the handling milder", arguments: PaymentStandingTests.seeds)
    func addedScore(seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        // One inspection each, so that every score is an act on its own day.
        var entries = Self.entries(&numbers, sharingDays: true)
        for index in entries.indices { entries[index].inspection = "I\(index)" }
        guard let last = entries.filter({ $0.kind == .score }).map(\.day).max() else { return }
        let before = try self.standing(entries)
        for points in [1, 3, 9, 12] as [Int64] {
            let after = try self.standing(entries + [Self.score(last - Self.newYear, points, "added")])
            #expect(after.handling >= before.handling)
            #expect(after.termMinMonths >= before.termMinMonths)
            #expect(after.termMaxMonths >= before.termMaxMonths)
            #expect(after.handlingCount >= before.handlingCount)
            #expect(after.handlingCount <= before.handlingCount + 1)
        }
    }

    @Test(
        "entries of later days change nothing, and those of other years only what a termination that still runs bars",
        arguments: PaymentStandingTests.seeds
    )
    func others(seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        let entries = Self.entries(&numbers, sharingDays: true)
        let before = (0..<8).map { _ in Self.entry(-Int64.random(in: 1...2_000, using: &numbers), &numbers) }
        let later = (0..<8).map { _ in Self.entry(364 + Int64.random(in: 1...2_000, using: &numbers), &numbers) }
        #expect(try self.standing((later + entries).shuffledKeepingDays(using: &numbers)) == self.standing(entries))
        let year = try self.year((before + entries).shuffledKeepingDays(using: &numbers))
        // What ran on the eve of the year, and for how long.
        let eve = try self.standing(before, asOf: Self.newYear - 1)
        let bar = eve.inForce == .termination ? eve.inForceUntil ?? .max : .min
        #expect(try year == self.year(entries.filter { $0.kind == .score || $0.day > bar }))
    }

    @Test("several years are what a plain reading of the text makes of them", arguments: PaymentStandingTests.seeds)
    func plainReading(seed: UInt64) throws {
        for round in 0..<5 as Range<UInt64> {
            var numbers = Numbers(state: seed &* 1_000 &+ round)
            // Four years, with acts of twelve and ends of the agency's among them.
            let entries = (0..<Int.random(in: 0..<24, using: &numbers)).map { index -> Entry in
                var entry = Self.entry(Int64.random(in: -1_100...364, using: &numbers), &numbers)
                entry.inspection += index % 3 == 0 ? "" : "-\(index)"
                if entry.kind == .score, Int.random(in: 0..<4, using: &numbers) == 0 { entry.points = 12 }
                if Int.random(in: 0..<6, using: &numbers) == 0 {
                    entry.handlingEnd = entry.day + Int64.random(in: -5...900, using: &numbers)
                }
                return entry
            }
            let asOf = Self.newYear + Int64.random(in: 0...364, using: &numbers)
            #expect(try self.standing(entries, asOf: asOf) == PlainStanding.result(of: entries, asOf: asOf))
        }
    }

    @Test("what is dated after the day asked about is as good as not there", arguments: PaymentStandingTests.seeds)
    func upToTheDay(seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        let entries = Self.entries(&numbers, sharingDays: true)
        let asOf = Self.newYear + Int64.random(in: 0...80, using: &numbers)
        let earlier = entries.filter { $0.day <= asOf }
        #expect(try self.standing(entries, asOf: asOf) == self.standing(earlier, asOf: asOf))
    }

    @Test("one score twice is one act", arguments: PaymentStandingTests.seeds)
    func duplicates(seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        let entries = Self.entries(&numbers, sharingDays: true)
        let scores = entries.filter { $0.kind == .score }
        #expect(try self.standing(entries + scores) == self.standing(entries))
    }

    // MARK: - Hostile numbers

    @Test("no number traps")
    func extremes() {
        let ends: [Int64] = [.min, .min + 1, -719_163, -1, 0, 1, 12, 2_932_897, .max - 1, .max]
        for value in ends {
            guard let figures = PaymentStanding.Figures({ _ in value }) else { continue }
            for asOf in ends {
                let standing = PaymentStanding(figures: figures)
                var entries: [Entry] = []
                for (index, day) in (ends + [asOf, asOf]).enumerated() {
                    for points in ends {
                        let site = "\(points)"
                        entries.append(
                            Entry(kind: .score, day: day, inspection: "\(index)", site: site, points: points)
                        )
                        entries.append(Entry(kind: .training, day: day))
                        entries.append(Entry(kind: .activity, day: day, level: .national))
                    }
                }
                let result = standing.result(of: entries, asOf: asOf)
                #expect(result.yearPoints >= 0)
            }
        }
    }

    @Test("sums stop at the greatest number")
    func saturates() throws {
        let result = try self.year([Self.score(1, .max), Self.score(2, .max)])
        #expect(result == Self.result(.max, .termination, 36...36, count: 2))
        #expect(try self.year([Self.score(1, .min)]) == Self.result(0, .notice))
    }

    @Test("ten thousand entries of one day, and of one act")
    func many() throws {
        let sites = (0..<10_000).map { Self.score(1, 1, "I", site: "S\($0)") }
        #expect(try self.year(sites) == Self.result(10_000, .termination, 12...12, count: 1))
        let years = (0..<10_000).map { Self.score(-Int64($0), 12, "\($0)") }
        #expect(try self.standing(years, asOf: Self.newYear).inForce == .termination)
        #expect(try self.standing(sites.map { Self.score($0.day - Self.newYear, 1, "I") }) == Self.result(1, .notice))
    }
}

extension [PaymentStanding.Entry] {
    /// Mixed, but entries of one day left in their order.
    fileprivate func shuffledKeepingDays(using numbers: inout some RandomNumberGenerator) -> Self {
        Dictionary(grouping: self, by: \.day).sorted { $0.key < $1.key }.shuffled(using: &numbers).flatMap { $0.value }
    }
}
