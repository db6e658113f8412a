//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Every function of the language, overload by overload. `has`, `certain`, `dyn`, `matches` and the macros are
/// syntax and not listed here.
enum FunctionTable {
    /// The rows; plans name them by index.
    static let rows: [Function] = sizes + text + conversions + calendar + amounts + instants + spans

    /// The rows of each name.
    static let byName: [String: [Int]] = Dictionary(grouping: rows.indices) { rows[$0].name }

    /// Names that are called like functions but are not in ``rows``.
    static let special: Set<String> = ["has", "certain", "dyn", "matches"]

    private static let bool = Function.Parameter.exactly(.bool)
    private static let int = Function.Parameter.exactly(.int)
    private static let string = Function.Parameter.exactly(.string)
    private static let timestamp = Function.Parameter.exactly(.timestamp)
    private static let duration = Function.Parameter.exactly(.duration)
    private static let date = Function.Parameter.exactly(.date)

    private static let sizes: [Function] = [
        Function("size", "size_string", .both, [string], .int, cost: .linear) { arguments, _ in
            .int(Text.scalars(arguments[0].bytes))
        },
        Function("size", "size_list", .both, [.anyList], .int) { arguments, memory in memory.size(arguments[0]) },
        Function("size", "size_map", .both, [.anyMap], .int) { arguments, memory in
            arguments[0].mapHeader.map { memory.size($0.pointee.keys) } ?? .int(0)
        },
    ]

    private static let text: [Function] = [
        Function("contains", "contains_string", .member, [string, string], .bool, cost: .linear) { arguments, memory in
            Text.contains(arguments[0].bytes, arguments[1].bytes, memory).map { .bool($0) } ?? .error(.costExceeded)
        },
        Function("startsWith", "starts_with_string", .member, [string, string], .bool, cost: .linear) { arguments, _ in
            .bool(Text.starts(arguments[0].bytes, with: arguments[1].bytes))
        },
        Function("endsWith", "ends_with_string", .member, [string, string], .bool, cost: .linear) { arguments, _ in
            .bool(Text.ends(arguments[0].bytes, with: arguments[1].bytes))
        },
    ]

    private static let conversions: [Function] = [
        Function("int", "int_int", .global, [int], .int) { arguments, _ in arguments[0] },
        Function("int", "int_string", .global, [string], .int, cost: .linear, canFail: true) { arguments, _ in
            Text.integer(arguments[0].bytes).map(Value.int) ?? .error(.invalidArgument)
        },
        Function("int", "int_timestamp", .global, [timestamp], .int) { arguments, _ in .int(arguments[0].payload) },
        Function("bool", "bool_bool", .global, [bool], .bool) { arguments, _ in arguments[0] },
        Function("bool", "bool_string", .global, [string], .bool, canFail: true) { arguments, _ in
            Text.boolean(arguments[0].bytes).map(Value.bool) ?? .error(.invalidArgument)
        },
        Function("string", "string_string", .global, [string], .string) { arguments, _ in arguments[0] },
        Function("string", "string_int", .global, [int], .string) { arguments, memory in
            memory.string(Array(String(arguments[0].payload).utf8))
        },
        Function("string", "string_bool", .global, [bool], .string) { arguments, memory in
            memory.string(Array((arguments[0].payload != 0 ? "true" : "false").utf8))
        },
        Function("string", "string_timestamp", .global, [timestamp], .string) { arguments, memory in
            memory.string(Array(Instant(arguments[0]).description.utf8))
        },
        Function("string", "string_duration", .global, [duration], .string) { arguments, memory in
            memory.string(Array(Span.description(nanoseconds: arguments[0].payload).utf8))
        },
        Function("string", "string_date", .global, [date], .string) { arguments, memory in
            guard let date = CivilDate(days: arguments[0].payload) else { return .error(.outOfRange) }
            return memory.string(Array(date.description.utf8))
        },
        Function("timestamp", "timestamp_timestamp", .global, [timestamp], .timestamp) { arguments, _ in arguments[0] },
        Function("timestamp", "timestamp_string", .global, [string], .timestamp, canFail: true) { arguments, _ in
            Instant(rfc3339: arguments[0].bytes)?.value ?? .error(.invalidArgument)
        },
        Function("timestamp", "timestamp_int", .global, [int], .timestamp, canFail: true) { arguments, _ in
            Instant(seconds: arguments[0].payload, nanoseconds: 0)?.value ?? .error(.outOfRange)
        },
        Function("duration", "duration_duration", .global, [duration], .duration) { arguments, _ in arguments[0] },
        Function("duration", "duration_string", .global, [string], .duration, canFail: true) { arguments, _ in
            Span.nanoseconds(arguments[0].bytes).map { .duration(nanoseconds: $0) } ?? .error(.invalidArgument)
        },
        Function("date", "date_date", .global, [date], .date) { arguments, _ in arguments[0] },
        Function("date", "date_string", .global, [string], .date, canFail: true) { arguments, _ in
            CivilDate(iso: arguments[0].bytes).map { .date(days: $0.days) } ?? .error(.invalidArgument)
        },
    ]

