//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdCEL

/// A file of days off and make-up days, year by year.
///
/// Years follow each other without a gap. Every day named lies in its year; a day off is a weekday and a make-up day a
/// Saturday or Sunday, for anything else would change nothing and is a slip.
package struct WorkingCalendarFile {
    private let source: SourceText
    private let diagnostics: DiagnosticCollector

    /// Takes a file's text; `name` is for messages.
    package init(_ text: String, name: String) {
        self.source = SourceText(text)
        self.diagnostics = DiagnosticCollector(file: name, source: self.source)
    }

    /// The calendar.
    ///
    /// - Throws: ``PolicyDiagnostics`` with every problem of the file.
    package func calendar() throws(PolicyDiagnostics) -> WorkingCalendar {
        let reader = DraftReader(diagnostics: self.diagnostics)
        var years: [Int64] = []
        var daysOff: Set<Int64> = []
        var makeUpDays: Set<Int64> = []
        if let node = YAMLReader(source: self.source, diagnostics: self.diagnostics).read(),
            let group = reader.group(node, "the file", keys: ["calendar", "issuer", "years"])
        {
            _ = reader.required("calendar", of: group).flatMap {
                reader.choice($0, "calendar", [("working-days", true)])
            }
            _ = reader.required("issuer", of: group).flatMap { reader.text($0, "issuer") }
            let entries = reader.required("years", of: group).map { reader.list($0, "years") } ?? []
            if entries.isEmpty, let node = group["years"], case .sequence = node.content {
                self.diagnostics.add(
                    .wrongType,
                    at: node.position,
                    Text(zh: "years 至少要有一年", en: "years must hold at least one year")
                )
            }
            for entry in entries {
                guard let year = self.year(entry, reader, &daysOff, &makeUpDays) else { continue }
                if let last = years.last, year != last + 1 {
                    self.diagnostics.add(
                        .badInterval,
                        at: entry.position,
                        Text(zh: "\(year) 年没有接在 \(last) 年之后", en: "the year \(year) does not follow \(last)")
                    )
                }
                years.append(year)
            }
        }
        guard self.diagnostics.isEmpty, let first = years.first, let last = years.last else {
            throw PolicyDiagnostics(self.diagnostics.sorted())
        }
        return WorkingCalendar(firstYear: first, lastYear: last, daysOff: daysOff, makeUpDays: makeUpDays)
    }

    private func year(
        _ node: YAMLNode,
        _ reader: DraftReader,
        _ daysOff: inout Set<Int64>,
        _ makeUpDays: inout Set<Int64>
    ) -> Int64? {
        let keys = ["year", "notice", "days_off", "make_up_days"]
        guard let group = reader.group(node, "a year", keys: keys) else { return nil }
        guard let node = reader.required("year", of: group), let year = reader.integer(node, "year") else { return nil }
        guard (1...9999).contains(year) else {
            self.diagnostics.add(
                .badDate,
                at: node.position,
                Text(zh: "年份在 1 至 9999 之间", en: "a year lies from 1 to 9999")
            )
            return nil
        }
        _ = reader.required("notice", of: group)
        for range in reader.required("days_off", of: group).map({ reader.list($0, "days_off") }) ?? [] {
            guard let group = reader.group(range, "a range of days", keys: ["from", "until", "holiday"]),
                let from = self.day("from", of: group, in: year, reader),
                let until = self.day("until", of: group, in: year, reader)
            else { continue }
            _ = reader.required("holiday", of: group).flatMap { reader.text($0, "holiday") }
            guard from <= until else {
                self.diagnostics.add(
                    .badInterval,
                    at: range.position,
                    Text(zh: "末日早于首日", en: "the last day comes before the first")
                )
                continue
            }
            for day in from...until {
                if !Self.isWeekday(day) {
                    self.diagnostics.add(
                        .badDate,
                        at: range.position,
                        Text(zh: "放假日应是工作日；周末本来就休息", en: "a day off is a weekday; weekends are off already")
                    )
                }
                daysOff.insert(day)
            }
        }
        for entry in reader.required("make_up_days", of: group).map({ reader.list($0, "make_up_days") }) ?? [] {
            guard let group = reader.group(entry, "a make-up day", keys: ["day", "holiday"]),
                let day = self.day("day", of: group, in: year, reader)
            else { continue }
            _ = reader.required("holiday", of: group).flatMap { reader.text($0, "holiday") }
            if Self.isWeekday(day) {
                self.diagnostics.add(
                    .badDate,
                    at: entry.position,
                    Text(zh: "调休上班日应是星期六或星期日", en: "a make-up day is a Saturday or Sunday")
                )
            }
            makeUpDays.insert(day)
        }
        return year
    }

    private func day(_ key: String, of group: Group, in year: Int64, _ reader: DraftReader) -> Int64? {
        guard let node = reader.required(key, of: group), let day = reader.date(node, "\(key)")?.days else {
            return nil
        }
        guard CivilDate(days: day)?.year == year else {
            self.diagnostics.add(
                .badDate,
                at: node.position,
                Text(zh: "日期不在 \(year) 年内", en: "the day does not lie in the year \(year)")
            )
            return nil
        }
        return day
    }

    private static func isWeekday(_ day: Int64) -> Bool {
        guard let weekday = CivilDate(days: day)?.weekday else { return false }
        return weekday >= 1 && weekday <= 5
    }
}
