//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdPolicy

/// A person's points of one calendar year, what follows from them, and what earlier years have left in force:
/// 京医保发〔2025〕8号, arts. 18, 25, 26, 31 and 32.
///
/// Each year is gone through day by day, scores before repairs. The points that a day's scores bring the year to decide
/// the handling; repairs take points off again and undo no handling. A termination that still runs lets nothing be
/// repaired, in the next year either. Any numbers are taken: sums stop at the ends of 64 bits, and points below nought
/// count as nought. The work grows with n log n of the entries.
struct PaymentStanding: Sendable {
    /// The figures of the text.
    let figures: Figures

    /// One score or repair, all that it needs known.
    struct Entry: Sendable, Hashable {
        /// What an entry is.
        enum Kind: Sendable, Hashable {
            /// Points for an act.
            case score
            /// A repair for training.
            case training
            /// A repair for taking part in an activity on the spot.
            case activity
        }

        /// Whose activity it was.
        enum Level: Sendable, Hashable, CaseIterable {
            case district
            case municipal
            case national
        }

        /// What the entry is.
        var kind: Kind
        /// The day on which it counts, in days since 1970-01-01.
        var day: Int64
        /// Of a score: the inspection that found the act.
        var inspection = ""
        /// Of a score: the institution at which it was found.
        var site = ""
        /// Of a score: the type of breach.
        var violation = ""
        /// Of a score: the points.
        var points: Int64 = 0
        /// Of an activity: its level.
        var level = Level.district
        /// Of a score: the last day of the handling that it brought, where the agency has fixed it.
        var handlingEnd: Int64?
    }

    /// What the year has come to.
    struct Result: Sendable, Hashable {
        /// The points after repairs.
        var yearPoints: Int64 = 0
        /// The handling that the last day with a score has brought, or a termination before it.
        var handling = Handling.nothing
        /// The least term of that handling in months; 0 where it has none.
        var termMinMonths: Int64 = 0
        /// The greatest term of that handling in months; 0 where it has none.
        var termMaxMonths: Int64 = 0
        /// On how many days a suspension or termination was brought.
        var handlingCount: Int64 = 0
        /// What training has taken off.
        var trainingRepairPoints: Int64 = 0
        /// What activities have taken off.
        var activityRepairPoints: Int64 = 0
        /// The gravest suspension or termination that still runs, one of an earlier year among them.
        var inForce = Handling.nothing
        /// Its last day, the latest where several of its kind run; nil where none does.
        var inForceUntil: Int64?
    }

    /// What a number of points brings. The raw value is the catalogue's name.
    enum Handling: String, Sendable, Hashable, CaseIterable, Comparable {
        /// No score this year.
        case nothing = "NONE"
        /// The institution is told of the points.
        case notice = "NOTICE"
        /// The payment qualification is suspended.
        case suspension = "SUSPENSION"
        /// The payment qualification is terminated.
        case termination = "TERMINATION"

        private var severity: Int {
            switch self {
            case .nothing: 0
            case .notice: 1
            case .suspension: 2
            case .termination: 3
            }
        }

        /// Whether one handling is milder than another.
        static func < (left: Self, right: Self) -> Bool { left.severity < right.severity }
    }

    /// The standing on a day, from entries in any order. The order given matters only among the repairs of one day.
    ///
    /// - Parameters:
    ///   - entries: Scores and repairs, of any year.
    ///   - asOf: The day asked about, in days since 1970-01-01.
    func result(of entries: [Entry], asOf: Int64) -> Result {
        let counted = entries.filter { $0.day <= asOf }
        let years = Dictionary(grouping: counted) { Self.yearStart(of: $0.day) }
        let thisYear = Self.yearStart(of: asOf)
        var terms = Terms()
        for (year, entries) in years.sorted(by: { $0.key < $1.key }) where year != thisYear {
            _ = self.year(of: entries, &terms)
        }
        var result = self.year(of: years[thisYear] ?? [], &terms)
        // Whatever has begun, began on or before the day.
        if let end = terms.terminated, end >= asOf {
            (result.inForce, result.inForceUntil) = (.termination, end)
        } else if let end = terms.suspended, end >= asOf {
            (result.inForce, result.inForceUntil) = (.suspension, end)
        }
        return result
    }

    /// The last days of the suspensions and of the terminations so far, the latest of each.
    private struct Terms {
        var suspended: Int64?
        var terminated: Int64?
    }

