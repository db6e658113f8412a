//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

struct CivilDayTests {
    @Test(
        "days of the calendar",
        arguments: [("1970-01-01", Int64(0)), ("2000-02-29", 11_016), ("0001-01-01", -719_162)]
    )
    func days(_ text: String, _ expected: Int64) throws {
        let (days, year) = try #require(withArenaText(text) { civilDay($0) })
        #expect(days == expected)
        #expect(year == Int64(text.prefix(4)))
    }

    @Test(
        "what is no day",
        arguments: [
            "", "2", "2026", "2026-", "2026-05-2", "2026-05-200", "2026/05/20", "2026-5-20", "2026-02-30", "2026-13-01",
            "2026-00-10",
            "2026-01-00", "0000-01-01", "2027-02-29", " 2026-05-20", "2026-05-20T", "٢٠٢٦-٠٥-٢٠", "2026-05-2a",
        ]
    )
    func noDays(_ text: String) {
        #expect(withArenaText(text) { civilDay($0) == nil })
    }
}
