//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

extension PolicyComparison {
    /// The most days that are told one by one.
    private static let mostDays = 40

    /// Where two calendars differ: the years that they cover, and each day that both cover.
    static func calendars(_ old: WorkingCalendar, _ new: WorkingCalendar) -> [Change] {
        var aspects: [Change.Aspect] = []
        let (before, after) = (self.years(old), self.years(new))
        if before != after { aspects.append(Change.Aspect(name: .years, old: before, new: after)) }
        var day = max(old.first, new.first)
        let last = min(old.last, new.last)
        while day <= last, aspects.count < self.mostDays {
            let (was, now) = (self.isWorked(day, old), self.isWorked(day, new))
            if was != now {
                let name = CivilDate(days: day)?.description ?? ""
                aspects.append(Change.Aspect(name: .day, old: self.words(name, was), new: self.words(name, now)))
            }
            day += 1
        }
        guard !aspects.isEmpty else { return [] }
        return [
            Change(
                fate: .changed,
                part: .calendar,
                id: "",
                clause: "",
                headline: ComparedPart.calendar.words,
                aspects: aspects
            )
        ]
    }

    private static func isWorked(_ day: Int64, _ calendar: WorkingCalendar) -> Bool {
        if day == calendar.first {
            // Nothing lies before it to count from: the second working day before some later one tells.
            guard case .day(let next) = calendar.day(1, after: day) else { return false }
            return calendar.day(1, before: next) == .day(day)
        }
        return calendar.day(1, after: day - 1) == .day(day)
    }

    private static func words(_ day: String, _ isWorked: Bool) -> Text {
        isWorked
            ? Text(zh: "\(day) 工作日", en: "\(day) a working day") : Text(zh: "\(day) 休息日", en: "\(day) a day off")
    }

    private static func years(_ calendar: WorkingCalendar) -> Text {
        let (first, last) = (CivilDate(days: calendar.first)?.year ?? 0, CivilDate(days: calendar.last)?.year ?? 0)
        return ComparedItem.plain(first == last ? "\(first)" : "\(first)–\(last)")
    }
}
