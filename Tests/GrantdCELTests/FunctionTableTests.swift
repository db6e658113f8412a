//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Testing

@testable internal import GrantdCEL

/// Every row of the function table, by its id.
struct FunctionTableTests {
    /// For each id an expression that calls just that row and must be true.
    static let proofs: [String: String] = [
        "size_string": "size('北京a') == 3", "size_list": "size([1, 2]) == 2", "size_map": "size({1: 2}) == 1",
        "contains_string": "'abc'.contains('bc')", "starts_with_string": "'abc'.startsWith('ab')",
        "ends_with_string": "'abc'.endsWith('bc')", "int_int": "int(-3) == -3", "int_string": "int('+12') == 12",
        "int_timestamp": "int(timestamp('1970-01-01T00:01:00Z')) == 60", "bool_bool": "bool(true)",
        "bool_string": "!bool('False')", "string_string": "string('a') == 'a'", "string_int": "string(-12) == '-12'",
        "string_bool": "string(false) == 'false'", "string_timestamp": "string(timestamp(0)) == '1970-01-01T00:00:00Z'",
        "string_duration": "string(duration('1m0.25s')) == '60.25s'",
        "string_date": "string(date('2025-01-02')) == '2025-01-02'",
        "timestamp_timestamp": "timestamp(timestamp(5)) == timestamp(5)",
        "timestamp_string": "timestamp('2025-01-01T08:00:00+08:00') == timestamp('2025-01-01T00:00:00Z')",
        "timestamp_int": "timestamp(-1) < timestamp(0)",
        "duration_duration": "duration(duration('1s')) == duration('1000ms')",
        "duration_string": "duration('1.5h') == duration('90m')",
        "date_date": "date(date('2025-01-01')) == date('2025-01-01')",
        "date_string": "date('2025-01-01') > date('2024-12-31')",
        "years_before_date_int": "years_before(date('2024-02-29'), 1) == date('2023-02-28')",
        "years_after_date_int": "years_after(date('2024-02-29'), 4) == date('2028-02-29')",
        "months_before_date_int": "months_before(date('2025-03-31'), 1) == date('2025-02-28')",
        "months_after_date_int": "months_after(date('2025-10-31'), 1) == date('2025-11-30')",
        "term_ends_on_date_int":
            "term_ends_on(date('2028-02-29'), 120) == date('2038-02-28')"
            + " && term_ends_on(date('2026-03-10'), 6) == date('2026-09-09')"
            + " && term_ends_on(date('2026-08-31'), 6) == date('2027-02-28')"
            + " && term_ends_on(date('2026-03-01'), 1) == date('2026-03-31')",
        "days_before_date_int": "days_before(date('2025-01-01'), 1) == date('2024-12-31')",
        "days_after_date_int": "days_after(date('2024-02-28'), 1) == date('2024-02-29')",
        "year_date": "year(date('2024-12-31')) == 2024", "month_date": "month(date('2024-12-31')) == 12",
        "day_date": "day(date('2024-12-31')) == 31", "year_month_date": "year_month(date('2024-02-29')) == '2024-02'",
        "month_start_date": "month_start(date('2024-02-29')) == date('2024-02-01')",
        "month_end_date": "month_end(date('2024-02-01')) == date('2024-02-29')",
        "year_start_date": "year_start(date('2024-12-31')) == date('2024-01-01')",
        "days_between_date_date": "days_between(date('2024-03-01'), date('2024-02-28')) == -2",
        "working_days_after_date_int_calendar":
            "working_days_after(date('2025-01-24'), 3, working_calendar) == date('2025-02-05')",
        "working_days_before_date_int_calendar":
            "working_days_before(date('2025-02-05'), 2, working_calendar) == date('2025-01-26')",
        "min_date": "min(date('2024-01-01'), date('2025-01-01')) == date('2024-01-01')",
        "max_date": "max(date('2024-01-01'), date('2025-01-01')) == date('2025-01-01')", "min_int": "min(-2, 1) == -2",
        "max_int": "max(-2, 1) == 1", "sum_list": "sum([4, -1]) == 3",
        "share_int_int_int": "share(-10, 2, 3) == -7",
        "at_least_int_string_int": "at_least(5, '5/2', 2) && !at_least(4, '5/2', 2)",
        "at_most_int_string_int": "at_most(5, '5/2', 2) && !at_most(6, '5/2', 2)",
        "percent_int_string": "percent(999, '10.1%') == 100",
        "getFullYear_timestamp": "timestamp('2024-12-31T23:00:00Z').getFullYear() == 2024",
        "getFullYear_timestamp_zone": "timestamp('2024-12-31T23:00:00Z').getFullYear('+08:00') == 2025",
        "getMonth_timestamp": "timestamp('2024-12-31T23:00:00Z').getMonth() == 11",
        "getMonth_timestamp_zone": "timestamp('2024-12-31T23:00:00Z').getMonth('Asia/Shanghai') == 0",
        "getDate_timestamp": "timestamp('2024-12-31T23:00:00Z').getDate() == 31",
        "getDate_timestamp_zone": "timestamp('2024-12-31T23:00:00Z').getDate('08:00') == 1",
        "getDayOfMonth_timestamp": "timestamp('2024-12-31T23:00:00Z').getDayOfMonth() == 30",
        "getDayOfMonth_timestamp_zone": "timestamp('2024-12-31T23:00:00Z').getDayOfMonth('UTC') == 30",
        "getDayOfWeek_timestamp": "timestamp('2025-11-22T00:00:00Z').getDayOfWeek() == 6",
        "getDayOfWeek_timestamp_zone": "timestamp('2025-11-22T23:00:00Z').getDayOfWeek('+08:00') == 0",
        "getDayOfYear_timestamp": "timestamp('2024-12-31T00:00:00Z').getDayOfYear() == 365",
        "getDayOfYear_timestamp_zone": "timestamp('2024-12-31T23:00:00Z').getDayOfYear('+08:00') == 0",
        "getHours_timestamp": "timestamp('2024-12-31T23:01:02Z').getHours() == 23",
        "getHours_timestamp_zone": "timestamp('2024-03-10T08:00:00Z').getHours('US/Central') == 3",
        "getMinutes_timestamp": "timestamp('2024-12-31T23:01:02Z').getMinutes() == 1",
        "getMinutes_timestamp_zone": "timestamp('2024-12-31T23:01:02Z').getMinutes('-02:30') == 31",
        "getSeconds_timestamp": "timestamp('1901-12-31T23:01:02Z').getSeconds() == 2",
        "getSeconds_timestamp_zone": "timestamp('2024-12-31T23:01:02Z').getSeconds('+08:00') == 2",
        "getMilliseconds_timestamp": "timestamp('2024-12-31T23:01:02.0475Z').getMilliseconds() == 47",
        "getMilliseconds_timestamp_zone": "timestamp('2024-12-31T23:01:02.5Z').getMilliseconds('+08:00') == 500",
        "getHours_duration": "duration('3h59m').getHours() == 3",
        "getMinutes_duration": "duration('1h1m').getMinutes() == 61",
        "getSeconds_duration": "duration('61.9s').getSeconds() == 61",
        "getMilliseconds_duration": "duration('61.9s').getMilliseconds() == 900",
    ]