    private static func moved(
        _ name: String,
        _ move: @escaping @Sendable (CivilDate, Int64) -> CivilDate?
    ) -> Function {
        Function(name, "\(name)_date_int", .global, [date, int], .date, canFail: true) { arguments, _ in
            guard let date = CivilDate(days: arguments[0].payload), let moved = move(date, arguments[1].payload) else {
                return .error(.outOfRange)
            }
            return .date(days: moved.days)
        }
    }

    private static func part(
        _ name: String,
        gives result: ValueType = .int,
        _ read: @escaping @Sendable (CivilDate) -> Value
    ) -> Function {
        Function(name, "\(name)_date", .global, [date], result, canFail: true) { arguments, _ in
            CivilDate(days: arguments[0].payload).map(read) ?? .error(.outOfRange)
        }
    }

    /// A count of working days. Where it leaves the years that the calendar covers it is not known, and waits for the
    /// calendar.
    private static func working(
        _ name: String,
        _ count: @escaping @Sendable (WorkingCalendar, Int64, Int64) -> WorkingCalendar.Day
    ) -> Function {
        Function(
            name,
            "\(name)_date_int_calendar",
            .global,
            [date, int, .exactly(.record(WorkingCalendar.type))],
            .date,
            canFail: true
        ) { arguments, memory in
            // A calendar is an input itself, and nothing that is read from one.
            guard arguments[2].aux & AttributeID.inputBit != 0, let calendar = WorkingCalendar.at(arguments[2].address)
            else { return .error(.noSuchOverload) }
            switch count(calendar, arguments[0].payload, arguments[1].payload) {
            case .day(let day): return .date(days: day)
            case .notCovered:
                let input = Int(arguments[2].aux & ~AttributeID.inputBit)
                return memory.unknown(input: input, attributeFlag: false)
            case .negativeCount: return .error(.outOfRange)
            }
        }
    }

    private static let calendar: [Function] = [
        moved("years_before") { date, count in count == .min ? nil : date.addingYears(-count) },
        moved("years_after") { date, count in date.addingYears(count) },
        moved("months_before") { date, count in count == .min ? nil : date.addingMonths(-count) },
        moved("months_after") { date, count in date.addingMonths(count) },
        moved("term_ends_on") { date, months in date.endOfTerm(months: months) },
        moved("days_before") { date, count in count == .min ? nil : date.addingDays(-count) },
        moved("days_after") { date, count in date.addingDays(count) },
        part("year") { .int($0.year) },
        part("month") { .int($0.components.month) },
        part("day") { .int($0.components.day) },
        Function("year_month", "year_month_date", .global, [date], .string, canFail: true) { arguments, memory in
            guard let date = CivilDate(days: arguments[0].payload) else { return .error(.outOfRange) }
            return memory.string(Array(date.description.utf8.prefix(7)))
        },
        part("month_start", gives: .date) { .date(days: $0.monthStart.days) },
        part("month_end", gives: .date) { .date(days: $0.monthEnd.days) },
        part("year_start", gives: .date) { .date(days: $0.yearStart.days) },
        Function("days_between", "days_between_date_date", .global, [date, date], .int) { arguments, _ in
            // Days of the calendar are far from the ends of 64 bits.
            .int(arguments[1].payload &- arguments[0].payload)
        },
        working("working_days_after") { calendar, day, count in calendar.day(count, after: day) },
        working("working_days_before") { calendar, day, count in calendar.day(count, before: day) },
        Function("min", "min_date", .global, [date, date], .date) { arguments, _ in
            arguments[0].payload <= arguments[1].payload ? arguments[0] : arguments[1]
        },
        Function("max", "max_date", .global, [date, date], .date) { arguments, _ in
            arguments[0].payload >= arguments[1].payload ? arguments[0] : arguments[1]
        },
    ]

