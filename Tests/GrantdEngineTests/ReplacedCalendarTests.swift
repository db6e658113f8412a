//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdCEL
internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

/// A working calendar in a directory of policies takes the place of the built-in one.
struct ReplacedCalendarTests {
    @Test(
        "a calendar for 2027 in a directory counts days that the built-in one cannot, and changes the digest of answers"
    )
    func calendar() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "calendar-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        do {
            let path = folder.path
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            // Emptied on purpose, or not filled yet: served, with a word.
            let empty = try PolicySet.builtIn(replacedBy: [path])
            #expect(empty.warnings.map(\.code) == [.emptyDirectory])
            #expect(try empty.programmes.count == PolicySet.builtIn().programmes.count)

            let text =
                String(decoding: BuiltInFiles.embedded.calendar.bytes, as: UTF8.self)
                    + """
                      - year: 2027
                        notice:
                          number: 国办发明电〔2026〕9号
                          title: {zh: 国务院办公厅关于2027年部分节假日安排的通知, en: Notice on the holidays of 2027}
                          issued: 2026-11-04
                        days_off:
                          - {from: 2027-01-01, until: 2027-01-01, holiday: {zh: 元旦, en: New Year's Day}}
                        make_up_days: []

                    """
            try text.write(toFile: path + "/calendar-2027.yaml", atomically: false, encoding: .utf8)
            let policies = try PolicySet.builtIn(replacedBy: [path])
            let day = try #require(CivilDate("2026-12-31")).days
            #expect(empty.references.calendar.day(1, after: day) == .notCovered)
            #expect(policies.references.calendar.day(1, after: day) == .day(day + 4))
            for (old, new) in zip(empty.programmes, policies.programmes) {
                #expect(old.fileDigest == new.fileDigest && old.digest != new.digest)
            }
            let application: [String: Any] = [
                "as_of": "2026-12-21",
                "innovative_medicine_trial_review_time": ["pilot_variety": true, "accepted_on": "2026-12-18"],
            ]
            let before = try Caller(policies: empty).evaluate(application)
            #expect(before.missing == ["working_calendar"])
            let after = try Caller(policies: policies).evaluate(application)
            #expect(after.outcome == "ELIGIBLE")
            #expect(after.missing.isEmpty)
        }
    }
}