    /// One year's entries. What they bring is noted beside the terms of earlier years.
    private func year(of entries: [Entry], _ terms: inout Terms) -> Result {
        let acts = Self.acts(of: entries.lazy.filter { $0.kind == .score }).sorted { $0.day < $1.day }
        let repairs = entries.indices.filter { entries[$0].kind != .score }
            .sorted { (entries[$0].day, $0) < (entries[$1].day, $1) }
        let terminatedBefore = terms.terminated ?? .min
        var result = Result()
        var nextAct = 0
        var nextRepair = 0
        while nextAct < acts.count || nextRepair < repairs.count {
            // Scores come before the repairs of their day.
            if nextRepair < repairs.count {
                let repair = entries[repairs[nextRepair]]
                if nextAct == acts.count || repair.day < acts[nextAct].day {
                    // Who is terminated has no repair (art. 31), New Year or not.
                    if repair.day > terminatedBefore { self.repair(repair, &result) }
                    nextRepair += 1
                    continue
                }
            }
            let day = acts[nextAct].day
            var highest: Int64 = 0
            var end: Int64?
            while nextAct < acts.count, acts[nextAct].day == day {
                result.yearPoints = Self.sum(result.yearPoints, acts[nextAct].points)
                highest = max(highest, acts[nextAct].points)
                end = Self.later(end, acts[nextAct].handlingEnd)
                nextAct += 1
            }
            self.handle(day, highest: highest, end: end, &result, &terms)
        }
        return result
    }

    /// What the points bring after a day's scores, of which `highest` is the highest (art. 26). It runs from that day
    /// to the end that the agency has fixed or, without one, for the longest months that the rule allows.
    private func handle(_ day: Int64, highest: Int64, end: Int64?, _ result: inout Result, _ terms: inout Terms) {
        let total = result.yearPoints
        if total >= self.figures.terminationPoints {
            let single = highest >= self.figures.terminationPoints
            let months = single ? self.figures.singleActTermination : self.figures.accumulatedTermination
            // Of several terminations the longest counts.
            result.termMinMonths = result.handling == .termination ? max(result.termMinMonths, months) : months
            result.termMaxMonths = result.termMinMonths
            result.handling = .termination
            result.handlingCount = Self.sum(result.handlingCount, 1)
            terms.terminated = Self.later(terms.terminated, end ?? Self.lastDay(ofMonths: months, from: day))
            return
        }
        // After a termination nothing takes points off, so the total never comes back below it; figures that say
        // otherwise do not undo one either.
        if result.handling == .termination { return }
        let step =
            total >= self.figures.third.points
            ? self.figures.third
            : total >= self.figures.second.points
                ? self.figures.second
                : total >= self.figures.first.points ? self.figures.first : nil
        result.handling = step == nil ? .notice : .suspension
        result.termMinMonths = step?.minMonths ?? 0
        result.termMaxMonths = step?.maxMonths ?? 0
        guard let step else { return }
        result.handlingCount = Self.sum(result.handlingCount, 1)
        terms.suspended = Self.later(terms.suspended, end ?? Self.lastDay(ofMonths: step.maxMonths, from: day))
    }

    /// Takes points off (art. 32): as many as there are, and as the year still allows; none after a termination
    /// (art. 31).
    private func repair(_ entry: Entry, _ result: inout Result) {
        if result.handling == .termination { return }
        let isTraining = entry.kind == .training
        let used = isTraining ? result.trainingRepairPoints : result.activityRepairPoints
        let limit = isTraining ? self.figures.trainingPointsAYear : self.figures.activityPointsAYear
        let worth = isTraining ? self.figures.trainingPoints : self.figures.points(of: entry.level)
        // Nothing here is below nought, and what is used lies within the limit: no difference leaves 64 bits.
        let taken = min(max(0, worth), max(0, limit) &- used, result.yearPoints)
        result.yearPoints &-= taken
        if isTraining {
            result.trainingRepairPoints &+= taken
        } else {
            result.activityRepairPoints &+= taken
        }
    }

    /// The scores as acts (art. 18): of those with one inspection, site and type of breach the highest counts, on its
    /// own day, which is the earliest of equals.
    private static func acts(of scores: some Sequence<Entry>) -> [ScoredAct] {
        var places: [Act: Int] = [:]
        var acts: [ScoredAct] = []
        for score in scores {
            let scored = ScoredAct(day: score.day, points: max(0, score.points), handlingEnd: score.handlingEnd)
            let act = Act(inspection: score.inspection, site: score.site, violation: score.violation)
            if let place = places[act] {
                acts[place].take(scored)
            } else {
                places[act] = acts.count
                acts.append(scored)
            }
        }
        return acts
    }

    /// The last day of a term of so many months that begins on a day. Stops at the last day that there is; a term of no
    /// month is over before it begins.
    private static func lastDay(ofMonths months: Int64, from day: Int64) -> Int64 {
        let within = min(max(day, CivilDate.first.days), CivilDate.last.days)
        guard let first = CivilDate(days: within), months > 0 else { return .min }
        return (first.endOfTerm(months: months) ?? .last).days
    }