    @Test("ids are unique and each row has a proof")
    func coverage() {
        let ids = FunctionTable.rows.map(\.id)
        #expect(Set(ids).count == ids.count)
        #expect(Set(ids) == Set(Self.proofs.keys))
    }

    @Test("each row gives what it should, and is the one that is called", arguments: FunctionTable.rows.map(\.id))
    func proof(_ id: String) throws {
        let text = try #require(Self.proofs[id])
        let environment = Environment(variables: [("working_calendar", .record(WorkingCalendar.type))])
        let program = try #require(environment.program(text), "\(environment.diagnostics(text))")
        #expect(program.run([WorkingCalendarTests.calendar.value], Workspace()).asBool == true)
        let checked = try environment.check(environment.parse(Source(text)).get()).get()
        let called = checked.resolutions.compactMap { resolution -> String? in
            if case .function(let row) = resolution { return FunctionTable.rows[row].id }
            return nil
        }
        #expect(called.contains(id))
    }

    @Test("each row waits for all its unknown arguments", arguments: FunctionTable.rows.map(\.id))
    func unknowns(_ id: String) throws {
        let row = try #require(FunctionTable.rows.first { $0.id == id })
        let types = row.parameters.map { parameter -> ValueType in
            switch parameter {
            case .exactly(let type): type
            case .anyList: .list(.int)
            case .anyMap: .map(.string, .int)
            }
        }
        let names = types.indices.map { "v\($0)" }
        let environment = Environment(variables: Array(zip(names, types)).map { (name: $0, type: $1) })
        let list = names.joined(separator: ", ")
        let text =
            row.style == .member
            ? "v0.\(row.name)(\(names.dropFirst().joined(separator: ", ")))" : "\(row.name)(\(list))"
        let program = try #require(environment.program(text), "\(environment.diagnostics(text))")
        let workspace = Workspace()
        let value = program.run(names.map { _ in .unset }, workspace)
        #expect(workspace.unknowns(of: value).map { $0.description(inputNames: names) } == names)
        #expect(program.resultType == row.result)
    }

    @Test("arguments of an open type choose the row at evaluation")
    func open() throws {
        let environment = Environment(variables: [])
        for (text, expected) in [
            ("size(dyn('abc')) == 3", true), ("size(dyn([1])) == 1", true), ("max(dyn(1), dyn(2)) == 2", true),
            ("dyn('abc').startsWith(dyn('a'))", true), ("month(dyn(date('2025-03-01'))) == 3", true),
            ("share(dyn(10), 2, dyn(3)) == 6", true), ("at_most(1, dyn('1/2'), 2)", true),
        ] {
            #expect(try #require(environment.program(text)).run(Workspace()).asBool == expected, "\(text)")
        }
        #expect(try #require(environment.program("size(dyn(1)) == 1")).run(Workspace()).isError)
    }
}
