//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

/// 京医保发〔2025〕8号, arts. 18, 25, 26, 31 and 32, read day by day with Foundation's calendar, to compare with.
enum PlainStanding {
    typealias Entry = PaymentStanding.Entry

    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()

    private static func date(_ day: Int64) -> Date { Date(timeIntervalSince1970: TimeInterval(day) * 86_400) }
    private static func year(_ day: Int64) -> Int { self.calendar.component(.year, from: self.date(day)) }

    private static func lastDay(_ day: Int64, _ months: Int) -> Int64 {
        let same = self.calendar.date(byAdding: .month, value: months, to: self.date(day)) ?? self.date(day)
        let isThere =
            self.calendar.component(.day, from: same) == self.calendar.component(.day, from: self.date(day))
        return Int64(same.timeIntervalSince1970 / 86_400) - (isThere ? 1 : 0)
    }

    static func result(of entries: [Entry], asOf: Int64) -> PaymentStanding.Result {
        var result = PaymentStanding.Result()
        var terms: [(handling: PaymentStanding.Handling, year: Int, end: Int64)] = []
        var lastYear = 0
        for day in Set(entries.map(\.day).filter { $0 <= asOf } + [asOf]).sorted() {
            let year = self.year(day)
            if year != lastYear { result = .init() }
            lastYear = year
            // An act counts on the day of its highest score, the earliest of equals.
            let scores = entries.filter { $0.kind == .score && $0.day <= asOf && self.year($0.day) == year }
            let acts = Dictionary(grouping: scores) { [$0.inspection, $0.site, $0.violation] }.values
            let today = acts.compactMap { act in act.min { ($1.points, $0.day) < ($0.points, $1.day) } }
                .filter { $0.day == day }
            if let highest = today.map(\.points).max() {
                result.yearPoints += today.reduce(0) { $0 + $1.points }
                // Of what counts today, and of what is the same twice.
                let counted = Set(today.map { "\($0.inspection)/\($0.site)/\($0.violation)/\($0.points)" })
                let end =
                    scores.filter {
                        $0.day == day && counted.contains("\($0.inspection)/\($0.site)/\($0.violation)/\($0.points)")
                    }
                    .compactMap(\.handlingEnd).max()
                let wasTerminated = result.handling == .termination
                switch result.yearPoints {
                case 12...:
                    let months: Int64 = highest >= 12 ? 36 : 12
                    result.termMinMonths = max(wasTerminated ? result.termMinMonths : 0, months)
                    result.termMaxMonths = result.termMinMonths
                    result.handling = .termination
                    result.handlingCount += 1
                    terms.append((.termination, year, end ?? self.lastDay(day, Int(months))))
                case 9...:
                    let months: (Int64, Int64) = [9: (1, 2), 10: (3, 4), 11: (5, 6)][result.yearPoints] ?? (0, 0)
                    (result.termMinMonths, result.termMaxMonths) = months
                    result.handling = .suspension
                    result.handlingCount += 1
                    terms.append((.suspension, year, end ?? self.lastDay(day, Int(months.1))))
                default:
                    (result.handling, result.termMinMonths, result.termMaxMonths) = (.notice, 0, 0)
                }
            }
            for repair in entries where repair.kind != .score && repair.day == day {
                let isBarred = terms.contains { $0.handling == .termination && ($0.year == year || $0.end >= day) }
                if isBarred { continue }
                if repair.kind == .training {
                    let taken = min(1, 3 - result.trainingRepairPoints, result.yearPoints)
                    result.trainingRepairPoints += taken
                    result.yearPoints -= taken
                } else {
                    let worth: Int64 = [.district: 1, .municipal: 2, .national: 3][repair.level] ?? 0
                    let taken = min(worth, 3 - result.activityRepairPoints, result.yearPoints)
                    result.activityRepairPoints += taken
                    result.yearPoints -= taken
                }
            }
        }
        for handling in [PaymentStanding.Handling.suspension, .termination] {
            if let end = terms.filter({ $0.handling == handling && $0.end >= asOf }).map(\.end).max() {
                (result.inForce, result.inForceUntil) = (handling, end)
            }
        }
        return result
    }
}