    private static func later(_ first: Int64?, _ second: Int64?) -> Int64? {
        guard let first, let second else { return first ?? second }
        return max(first, second)
    }

    /// The sum of two numbers of which neither is below nought; stops at the greatest.
    private static func sum(_ first: Int64, _ second: Int64) -> Int64 {
        let (sum, overflow) = first.addingReportingOverflow(second)
        return overflow ? .max : sum
    }

    /// 1 January of a day's year. A day outside the years 1 to 9999 is taken for the nearest one inside.
    static func yearStart(of day: Int64) -> Int64 {
        // Days since 1 March of the year 0, in years that begin in March, so that the leap day is the last of its year.
        let shifted = min(max(day, -719_162), 2_932_896) + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100)
        // January begins on day 306 of such a year.
        let year = era * 400 + yearOfEra - (dayOfYear < 306 ? 1 : 0)
        let (eraOfStart, rest) = (year / 400, year % 400)
        return eraOfStart * 146_097 + rest * 365 + rest / 4 - rest / 100 + 306 - 719_468
    }
}

extension PaymentStanding {
    /// The numbers of the text, as the policy file has them.
    struct Figures: Sendable, Hashable {
        /// A suspension: from how many points, and for how many months.
        struct Suspension: Sendable, Hashable {
            var points: Int64
            var minMonths: Int64
            var maxMonths: Int64
        }

        /// The three steps of suspension, mildest first.
        var first: Suspension
        var second: Suspension
        var third: Suspension
        /// From how many points the qualification is terminated.
        var terminationPoints: Int64
        /// The months of a termination for points that have added up.
        var accumulatedTermination: Int64
        /// The months of a termination for a single act that scores so many by itself.
        var singleActTermination: Int64
        /// What one training takes off, and the most that all of a year take off.
        var trainingPoints: Int64
        var trainingPointsAYear: Int64
        /// What one activity takes off by its level, and the most that all of a year take off.
        var districtActivityPoints: Int64
        var municipalActivityPoints: Int64
        var nationalActivityPoints: Int64
        var activityPointsAYear: Int64

        /// The figures by their names; nil where one is missing.
        init?(_ figure: (String) -> Int64?) {
            let names = Calculator.paymentStanding.figures
            let values = names.compactMap(figure)
            guard values.count == names.count else { return nil }
            self.first = Suspension(points: values[0], minMonths: values[1], maxMonths: values[2])
            self.second = Suspension(points: values[3], minMonths: values[4], maxMonths: values[5])
            self.third = Suspension(points: values[6], minMonths: values[7], maxMonths: values[8])
            self.terminationPoints = values[9]
            self.accumulatedTermination = values[10]
            self.singleActTermination = values[11]
            self.trainingPoints = values[12]
            self.trainingPointsAYear = values[13]
            self.districtActivityPoints = values[14]
            self.municipalActivityPoints = values[15]
            self.nationalActivityPoints = values[16]
            self.activityPointsAYear = values[17]
        }

        /// What one activity of a level takes off.
        func points(of level: Entry.Level) -> Int64 {
            switch level {
            case .district: self.districtActivityPoints
            case .municipal: self.municipalActivityPoints
            case .national: self.nationalActivityPoints
            }
        }
    }

    /// An act: the day on which it counts, its points, and the end that the agency has fixed for what it brought.
    private struct ScoredAct {
        var day: Int64
        var points: Int64
        var handlingEnd: Int64?

        /// Another score of the same act: the higher one counts, of equals the earlier.
        mutating func take(_ other: ScoredAct) {
            if other.points > self.points || (other.points == self.points && other.day < self.day) {
                self = other
            } else if other.points == self.points, other.day == self.day {
                self.handlingEnd = PaymentStanding.later(self.handlingEnd, other.handlingEnd)
            }
        }
    }

    /// What makes scores one act. Texts are the same where their bytes are.
    private struct Act: Hashable {
        let inspection: String
        let site: String
        let violation: String

        static func == (left: Self, right: Self) -> Bool {
            left.inspection.utf8.elementsEqual(right.inspection.utf8) && left.site.utf8.elementsEqual(right.site.utf8)
                && left.violation.utf8.elementsEqual(right.violation.utf8)
        }

        func hash(into hasher: inout Hasher) {
            for text in [self.inspection, self.site, self.violation] {
                for byte in text.utf8 { hasher.combine(byte) }
                hasher.combine(UInt8.max)
            }
        }
    }
}
