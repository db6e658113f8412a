//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import CGrantdPolicies
internal import GrantdCEL

extension WorkingCalendar {
    /// The calendar that the program carries within itself: the State Council's notices on the holidays of each year.
    ///
    /// A file that does not read as it should gives a calendar without a day, so that every count asks for it; a test
    /// keeps the file right.
    static let builtIn: WorkingCalendar = {
        let file = grantd_working_calendar()
        guard let bytes = file.bytes else { return .empty }
        let text = String(decoding: UnsafeBufferPointer(start: bytes, count: file.count), as: UTF8.self)
        return (try? WorkingCalendarFile(text, name: "working-calendar.yaml").calendar()) ?? .empty
    }()

    private static let empty = WorkingCalendar(firstYear: 1, lastYear: 0, daysOff: [], makeUpDays: [])
}