    /// `name(a, "5/2", b)`: `a` beside two and a half times `b`, cross-multiplied, so that nothing is rounded.
    private static func comparison(
        _ name: String,
        _ holds: @escaping @Sendable (Int128, Int128) -> Bool
    ) -> Function {
        Function(name, "\(name)_int_string_int", .global, [int, string, int], .bool, canFail: true) { arguments, _ in
            guard let multiple = Multiple(arguments[1].bytes) else { return .error(.invalidArgument) }
            // Both factors of each product fit 64 bits with their sign, so the products fit 127.
            let left = Int128(arguments[0].payload) * Int128(multiple.denominator)
            let right = Int128(arguments[2].payload) * Int128(multiple.numerator)
            return .bool(holds(left, right))
        }
    }

    private static let amounts: [Function] = [
        Function("min", "min_int", .global, [int, int], .int) { arguments, _ in
            .int(min(arguments[0].payload, arguments[1].payload))
        },
        Function("max", "max_int", .global, [int, int], .int) { arguments, _ in
            .int(max(arguments[0].payload, arguments[1].payload))
        },
        Function("sum", "sum_list", .global, [.exactly(.list(.int))], .int, cost: .linear, canFail: true) {
            arguments,
            memory in
            memory.sum(arguments[0])
        },
        Function("share", "share_int_int_int", .global, [int, int, int], .int, canFail: true) { arguments, _ in
            let (amount, factor, divisor) = (arguments[0].payload, arguments[1].payload, arguments[2].payload)
            guard divisor > 0 else { return .error(.divisionByZero) }
            return Multiple.floor(of: amount, times: factor, over: divisor).map(Value.int) ?? .error(.overflow)
        },
        comparison("at_least") { $0 >= $1 },
        comparison("at_most") { $0 <= $1 },
        Function("percent", "percent_int_string", .global, [int, string], .int, canFail: true) { arguments, _ in
            guard let rate = Multiple(percentage: arguments[1].bytes) else { return .error(.invalidArgument) }
            return rate.of(arguments[0].payload).map(Value.int) ?? .error(.overflow)
        },
    ]

    private static func instantPart(
        _ name: String,
        _ read: @escaping @Sendable (Instant) -> Int64
    ) -> [Function] {
        [
            Function(name, "\(name)_timestamp", .member, [timestamp], .int) { arguments, _ in
                .int(read(Instant(arguments[0])))
            },
            Function(name, "\(name)_timestamp_zone", .member, [timestamp, string], .int, canFail: true) {
                arguments,
                _ in
                guard let local = Instant(arguments[0]).shifted(to: arguments[1].bytes) else {
                    return .error(.invalidArgument)
                }
                return .int(read(local))
            },
        ]
    }

    private static let instants: [Function] =
        instantPart("getFullYear") { $0.date.year } + instantPart("getMonth") { $0.date.components.month - 1 }
        + instantPart("getDate") { $0.date.components.day }
        + instantPart("getDayOfMonth") { $0.date.components.day - 1 }
        + instantPart("getDayOfWeek") { $0.date.weekday } + instantPart("getDayOfYear") { $0.date.dayOfYear - 1 }
        + instantPart("getHours") { $0.secondOfDay / 3600 } + instantPart("getMinutes") { $0.secondOfDay / 60 % 60 }
        + instantPart("getSeconds") { $0.secondOfDay % 60 }
        + instantPart("getMilliseconds") { Int64($0.nanoseconds / 1_000_000) }

    private static func total(_ name: String, _ read: @escaping @Sendable (Int64) -> Int64) -> Function {
        Function(name, "\(name)_duration", .member, [duration], .int) { arguments, _ in
            .int(read(arguments[0].payload))
        }
    }

    private static let spans: [Function] = [
        total("getHours") { $0 / 3_600_000_000_000 },
        total("getMinutes") { $0 / 60_000_000_000 },
        total("getSeconds") { $0 / 1_000_000_000 },
        total("getMilliseconds") { $0 / 1_000_000 % 1000 },
    ]
}
